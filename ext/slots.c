/*
** slots.c: the extension's entry point.
**
**     .load build/slots
**     CREATE VIRTUAL TABLE images USING slots;
**
** As a loadable extension sqlite3_extension_init and sqlite3_slots_init are both
** found; with SQLITE_CORE defined call sqlite3_slots_init(db, NULL, NULL) or hand
** it to sqlite3_auto_extension.
*/
#define SLOTS_DEFINES_API
#include "sqlite.h"

SQLITE_EXTENSION_INIT1

#include "functions.h"
#include "transaction.h"
#include "vtab.h"

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
  int rc = guard_register(db);
  if (rc == SQLITE_OK) rc = functions_register(db);
  if (rc == SQLITE_OK) rc = vtab_register(db);
  return rc;
}
