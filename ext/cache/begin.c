/*
** begin.c: begins to read the database of a cache's source, and notices another one in its place;
** see cache.h.
*/
#include "cache_state.h"

/* Whether a use has no statement that begins to read the source, or one over another source. */
static bool lacks_begin(const CacheUse *use) {
  return use->begin == NULL || use->source != use->cache->sources;
}

/*
** Whether core begins no transaction on the source's database by itself, and none is on; or whether
** the statement that does has to tell that the database is still the same file.
*/
static bool must_begin(const CacheUse *use) {
  const Cache *cache = use->cache;
  const Source *source = &cache->source;
  if (source->schema == NULL) return false;
  if (source->is_everywhere) return true;
  if (sqlite3_stricmp(cache->schema, source->schema) == 0) return false;
  if (cache->file_doubtful || sqlite3_libversion_number() < 3034000) return true;
  if (cache_may_be_detached(cache) && lacks_begin(use)) return true;
  return sqlite3_txn_state(cache->registry->db, source->schema) == SQLITE_TXN_NONE;
}

/*
** A view's own statement begins on all databases that it reads. One that is new cannot tell whether
** the file is another one: then it counts as prepared again.
*/
static int prepare_begin(CacheUse *use) {
  const Source *source = &use->cache->source;
  if (!lacks_begin(use)) return SQLITE_OK;
  sqlite3_finalize(use->begin);
  use->begin = NULL;
  use->source = use->cache->sources;
  use->prepared = cache_may_be_detached(use->cache) ? -1 : 0;
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
  if (prepared != use->prepared) cache_doubt_rows(use->cache, ROWS_DOUBTFUL);
  use->prepared = prepared;
}

int cache_begin_reading(CacheUse *use) {
  if (!must_begin(use)) return SQLITE_OK;
  int rc = prepare_begin(use);
  if (rc == SQLITE_OK) {
    sqlite3_step(use->begin);
    rc = sqlite3_reset(use->begin);
  }
  notice_prepared(use);
  if (rc == SQLITE_OK) use->cache->file_doubtful = false;
  if (rc != SQLITE_ERROR) return rc;
  cache_doubt_source(use->cache, SOURCE_SOUGHT); /* no such database: looking for it says so */
  return SQLITE_OK;
}
