/*
** extended.c: a loadable extension for the tests that switches extended result
** codes on, for which Tcl has no word.
*/
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

int sqlite3_extended_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

int sqlite3_extended_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)error;
  return sqlite3_extended_result_codes(db, 1);
}
