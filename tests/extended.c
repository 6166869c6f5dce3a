/*
** extended.c: a loadable extension for the tests that does what Tcl has no word for, a thing by
** each entry point.
*/
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

int sqlite3_extended_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);
int sqlite3_renamed_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);
int sqlite3_limited_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

/* Switches extended result codes on. */
int sqlite3_extended_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)error;
  return sqlite3_extended_result_codes(db, 1);
}

/* Gives the database main another name. */
int sqlite3_renamed_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)error;
  return sqlite3_db_config(db, SQLITE_DBCONFIG_MAINDBNAME, "principal");
}

/* Has LIKE and GLOB refuse patterns of more than ten bytes. */
int sqlite3_limited_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)error;
  sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 10);
  return SQLITE_OK;
}
