/*
** cache_state.h: the struct behind a cache, shared by the files that make and end one (cache.c),
** that look for its source (cache_schema.c), that begin to read it (begin.c), that bring the cache
** up to date (freshness.c) and that hear of changes (note_function.c). What the rules are is said
** in cache.h. Calls cache.h, follow.h, image.h, notes.h.
*/
#ifndef SLOTS_CACHE_STATE_H
#define SLOTS_CACHE_STATE_H

#include "cache.h"
#include "follow.h"
#include "image.h"
#include "notes.h"

/*
** States. Events move source_state and rows_state up, at any time; work moves them down, before it
** begins, and where it fails they move up again: what happens meanwhile is not forgotten.
**
**   source_state    is moved up by                                   and down by
**   DOUBTFUL        a statement compiled that reads the cache        cache_look_at_schema
**   SOUGHT          a rollback, 'refresh', another cache in its      the same; it finds the source
**                   place; an error of looking
**   RENEWED         its table connected; a source that is gone, or   the same; rows are doubtful
**                   that is another one now
**
**   rows_state
**   TENTATIVE       a comparison while changes are not committed     a commit
**   DOUBTFUL        a rollback while TENTATIVE; a source renewed;    a comparison of all rows
**                   another schema_version; triggers that report
**                   from now on, or no more; 'rebuild'; a read that
**                   others, or the source itself, may take back; an
**                   error of comparing; another file in its name
**
** What holds:
** - while source_state is below SOUGHT, `source` was found, and `connected` fits it
** - while rows_state is below DOUBTFUL, the rows were the source's when `seen` was noted, but for
**   notes that are pending; what has changed since, versions, counters or notes tell
** - where cache_is_reported, notes name every row that this connection changes, or all
** - `undo` is empty once a cache is up to date, unless the transaction writes
** - unless CACHE_IDLE, the cache is neither dropped, renamed, looked at nor brought up to date
*/
typedef enum SourceState {
  SOURCE_KNOWN,
  SOURCE_DOUBTFUL, /* to be found again where PRAGMA schema_version differs */
  SOURCE_SOUGHT,   /* to be found again; of a new cache for the first time */
  SOURCE_RENEWED   /* the same, whatever was known of it: DETACH leaves its triggers dead */
} SourceState;

typedef enum RowsState {
  ROWS_KNOWN,
  ROWS_TENTATIVE, /* until a rollback */
  ROWS_DOUBTFUL   /* all are to be compared; of a new cache, loaded */
} RowsState;

/* As they were when the source was found. */
typedef enum TriggersState {
  TRIGGERS_MISSING,   /* changes are only counted: a view, or a database that takes no trigger */
  TRIGGERS_POSTPONED, /* the same, as a statement that writes was running: made when none is */
  TRIGGERS_THERE      /* they report this connection's changes */
} TriggersState;

typedef enum Activity {
  CACHE_IDLE,
  CACHE_LOOKING, /* at the schema, or at what has changed */
  CACHE_READING  /* the source: read_or_take_back hears of a rollback by itself, when it ends */
} Activity;

/* The columns that core connected the table with. */
typedef struct Connected {
  SourceColumn *columns; /* those that are as the source had them */
  int count;
  bool whole;    /* they are all that the source had */
  bool outdated; /* the source has others now, so the table has to be connected anew */
} Connected;

/* What was there when the cache was brought up to date last. */
typedef struct Seen {
  uint32_t version;     /* of the database, by sqlite3_file_control */
  int64_t data_version; /* PRAGMA data_version: of others' changes */
  uint64_t generation;  /* of the image that is shared, when it was last looked at */
  int changes;          /* sqlite3_total_changes before the source was read, */
  int fetched;          /* pages that the connection has fetched, behind it */
} Seen;

struct Cache {
  Follower follower;
  Registry *registry;
  uint32_t references;
  Activity activity;
  bool superseded; /* by another cache of that name, as the columns have changed: not followed */

  /* ---- what was declared ---- */
  char *schema;
  char *name;
  char *content;     /* as declared */
  char *declaration; /* the arguments it was made of */
  char *columns;     /* of the source, which SELECT calls by the name in `content` */
  int key_column;    /* or -1 */
  char *key;         /* its name, as SQL; NULL: the source's rowid, if it has one */
  Connected connected;

  /* ---- the source (cache_schema.c) ---- */
  SourceState source_state;
  Source source;          /* all zeros until it is found */
  uint32_t sources;       /* how many were found, one after another */
  int64_t schema_version; /* PRAGMA schema_version, when it was */
  bool file_doubtful;     /* another file may be attached in its name since (begin.c) */

  /* ---- rows (freshness.c) ---- */
  RowsState rows_state;
  Seen seen;
  Table *table;
  Undo undo;        /* of the table, beside the registry's; empty unless the transaction writes */
  ImagePlace place; /* that it shares with other processes, or with caches of other connections */

  /* ---- triggers, and what they report (cache_schema.c, note_function.c) ---- */
  int64_t id; /* in slots_note and the names of triggers */
  TriggersState triggers;
  bool doubted;    /* a statement may be left that does not fire them */
  bool retrying;   /* some were made, and what is compiled is compiled again for it */
  Notes notes;     /* rows that have changed */
  Notes conflicts; /* rows that REPLACE may have removed behind the notes, while it runs */
  int begun;       /* sqlite3_total_changes when the first row that is being written was begun */
  uint64_t begun_rows; /* so many, ignored ones among them until no statement writes */
};

/* Move a state up, or leave it where it is that far already. */
static inline void cache_doubt_source(Cache *cache, SourceState state) {
  if (cache->source_state < state) cache->source_state = state;
}
static inline void cache_doubt_rows(Cache *cache, RowsState state) {
  if (cache->rows_state < state) cache->rows_state = state;
}

/*
** Whether the source's database may be detached, and another file take its name. Then triggers over
** it die unnoticed.
*/
static inline bool cache_may_be_detached(const Cache *cache) {
  const char *schema = cache->source.schema;
  return sqlite3_stricmp(schema, "main") != 0 && sqlite3_stricmp(schema, "temp") != 0;
}

/* Makes what the log of the cache's table has final, or takes it back down to `count` entries. */
void cache_keep_changes(Cache *cache);
void cache_take_back(Cache *cache, size_t count);

/* Whether triggers report whatever the connection changes. */
static inline bool cache_is_reported(const Cache *cache) {
  return cache->triggers == TRIGGERS_THERE && !cache->doubted;
}

/* An integer that a pragma of the source's database gives. SQLITE_OK or an error. */
int cache_read_pragma(const Cache *cache, const char *pragma, int64_t *integer);

/*
** Core begins a read transaction on the database of the cache. On that of the source it must begin
** before versions are compared, or they are old. SQLITE_OK or an error.
*/
int cache_begin_reading(CacheUse *use);

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
