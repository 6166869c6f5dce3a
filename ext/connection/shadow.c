/*
** shadow.c: see shadow.h.
*/
#include "shadow.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/fetch.h"

/* The declaration as a further column, in hexadecimal digits. */
static char *declaration_column(const Buffer *declaration) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  sqlite3_str_appendall(sql, ", x'");
  for (size_t i = 0; i < declaration->size; i++) {
    sqlite3_str_appendf(sql, "%02x", declaration->bytes[i]);
  }
  sqlite3_str_appendall(sql, "' AS declaration");
  return sqlite3_str_finish(sql);
}

/* AS SELECT, since an INSERT would count in changes(), which CREATE leaves alone. */
int shadow_create(sqlite3 *db, const char *schema, const char *name, int64_t id,
                  const Buffer *declaration) {
  char *more = declaration == NULL ? NULL : declaration_column(declaration);
  if (declaration != NULL && more == NULL) return SQLITE_NOMEM;
  int rc =
      fetch_nothing(db, sqlite3_mprintf("CREATE TABLE \"%w\".\"%w_store\" AS SELECT %lld AS id%s",
                                        schema, name, (sqlite3_int64)id, more == NULL ? "" : more));
  sqlite3_free(more);
  return rc;
}

int shadow_declaration(sqlite3 *db, const char *schema, const char *name, Buffer *declaration) {
  sqlite3_stmt *statement = NULL;
  char *sql = sqlite3_mprintf("SELECT declaration FROM \"%w\".\"%w_store\"", schema, name);
  declaration->size = 0;
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  sqlite3_free(sql);
  if (rc != SQLITE_OK) return rc == SQLITE_ERROR ? SQLITE_NOTFOUND : rc;
  bool found =
      sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_BLOB;
  if (found) {
    const unsigned char *bytes = sqlite3_column_blob(statement, 0);
    size_t size = (size_t)sqlite3_column_bytes(statement, 0);
    found = size == 0 || bytes[size - 1] == 0;
    if (found) rc = buffer_append(declaration, bytes, size);
  }
  int end = sqlite3_finalize(statement);
  if (rc == SQLITE_OK) rc = end;
  return rc == SQLITE_OK && !found ? SQLITE_NOTFOUND : rc;
}

int shadow_read(sqlite3 *db, const char *schema, const char *name, int64_t *id) {
  sqlite3_stmt *statement = NULL;
  char *sql = sqlite3_mprintf("SELECT id FROM \"%w\".\"%w_store\"", schema, name);
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  sqlite3_free(sql);
  if (rc != SQLITE_OK) return rc == SQLITE_ERROR ? SQLITE_NOTFOUND : rc;
  bool found = sqlite3_step(statement) == SQLITE_ROW;
  bool hidden = found && sqlite3_column_type(statement, 0) == SQLITE_NULL;
  if (found) *id = sqlite3_column_int64(statement, 0);
  rc = sqlite3_finalize(statement);
  if (rc == SQLITE_OK && hidden) return SQLITE_AUTH;
  return rc == SQLITE_OK && !found ? SQLITE_NOTFOUND : rc;
}

int shadow_drop(sqlite3 *db, const char *schema, const char *name) {
  return fetch_nothing(db,
                       sqlite3_mprintf("DROP TABLE IF EXISTS \"%w\".\"%w_store\"", schema, name));
}

int shadow_rename(sqlite3 *db, const char *schema, const char *name, const char *to) {
  return fetch_nothing(db, sqlite3_mprintf("ALTER TABLE \"%w\".\"%w_store\" RENAME TO \"%w_store\"",
                                           schema, name, to));
}

typedef struct Visit {
  sqlite3 *db;
  const char *schema;
  void (*visit)(void *context, int64_t id);
  void *context;
} Visit;

/* Runs a query and `each` for the text in its column `column` of every row. */
static int for_each(const Visit *visit, char *sql, int column,
                    int (*each)(const Visit *visit, const char *text)) {
  sqlite3_stmt *statement = NULL;
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_prepare_v2(visit->db, sql, -1, &statement, NULL);
  sqlite3_free(sql);
  while (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    rc = text == NULL ? SQLITE_NOMEM : each(visit, text);
  }
  int end = sqlite3_finalize(statement);
  return rc == SQLITE_OK ? end : rc;
}

static int visit_table(const Visit *visit, const char *name) {
  int64_t id;
  int rc = shadow_read(visit->db, visit->schema, name, &id);
  if (rc == SQLITE_OK) visit->visit(visit->context, id);
  return rc == SQLITE_NOTFOUND ? SQLITE_OK : rc;
}

/* Neither views nor virtual tables, which may do anything when they are read. */
static int visit_schema(const Visit *visit, const char *schema) {
  Visit inside = *visit;
  inside.schema = schema;
  return for_each(&inside,
                  sqlite3_mprintf("SELECT substr(name, 1, length(name) - 6) "
                                  "FROM \"%w\".sqlite_master WHERE substr(name, -6) = '_store' "
                                  "AND type = 'table' AND rootpage > 0",
                                  schema),
                  0, visit_table);
}

int shadow_visit(sqlite3 *db, void (*visit)(void *context, int64_t id), void *context) {
  Visit all = {.db = db, .visit = visit, .context = context};
  return for_each(&all, sqlite3_mprintf("PRAGMA database_list"), 1, visit_schema);
}
