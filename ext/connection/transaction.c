/*
** transaction.c: see transaction.h.
*/
#include "transaction.h"

#include "base/message.h"

static Participant *participant(sqlite3_vtab *vtab) { return (Participant *)(void *)vtab; }

static Registry *registry_of(sqlite3_vtab *vtab) { return participant(vtab)->registry; }

int transaction_sync(sqlite3_vtab *vtab) {
  registry_sync(registry_of(vtab));
  return SQLITE_OK;
}

int transaction_commit(sqlite3_vtab *vtab) {
  participant(vtab)->joined = false;
  registry_commit(registry_of(vtab));
  return SQLITE_OK;
}

int transaction_rollback(sqlite3_vtab *vtab) {
  participant(vtab)->joined = false;
  registry_rollback(registry_of(vtab));
  return SQLITE_OK;
}

int transaction_savepoint(sqlite3_vtab *vtab, int number) {
  return registry_savepoint(registry_of(vtab), number);
}

int transaction_release(sqlite3_vtab *vtab, int number) {
  registry_release_savepoint(registry_of(vtab), number);
  return SQLITE_OK;
}

int transaction_rollback_to(sqlite3_vtab *vtab, int number) {
  registry_rollback_to(registry_of(vtab), number);
  return SQLITE_OK;
}

/* ---- the guard -------------------------------------------------------------- */

static int guard_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **vtab, char **error) {
  (void)argc, (void)argv, (void)error;
  int rc = sqlite3_declare_vtab(db, "CREATE TABLE x(" SLOTS_GUARD ")");
  if (rc != SQLITE_OK) return rc;
  Participant *guard = sqlite3_malloc64(sizeof *guard);
  if (guard == NULL) return SQLITE_NOMEM;
  *guard = (Participant){.registry = aux};
  *vtab = &guard->base;
  return SQLITE_OK;
}

static int guard_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

static int guard_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  (void)vtab;
  info->estimatedCost = 1;
  info->estimatedRows = 1;
  return SQLITE_OK;
}

static int guard_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor) {
  (void)vtab;
  *cursor = sqlite_zeros(sizeof **cursor);
  if (*cursor == NULL) return SQLITE_NOMEM;
  return SQLITE_OK;
}

static int guard_close(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int guard_filter(sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc,
                        sqlite3_value **argv) {
  (void)cursor, (void)plan, (void)text, (void)argc, (void)argv;
  return SQLITE_OK;
}

static int guard_next(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return SQLITE_OK;
}

static int guard_eof(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return 1;
}

static int guard_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
  (void)cursor, (void)column;
  sqlite3_result_null(context);
  return SQLITE_OK;
}

static int guard_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  (void)cursor;
  *rowid = 0;
  return SQLITE_OK;
}

static int guard_update(sqlite3_vtab *vtab, int argc, sqlite3_value **argv, sqlite3_int64 *rowid) {
  (void)argc, (void)argv, (void)rowid;
  return message_fail(&vtab->zErrMsg, SQLITE_READONLY, "%s takes no rows", SLOTS_GUARD);
}

static int guard_begin(sqlite3_vtab *vtab) {
  (void)vtab;
  return SQLITE_OK;
}

int guard_register(sqlite3 *db) {
  static const sqlite3_module module = {.iVersion = 2,
                                        .xCreate = guard_connect,
                                        .xConnect = guard_connect,
                                        .xBestIndex = guard_best_index,
                                        .xDisconnect = guard_disconnect,
                                        .xDestroy = guard_disconnect,
                                        .xOpen = guard_open,
                                        .xClose = guard_close,
                                        .xFilter = guard_filter,
                                        .xNext = guard_next,
                                        .xEof = guard_eof,
                                        .xColumn = guard_column,
                                        .xRowid = guard_rowid,
                                        .xUpdate = guard_update,
                                        .xBegin = guard_begin,
                                        .xSync = transaction_sync,
                                        .xCommit = transaction_commit,
                                        .xRollback = transaction_rollback,
                                        .xSavepoint = transaction_savepoint,
                                        .xRelease = transaction_release,
                                        .xRollbackTo = transaction_rollback_to};
  Registry *registry = registry_attach(db);
  if (registry == NULL) return SQLITE_NOMEM;
  return sqlite3_create_module_v2(db, SLOTS_GUARD, &module, registry, registry_release);
}
