/*
** cache.h: a table that holds the rows of another one, always as fresh as that.
**
** A Cache has a Table of its own, whose rows are those of a source (source.h) as
** the connection sees it. cache_refresh, which runs when a statement begins to
** read, finds out whether anything may have changed, and what:
**
**   changed by                          found out by                    read again
**   this connection, a table            temporary triggers (follow.h)   the rows they reported
**   this connection, a view, or (for    sqlite3_total_changes, or 0     all rows
**   a cache in temp) an attached one    for sqlite3_changes
**   another connection or process       PRAGMA data_version             all rows
**   this connection, behind SQL's back  a commit that no statement      all rows
**   (sqlite3_blob_write)                counted
**   a change of the schema              PRAGMA schema_version           all rows
**   whoever, a view in temp             versions of all databases       all rows
**
** "All rows" are compared with those that are there, and what differs is changed: a scan of
** the source, not a new load. Where nothing changed, the check is one call of
** sqlite3_file_control.
**
** Columns are the source's as core connected the table. Where they have another type or collation
** since, reading the cache fails, and the schema is cleared, so that core connects it anew.
**
** With snapshot= the rows lie in a file that processes share, without it in one
** that connections of the process share as soon as there are several (image.h):
** before all rows are compared, those of a newer file are taken up, and where much
** differs the file is written anew.
**
** Transactions. What is read while the connection has uncommitted changes stays
** in the cache's own undo log until they are committed; a rollback, of a savepoint
** too, takes all of it back, and the next statement looks at the reported rows anew. Where
** read_uncommitted may have shown what others take back, every statement compares all rows.
**
** Belongs to the registry, as tables do, and outlives the sqlite3_vtab. Reference-counted (not
** atomically). Its files, those that cache_state.h names, call image.h, mirror.h, follow.h,
** trigger_bodies.h, source.h, shared_image.h, notes.h, cache_state.h, content.h, registry.h,
** mount.h, store/, declare/schema.h, base/.
*/
#ifndef SLOTS_CACHE_H
#define SLOTS_CACHE_H

#include "content.h"
#include "connection/registry.h"
#include "declare/schema.h"

typedef struct Cache Cache;

/* What one sqlite3_vtab needs of a cache. All zeros is none. */
typedef struct CacheUse {
  Cache *cache;        /* a reference */
  sqlite3_stmt *begin; /* begins a read transaction where core has not; NULL until needed */
  uint32_t source;     /* which of the cache's sources it is over */
  int prepared;        /* how often core has prepared it again */
} CacheUse;

/*
** The cache of schema.name, the one that the registry has where its declaration is
** the same, else a new and empty one. SQLITE_OK or SQLITE_NOMEM; or, where it is not being created,
** SQLITE_ERROR_RETRY, with which core compiles the statement again: triggers have changed that the
** statement may have to fire.
*/
int cache_open(Registry *registry, const char *schema, const char *name, const Content *content,
               const Schema *columns, bool creating, CacheUse *use);
void cache_close(CacheUse *use);

/* The cache of schema.name; NULL: there is none. */
Cache *cache_find(Registry *registry, const char *schema, const char *name);

Table *cache_table(Cache *cache);
const char *cache_content(const Cache *cache);

/*
** Makes the rows those of the source. An SQLite error code, with *error a message
** or NULL; then the cache is as it was, and the next call tries again.
*/
int cache_refresh(CacheUse *use, char **error);

/*
** A statement is being prepared, perhaps because the schema has changed: looks for
** the source. SQLITE_OK or SQLITE_NOMEM.
*/
int cache_prepare(Cache *cache);

/*
** Runs 'refresh', or 'rebuild', which compares all rows whatever the versions say;
** *known tells whether it was one of them. As cache_refresh.
*/
int cache_command(CacheUse *use, const char *command, bool *known, char **error);

/* SQLITE_LOCKED while it is being read: a function that its source calls asks for this. */
int cache_rename(Cache *cache, const char *name);

/* The table was dropped. As cache_rename, or SQLITE_NOMEM, and it stays. */
int cache_drop(Cache *cache);

/* Registers the function slots_note, which the triggers call (trigger_bodies.h). */
int cache_register(sqlite3 *db);

#endif
