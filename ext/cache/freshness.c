/*
** freshness.c: brings a cache up to date; see cache.h.
*/
#include <string.h>

#include "cache_state.h"
#include "store/compact.h"
#include "store/lookup.h"
#include "base/fetch.h"
#include "image.h"
#include "mirror.h"
#include "base/message.h"
#include "base/statements.h"

/* ---- what may have changed -------------------------------------------------------------- */

static uint32_t version_of(sqlite3 *db, const char *schema) {
  uint32_t version = 0;
  sqlite3_file_control(db, schema, SQLITE_FCNTL_DATA_VERSION, &version);
  return version;
}

/* Of all databases: they only grow, so no two changes cancel each other. */
static int version_of_all(sqlite3 *db, uint32_t *version) {
  static const char sql[] = "SELECT name FROM pragma_database_list";
  sqlite3_stmt *databases = NULL;
  *version = 0;
  int rc = sqlite3_prepare_v2(db, sql, -1, &databases, NULL);
  while (rc == SQLITE_OK && sqlite3_step(databases) == SQLITE_ROW) {
    *version = *version * 31 + version_of(db, (const char *)sqlite3_column_text(databases, 0));
  }
  return fetch_end(databases, rc);
}

static int database_version(const Cache *cache, uint32_t *version) {
  sqlite3 *db = cache->registry->db;
  if (cache->source.is_everywhere) return version_of_all(db, version);
  *version = version_of(db, cache->source.schema);
  return SQLITE_OK;
}

/* Whether the connection has changes of the source's database that are not committed. */
static bool is_writing(const Cache *cache) {
  sqlite3 *db = cache->registry->db;
  const char *schema = cache->source.is_everywhere ? NULL : cache->source.schema;
  if (sqlite3_libversion_number() < 3034000) return sqlite3_get_autocommit(db) == 0;
  return sqlite3_txn_state(db, schema) == SQLITE_TXN_WRITE;
}

/* Whether a statement under way may change the source: by REPLACE also unreported. */
static bool is_early(const Cache *cache) {
  return is_writing(cache) && statements_writing(cache->registry->db) > 0;
}

/* By the connection so far. No change goes without; nor does a statement that reads a table. */
static int pages_fetched(sqlite3 *db) {
  int hits = 0, misses = 0, none;
  sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_HIT, &hits, &none, 0);
  sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_MISS, &misses, &none, 0);
  return (int)((unsigned)hits + (unsigned)misses);
}

/*
** Whether statements of the connection may have changed something. One that fails half-way counts
** no change, which leaves 0 for sqlite3_changes; where a STRICT table refuses a value, core makes
** no statement journal, so in a transaction what was changed before stays.
*/
static bool has_changed(const Cache *cache) {
  sqlite3 *db = cache->registry->db;
  if (cache->seen.changes != sqlite3_total_changes(db)) return true;
  if (!cache->source.may_be_strict || sqlite3_changes(db) != 0) return false;
  return is_writing(cache) && cache->seen.fetched != pages_fetched(db);
}

static int is_current(const Cache *cache, bool *current) {
  *current = false;
  if (cache->source_state != SOURCE_KNOWN || cache->rows_state == ROWS_DOUBTFUL) return SQLITE_OK;
  if (notes_pending(&cache->notes) || notes_pending(&cache->conflicts)) return SQLITE_OK;
  if (notes_were_early(&cache->notes) && !is_early(cache)) return SQLITE_OK;
  if (cache->seen.generation != shared_image_generation(cache->place.shared)) return SQLITE_OK;
  if (!cache_is_reported(cache) && has_changed(cache)) return SQLITE_OK;
  uint32_t version = 0;
  int rc = database_version(cache, &version);
  *current = rc == SQLITE_OK && cache->seen.version == version;
  return rc;
}

/* A statement over temp is not prepared again when the schema of another database changes. */
static bool schema_may_differ(const Cache *cache) {
  return sqlite3_stricmp(cache->schema, cache->source.schema) != 0 && is_writing(cache);
}

/* ---- reading what changed ------------------------------------------------------------------ */

static int read_source(Cache *cache, const Notes *due, bool all, char **error) {
  Mirror mirror = {.db = cache->registry->db,
                   .table = cache->table,
                   .name = cache->name,
                   .from = cache->source.from,
                   .alias = cache->content,
                   .countable = cache->source.is_table,
                   .columns = cache->columns,
                   .key = cache->key != NULL ? cache->key : cache->source.rowid,
                   .key_column = cache->key_column};
  if (all) {
    int rc = mirror_all(&mirror, error);
    return rc == SQLITE_OK ? lookup_ready(cache->table) : rc; /* indexes are not compared */
  }
  return mirror_rows(&mirror, due->rowids + due->looked_at, due->count - due->looked_at, error);
}

/*
** Reads the rows that are due, or all, on an error none. What is reported meanwhile is among the
** cache's notes, but for a rollback: *undone.
*/
static int read_or_take_back(Cache *cache, const Notes *due, bool all, bool *undone, char **error) {
  Undo *transaction = &cache->registry->undo;
  size_t before = cache->undo.count;
  UndoWatch watch = undo_watch(transaction);
  int rc = undo_mark(&cache->undo, 0);
  cache->activity = CACHE_READING;
  if (rc == SQLITE_OK) rc = read_source(cache, due, all, error);
  cache->activity = CACHE_LOOKING;
  *undone = undo_watched(transaction, &watch);
  if (rc == SQLITE_OK && *undone) rc = SQLITE_ABORT_ROLLBACK;
  if (rc != SQLITE_OK) cache_take_back(cache, before);
  undo_release(&cache->undo, 0);
  return rc;
}

/*
** Reads what is due; on an error the rows are what they were. Functions that the source calls may
** change it: what is reported meanwhile is due the next time.
*/
static int read_changes(Cache *cache, bool all, char **error) {
  Notes due = cache->notes;
  bool early = is_early(cache), undone = false;
  cache->notes = (Notes){0};
  if (all) cache->rows_state = ROWS_KNOWN;
  int rc = read_or_take_back(cache, &due, all, &undone, error);
  if (rc == SQLITE_OK) notes_have_looked(&due, all, early);
  /* They may be those of another file by now. */
  if (rc != SQLITE_OK && all) cache_doubt_rows(cache, ROWS_DOUBTFUL);
  notes_append(&due, &cache->notes);
  cache->notes = due;
  if (undone) {
    cache_undo(cache);
    cache_doubt_rows(cache, ROWS_DOUBTFUL); /* those of before the rollback may be read already */
  }
  return rc;
}

/* The file that the rows came from is damaged. */
static int read_afresh(Cache *cache, char **error) {
  if (cache->table->snapshot == NULL || cache->table->cursors > 0) return SQLITE_CORRUPT;
  sqlite3_free(*error);
  *error = NULL;
  table_forget_rows(cache->table);
  return read_changes(cache, true, error);
}

/* Makes all rows those of the source, for good, and does without a file that is damaged. */
static int compare_all(Cache *cache, char **error) {
  int rc = read_changes(cache, true, error);
  if (rc == SQLITE_CORRUPT) rc = read_afresh(cache, error);
  if (rc == SQLITE_OK) cache_keep_changes(cache);
  return rc;
}

/* Seals what is due; short of memory the rows just stay open. */
static void seal_what_was_read(Cache *cache) {
  if (!compact_is_due(cache->table, SEAL_COMMIT)) return;
  if (compact_seal(cache->table, SEAL_COMMIT) == SQLITE_OK) cache_keep_changes(cache);
}

/* What is not committed yet concerns no other process. */
static int take_up_image(Cache *cache, bool writing) {
  return writing ? SQLITE_OK : image_take_up(cache->table, &cache->place);
}

/*
** Publishes the rows, compared as a whole or not. Others may publish, too: what is taken up before
** that may be newer than what was compared, and what is taken up behind it as well.
*/
static int publish(Cache *cache, bool compared, char **error) {
  int rc = SQLITE_OK;
  if (!compared) {
    rc = image_take_up(cache->table, &cache->place);
    if (rc == SQLITE_OK) rc = compare_all(cache, error);
    if (rc != SQLITE_OK) return rc;
  }
  rc = image_publish(cache->table, cache->name, &cache->place);
  return rc == SQLITE_OK ? compare_all(cache, error) : rc;
}

/* ---- bringing it up to date: look, decide, read, settle, remember ---------------------------- */

/* One run of it. */
typedef struct Run {
  Seen now;           /* before the source is read */
  bool changed;       /* the source may have, not only the image that others publish */
  bool all;           /* all rows are to be compared */
  bool writing;       /* the transaction has changed the source's database, */
  bool writing_first; /* and had before it was read: functions that the source calls may begin
                      ** the transaction, or commit it */
} Run;

/* Statements that may not fire the triggers are gone: from now on what these report is all. */
static void trust_triggers(Cache *cache) {
  if (!cache->doubted || statements_may_write(cache->registry->db)) return;
  cache->doubted = false;
  cache_doubt_rows(cache, ROWS_DOUBTFUL);
}

static int look(const Cache *cache, Seen *now) {
  *now = (Seen){.changes = sqlite3_total_changes(cache->registry->db),
                .generation = shared_image_generation(cache->place.shared)};
  int rc = database_version(cache, &now->version);
  return rc == SQLITE_OK ? cache_read_pragma(cache, "data_version", &now->data_version) : rc;
}

/* What a REPLACE under way removes may be there until the next row is reported, or its end. */
static void note_removals(Cache *cache) {
  notes_copy(&cache->notes, &cache->conflicts);
  if (is_early(cache)) return;
  cache->begun_rows = 0;
  notes_clear(&cache->conflicts);
  notes_look_again(&cache->notes);
}

/* Whether something has changed, and notes do not tell which rows. */
static bool must_compare(const Cache *cache, const Seen *now) {
  const Seen *seen = &cache->seen;
  if (cache->rows_state == ROWS_DOUBTFUL || cache->notes.all) return true;
  if (now->data_version != seen->data_version) return true;
  if (!cache_is_reported(cache)) return has_changed(cache) || now->version != seen->version;
  bool told = now->changes != seen->changes || notes_pending(&cache->notes);
  return now->version != seen->version && !told;
}

/* Changes that others make to the image make it compare, too, but are none of the source. */
static void decide(const Cache *cache, Run *run) {
  bool compare = must_compare(cache, &run->now);
  run->changed = compare || notes_pending(&cache->notes);
  run->all = compare || run->now.generation != cache->seen.generation;
  run->writing = run->writing_first = is_writing(cache);
}

static int read_due(Cache *cache, Run *run, char **error) {
  int rc = run->writing ? registry_join(cache->registry) : SQLITE_OK;
  if (rc == SQLITE_OK && run->all) rc = take_up_image(cache, run->writing);
  if (rc != SQLITE_OK || (!run->all && !notes_pending(&cache->notes))) return rc;
  rc = read_changes(cache, run->all, error);
  if (rc == SQLITE_CORRUPT && !run->writing) rc = read_afresh(cache, error);
  run->writing = is_writing(cache);
  bool begun = run->writing && !run->writing_first;
  return rc == SQLITE_OK && begun ? registry_join(cache->registry) : rc;
}

/*
** Makes what was read final. Where nothing changed but the rows that others publish, they
** see another state of the file than this connection, and would publish theirs in turn.
*/
static int settle(Cache *cache, const Run *run, char **error) {
  if (run->writing) return SQLITE_OK;
  cache_keep_changes(cache);
  notes_forget_looked_at(&cache->notes);
  seal_what_was_read(cache);
  if (!run->changed || !image_is_due(cache->table, &cache->place)) return SQLITE_OK;
  return publish(cache, run->all, error);
}

/*
** Whether what was read may be another connection's, not committed yet: its rollback gives no sign.
** Only of a page cache that connections share is there less in use when shares are counted.
*/
static int may_be_dirty(const Cache *cache, bool *dirty) {
  sqlite3 *db = cache->registry->db;
  int used = 0, share = 0, none;
  int64_t uncommitted = 0;
  *dirty = false;
  sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_USED, &used, &none, 0);
  sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_USED_SHARED, &share, &none, 0);
  if (share == used) return SQLITE_OK;
  int rc = cache_read_pragma(cache, "read_uncommitted", &uncommitted);
  *dirty = uncommitted != 0;
  return rc;
}

/* How long what was read holds. */
static void remember(Cache *cache, const Run *run, bool dirty) {
  if (run->all && run->writing) cache_doubt_rows(cache, ROWS_TENTATIVE);
  if (dirty || run->writing != run->writing_first) cache_doubt_rows(cache, ROWS_DOUBTFUL);
  cache->seen = run->now;
  cache->seen.generation = shared_image_generation(cache->place.shared); /* perhaps its own */
  cache->seen.fetched = pages_fetched(cache->registry->db);
}

/* An error of any step leaves the rows as they were, or doubtful. */
static int bring_up_to_date(Cache *cache, char **error) {
  Run run;
  bool dirty = false;
  int rc = look(cache, &run.now);
  if (rc != SQLITE_OK) return rc;
  trust_triggers(cache);
  note_removals(cache);
  decide(cache, &run);
  rc = read_due(cache, &run, error);
  if (rc == SQLITE_OK) rc = may_be_dirty(cache, &dirty);
  if (rc == SQLITE_OK) rc = settle(cache, &run, error);
  if (rc == SQLITE_OK) remember(cache, &run, dirty);
  if (rc != SQLITE_OK && run.all) cache_doubt_rows(cache, ROWS_DOUBTFUL);
  return rc;
}

/* `rc`, unless having the table connected anew fails otherwise. */
static int reconnect(Cache *cache, int rc) {
  int cleared = cache_reconnect(cache);
  return cleared == SQLITE_OK ? rc : cleared;
}

int cache_refresh(CacheUse *use, char **error) {
  Cache *cache = use->cache;
  bool current = false;
  int rc = cache_begin_reading(use);
  if (rc == SQLITE_OK) rc = is_current(cache, &current);
  if (rc != SQLITE_OK || (current && !schema_may_differ(cache))) return rc;
  if (cache->activity != CACHE_IDLE) {
    return message_fail(error, SQLITE_ERROR, "%s: %s reads it in turn", cache->name,
                        cache->content);
  }
  cache->activity = CACHE_LOOKING;
  rc = cache_look_at_schema(cache, FOLLOW_AS_IS, error);
  if (rc == SQLITE_OK) rc = bring_up_to_date(cache, error);
  cache->activity = CACHE_IDLE;
  return rc == SQLITE_ERROR ? reconnect(cache, rc) : rc;
}

int cache_command(CacheUse *use, const char *command, bool *known, char **error) {
  bool rebuild = sqlite3_stricmp(command, "rebuild") == 0;
  *known = rebuild || sqlite3_stricmp(command, "refresh") == 0;
  if (!*known) return SQLITE_OK;
  cache_doubt_source(use->cache, SOURCE_SOUGHT);
  if (rebuild) cache_doubt_rows(use->cache, ROWS_DOUBTFUL);
  int rc = cache_tidy(use->cache, true);
  if (rc == SQLITE_OK) rc = cache_refresh(use, error);
  return rc == SQLITE_OK ? reconnect(use->cache, rc) : rc;
}
