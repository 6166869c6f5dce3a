/*
** cache.c: see cache.h.
*/
#include "cache_state.h"

#include <string.h>

#include "base/fetch.h"
#include "base/memory.h"
#include "base/statements.h"
#include "follow.h"
#include "mount/mount.h"

/* ---- transactions ------------------------------------------------------------------ */

void cache_keep_changes(Cache *cache) {
  for (size_t i = 0; i < cache->undo.count; i++) table_commit(&cache->undo.entries[i]);
  undo_reset(&cache->undo);
  memory_give_back(table_settle(cache->table));
}

void cache_take_back(Cache *cache, size_t count) {
  Undo *undo = &cache->undo;
  while (undo->count > count) table_undo(&undo->entries[--undo->count]);
}

static void committed(Cache *cache) {
  cache_keep_changes(cache);
  notes_look_again(&cache->notes);
  notes_forget_looked_at(&cache->notes);
  if (cache->rows_state == ROWS_TENTATIVE) cache->rows_state = ROWS_KNOWN;
}

static void rolled_back(Cache *cache) {
  if (cache->activity != CACHE_READING) cache_undo(cache);
}

void cache_undo(Cache *cache) {
  cache_take_back(cache, 0);
  undo_reset(&cache->undo);
  cache->notes.settled = 0;
  notes_look_again(&cache->notes);
  cache_doubt_source(cache, SOURCE_SOUGHT); /* triggers made in the transaction are gone */
  if (cache->rows_state == ROWS_TENTATIVE) cache_doubt_rows(cache, ROWS_DOUBTFUL);
}

/* ---- making and freeing --------------------------------------------------------------- */

static void free_connected(Connected *connected) {
  source_free_columns(connected->columns, connected->count);
  *connected = (Connected){0};
}

static void cache_free(Cache *cache) {
  notes_clear(&cache->notes);
  notes_clear(&cache->conflicts);
  if (cache->table != NULL) cache_take_back(cache, 0);
  table_release(cache->table);
  undo_clear(&cache->undo);
  shared_image_leave(cache->place.shared);
  source_close(&cache->source);
  free_connected(&cache->connected);
  sqlite3_free(cache->schema);
  sqlite3_free(cache->name);
  sqlite3_free(cache->content);
  sqlite3_free(cache->declaration);
  sqlite3_free(cache->place.path);
  sqlite3_free(cache->columns);
  sqlite3_free(cache->key);
  sqlite3_free(cache);
}

static void cache_release(Cache *cache) {
  if (cache != NULL && --cache->references == 0) cache_free(cache);
}

static char *join_arguments(const Content *content) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  for (int i = 0; i < content->count; i++) sqlite3_str_appendf(text, "%Q,", content->arguments[i]);
  return sqlite3_str_finish(text);
}

/* By themselves, names in double quotes that are no columns any more would be taken for texts. */
static char *join_columns(const Schema *schema, const char *table) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  for (int i = 0; i < schema->count; i++) {
    const char *separator = i > 0 ? ", " : "";
    sqlite3_str_appendf(text, "%s\"%w\".\"%w\"", separator, table, schema->columns[i].name);
  }
  return sqlite3_str_finish(text);
}

static int fill_names(Cache *cache, const char *schema, const char *name, const Content *content,
                      const Schema *columns) {
  bool keyed = columns->key >= 0, shared = columns->snapshot != NULL;
  cache->key_column = columns->key;
  cache->schema = sqlite3_mprintf("%s", schema);
  cache->name = sqlite3_mprintf("%s", name);
  cache->content = sqlite3_mprintf("%s", content->target);
  cache->declaration = join_arguments(content);
  cache->columns = join_columns(columns, content->target);
  if (shared) cache->place.path = sqlite3_mprintf("%s", columns->snapshot);
  if (keyed) cache->key = sqlite3_mprintf("\"%w\"", columns->columns[columns->key].name);
  bool complete = cache->schema != NULL && cache->name != NULL && cache->content != NULL &&
                  cache->declaration != NULL && cache->columns != NULL &&
                  (!keyed || cache->key != NULL) && (!shared || cache->place.path != NULL);
  return complete ? SQLITE_OK : SQLITE_NOMEM;
}

static int cache_new(Registry *registry, const char *schema, const char *name,
                     const Content *content, const Schema *columns, Cache **made) {
  TableDef def;
  Cache *cache = sqlite3_malloc64(sizeof *cache);
  *made = cache;
  if (cache == NULL) return SQLITE_NOMEM;
  mount_define(columns, &def);
  *cache = (Cache){.follower = {.cache = cache,
                                .committed = committed,
                                .rolled_back = rolled_back,
                                .released = cache_release},
                   .registry = registry,
                   .undo = {.db = registry->db},
                   .references = 1,
                   .source_state = SOURCE_SOUGHT,
                   .rows_state = ROWS_DOUBTFUL};
  sqlite3_randomness(sizeof cache->id, &cache->id);
  cache->id &= INT64_MAX;
  int rc = fill_names(cache, schema, name, content, columns);
  if (rc == SQLITE_OK) rc = table_create(cache->id, &def, &cache->undo, &cache->table);
  if (rc != SQLITE_OK) {
    cache_free(cache);
    *made = NULL;
  }
  return rc;
}

/* Looking for the source of `next` drops its triggers, which may name columns that are gone. */
static void give_way(Cache *cache) {
  if (cache == NULL) return;
  cache->superseded = true;
  cache_doubt_source(cache, SOURCE_SOUGHT);
}

/*
** The same where triggers have to stay, below a statement that writes: they report to `next` from
** now on. That is ALTER TABLE behind a view, which has renamed the columns in them.
*/
static void hand_over(Cache *cache, Cache *next) {
  if (cache == NULL) return;
  int64_t id = cache->id;
  cache->id = next->id;
  next->id = id;
  give_way(cache);
}

/* Whether the schema has its table, which core may have disconnected only; in doubt it has. */
static int is_declared(const Cache *cache, bool *declared) {
  int64_t found = 0;
  char *sql = sqlite3_mprintf("SELECT 1 FROM \"%w\".sqlite_master WHERE type = 'table' AND "
                              "rootpage = 0 AND name = %Q COLLATE NOCASE",
                              cache->schema, cache->name);
  int rc = fetch_integer(cache->registry->db, sql, &found);
  sqlite3_free(sql);
  *declared = found != 0 || (rc != SQLITE_OK && rc != SQLITE_ERROR); /* no such database */
  return fetch_may_fail(rc) ? SQLITE_OK : rc;
}

/* Caches that no table uses any more: dropped elsewhere, or declared differently. */
static int drop_unused(Registry *registry) {
  Follower *follower = registry->followers;
  int rc = SQLITE_OK;
  while (follower != NULL && rc == SQLITE_OK) {
    Follower *next = follower->next;
    Cache *cache = follower->cache;
    bool declared = cache->references > 1;
    if (!declared && !cache->superseded) rc = is_declared(cache, &declared);
    if (rc == SQLITE_OK && !declared) rc = cache_drop(cache);
    if (rc == SQLITE_LOCKED) rc = SQLITE_OK; /* one that is busy stays */
    follower = next;
  }
  return rc;
}

Cache *cache_find(Registry *registry, const char *schema, const char *name) {
  for (Follower *follower = registry->followers; follower != NULL; follower = follower->next) {
    Cache *cache = follower->cache;
    if (cache->superseded || sqlite3_stricmp(cache->schema, schema) != 0) continue;
    if (sqlite3_stricmp(cache->name, name) == 0) return cache;
  }
  return NULL;
}

static bool is_taken(const Content *content, const SourceColumn *column) {
  for (int i = 0; i < content->count; i++) {
    if (content->made[i] != NULL && strcmp(content->made[i], column->definition) == 0) return true;
  }
  return false;
}

static bool copy_column(const SourceColumn *column, SourceColumn *copy) {
  copy->name = sqlite3_mprintf("%s", column->name);
  copy->definition = sqlite3_mprintf("%s", column->definition);
  return copy->name != NULL && copy->definition != NULL;
}

/* Notes which columns of the source the table has as they are. */
static int take_columns(const Content *content, Connected *connected) {
  const Source *source = &content->source;
  free_connected(connected);
  connected->columns = sqlite3_malloc64((size_t)source->column_count * sizeof(SourceColumn) + 1);
  bool complete = connected->columns != NULL;
  for (int i = 0; i < source->column_count && complete; i++) {
    if (!is_taken(content, &source->columns[i])) continue;
    complete = copy_column(&source->columns[i], &connected->columns[connected->count++]);
  }
  if (!complete) free_connected(connected);
  connected->whole = content->whole;
  return complete ? SQLITE_OK : SQLITE_NOMEM;
}

/* The cache for a declaration, one reference more; `below` a statement that writes. */
static int take_cache(Registry *registry, const char *schema, const char *name,
                      const Content *content, const Schema *columns, bool below, Cache **taken) {
  Cache *cache = cache_find(registry, schema, name);
  char *declaration = join_arguments(content);
  if (declaration == NULL) return SQLITE_NOMEM;
  bool same = cache != NULL && strcmp(cache->declaration, declaration) == 0;
  sqlite3_free(declaration);
  if (!same) {
    Cache *before = cache;
    if (!below) give_way(before);
    int rc = below ? SQLITE_OK : drop_unused(registry);
    if (rc == SQLITE_OK) rc = cache_new(registry, schema, name, content, columns, &cache);
    if (rc != SQLITE_OK) return rc;
    if (below) hand_over(before, cache);
    registry_follow(registry, &cache->follower);
  }
  int rc = take_columns(content, &cache->connected);
  if (rc != SQLITE_OK) return rc;
  cache->references++;
  *taken = cache;
  return SQLITE_OK;
}

int cache_open(Registry *registry, const char *schema, const char *name, const Content *content,
               const Schema *columns, bool creating, CacheUse *use) {
  int64_t before = 0, version = 0;
  bool below = statements_writing(registry->db) > creating;
  int rc = follow_version(registry->db, &before);
  if (rc == SQLITE_OK)
    rc = take_cache(registry, schema, name, content, columns, below, &use->cache);
  if (rc != SQLITE_OK) return rc;
  Cache *cache = use->cache;
  bool again = cache->retrying;
  cache->retrying = false;
  if (again) return SQLITE_OK;
  cache_doubt_source(cache, SOURCE_RENEWED);
  rc = cache_tidy(cache, creating);
  if (rc == SQLITE_OK) rc = follow_version(registry->db, &version);
  if (rc != SQLITE_OK || creating || version == before) return rc;
  cache->retrying = true;
  return SQLITE_ERROR_RETRY;
}

void cache_close(CacheUse *use) {
  Cache *cache = use->cache;
  sqlite3_finalize(use->begin);
  if (cache != NULL && cache->superseded && cache->references == 2) {
    registry_unfollow(cache->registry, &cache->follower);
    cache_release(cache);
  }
  cache_release(cache);
  *use = (CacheUse){0};
}

Table *cache_table(Cache *cache) { return cache->table; }

const char *cache_content(const Cache *cache) { return cache->content; }

int cache_rename(Cache *cache, const char *name) {
  if (cache->activity != CACHE_IDLE) return SQLITE_LOCKED;
  char *copy = sqlite3_mprintf("%s", name);
  if (copy == NULL) return SQLITE_NOMEM;
  sqlite3_free(cache->name);
  cache->name = copy;
  return SQLITE_OK;
}

int cache_drop(Cache *cache) {
  if (cache->activity != CACHE_IDLE) return SQLITE_LOCKED;
  int rc = follow_no_more(cache->registry->db, cache->id);
  if (rc != SQLITE_OK) return rc;
  registry_unfollow(cache->registry, &cache->follower);
  cache_release(cache);
  return SQLITE_OK;
}
