/*
** first_value.h: the first value of a query, for the cases of a host. Calls cases.h.
*/
#ifndef TESTS_FIRST_VALUE_H
#define TESTS_FIRST_VALUE_H

#include <sqlite3.h>

#include "cases.h"

/* As text, to be freed with sqlite3_free; NULL after a failure, which the case reports. */
static inline char *first_value(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  char *value = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    value = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
  }
  rc = sqlite3_finalize(statement);
  if (rc != SQLITE_OK || value == NULL) fail("%s: %s", sql, sqlite3_errmsg(db));
  return value;
}

#endif
