/*
** functions.c: see functions.h.
*/
#include "functions.h"

#include <string.h>

#include "report/advise.h"
#include "cache/cache.h"
#include "report/layout.h"
#include "mount/mount.h"
#include "report/progress_report.h"
#include "report/resolve.h"
#include "report/stats.h"

/* The answer of a function: the number, or an error, whose words it takes over. */
static void answer(sqlite3_context *context, int rc, char *error, uint64_t number) {
  if (rc == SQLITE_OK) {
    sqlite3_result_int64(context, (sqlite3_int64)number);
  } else if (error != NULL) {
    sqlite3_result_error(context, error, -1);
  } else {
    sqlite3_result_error_code(context, rc);
  }
  sqlite3_free(error);
}

static void count_function(sqlite3_context *context, int argc, sqlite3_value **argv) {
  Resolved resolved;
  char *error = NULL;
  (void)argc;
  int rc = resolve_table(sqlite3_user_data(context), (const char *)sqlite3_value_text(argv[0]),
                         &resolved, &error);
  answer(context, rc, error, rc == SQLITE_OK ? resolved.table->rows : 0);
  resolved_clear(&resolved);
}

static int save(Registry *registry, const Resolved *resolved, const char *path, uint64_t *size,
                char **error) {
  Table *table = resolved->table;
  Progress progress = {
      .db = registry->db, .work = "save", .target = resolved->name, .total = table->rows};
  progress_begin(&progress);
  table->progress = &progress;
  int rc = mount_save(table, resolved->name, path, size, error);
  table->progress = NULL;
  progress_end(&progress);
  return rc;
}

/* slots_save(table, file): the bytes written. */
static void save_function(sqlite3_context *context, int argc, sqlite3_value **argv) {
  Resolved resolved;
  char *error = NULL;
  uint64_t size = 0;
  Registry *registry = sqlite3_user_data(context);
  const char *path = (const char *)sqlite3_value_text(argv[1]);
  (void)argc;
  if (path == NULL || path[0] == 0 || strlen(path) != (size_t)sqlite3_value_bytes(argv[1])) {
    sqlite3_result_error(context, "slots_save: the second argument must be the name of a file", -1);
    return;
  }
  int rc = resolve_table(registry, (const char *)sqlite3_value_text(argv[0]), &resolved, &error);
  if (rc == SQLITE_OK) {
    rc = save(registry, &resolved, path, &size, &error);
    resolved_clear(&resolved);
  }
  answer(context, rc, error, size);
}

static void version_function(sqlite3_context *context, int argc, sqlite3_value **argv) {
  (void)argc, (void)argv;
  sqlite3_result_text(context, SLOTS_VERSION, -1, SQLITE_STATIC);
}

int functions_register(sqlite3 *db) {
  int rc = report_register(db, &layout_report);
  if (rc == SQLITE_OK) rc = report_register(db, &stats_report);
  if (rc == SQLITE_OK) rc = report_register(db, &advise_report);
  if (rc == SQLITE_OK) rc = report_register(db, &progress_report);
  if (rc == SQLITE_OK) rc = cache_register(db);
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_function_v2(db, "slots_version", 0,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL,
                                    version_function, NULL, NULL, NULL);
  }
  if (rc != SQLITE_OK) return rc;
  Registry *registry = registry_attach(db);
  if (registry == NULL) return SQLITE_NOMEM;
  rc = sqlite3_create_function_v2(db, "slots_count", 1, SQLITE_UTF8, registry, count_function, NULL,
                                  NULL, registry_release);
  if (rc != SQLITE_OK) return rc;
  registry = registry_attach(db);
  if (registry == NULL) return SQLITE_NOMEM;
  /* It writes a file: no view, trigger or index may call it, whoever wrote them. */
  return sqlite3_create_function_v2(db, "slots_save", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, registry,
                                    save_function, NULL, NULL, registry_release);
}
