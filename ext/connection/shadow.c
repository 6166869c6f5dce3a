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
  int rc = fetch_nothing(db, "CREATE TABLE \"%w\".\"%w_store\" AS SELECT %lld AS id%s", schema,
                         name, (sqlite3_int64)id, more == NULL ? "" : more);
  sqlite3_free(more);
  return rc;
}

/* SQLITE_NOTFOUND where there is no such table. */
static int prepare(sqlite3 *db, const char *column, const char *schema, const char *name,
                   sqlite3_stmt **statement) {
  int rc = fetch_prepare(db, statement, "SELECT %s FROM \"%w\".\"%w_store\"", column, schema, name);
  return rc == SQLITE_ERROR ? SQLITE_NOTFOUND : rc;
}

int shadow_declaration(sqlite3 *db, const char *schema, const char *name, Buffer *declaration) {
  sqlite3_stmt *statement = NULL;
  declaration->size = 0;
  int rc = prepare(db, "declaration", schema, name, &statement);
  if (rc != SQLITE_OK) return rc;
  bool found =
      sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_BLOB;
  if (found) {
    const unsigned char *bytes = sqlite3_column_blob(statement, 0);
    size_t size = (size_t)sqlite3_column_bytes(statement, 0);
    found = size == 0 || bytes[size - 1] == 0;
    if (found) rc = buffer_append(declaration, bytes, size);
  }
  rc = fetch_end(statement, rc);
  return rc == SQLITE_OK && !found ? SQLITE_NOTFOUND : rc;
}

int shadow_read(sqlite3 *db, const char *schema, const char *name, int64_t *id) {
  sqlite3_stmt *statement = NULL;
  int rc = prepare(db, "id", schema, name, &statement);
  if (rc != SQLITE_OK) return rc;
  bool found = sqlite3_step(statement) == SQLITE_ROW;
  bool hidden = found && sqlite3_column_type(statement, 0) == SQLITE_NULL;
  if (found) *id = sqlite3_column_int64(statement, 0);
  rc = sqlite3_finalize(statement);
  if (rc == SQLITE_OK && hidden) return SQLITE_AUTH;
  return rc == SQLITE_OK && !found ? SQLITE_NOTFOUND : rc;
}

int shadow_drop(sqlite3 *db, const char *schema, const char *name) {
  return fetch_nothing(db, "DROP TABLE IF EXISTS \"%w\".\"%w_store\"", schema, name);
}

int shadow_rename(sqlite3 *db, const char *schema, const char *name, const char *to) {
  return fetch_nothing(db, "ALTER TABLE \"%w\".\"%w_store\" RENAME TO \"%w_store\"", schema, name,
                       to);
}

typedef struct Visit {
  sqlite3 *db;
  const char *schema;
  void (*visit)(void *context, int64_t id);
  void *context;
} Visit;

/* Runs `each` for the text in column `column` of every row of the query, and ends it. */
static int for_each(const Visit *visit, sqlite3_stmt *statement, int column,
                    int (*each)(const Visit *visit, const char *text)) {
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    rc = text == NULL ? SQLITE_NOMEM : each(visit, text);
  }
  return fetch_end(statement, rc);
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
  sqlite3_stmt *names;
  int rc = fetch_prepare(visit->db, &names,
                         "SELECT substr(name, 1, length(name) - 6) "
                         "FROM \"%w\".sqlite_master WHERE substr(name, -6) = '_store' "
                         "AND type = 'table' AND rootpage > 0",
                         schema);
  return rc == SQLITE_OK ? for_each(&inside, names, 0, visit_table) : rc;
}

int shadow_visit(sqlite3 *db, void (*visit)(void *context, int64_t id), void *context) {
  Visit all = {.db = db, .visit = visit, .context = context};
  sqlite3_stmt *databases;
  int rc = fetch_prepare(db, &databases, "PRAGMA database_list");
  return rc == SQLITE_OK ? for_each(&all, databases, 1, visit_schema) : rc;
}
