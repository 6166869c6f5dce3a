/*
** resolve.c: see resolve.h.
*/
#include "resolve.h"

#include <string.h>

#include "cache/cache.h"
#include "mount/mount.h"
#include "base/fetch.h"
#include "base/message.h"

/* The rows of a cache, brought up to date. */
static int try_cache(Registry *registry, const char *schema, const char *name, Resolved *resolved,
                     char **error) {
  CacheUse use = {.cache = cache_find(registry, schema, name)};
  if (use.cache == NULL) return SQLITE_OK;
  int rc = cache_refresh(&use, error);
  sqlite3_finalize(use.begin);
  if (rc == SQLITE_OK) resolved->table = table_retain(cache_table(use.cache));
  return rc;
}

static int find_rows(Registry *registry, const char *schema, const char *name, Resolved *resolved,
                     char **error) {
  int rc = registry_find(registry, schema, name, &resolved->table);
  bool found = rc != SQLITE_OK || resolved->table != NULL;
  return found ? rc : try_cache(registry, schema, name, resolved, error);
}

/*
** Core connects a table when it compiles a statement over it; before that its rows are not
** registered.
*/
static int connect(Registry *registry, const char *schema, const char *name) {
  sqlite3_stmt *unused = NULL;
  int rc = fetch_prepare(registry->db, &unused, "SELECT 1 FROM \"%w\".\"%w\"", schema, name);
  sqlite3_finalize(unused);
  return rc == SQLITE_ERROR ? SQLITE_OK : rc; /* there is none */
}

static int try_name(Registry *registry, const char *schema, const char *name, Resolved *resolved,
                    char **error) {
  int rc = find_rows(registry, schema, name, resolved, error);
  if (rc == SQLITE_OK && resolved->table == NULL) {
    rc = connect(registry, schema, name);
    if (rc == SQLITE_OK) rc = find_rows(registry, schema, name, resolved, error);
  }
  if (rc == SQLITE_OK && resolved->table != NULL) rc = mount_follow(resolved->table, name, error);
  if (rc != SQLITE_OK || resolved->table == NULL) return rc;
  resolved->schema = sqlite3_mprintf("%s", schema);
  resolved->name = sqlite3_mprintf("%s", name);
  return resolved->schema == NULL || resolved->name == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* The name as it stands in this database, or behind its own name and a dot. */
static int try_database(Registry *registry, const char *schema, const char *name,
                        Resolved *resolved, char **error) {
  size_t size = strlen(schema);
  int rc = try_name(registry, schema, name, resolved, error);
  if (rc != SQLITE_OK || resolved->table != NULL) return rc;
  if (sqlite3_strnicmp(name, schema, (int)size) != 0 || name[size] != '.') return rc;
  return try_name(registry, schema, name + size + 1, resolved, error);
}

int resolve_table(Registry *registry, const char *name, Resolved *resolved, char **error) {
  static const char sql[] =
      "SELECT name FROM pragma_database_list WHERE name <> 'temp' ORDER BY seq";
  sqlite3_stmt *databases = NULL;
  *resolved = (Resolved){0};
  if (name == NULL) name = "";
  int rc = try_database(registry, "temp", name, resolved, error);
  if (rc == SQLITE_OK && resolved->table == NULL) {
    rc = sqlite3_prepare_v2(registry->db, sql, -1, &databases, NULL);
  }
  while (rc == SQLITE_OK && resolved->table == NULL && sqlite3_step(databases) == SQLITE_ROW) {
    const char *schema = (const char *)sqlite3_column_text(databases, 0);
    rc = schema == NULL ? SQLITE_NOMEM : try_database(registry, schema, name, resolved, error);
  }
  rc = fetch_end(databases, rc);
  if (rc == SQLITE_OK && resolved->table == NULL) {
    rc = message_fail(error, SQLITE_ERROR, "no such slots table: %s", name);
  }
  if (rc != SQLITE_OK) resolved_clear(resolved);
  return rc;
}

int resolved_explain(const Resolved *resolved, int rc, char **error) {
  if (rc != SQLITE_CORRUPT || resolved->table->snapshot == NULL || *error != NULL) return rc;
  return message_fail(error, rc, "%s is damaged", resolved->table->snapshot->path);
}

void resolved_clear(Resolved *resolved) {
  table_release(resolved->table);
  sqlite3_free(resolved->schema);
  sqlite3_free(resolved->name);
  *resolved = (Resolved){0};
}
