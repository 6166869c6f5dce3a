/*
** registry.h: which tables a connection has, and its transaction.
**
** Core disconnects and reconnects virtual tables on perfectly ordinary
** statements (ALTER of any table, ROLLBACK after DDL, VACUUM), so rows cannot
** live in a sqlite3_vtab. A Registry, one a connection, owns the Tables; each is
** known by an id that stands in a shadow table, so that core itself takes the
** id along when a table is renamed, dropped, copied, or any of that rolled back.
**
** Transactions. Core reports BEGIN, savepoints and the end to every virtual
** table that takes part; two sqlite3_vtab objects may stand for one Table, and
** a dropped one hears nothing. So the log is the registry's, every event may
** come several times, and the first one does the work. The *guard*, an
** eponymous table that takes part whenever a table is created or dropped, hears
** the end even when nobody else does.
**
** Every function but registry_attach, _release, _is_loaded and _set_loaded runs under the
** connection's own mutex. Calls shadow.h, orphans.h, store/, base/.
*/
#ifndef SLOTS_REGISTRY_H
#define SLOTS_REGISTRY_H

#include "base/sqlite.h"
#include "store/table.h"

#define SLOTS_GUARD "slots_guard"

/*
** A cache, as the registry knows it: at the end of each transaction one of the first two callbacks
** is called.
*/
typedef struct Follower {
  struct Follower *next;
  struct Cache *cache; /* only handed on */
  void (*committed)(struct Cache *cache);
  void (*rolled_back)(struct Cache *cache); /* the transaction, or a savepoint */
  void (*released)(struct Cache *cache);    /* the registry is no more */
} Follower;

/* A table, and the database that its shadow table is in: a copy of that elsewhere has no rows. */
typedef struct RegisteredTable {
  Table *table; /* a reference */
  char *schema;
} RegisteredTable;

typedef struct Registry {
  sqlite3 *db;
  struct Registry *next; /* of another connection */
  uint32_t references;
  Undo undo;
  RegisteredTable *tables;
  uint32_t table_count;
  uint32_t table_capacity;
  sqlite3_uint64 secret;  /* in names that nobody is to guess */
  unsigned char *numbers; /* 1: the number is taken */
  uint32_t number_count;
  bool joined; /* the guard takes part in the transaction */
  bool loaded; /* all that the extension registers is registered */
  Follower *followers;
} Registry;

/*
** The connection's registry, made if need be, with one reference; NULL when
** memory is short.
*/
Registry *registry_attach(sqlite3 *db);
void registry_release(void *registry);

/* Whether the extension is loaded in this connection, all of it; says that it is. */
bool registry_is_loaded(sqlite3 *db);
void registry_set_loaded(sqlite3 *db);

/* ---- tables ---- */

/*
** To be called before a table is created in temp: makes a guard there, too, which its name then
** means. Core takes the eponymous one for a table of main, and would lock main for it. An SQLite
** error code.
*/
int registry_make_guard(Registry *registry, const char *schema);

/*
** Creates a table, its shadow table schema.name_store, and the entry that lets a
** rollback remove both. The caller gets a reference. An SQLite error code.
*/
int registry_create(Registry *registry, const char *schema, const char *name, const TableDef *def,
                    Table **table);

/*
** Finds the rows of schema.name by the id in its shadow table; *table is NULL
** (no error) where this connection has none, or has them for another database. The
** caller gets a reference.
*/
int registry_find(Registry *registry, const char *schema, const char *name, Table **table);

/*
** Gives a connection that finds the shadow table of schema.name, but has no rows for
** it, those of `def`; *table is NULL (no error) where there is no shadow table. No
** rollback takes that back. The caller gets a reference.
*/
int registry_adopt(Registry *registry, const char *schema, const char *name, const TableDef *def,
                   Table **table);

/* Drops the shadow table, and the rows (`table` may be NULL) when the transaction commits. */
int registry_drop(Registry *registry, const char *schema, const char *name, Table *table);

/* Renames the shadow table. */
int registry_rename(Registry *registry, const char *schema, const char *name, const char *to);

/* ---- numbers ---- */

/*
** The smallest number that is not taken. What is registered with core under it stays there until
** the number is taken again or the connection ends.
*/
int registry_take_module_number(Registry *registry, uint32_t *number);
void registry_give_module_number(Registry *registry, uint32_t number);

/* ---- followers ---- */

/* The follower stays the caller's, who keeps it until registry_unfollow or `released`. */
void registry_follow(Registry *registry, Follower *follower);
void registry_unfollow(Registry *registry, Follower *follower);

/* Makes sure that the end of the transaction is heard of. An SQLite error code. */
int registry_join(Registry *registry);

/* ---- transactions: xSync, xCommit and so on of every slots table ---- */

int registry_savepoint(Registry *registry, int number);
void registry_release_savepoint(Registry *registry, int number);
void registry_rollback_to(Registry *registry, int number);

/*
** Takes back what the statement under way has changed, which fails, where core opened no savepoint
** for it. Not while another statement that writes is open: its changes are not told apart.
*/
void registry_rollback_statement(Registry *registry);
void registry_sync(Registry *registry); /* seals what is worth it */
void registry_commit(Registry *registry);
void registry_rollback(Registry *registry);

#endif
