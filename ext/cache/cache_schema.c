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
  if (cache->shared != NULL || cache->path != NULL || file == NULL || file[0] == 0) {
    return SQLITE_OK;
  }
  char *key = sqlite3_mprintf("%s\n%s\n%s", file, cache->source.name, cache->declaration);
  int rc = key == NULL ? SQLITE_NOMEM : shared_image_join(key, &cache->shared);
  sqlite3_free(key);
  return rc;
}

/* Then triggers over it die unnoticed. */
static bool may_be_detached(const Cache *cache) {
  const char *schema = cache->source.schema;
  return sqlite3_stricmp(schema, "main") != 0 && sqlite3_stricmp(schema, "temp") != 0;
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
  cache->followed = false;
  if (!can_follow(cache)) return SQLITE_OK;
  int rc = follow_version(source->db, &before);
  if (rc == SQLITE_OK) {
    rc = follow_source_changes(source, key, cache->id, how, &cache->followed);
  }
  if (rc == SQLITE_OK) rc = follow_version(source->db, &version);
  if (how == FOLLOW_MAKE && version != before) cache->doubted = true;
  cache->postponed = how == FOLLOW_AS_IS && !cache->followed;
  return rc;
}

/* ---- columns that are others than when core connected the table ------------------------------ */

static bool is_elsewhere(const Source *source, int at, const char *name) {
  return at >= source->column_count || sqlite3_stricmp(source->columns[at].name, name) != 0;
}

/* Whether the declaration names a column that the source has no more. */
static bool names_a_lost_column(const Cache *cache, const Source *source) {
  const Table *table = cache->table;
  for (uint32_t i = 0; i < table->index_count && cache->whole; i++) {
    const IndexDef *index = &table->indexes[i].def;
    for (uint32_t k = 0; k < index->count; k++) {
      if (source_find_column(source, cache->taken[index->columns[k]].name) < 0) return true;
    }
  }
  return !cache->whole;
}

/*
** Core connects a table anew when it reads its schema again, but not where the connection itself
** drops a table or view and makes another one. A column that has another type or collation then
** would be compared as it was before; of one that is gone reading it says so.
*/
static int check_columns(Cache *cache, const Source *source, char **error) {
  bool gone = false, changed = false, moved = source->column_count != cache->taken_count;
  for (int i = 0; i < cache->taken_count; i++) {
    const SourceColumn *taken = &cache->taken[i];
    int column = source_find_column(source, taken->name);
    moved = moved || is_elsewhere(source, i, taken->name);
    if (column < 0) {
      gone = true;
    } else if (strcmp(source->columns[column].definition, taken->definition) != 0) {
      changed = true;
    }
  }
  /* Where one is named that is gone, connecting it fails, and core could not even drop it. */
  cache->outdated = gone ? !names_a_lost_column(cache, source) : changed || (moved && cache->whole);
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
  if (!cache->outdated || statements_busy(db) > 1) return SQLITE_OK;
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

/* Finds the source again, and has its changes reported. */
static int find_source(Cache *cache, FollowHow how, char **error) {
  Source source;
  int rc = source_open(cache->registry->db, cache->schema, cache->content, &source, error);
  if (rc != SQLITE_OK) return rc;
  rc = check_columns(cache, &source, error);
  if (rc != SQLITE_OK) {
    source_close(&source);
    return rc;
  }
  source_close(&cache->source);
  cache->source = source;
  bool before = cache_is_reported(cache);
  if (cache->renew_triggers) {
    shared_image_leave(cache->shared);
    cache->shared = NULL;
  }
  if (cache->renew_triggers && how == FOLLOW_TIDY && may_be_detached(cache)) {
    rc = follow_no_more(source.db, cache->id);
  }
  if (rc == SQLITE_OK && how == FOLLOW_TIDY) rc = drop_orphans(cache->registry);
  if (rc != SQLITE_OK) return rc;
  cache->renew_triggers = false;
  rc = follow(cache, how);
  if (rc == SQLITE_OK && !cache_is_reported(cache)) rc = source_look_for_strict(&cache->source);
  if (cache_is_reported(cache) != before) cache->compare_all = true;
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

int cache_look_at_schema(Cache *cache, FollowHow how, char **error) {
  int64_t schema_version = cache->schema_version;
  int rc = SQLITE_OK;
  bool seek = cache->seek_source || (cache->postponed && how != FOLLOW_AS_IS);
  if (!seek) rc = cache_read_pragma(cache, "schema_version", &schema_version);
  if (rc != SQLITE_OK || (!seek && schema_version == cache->schema_version)) return rc;
  cache->seek_source = true;
  rc = find_source(cache, how, error);
  if (rc != SQLITE_OK) return source_is_gone(cache, rc);
  rc = join_others(cache);
  if (rc == SQLITE_OK) rc = cache_read_pragma(cache, "schema_version", &schema_version);
  if (schema_version != cache->schema_version) cache->compare_all = true;
  cache->schema_version = schema_version;
  return rc;
}

/*
** Making triggers is a change of temp's schema, which expires all statements, and
** an expired one that is running fails at the next cursor it opens. So this is
** done before the statement runs, and not below one that writes; other errors than SQLITE_NOMEM
** are told when it does.
*/
static int prepare(Cache *cache, FollowHow how) {
  char *error = NULL;
  cache->schema_doubtful = true;
  if (cache->busy) return SQLITE_OK;
  cache->busy = true;
  int rc = cache_look_at_schema(cache, how, &error);
  cache->busy = false;
  /* A schema that changes before the first step makes core prepare the statement again. */
  if (rc == SQLITE_OK) cache->seek_source = cache->schema_doubtful = false;
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
