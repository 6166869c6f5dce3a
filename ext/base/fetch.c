/*
** fetch.c: see fetch.h.
*/
#include "fetch.h"

#include <stdarg.h>
#include <stddef.h>

/* Not by affinity.c, which reads arguments: a column's sqlite3_value may only be handed on. */
static int fetch_value(sqlite3_stmt *statement, int column, Value *value) {
  *value = (Value){.type = VALUE_NULL};
  switch (sqlite3_column_type(statement, column)) {
  case SQLITE_INTEGER:
    value->type = VALUE_INTEGER;
    value->integer = sqlite3_column_int64(statement, column);
    return SQLITE_OK;
  case SQLITE_FLOAT:
    value->type = VALUE_REAL;
    value->real = sqlite3_column_double(statement, column);
    return SQLITE_OK;
  case SQLITE_TEXT:
    value->type = VALUE_TEXT;
    value->bytes = sqlite3_column_text(statement, column);
    value->size = (uint32_t)sqlite3_column_bytes(statement, column);
    return value->bytes == NULL ? SQLITE_NOMEM : SQLITE_OK;
  case SQLITE_BLOB:
    value->type = VALUE_BLOB;
    value->bytes = sqlite3_column_blob(statement, column);
    value->size = (uint32_t)sqlite3_column_bytes(statement, column);
    return value->bytes == NULL && value->size > 0 ? SQLITE_NOMEM : SQLITE_OK;
  default:
    return SQLITE_OK;
  }
}

int fetch_values(sqlite3_stmt *statement, int count, Value *values) {
  int rc = SQLITE_OK;
  for (int i = 0; i < count && rc == SQLITE_OK; i++) {
    rc = fetch_value(statement, 1 + i, &values[i]);
  }
  return rc;
}

bool fetch_may_fail(int rc) {
  int primary = rc & 0xff;
  return primary == SQLITE_ERROR || primary == SQLITE_INTERRUPT || primary == SQLITE_BUSY ||
         primary == SQLITE_LOCKED;
}

int fetch_prepare(sqlite3 *db, sqlite3_stmt **statement, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *sql = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  *statement = NULL;
  int rc = sql == NULL ? SQLITE_NOMEM : sqlite3_prepare_v2(db, sql, -1, statement, NULL);
  sqlite3_free(sql);
  return rc;
}

int fetch_end(sqlite3_stmt *statement, int rc) {
  int end = sqlite3_finalize(statement);
  return rc == SQLITE_OK ? end : rc;
}

int fetch_integer(sqlite3 *db, const char *sql, int64_t *integer) {
  sqlite3_stmt *statement = NULL;
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    *integer = sqlite3_column_int64(statement, 0);
  }
  return fetch_end(statement, rc);
}

int fetch_nothing(sqlite3 *db, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *sql = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  int rc = sql == NULL ? SQLITE_NOMEM : sqlite3_exec(db, sql, NULL, NULL, NULL);
  sqlite3_free(sql);
  return rc;
}
