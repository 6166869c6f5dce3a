/*
** freshness.c: brings a cache up to date; see cache.h.
*/
#include <string.h>

#include "cache_state.h"
#include "store/compact.h"
#include "store/lookup.h"
#include "base/fetch.h"
#include "follow.h"
#include "image.h"
#include "mirror.h"
#include "base/message.h"

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
  int end = sqlite3_finalize(databases);
  return rc == SQLITE_OK ? end : rc;
}

static int database_version(const Cache *cache, uint32_t *version) {
  sqlite3 *db = cache->registry->db;
  if (cache->source.is_everywhere) return version_of_all(db, version);
  *version = version_of(db, cache->source.schema);
  return SQLITE_OK;
}

static int is_current(const Cache *cache, bool *current) {
  bool known =
      cache->loaded && !cache->seek_source && !cache->schema_doubtful && !cache->compare_all;
  *current = false;
  if (!known || notes_pending(&cache->notes)) return SQLITE_OK;
  if (cache->generation != shared_image_generation(cache->shared)) return SQLITE_OK;
  if (!cache->followed && cache->changes != sqlite3_total_changes(cache->registry->db)) {
    return SQLITE_OK;
  }
  uint32_t version = 0;
  int rc = database_version(cache, &version);
  *current = rc == SQLITE_OK && cache->version == version;
  return rc;
}

/* Whether the connection has changes of the source's database that are not committed. */
static bool is_writing(const Cache *cache) {
  sqlite3 *db = cache->registry->db;
  const char *schema = cache->source.is_everywhere ? NULL : cache->source.schema;
  if (sqlite3_libversion_number() < 3034000) return sqlite3_get_autocommit(db) == 0;
  return sqlite3_txn_state(db, schema) == SQLITE_TXN_WRITE;
}

static int read_pragma(const Cache *cache, const char *pragma, int64_t *integer) {
  char *sql = sqlite3_mprintf("PRAGMA \"%w\".%s", cache->source.schema, pragma);
  int rc = fetch_integer(cache->registry->db, sql, integer);
  sqlite3_free(sql);
  return rc;
}

/* Whether core begins no transaction on the source's database by itself, and none is on. */
static bool must_begin(const Cache *cache) {
  const Source *source = &cache->source;
  if (source->schema == NULL) return false;
  if (source->is_everywhere) return true;
  if (sqlite3_stricmp(cache->schema, source->schema) == 0) return false;
  if (cache->schema_doubtful || sqlite3_libversion_number() < 3034000) return true;
  return sqlite3_txn_state(cache->registry->db, source->schema) == SQLITE_TXN_NONE;
}

/* A view's own statement begins on all databases that it reads. */
static int prepare_begin(CacheUse *use) {
  const Source *source = &use->cache->source;
  if (use->begin != NULL) return SQLITE_OK;
  char *sql = source->is_everywhere
                  ? sqlite3_mprintf("SELECT 1 FROM %s LIMIT 0", source->from)
                  : sqlite3_mprintf("SELECT 1 FROM \"%w\".sqlite_master LIMIT 0", source->schema);
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_prepare_v3(use->cache->registry->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                              &use->begin, NULL);
  sqlite3_free(sql);
  return rc;
}

/* Prepared again, the statement may be over another file, attached in the name of the first. */
static void notice_prepared(CacheUse *use) {
  int prepared =
      use->begin == NULL ? -1 : sqlite3_stmt_status(use->begin, SQLITE_STMTSTATUS_REPREPARE, 0);
  if (prepared != use->prepared) use->cache->schema_doubtful = use->cache->compare_all = true;
  use->prepared = prepared;
}

/*
** Core begins a read transaction on the database of the cache. On that of the
** source it must begin before versions are compared, or they are old.
*/
static int begin_reading(CacheUse *use) {
  if (!must_begin(use->cache)) return SQLITE_OK;
  int rc = prepare_begin(use);
  if (rc == SQLITE_OK) {
    sqlite3_step(use->begin);
    rc = sqlite3_reset(use->begin);
  }
  notice_prepared(use);
  if (rc != SQLITE_ERROR) return rc;
  use->cache->seek_source = true; /* no such database: looking for the source says so */
  return SQLITE_OK;
}

/* A statement over temp is not prepared again when the schema of another database changes. */
static bool schema_may_differ(const Cache *cache) {
  return sqlite3_stricmp(cache->schema, cache->source.schema) != 0 && is_writing(cache);
}

/* ---- reading what changed ------------------------------------------------------------------ */

/* Takes part with the caches of other connections that have these rows of this file. */
static int join_others(Cache *cache) {
  const char *file = sqlite3_db_filename(cache->registry->db, cache->source.schema);
  if (cache->shared != NULL || cache->path != NULL || file == NULL || file[0] == 0) {
    return SQLITE_OK;
  }
  char *key = sqlite3_mprintf("%s\n%s\n%s", file, cache->source.name, cache->declaration);
  int rc = key == NULL ? SQLITE_NOMEM : shared_image_join(key, &cache->shared);
  sqlite3_free(key);
  return rc;
}

/*
** Triggers over an attached database die unnoticed when that is detached, which ends a cache in it.
*/
static bool can_follow(const Cache *cache) {
  const char *schema = cache->source.schema;
  if (cache->superseded) return false;
  return sqlite3_stricmp(schema, cache->schema) == 0 || sqlite3_stricmp(schema, "main") == 0;
}

/* Finds the source again, and has its changes reported. */
static int find_source(Cache *cache, char **error) {
  Source source;
  int rc = source_open(cache->registry->db, cache->schema, cache->content, &source, error);
  if (rc != SQLITE_OK) return rc;
  source_close(&cache->source);
  cache->source = source;
  const char *key = cache->key != NULL ? cache->key : source.rowid;
  bool before = cache->followed;
  if (cache->renew_triggers) {
    rc = follow_no_more(source.db, cache->id);
    if (rc != SQLITE_OK) return rc;
    shared_image_leave(cache->shared);
    cache->shared = NULL;
  }
  cache->renew_triggers = cache->followed = false;
  rc = cache_drop_orphans(cache->registry);
  if (rc == SQLITE_OK && can_follow(cache)) {
    rc = follow_source_changes(&source, key, cache->id, &cache->followed);
  }
  if (cache->followed != before) cache->compare_all = true;
  return rc;
}

/* Triggers over what is not there would make every ALTER TABLE fail. */
static int source_is_gone(Cache *cache, int rc) {
  cache->renew_triggers = cache->compare_all = true;
  if (rc != SQLITE_ERROR || !cache->followed) return rc;
  cache->followed = false;
  int dropped = follow_no_more(cache->registry->db, cache->id);
  return dropped == SQLITE_OK ? rc : dropped;
}

static int look_at_schema(Cache *cache, char **error) {
  int64_t schema_version = cache->schema_version;
  int rc = SQLITE_OK;
  if (!cache->seek_source) rc = read_pragma(cache, "schema_version", &schema_version);
  if (rc != SQLITE_OK || (!cache->seek_source && schema_version == cache->schema_version))
    return rc;
  cache->seek_source = true;
  rc = find_source(cache, error);
  if (rc != SQLITE_OK) return source_is_gone(cache, rc);
  rc = join_others(cache);
  if (rc == SQLITE_OK) rc = read_pragma(cache, "schema_version", &schema_version);
  if (schema_version != cache->schema_version) cache->compare_all = true;
  cache->schema_version = schema_version;
  return rc;
}

static bool must_compare(const Cache *cache, int64_t data_version, uint32_t version) {
  if (!cache->loaded || cache->compare_all || cache->notes.all ||
      data_version != cache->data_version)
    return true;
  bool counted = cache->changes != sqlite3_total_changes(cache->registry->db);
  if (!cache->followed) return counted || version != cache->version;
  return version != cache->version && !counted && !notes_pending(&cache->notes);
}

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

/* What is not committed yet concerns no other process. */
static int take_up_image(Cache *cache, bool writing) {
  ImagePlace place = cache_place(cache);
  return writing ? SQLITE_OK : image_take_up(cache->table, &place);
}

/*
** Reads what is due; on an error the rows are what they were. Functions that the source calls may
** change it: what is reported meanwhile is due the next time.
*/
static int read_changes(Cache *cache, bool all, char **error) {
  Undo *transaction = &cache->registry->undo;
  size_t before = cache->undo.count;
  Notes due = cache->notes;
  cache->notes = (Notes){0};
  UndoWatch watch = undo_watch(transaction);
  int rc = undo_mark(&cache->undo, 0);
  cache->reading = true;
  if (rc == SQLITE_OK) rc = read_source(cache, &due, all, error);
  cache->reading = false;
  bool undone = undo_watched(transaction, &watch);
  if (rc == SQLITE_OK && undone) rc = SQLITE_ABORT_ROLLBACK;
  if (rc != SQLITE_OK) cache_take_back(cache, before);
  undo_release(&cache->undo, 0);
  if (rc == SQLITE_OK) due.looked_at = due.count;
  if (rc == SQLITE_OK && all) notes_clear(&due);
  notes_append(&due, &cache->notes);
  cache->notes = due;
  if (undone) {
    cache_undo(cache);
    cache->compare_all = true; /* rows of before the rollback may be read already */
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

/* Seals what is due; short of memory the rows just stay open. */
static void seal_what_was_read(Cache *cache) {
  if (!compact_is_due(cache->table, SEAL_COMMIT)) return;
  if (compact_seal(cache->table, SEAL_COMMIT) == SQLITE_OK) cache_keep_changes(cache);
}

/*
** Publishes the rows, compared as a whole or not. Others may publish, too: what is taken up before
** that may be newer than what was compared, and what is taken up behind it as well.
*/
static int publish(Cache *cache, bool compared, const ImagePlace *place, char **error) {
  int rc = SQLITE_OK;
  if (!compared) {
    rc = image_take_up(cache->table, place);
    if (rc == SQLITE_OK) rc = read_changes(cache, true, error);
    if (rc != SQLITE_OK) return rc;
    cache_keep_changes(cache);
  }
  rc = image_publish(cache->table, cache->name, place);
  if (rc == SQLITE_OK) rc = read_changes(cache, true, error);
  if (rc == SQLITE_OK) cache_keep_changes(cache);
  return rc;
}

/*
** Makes what was read final. Where nothing changed but the rows that others publish, they
** see another state of the file than this connection, and would publish theirs in turn.
*/
static int settle(Cache *cache, bool all, bool changed, char **error) {
  cache_keep_changes(cache);
  notes_forget_looked_at(&cache->notes);
  seal_what_was_read(cache);
  ImagePlace place = cache_place(cache);
  if (!changed || !image_is_due(cache->table, &place)) return SQLITE_OK;
  return publish(cache, all, &place, error);
}

/* A function that the source calls may begin the transaction, or commit it: *writing follows. */
static int read_due(Cache *cache, bool all, bool *writing, char **error) {
  bool before = *writing;
  int rc = before ? registry_join(cache->registry) : SQLITE_OK;
  if (rc == SQLITE_OK && all) rc = take_up_image(cache, before);
  if (rc != SQLITE_OK || (!all && !notes_pending(&cache->notes))) return rc;
  rc = read_changes(cache, all, error);
  if (rc == SQLITE_CORRUPT && !before) rc = read_afresh(cache, error);
  *writing = is_writing(cache);
  if (rc == SQLITE_OK && *writing && !before) rc = registry_join(cache->registry);
  return rc;
}

static int bring_up_to_date(Cache *cache, char **error) {
  int64_t data_version = 0;
  int changes = sqlite3_total_changes(cache->registry->db);
  uint32_t version = 0;
  bool before = is_writing(cache), writing = before;
  int rc = database_version(cache, &version);
  if (rc == SQLITE_OK) rc = read_pragma(cache, "data_version", &data_version);
  if (rc != SQLITE_OK) return rc;
  uint64_t generation = shared_image_generation(cache->shared);
  bool changed = must_compare(cache, data_version, version);
  bool all = changed || generation != cache->generation;
  changed = changed || notes_pending(&cache->notes);
  rc = read_due(cache, all, &writing, error);
  if (rc == SQLITE_OK && !writing) rc = settle(cache, all, changed, error);
  if (rc != SQLITE_OK) return rc;
  cache->tentative = cache->tentative || (writing && all);
  cache->loaded = true;
  cache->seek_source = cache->renew_triggers; /* connected anew meanwhile */
  cache->compare_all = cache->renew_triggers || writing != before;
  cache->schema_doubtful = false;
  cache->version = version;
  cache->data_version = data_version;
  cache->generation = shared_image_generation(cache->shared);
  cache->changes = changes;
  return SQLITE_OK;
}

/*
** Making triggers is a change of temp's schema, which expires all statements, and
** an expired one that is running fails at the next cursor it opens. So this is
** done before the statement runs; other errors than SQLITE_NOMEM are told when it does.
*/
int cache_prepare(Cache *cache) {
  char *error = NULL;
  cache->schema_doubtful = true;
  if (cache->busy) return SQLITE_OK;
  cache->busy = true;
  int rc = look_at_schema(cache, &error);
  cache->busy = false;
  /* A schema that changes before the first step makes core prepare the statement again. */
  if (rc == SQLITE_OK) cache->seek_source = cache->schema_doubtful = false;
  sqlite3_free(error);
  return rc == SQLITE_NOMEM ? SQLITE_NOMEM : SQLITE_OK;
}

int cache_refresh(CacheUse *use, char **error) {
  Cache *cache = use->cache;
  bool current = false;
  int rc = begin_reading(use);
  if (rc == SQLITE_OK) rc = is_current(cache, &current);
  if (rc != SQLITE_OK || (current && !schema_may_differ(cache))) return rc;
  if (cache->busy) {
    return message_fail(error, SQLITE_ERROR, "%s: %s reads it in turn", cache->name,
                        cache->content);
  }
  cache->busy = true;
  rc = look_at_schema(cache, error);
  if (rc == SQLITE_OK) rc = bring_up_to_date(cache, error);
  cache->busy = false;
  return rc;
}

int cache_command(CacheUse *use, const char *command, bool *known, char **error) {
  bool rebuild = sqlite3_stricmp(command, "rebuild") == 0;
  *known = rebuild || sqlite3_stricmp(command, "refresh") == 0;
  if (rebuild) use->cache->compare_all = use->cache->seek_source = true;
  return *known ? cache_refresh(use, error) : SQLITE_OK;
}
