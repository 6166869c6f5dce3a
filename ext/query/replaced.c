/*
** replaced.c: see replaced.h.
*/
#include "replaced.h"

#include <string.h>

#include "base/fetch.h"
#include "base/message.h"

typedef struct ReplacedCursor {
  sqlite3_vtab_cursor base;
  int rows; /* still to show */
} ReplacedCursor;

static ReplacedCursor *replaced_cursor(sqlite3_vtab_cursor *cursor) {
  return (ReplacedCursor *)(void *)cursor;
}

/* ---- the table ------------------------------------------------------------------------ */

static int replaced_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                            sqlite3_vtab **out, char **error) {
  (void)aux, (void)argc, (void)argv;
  int rc = sqlite3_declare_vtab(db, "CREATE TABLE x(slots_builtin TEXT)");
  if (rc != SQLITE_OK) return message_core(error, rc, db);
  sqlite3_vtab *vtab = sqlite3_malloc64(sizeof *vtab);
  if (vtab == NULL) return SQLITE_NOMEM;
  memset(vtab, 0, sizeof *vtab);
  *out = vtab;
  return SQLITE_OK;
}

static int replaced_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

/* Of core's own: GLOB minds case, and LIKE does not unless the pragma says so. */
static bool is_start_of_range(sqlite3_index_info *info, int i, bool of_like) {
  if (info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_GE) return false;
  return sqlite3_stricmp(sqlite3_vtab_collation(info, i), of_like ? "NOCASE" : "BINARY") == 0;
}

static int replaced_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  bool of_like = false;
  (void)vtab;
  for (int i = 0; i < info->nConstraint; i++) {
    of_like = of_like || info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_LIKE;
  }
  for (int i = 0; i < info->nConstraint; i++) {
    if (is_start_of_range(info, i, of_like)) info->idxNum = 1;
  }
  return SQLITE_OK;
}

static int replaced_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
  (void)vtab;
  ReplacedCursor *cursor = sqlite3_malloc64(sizeof *cursor);
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof *cursor);
  *out = &cursor->base;
  return SQLITE_OK;
}

static int replaced_close(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int replaced_filter(sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc,
                           sqlite3_value **argv) {
  (void)text, (void)argc, (void)argv;
  replaced_cursor(cursor)->rows = plan;
  return SQLITE_OK;
}

static int replaced_next(sqlite3_vtab_cursor *cursor) {
  replaced_cursor(cursor)->rows--;
  return SQLITE_OK;
}

static int replaced_eof(sqlite3_vtab_cursor *cursor) { return replaced_cursor(cursor)->rows <= 0; }

/* Core tests the row with its own function; another one is not called, as there is no row. */
static int replaced_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
  (void)cursor, (void)column;
  sqlite3_result_text(context, "a", -1, SQLITE_STATIC);
  return SQLITE_OK;
}

static int replaced_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  (void)cursor;
  *rowid = 1;
  return SQLITE_OK;
}

int replaced_register(sqlite3 *db) {
  static const sqlite3_module module = {.iVersion = 1,
                                        .xConnect = replaced_connect,
                                        .xBestIndex = replaced_best_index,
                                        .xDisconnect = replaced_disconnect,
                                        .xOpen = replaced_open,
                                        .xClose = replaced_close,
                                        .xFilter = replaced_filter,
                                        .xNext = replaced_next,
                                        .xEof = replaced_eof,
                                        .xColumn = replaced_column,
                                        .xRowid = replaced_rowid};
  return sqlite3_create_module_v2(db, "slots_builtin", &module, NULL, NULL);
}

/* ---- the question ----------------------------------------------------------------------- */

/* A table of the application's by that name has no such column, and then it cannot be told. */
int function_is_replaced(sqlite3 *db, MatchFunction function, bool *replaced) {
  static const char *const queries[] = {
      [MATCH_LIKE] = "SELECT 1 FROM temp.slots_builtin WHERE slots_builtin LIKE 'a%'",
      [MATCH_GLOB] = "SELECT 1 FROM temp.slots_builtin WHERE slots_builtin GLOB 'a*'"};
  int64_t own = 0;
  int rc = fetch_integer(db, queries[function], &own);
  *replaced = rc != SQLITE_OK || own == 0;
  /* Out of xBestIndex an interrupt would be an SQLITE_ERROR; what runs is interrupted by core. */
  return fetch_may_fail(rc) ? SQLITE_OK : rc;
}
