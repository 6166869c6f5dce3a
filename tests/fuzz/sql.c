/*
** sql.c: fuzz target: SQL text with the extension loaded; nothing may crash.
**
** No files, and bounded memory and time: limits, an authorizer, a progress
** handler. Input: SQL.
*/
#include <sqlite3.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "snapshot/file_calls.h"
#include "input.h"

#define STEPS_MAX 300 /* of the progress handler, 1,000 instructions each */

int sqlite3_slots_init(sqlite3 *db, char **error, const void *api);

static int count_steps(void *context) {
  int *steps = context;
  return ++*steps > STEPS_MAX;
}

static int refuse_open(const char *path, int flags, mode_t mode) {
  (void)path;
  (void)flags;
  (void)mode;
  errno = EACCES;
  return -1;
}

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger) {
  (void)context;
  (void)database;
  (void)trigger;
  if (action == SQLITE_ATTACH) return SQLITE_DENY;
  if (action == SQLITE_FUNCTION && strcmp(second, "load_extension") == 0) return SQLITE_DENY;
  if (action != SQLITE_PRAGMA) return SQLITE_OK;
  /* Process-wide settings, and such as would take the limits away. */
  bool denied = sqlite3_strlike("%heap_limit", first, 0) == 0 ||
                sqlite3_strlike("%_store_directory", first, 0) == 0 ||
                sqlite3_strlike("%_size", first, 0) == 0;
  return denied ? SQLITE_DENY : SQLITE_OK;
}

static sqlite3 *open_database(int *steps) {
  sqlite3 *db = NULL;
  expect(sqlite3_open(":memory:", &db) == SQLITE_OK, "sqlite3_open");
  expect(sqlite3_slots_init(db, NULL, NULL) == SQLITE_OK, "sqlite3_slots_init");
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 200000);
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 50000);
  sqlite3_limit(db, SQLITE_LIMIT_VDBE_OP, 25000);
  sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100);
  sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 100);
  sqlite3_set_authorizer(db, authorize, NULL);
  sqlite3_progress_handler(db, 1000, count_steps, steps);
  return db;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  int steps = 0;
  file_calls.open = refuse_open;
  sqlite3_hard_heap_limit64(64 << 20);
  sqlite3 *db = open_database(&steps);
  char *sql = sqlite3_mprintf("%.*s", (int)size, (const char *)bytes);
  const char *rest = sql, *last = NULL;
  /* A statement that fails does not keep the next from running. */
  while (rest != NULL && rest != last && *rest != 0 && steps <= STEPS_MAX) {
    sqlite3_stmt *statement = NULL;
    last = rest;
    if (sqlite3_prepare_v2(db, rest, -1, &statement, &rest) == SQLITE_OK && statement != NULL) {
      while (sqlite3_step(statement) == SQLITE_ROW) {
      }
    }
    sqlite3_finalize(statement);
  }
  sqlite3_free(sql);
  expect(sqlite3_close(db) == SQLITE_OK, "something is left open");
  expect(sqlite3_memory_used() == 0, "%lld bytes are leaked", sqlite3_memory_used());
  return 0;
}
