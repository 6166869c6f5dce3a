/*
** replaced.c: see replaced.h.
*/
#include "replaced.h"

#include "base/fetch.h"

/* A function of any number of arguments (-1) is preferred to a built-in one of two. */
static const char query[] = "SELECT count(*) FROM pragma_function_list WHERE name = %Q"
                            " COLLATE NOCASE AND NOT builtin AND narg IN (2, -1)";

int function_is_replaced(sqlite3 *db, const char *name, bool *replaced) {
  int64_t others = 1;
  char *sql = sqlite3_mprintf(query, name);
  int rc = fetch_integer(db, sql, &others);
  sqlite3_free(sql);
  *replaced = rc != SQLITE_OK || others > 0;
  /* Out of xBestIndex an interrupt would be an SQLITE_ERROR; what runs is interrupted by core. */
  return fetch_may_fail(rc) ? SQLITE_OK : rc;
}
