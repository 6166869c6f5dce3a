/*
** cache_state.h: the struct behind a cache, shared by the files that make and end one
** (cache.c), that look for its source (cache_schema.c), that bring it up to date (freshness.c) and
** that hear of changes (note_function.c). What the rules are is said in cache.h. Calls cache.h,
** follow.h, image.h, notes.h.
*/
#ifndef SLOTS_CACHE_STATE_H
#define SLOTS_CACHE_STATE_H

#include "cache.h"
#include "follow.h"
#include "image.h"
#include "notes.h"

struct Cache {
  Follower follower;
  Registry *registry;
  uint32_t references;
  int64_t id; /* in slots_note and the names of triggers */
  char *schema;
  char *name;
  char *content;       /* as declared */
  char *declaration;   /* the arguments it was made of */
  char *path;          /* the file that it shares with other processes, or NULL */
  char *columns;       /* of the source, which SELECT calls by the name in `content` */
  int key_column;      /* or -1 */
  char *key;           /* its name, as SQL; NULL: the source's rowid, if it has one */
  Source source;       /* as it was found last */
  SourceColumn *taken; /* columns that core connected the table with as the source had them */
  int taken_count;
  bool whole;    /* they are all that the source had */
  bool outdated; /* the source has others now, so it has to be, anew */
  Table *table;
  Undo undo; /* of the table, beside the registry's */
  bool loaded;
  bool seek_source;     /* the source is to be looked for */
  bool schema_doubtful; /* the schema may have changed */
  bool compare_all;     /* all rows are to be compared */
  bool renew_triggers;  /* triggers are to be made anew: DETACH leaves them dead */
  bool retrying;        /* they were, and what is compiled is compiled again for it */
  bool postponed;       /* triggers could not be made: a statement that writes was running */
  bool superseded;      /* by another cache of that name, as the columns have changed */
  bool followed;        /* triggers report this connection's changes */
  bool doubted;         /* but a statement may be left that does not fire them */
  bool tentative;       /* what was read last depends on changes that are not committed */
  bool busy;
  bool reading;           /* the source; read_changes then hears of a rollback by itself */
  uint32_t version;       /* of the database, by sqlite3_file_control */
  int64_t data_version;   /* PRAGMA data_version: of others' changes */
  int64_t schema_version; /* PRAGMA schema_version */
  int begun;              /* sqlite3_total_changes when a row that is being written was begun */
  int changes;            /* the same before the source was read, */
  int fetched;            /* pages that the connection has fetched, behind it */
  SharedImage *shared;    /* with caches of other connections; NULL: a path, or nothing to share */
  uint64_t generation;    /* of that, when it was last looked at */
  Notes notes;
  Notes conflicts; /* rows that REPLACE may have removed behind the notes, while it runs */
};

static inline ImagePlace cache_place(const Cache *cache) {
  return (ImagePlace){.path = cache->path, .shared = cache->shared};
}

/* Makes what the log of the cache's table has final, or takes it back down to `count` entries. */
void cache_keep_changes(Cache *cache);
void cache_take_back(Cache *cache, size_t count);

/* Whether triggers report whatever the connection changes. */
static inline bool cache_is_reported(const Cache *cache) {
  return cache->followed && !cache->doubted;
}

/* An integer that a pragma of the source's database gives. SQLITE_OK or an error. */
int cache_read_pragma(const Cache *cache, const char *pragma, int64_t *integer);

/*
** Where the schema has changed, finds the source again, and has its changes reported. An SQLite
** error code, with *error a message or NULL.
*/
int cache_look_at_schema(Cache *cache, FollowHow how, char **error);

/*
** As cache_prepare, where triggers may be dropped, too: core compiles again what may have to fire
** them, or runs (`writing`) a statement that has none to fire.
*/
int cache_tidy(Cache *cache, bool writing);

/* Has core connect an outdated table anew with the next statement. SQLITE_OK or an error. */
int cache_reconnect(Cache *cache);

/* After a rollback: what was read is taken back, what was reported is to be looked at again. */
void cache_undo(Cache *cache);

#endif
