/*
** replaced.c: see replaced.h.
*/
#include "replaced.h"

#include <stddef.h>

/* A function of any number of arguments (-1) is preferred to a built-in one of two. */
static const char query[] = "SELECT count(*) FROM pragma_function_list WHERE name = ?1"
                            " COLLATE NOCASE AND NOT builtin AND narg IN (2, -1)";

bool function_is_replaced(sqlite3 *db, const char *name) {
  sqlite3_stmt *statement = NULL;
  bool replaced = true;
  if (sqlite3_prepare_v2(db, query, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    replaced = sqlite3_column_int64(statement, 0) != 0;
  }
  sqlite3_finalize(statement);
  return replaced;
}
