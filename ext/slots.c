/*
** slots.c: the extension's entry point.
**
**     .load build/slots
**     CREATE VIRTUAL TABLE images USING slots;
**
** As a loadable extension it is found by either of its two names; with SQLITE_CORE defined call
** sqlite3_slots_init(db, NULL, NULL) or hand it to sqlite3_auto_extension.
*/
#define SLOTS_DEFINES_API
#include "base/sqlite.h"

SQLITE_EXTENSION_INIT1

#include "connection/registry.h"
#include "connection/transaction.h"
#include "query/replaced.h"
#include "vtab/functions.h"
#include "vtab/vtab.h"

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define EXPORT __attribute__((visibility("default")))
#else
#define EXPORT
#endif

EXPORT int sqlite3_slots_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

EXPORT int sqlite3_slots_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)api, (void)error;
  /* A second time there is nothing to do; core would not replace functions in use. */
  if (registry_is_loaded(db)) return SQLITE_OK;
  int rc = guard_register(db);
  if (rc == SQLITE_OK) rc = replaced_register(db);
  if (rc == SQLITE_OK) rc = functions_register(db);
  if (rc == SQLITE_OK) rc = vtab_register(db);
  if (rc == SQLITE_OK) registry_set_loaded(db);
  return rc;
}

#ifndef SQLITE_CORE
EXPORT int sqlite3_extension_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

/* Whatever the file is called, core looks for this name. */
EXPORT int sqlite3_extension_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  return sqlite3_slots_init(db, error, api);
}
#endif
