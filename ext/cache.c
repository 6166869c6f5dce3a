/*
** cache.c: see cache.h.
*/
#include "cache.h"

#include <string.h>

#include "compact.h"
#include "fetch.h"
#include "follow.h"
#include "image.h"
#include "mirror.h"
#include "notes.h"

#define MOST_NOTES 65536 /* and a quarter of the rows: past that all are compared */

struct Cache {
  Follower follower; /* first: the registry's list leads to it */
  Registry *registry;
  uint32_t references;
  int64_t id; /* in slots_note and the names of triggers */
  char *schema;
  char *name;
  char *content;     /* as declared */
  char *declaration; /* the arguments it was made of */
  char *image;       /* the file that it shares with other processes, or NULL */
  char *columns;     /* of the source, for SELECT */
  int key_column;    /* or -1 */
  char *key;         /* its name, as SQL; NULL: the source's rowid, if it has one */
  Source source;     /* as it was found last */
  Table *table;
  Undo undo; /* of the table, beside the registry's */
  bool loaded;
  bool look;      /* the source is to be looked for */
  bool peek;      /* the schema may have changed */
  bool doubtful;  /* all rows are to be compared */
  bool renew;     /* triggers are to be made anew: DETACH leaves them dead */
  bool followed;  /* triggers report this connection's changes */
  bool tentative; /* what was read last depends on changes that are not committed */
  bool busy;
  uint32_t version; /* of the database, by sqlite3_file_control */
  int64_t foreign;  /* PRAGMA data_version: of others' changes */
  int64_t cookie;   /* PRAGMA schema_version */
  int changes;      /* sqlite3_total_changes */
  Notes notes;
};

static Cache *cache_of(Follower *follower) { return (Cache *)(void *)follower; }

/* ---- transactions ------------------------------------------------------------------ */

static void keep_changes(Cache *cache) {
  for (size_t i = 0; i < cache->undo.count; i++) table_commit(&cache->undo.entries[i]);
  undo_reset(&cache->undo);
  table_settle(cache->table);
}

/* Takes entries of the log back down to `count`. */
static void take_back(Cache *cache, size_t count) {
  Undo *undo = &cache->undo;
  while (undo->count > count) table_undo(&undo->entries[--undo->count]);
}

static void committed(Follower *follower) {
  Cache *cache = cache_of(follower);
  keep_changes(cache);
  notes_forget_looked_at(&cache->notes);
  cache->tentative = false;
}

/* What was read is gone; what was reported is to be looked at again. */
static void rolled_back(Follower *follower) {
  Cache *cache = cache_of(follower);
  take_back(cache, 0);
  undo_reset(&cache->undo);
  cache->notes.looked_at = 0;
  cache->look = true; /* triggers made in the transaction are gone */
  if (cache->tentative) cache->doubtful = true;
  cache->tentative = false;
}

/* ---- making and freeing --------------------------------------------------------------- */

static void cache_free(Cache *cache) {
  notes_clear(&cache->notes);
  if (cache->table != NULL) take_back(cache, 0);
  table_release(cache->table);
  undo_clear(&cache->undo);
  source_close(&cache->source);
  sqlite3_free(cache->schema);
  sqlite3_free(cache->name);
  sqlite3_free(cache->content);
  sqlite3_free(cache->declaration);
  sqlite3_free(cache->image);
  sqlite3_free(cache->columns);
  sqlite3_free(cache->key);
  sqlite3_free(cache);
}

static void cache_release(Cache *cache) {
  if (cache != NULL && --cache->references == 0) cache_free(cache);
}

static void released(Follower *follower) { cache_release(cache_of(follower)); }

static char *join_arguments(const Content *content) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  for (int i = 0; i < content->count; i++) sqlite3_str_appendf(text, "%s\n", content->arguments[i]);
  return sqlite3_str_finish(text);
}

static char *join_columns(const Schema *schema) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  for (int i = 0; i < schema->count; i++) {
    sqlite3_str_appendf(text, "%s\"%w\"", i > 0 ? ", " : "", schema->columns[i].name);
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
  cache->columns = join_columns(columns);
  if (shared) cache->image = sqlite3_mprintf("%s", columns->snapshot);
  if (keyed) cache->key = sqlite3_mprintf("\"%w\"", columns->columns[columns->key].name);
  bool complete = cache->schema != NULL && cache->name != NULL && cache->content != NULL &&
                  cache->declaration != NULL && cache->columns != NULL &&
                  (!keyed || cache->key != NULL) && (!shared || cache->image != NULL);
  return complete ? SQLITE_OK : SQLITE_NOMEM;
}

static int cache_new(Registry *registry, const char *schema, const char *name,
                     const Content *content, const Schema *columns, Cache **made) {
  TableDef def = {.columns = (uint32_t)columns->count,
                  .profile = columns->profile,
                  .indexes = columns->indexes,
                  .index_count = (uint32_t)columns->index_count,
                  .declaration = &columns->declaration};
  Cache *cache = sqlite3_malloc64(sizeof *cache);
  *made = cache;
  if (cache == NULL) return SQLITE_NOMEM;
  *cache = (Cache){
      .follower = {.committed = committed, .rolled_back = rolled_back, .released = released},
      .registry = registry,
      .references = 1,
      .look = true};
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

/* Caches that no table uses any more: dropped elsewhere, or declared differently. */
static void drop_unused(Registry *registry) {
  Follower *follower = registry->followers;
  while (follower != NULL) {
    Follower *next = follower->next;
    Cache *cache = cache_of(follower);
    if (cache->references == 1 && !cache->busy) cache_drop(cache);
    follower = next;
  }
}

Cache *cache_find(Registry *registry, const char *schema, const char *name) {
  for (Follower *follower = registry->followers; follower != NULL; follower = follower->next) {
    Cache *cache = cache_of(follower);
    if (sqlite3_stricmp(cache->schema, schema) != 0) continue;
    if (sqlite3_stricmp(cache->name, name) == 0) return cache;
  }
  return NULL;
}

int cache_open(Registry *registry, const char *schema, const char *name, const Content *content,
               const Schema *columns, CacheUse *use) {
  Cache *cache = cache_find(registry, schema, name);
  char *declaration = join_arguments(content);
  if (declaration == NULL) return SQLITE_NOMEM;
  bool same = cache != NULL && strcmp(cache->declaration, declaration) == 0;
  sqlite3_free(declaration);
  if (!same) {
    drop_unused(registry);
    int rc = cache_new(registry, schema, name, content, columns, &cache);
    if (rc != SQLITE_OK) return rc;
    registry_follow(registry, &cache->follower);
  }
  cache->references++;
  cache->look = cache->renew = cache->doubtful = true;
  use->cache = cache;
  return SQLITE_OK;
}

void cache_close(CacheUse *use) {
  sqlite3_finalize(use->begin);
  cache_release(use->cache);
  *use = (CacheUse){0};
}

Table *cache_table(Cache *cache) { return cache->table; }

const char *cache_content(const Cache *cache) { return cache->content; }

int cache_rename(Cache *cache, const char *name) {
  char *copy = sqlite3_mprintf("%s", name);
  if (copy == NULL) return SQLITE_NOMEM;
  sqlite3_free(cache->name);
  cache->name = copy;
  return SQLITE_OK;
}

void cache_drop(Cache *cache) {
  follow_no_more(cache->registry->db, cache->id);
  registry_unfollow(cache->registry, &cache->follower);
  cache_release(cache);
}

void cache_peek(Cache *cache) { cache->peek = true; }

/* ---- what may have changed -------------------------------------------------------------- */

static uint32_t database_version(const Cache *cache) {
  uint32_t version = 0;
  sqlite3_file_control(cache->registry->db, cache->source.schema, SQLITE_FCNTL_DATA_VERSION,
                       &version);
  return version;
}

static bool is_current(const Cache *cache) {
  bool known = cache->loaded && !cache->look && !cache->peek && !cache->doubtful;
  if (!known || notes_pending(&cache->notes)) return false;
  if (!cache->followed && cache->changes != sqlite3_total_changes(cache->registry->db))
    return false;
  return cache->version == database_version(cache);
}

/* Whether the connection has changes of the source's database that are not committed. */
static bool is_writing(const Cache *cache) {
  sqlite3 *db = cache->registry->db;
  if (sqlite3_libversion_number() < 3034000) return sqlite3_get_autocommit(db) == 0;
  return sqlite3_txn_state(db, cache->source.schema) == SQLITE_TXN_WRITE;
}

static int read_pragma(const Cache *cache, const char *pragma, int64_t *integer) {
  char *sql = sqlite3_mprintf("PRAGMA \"%w\".%s", cache->source.schema, pragma);
  int rc = fetch_integer(cache->registry->db, sql, integer);
  sqlite3_free(sql);
  return rc;
}

/*
** Core begins a read transaction on the database of the cache. On that of the
** source it must begin before versions are compared, or they are old.
*/
static int begin_reading(CacheUse *use) {
  Cache *cache = use->cache;
  sqlite3 *db = cache->registry->db;
  if (cache->source.schema == NULL || sqlite3_stricmp(cache->schema, cache->source.schema) == 0) {
    return SQLITE_OK;
  }
  int rc = SQLITE_OK;
  bool begun = sqlite3_libversion_number() >= 3034000 &&
               sqlite3_txn_state(db, cache->source.schema) > SQLITE_TXN_NONE;
  if (begun && !cache->peek) return SQLITE_OK;
  if (use->begin == NULL) {
    char *sql = sqlite3_mprintf("SELECT 1 FROM \"%w\".sqlite_master", cache->source.schema);
    if (sql == NULL) return SQLITE_NOMEM;
    rc = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &use->begin, NULL);
    sqlite3_free(sql);
  }
  if (rc == SQLITE_OK) {
    sqlite3_step(use->begin);
    rc = sqlite3_reset(use->begin);
  }
  /* Prepared again, it may be over another file that was attached in the name of the first. */
  int prepared =
      use->begin == NULL ? -1 : sqlite3_stmt_status(use->begin, SQLITE_STMTSTATUS_REPREPARE, 0);
  if (prepared != use->prepared) cache->peek = cache->doubtful = true;
  use->prepared = prepared;
  if (rc == SQLITE_ERROR) cache->look = true; /* no such database: looking for the source says so */
  return rc == SQLITE_ERROR ? SQLITE_OK : rc;
}

/* A statement over temp is not prepared again when the schema of another database changes. */
static bool schema_may_differ(const Cache *cache) {
  return sqlite3_stricmp(cache->schema, cache->source.schema) != 0 && is_writing(cache);
}

/* ---- reading what changed ------------------------------------------------------------------ */

/* Triggers over an attached database die unnoticed when that is detached, which ends a cache in it.
 */
static bool can_follow(const Cache *cache) {
  const char *schema = cache->source.schema;
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
  if (cache->renew) follow_no_more(source.db, cache->id);
  cache->renew = cache->followed = false;
  if (can_follow(cache)) rc = follow_source_changes(&source, key, cache->id, &cache->followed);
  if (cache->followed != before) cache->doubtful = true;
  return rc;
}

static int look_at_schema(Cache *cache, char **error) {
  int64_t cookie = cache->cookie;
  int rc = SQLITE_OK;
  if (!cache->look) rc = read_pragma(cache, "schema_version", &cookie);
  if (rc != SQLITE_OK || (!cache->look && cookie == cache->cookie)) return rc;
  cache->look = true;
  rc = find_source(cache, error);
  if (rc != SQLITE_OK) cache->renew = cache->doubtful = true;
  if (rc == SQLITE_OK) rc = read_pragma(cache, "schema_version", &cookie);
  if (cookie != cache->cookie) cache->doubtful = true;
  cache->cookie = cookie;
  return rc;
}

static bool must_compare(const Cache *cache, int64_t foreign, uint32_t version) {
  if (!cache->loaded || cache->doubtful || cache->notes.all) return true;
  if (foreign != cache->foreign || !cache->followed) return true;
  bool counted = cache->changes != sqlite3_total_changes(cache->registry->db);
  return version != cache->version && !counted && !notes_pending(&cache->notes);
}

static int read_source(Cache *cache, bool all, char **error) {
  Mirror mirror = {.db = cache->registry->db,
                   .table = cache->table,
                   .name = cache->name,
                   .from = cache->source.from,
                   .columns = cache->columns,
                   .key = cache->key != NULL ? cache->key : cache->source.rowid,
                   .key_column = cache->key_column};
  Notes *notes = &cache->notes;
  if (all) return mirror_all(&mirror, error);
  return mirror_rows(&mirror, notes->rowids + notes->looked_at, notes->count - notes->looked_at,
                     error);
}

/* What is not committed yet concerns no other process. */
static int take_up_image(Cache *cache, bool writing) {
  if (cache->image == NULL || writing) return SQLITE_OK;
  return image_take_up(cache->table, cache->image);
}

/* Reads what is due; on an error the rows are what they were. */
static int read_changes(Cache *cache, bool all, char **error) {
  size_t before = cache->undo.count;
  int rc = undo_mark(&cache->undo, 0);
  if (rc == SQLITE_OK) rc = read_source(cache, all, error);
  if (rc != SQLITE_OK) take_back(cache, before);
  undo_release(&cache->undo, 0);
  if (rc != SQLITE_OK) return rc;
  cache->notes.looked_at = cache->notes.count;
  if (all) notes_clear(&cache->notes);
  return SQLITE_OK;
}

/* The file that the rows came from is damaged. */
static int read_afresh(Cache *cache, char **error) {
  if (cache->table->snapshot == NULL || cache->table->cursors > 0) return SQLITE_CORRUPT;
  sqlite3_free(*error);
  *error = NULL;
  table_forget_rows(cache->table);
  return read_changes(cache, true, error);
}

/* Makes what was read final. */
static int settle(Cache *cache, bool all, char **error) {
  Table *table = cache->table;
  keep_changes(cache);
  notes_forget_looked_at(&cache->notes);
  if (table->open.count >= table->look_commit) {
    /* Short of memory the rows just stay open. */
    if (compact_seal(table, SEAL_COMMIT) == SQLITE_OK) keep_changes(cache);
  }
  if (cache->image == NULL || !image_is_due(table)) return SQLITE_OK;
  /* Somebody may have published what this connection reads row by row. */
  int rc = all ? SQLITE_OK : image_take_up(table, cache->image);
  if (rc == SQLITE_OK && !all) rc = read_changes(cache, true, error);
  if (rc != SQLITE_OK) return rc;
  keep_changes(cache);
  rc = image_publish(table, cache->name, cache->image);
  /* What was taken up behind that may be what another process published after. */
  if (rc == SQLITE_OK) rc = read_changes(cache, true, error);
  if (rc == SQLITE_OK) keep_changes(cache);
  return rc;
}

static int bring_up_to_date(Cache *cache, char **error) {
  int64_t foreign = 0;
  uint32_t version = database_version(cache);
  bool writing = is_writing(cache);
  int rc = read_pragma(cache, "data_version", &foreign);
  if (rc != SQLITE_OK) return rc;
  bool all = must_compare(cache, foreign, version);
  if (writing) rc = registry_join(cache->registry);
  if (rc == SQLITE_OK && all) rc = take_up_image(cache, writing);
  if (rc == SQLITE_OK && (all || notes_pending(&cache->notes))) {
    rc = read_changes(cache, all, error);
    if (rc == SQLITE_CORRUPT && !writing) rc = read_afresh(cache, error);
  }
  if (rc == SQLITE_OK && !writing) rc = settle(cache, all, error);
  if (rc != SQLITE_OK) return rc;
  cache->tentative = cache->tentative || (writing && all);
  cache->loaded = true;
  cache->doubtful = cache->look = cache->peek = false;
  cache->version = version;
  cache->foreign = foreign;
  cache->changes = sqlite3_total_changes(cache->registry->db);
  return SQLITE_OK;
}

int cache_refresh(CacheUse *use, char **error) {
  Cache *cache = use->cache;
  int rc = begin_reading(use);
  if (rc != SQLITE_OK) return rc;
  if (is_current(cache) && !schema_may_differ(cache)) return SQLITE_OK;
  if (cache->busy) {
    *error = sqlite3_mprintf("%s: %s reads it in turn", cache->name, cache->content);
    return *error == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
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
  if (rebuild) use->cache->doubtful = use->cache->look = true;
  return *known ? cache_refresh(use, error) : SQLITE_OK;
}

/* ---- slots_note ------------------------------------------------------------------------ */

static void note_function(sqlite3_context *context, int argc, sqlite3_value **argv) {
  Registry *registry = sqlite3_user_data(context);
  sqlite3_int64 id = sqlite3_value_int64(argv[0]);
  (void)argc;
  for (Follower *follower = registry->followers; follower != NULL; follower = follower->next) {
    Cache *cache = cache_of(follower);
    if (cache->id != id) continue;
    int rc = registry_join(registry);
    if (rc != SQLITE_OK) sqlite3_result_error_code(context, rc);
    size_t most = cache->table->rows / 4 > MOST_NOTES ? (size_t)cache->table->rows / 4 : MOST_NOTES;
    notes_add(&cache->notes, sqlite3_value_int64(argv[1]), most);
    return;
  }
}

int cache_register(sqlite3 *db) {
  Registry *registry = registry_attach(db);
  if (registry == NULL) return SQLITE_NOMEM;
  return sqlite3_create_function_v2(db, "slots_note", 2, SQLITE_UTF8, registry, note_function, NULL,
                                    NULL, registry_release);
}
