/*
** cache_schema.c: finds the source of a cache, and has triggers report its changes; see cache.h.
*/
#include "cache_state.h"

#include <string.h>

#include "base/fetch.h"
#include "base/message.h"
#include "base/statements.h"

int cache_read_pragma(const Cache *cache, const char *pragma, int64_t *integer) {
  char *sql = sqlite3_mprintf("PRAGMA \"%w\".%s", cache->source.schema, pragma);
  int rc = fetch_integer(cache->registry->db, sql, integer);
  sqlite3_free(sql);
  return rc;
}

/* Takes part with the caches of other connections that have these rows of this file. */
static int join_others(Cache *cache) {
  const char *file = sqlite3_db_filename(cache->registry->db, cache->source.schema);
  ImagePlace *place = &cache->place;
  if (place->shared != NULL || place->path != NULL || file == NULL || file[0] == 0) {
    return SQLITE_OK;
  }
  char *key = sqlite3_mprintf("%s\n%s\n%s", file, cache->source.name, cache->declaration);
  int rc = key == NULL ? SQLITE_NOMEM : shared_image_join(key, &place->shared);
  sqlite3_free(key);
  return rc;
}

/* A cache in a database that is detached ends. */
static bool can_follow(const Cache *cache) {
  const char *schema = cache->source.schema;
  if (cache->superseded) return false;
  return sqlite3_stricmp(schema, cache->schema) == 0 || sqlite3_stricmp(schema, "main") == 0;
}

/*
** Has the source's changes reported. With FOLLOW_MAKE a statement is being compiled that may not
** fire what is made.
*/
static int follow(Cache *cache, FollowHow how) {
  const Source *source = &cache->source;
  const char *key = cache->key != NULL ? cache->key : source->rowid;
  int64_t before = 0, version = 0;
  bool followed = false;
  cache->triggers = TRIGGERS_MISSING;
  if (!can_follow(cache)) return SQLITE_OK;
  int rc = follow_version(source->db, &before);
  if (rc == SQLITE_OK) rc = follow_source_changes(source, key, cache->id, how, &followed);
  if (rc == SQLITE_OK) rc = follow_version(source->db, &version);
  if (how == FOLLOW_MAKE && version != before) cache->doubted = true;
  if (how == FOLLOW_AS_IS) cache->triggers = TRIGGERS_POSTPONED;
  if (followed) cache->triggers = TRIGGERS_THERE;
  return rc;
}

/* ---- columns that are others than when core connected the table ------------------------------ */

static bool is_elsewhere(const Source *source, int at, const char *name) {
  return at >= source->column_count || sqlite3_stricmp(source->columns[at].name, name) != 0;
}

/* Whether the declaration names a column that the source has no more. */
static bool names_a_lost_column(const Cache *cache, const Source *source) {
  const Table *table = cache->table;
  for (uint32_t i = 0; i < table->index_count && cache->connected.whole; i++) {
    const IndexDef *index = &table->indexes[i].def;
    for (uint32_t k = 0; k < index->count; k++) {
      if (source_find_column(source, cache->connected.columns[index->columns[k]].name) < 0)
        return true;
    }
  }
  return !cache->connected.whole;
}

/*
** Core connects a table anew when it reads its schema again, but not where the connection itself
** drops a table or view and makes another one. A column that has another type or collation then
** would be compared as it was before; of one that is gone reading it says so.
*/
static int check_columns(Cache *cache, const Source *source, char **error) {
  bool gone = false, changed = false, moved = source->column_count != cache->connected.count;
  for (int i = 0; i < cache->connected.count; i++) {
    const SourceColumn *taken = &cache->connected.columns[i];
    int column = source_find_column(source, taken->name);
    moved = moved || is_elsewhere(source, i, taken->name);
    if (column < 0) {
      gone = true;
    } else if (strcmp(source->columns[column].definition, taken->definition) != 0) {
      changed = true;
    }
  }
  /* Where one is named that is gone, connecting it fails, and core could not even drop it. */
  cache->connected.outdated =
      gone ? !names_a_lost_column(cache, source) : changed || (moved && cache->connected.whole);
  if (gone || !changed) return SQLITE_OK;
  return message_fail(error, SQLITE_ERROR, "%s: columns of %s have changed: run it again",
                      cache->name, cache->content);
}

/*
** Clears the schema, for core to read it when it prepares the next statement. One that is under
** way fails at the next cursor it opens, so there must be none but the one that calls.
*/
int cache_reconnect(Cache *cache) {
  sqlite3 *db = cache->registry->db;
  int64_t writable = 0;
  if (!cache->connected.outdated || statements_busy(db) > 1) return SQLITE_OK;
  int rc = fetch_integer(db, "PRAGMA writable_schema", &writable);
  if (rc == SQLITE_OK) rc = sqlite3_exec(db, "PRAGMA writable_schema = RESET", NULL, NULL, NULL);
  if (rc == SQLITE_OK && writable != 0) {
    rc = sqlite3_exec(db, "PRAGMA writable_schema = ON", NULL, NULL, NULL);
  }
  return fetch_may_fail(rc) ? SQLITE_OK : rc;
}

/* ---- the source ------------------------------------------------------------------------------ */

/* Drops triggers that report to no cache any more. */
static int drop_orphans(Registry *registry) {
  sqlite3_str *ids = sqlite3_str_new(registry->db);
  for (Follower *follower = registry->followers; follower != NULL; follower = follower->next) {
    const Cache *cache = follower->cache;
    if (!cache->superseded) sqlite3_str_appendf(ids, "%lld, ", (sqlite3_int64)cache->id);
  }
  sqlite3_str_appendall(ids, "0");
  int rc = sqlite3_str_errcode(ids);
  char *text = sqlite3_str_finish(ids);
  if (rc == SQLITE_OK) rc = follow_only(registry->db, text);
  sqlite3_free(text);
  return rc;
}

static bool is_same(const Source *a, const Source *b) {
  return sqlite3_stricmp(a->schema, b->schema) == 0 && sqlite3_stricmp(a->name, b->name) == 0;
}

/*
** Finds the source again, where its columns are those that the table is connected with. In temp it
** may be one of another database now, of which versions tell nothing: *state follows.
*/
static int find_source(Cache *cache, SourceState *state, char **error) {
  Source source;
  int rc = source_open(cache->registry->db, cache->schema, cache->content, &source, error);
  if (rc != SQLITE_OK) return rc;
  rc = check_columns(cache, &source, error);
  if (rc != SQLITE_OK) {
    source_close(&source);
    return rc;
  }
  if (!is_same(&source, &cache->source)) {
    cache->sources++;
    *state = SOURCE_RENEWED;
  }
  source_close(&cache->source);
  cache->source = source;
  return SQLITE_OK;
}

/* What was of the source as it was before, which may have been another one, is of no use. */
static int forget_source(Cache *cache, FollowHow how) {
  shared_image_leave(cache->place.shared);
  cache->place.shared = NULL;
  cache_doubt_rows(cache, ROWS_DOUBTFUL);
  bool dead = how == FOLLOW_TIDY && cache_may_be_detached(cache);
  return dead ? follow_no_more(cache->registry->db, cache->id) : SQLITE_OK;
}

/* Has the changes of the source that was found reported, or looks what else may tell of them. */
static int follow_found(Cache *cache, FollowHow how) {
  bool before = cache_is_reported(cache);
  int rc = how == FOLLOW_TIDY ? drop_orphans(cache->registry) : SQLITE_OK;
  if (rc == SQLITE_OK) rc = follow(cache, how);
  if (rc == SQLITE_OK && !cache_is_reported(cache)) rc = source_look_for_strict(&cache->source);
  if (cache_is_reported(cache) != before) cache_doubt_rows(cache, ROWS_DOUBTFUL);
  return rc;
}

/* Triggers over what is not there would make every ALTER TABLE fail. */
static int source_is_gone(Cache *cache, int rc) {
  cache_doubt_source(cache, SOURCE_RENEWED);
  if (rc != SQLITE_ERROR) return rc;
  int dropped = follow_no_more(cache->registry->db, cache->id);
  return dropped == SQLITE_OK ? rc : dropped;
}

/* The source is to be found again, and followed; the state is that from before. */
static int seek_source(Cache *cache, SourceState state, FollowHow how, char **error) {
  int64_t schema_version = cache->schema_version;
  int rc = find_source(cache, &state, error);
  if (rc == SQLITE_OK && state == SOURCE_RENEWED) rc = forget_source(cache, how);
  if (rc == SQLITE_OK) rc = follow_found(cache, how);
  if (rc != SQLITE_OK) return source_is_gone(cache, rc);
  rc = join_others(cache);
  if (rc == SQLITE_OK) rc = cache_read_pragma(cache, "schema_version", &schema_version);
  if (rc != SQLITE_OK) cache_doubt_source(cache, SOURCE_SOUGHT);
  if (schema_version != cache->schema_version) cache_doubt_rows(cache, ROWS_DOUBTFUL);
  cache->schema_version = schema_version;
  return rc;
}

/* Whether the source has to be found again, for which the version may have to be read. */
static int must_seek(const Cache *cache, FollowHow how, bool *must) {
  int64_t schema_version = 0;
  *must = cache->source_state >= SOURCE_SOUGHT ||
          (cache->triggers == TRIGGERS_POSTPONED && how != FOLLOW_AS_IS);
  if (*must) return SQLITE_OK;
  int rc = cache_read_pragma(cache, "schema_version", &schema_version);
  *must = rc == SQLITE_OK && schema_version != cache->schema_version;
  return rc;
}

int cache_look_at_schema(Cache *cache, FollowHow how, char **error) {
  SourceState state = cache->source_state;
  bool must = false;
  int rc = must_seek(cache, how, &must);
  if (rc != SQLITE_OK) return rc;
  cache->source_state = SOURCE_KNOWN;
  return must ? seek_source(cache, state, how, error) : SQLITE_OK;
}

/*
** Making triggers is a change of temp's schema, which expires all statements, and
** an expired one that is running fails at the next cursor it opens. So this is
** done before the statement runs, and not below one that writes; other errors than SQLITE_NOMEM
** are told when it does. A schema that changes before the first step makes core prepare it again.
*/
static int prepare(Cache *cache, FollowHow how) {
  char *error = NULL;
  cache_doubt_source(cache, SOURCE_DOUBTFUL);
  if (cache_may_be_detached(cache)) cache->file_doubtful = true;
  if (cache->activity != CACHE_IDLE) return SQLITE_OK;
  cache->activity = CACHE_LOOKING;
  int rc = cache_look_at_schema(cache, how, &error);
  cache->activity = CACHE_IDLE;
  sqlite3_free(error);
  return rc == SQLITE_NOMEM ? SQLITE_NOMEM : SQLITE_OK;
}

int cache_prepare(Cache *cache) {
  bool below = statements_writing(cache->registry->db) > 0;
  return prepare(cache, below ? FOLLOW_AS_IS : FOLLOW_MAKE);
}

int cache_tidy(Cache *cache, bool writing) {
  bool below = statements_writing(cache->registry->db) > writing;
  return prepare(cache, below ? FOLLOW_AS_IS : FOLLOW_TIDY);
}
