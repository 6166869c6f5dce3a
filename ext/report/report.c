/*
** report.c: see report.h.
*/
#include "report.h"

#include "base/message.h"

typedef struct ReportModule {
  const Report *report;
  Registry *registry;
} ReportModule;

typedef struct ReportVtab {
  sqlite3_vtab base;
  const Report *report;
  Registry *registry;
} ReportVtab;

typedef struct ReportCursor {
  sqlite3_vtab_cursor base;
  ReportRows rows;
  uint32_t row;
} ReportCursor;

static ReportVtab *report_vtab(sqlite3_vtab *vtab) { return (ReportVtab *)(void *)vtab; }

static ReportCursor *report_cursor(sqlite3_vtab_cursor *cursor) {
  return (ReportCursor *)(void *)cursor;
}

/* ---- rows ------------------------------------------------------------------------ */

ReportRow *report_add(ReportRows *rows) {
  if (rows->count == rows->capacity) {
    uint32_t capacity = rows->capacity * 2 + 16;
    ReportRow *grown = sqlite3_realloc64(rows->rows, capacity * sizeof *grown);
    if (grown == NULL) return NULL;
    rows->rows = grown;
    rows->capacity = capacity;
  }
  ReportRow *row = &rows->rows[rows->count++];
  *row = (ReportRow){0};
  return row;
}

static void clear_rows(ReportRows *rows) {
  for (uint32_t i = 0; i < rows->count; i++) {
    for (int k = 0; k < REPORT_COLUMNS; k++) sqlite3_free(rows->rows[i].cells[k].text);
  }
  sqlite3_free(rows->rows);
  *rows = (ReportRows){0};
}

Cell cell_integer(uint64_t integer) {
  return (Cell){.type = CELL_INTEGER, .integer = (int64_t)integer};
}

Cell cell_real(double real) { return (Cell){.type = CELL_REAL, .real = real}; }

Cell cell_made(char *text) {
  return (Cell){.type = text == NULL ? CELL_MISSING : CELL_TEXT, .text = text};
}

Cell cell_text(const char *text) { return cell_made(sqlite3_mprintf("%s", text)); }

/* ---- the module -------------------------------------------------------------------- */

static int report_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                          sqlite3_vtab **out, char **error) {
  ReportModule *module = aux;
  (void)argc, (void)argv, (void)error;
  char *sql = sqlite3_mprintf("CREATE TABLE x(%s)", module->report->columns);
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_declare_vtab(db, sql);
  sqlite3_free(sql);
  if (rc != SQLITE_OK) return rc;
  ReportVtab *vtab = sqlite3_malloc64(sizeof *vtab);
  if (vtab == NULL) return SQLITE_NOMEM;
  *vtab = (ReportVtab){.report = module->report, .registry = module->registry};
  *out = &vtab->base;
  return SQLITE_OK;
}

static int report_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

/* Takes the arguments, in order; idxNum is how many there are. */
static int report_best_index(sqlite3_vtab *base, sqlite3_index_info *info) {
  const Report *report = report_vtab(base)->report;
  int argument[2] = {-1, -1}, wanted[2] = {0, 0};
  for (int i = 0; i < info->nConstraint; i++) {
    int number = info->aConstraint[i].iColumn - report->column_count;
    if (number < 0 || number >= report->argument_count) continue;
    if (info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    wanted[number] = 1;
    if (info->aConstraint[i].usable) argument[number] = i;
  }
  if ((wanted[0] && argument[0] < 0) || (wanted[1] && argument[1] < 0)) return SQLITE_CONSTRAINT;
  for (int i = 0; i < 2 && argument[i] >= 0; i++) {
    info->aConstraintUsage[argument[i]].argvIndex = ++info->idxNum;
    info->aConstraintUsage[argument[i]].omit = 1;
  }
  info->estimatedCost = 1000;
  info->estimatedRows = 20;
  return SQLITE_OK;
}

static int report_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out) {
  (void)base;
  ReportCursor *cursor = sqlite_zeros(sizeof *cursor);
  if (cursor == NULL) return SQLITE_NOMEM;
  *out = &cursor->base;
  return SQLITE_OK;
}

static int report_close(sqlite3_vtab_cursor *base) {
  clear_rows(&report_cursor(base)->rows);
  sqlite3_free(base);
  return SQLITE_OK;
}

static int report_filter(sqlite3_vtab_cursor *base, int count, const char *text, int argc,
                         sqlite3_value **argv) {
  ReportCursor *cursor = report_cursor(base);
  ReportVtab *vtab = report_vtab(base->pVtab);
  char *error = NULL;
  (void)text, (void)argc;
  clear_rows(&cursor->rows);
  cursor->row = 0;
  int rc = count == 0 && vtab->report->argument_count > 0
               ? message_fail(&error, SQLITE_ERROR,
                              "%s needs the name of a table: SELECT * FROM %s('images')",
                              vtab->report->name, vtab->report->name)
               : vtab->report->fill(vtab->registry, argv, count, &cursor->rows, &error);
  if (error != NULL) {
    sqlite3_free(vtab->base.zErrMsg);
    vtab->base.zErrMsg = error;
  }
  return rc;
}

static int report_next(sqlite3_vtab_cursor *base) {
  report_cursor(base)->row++;
  return SQLITE_OK;
}

static int report_eof(sqlite3_vtab_cursor *base) {
  return report_cursor(base)->row >= report_cursor(base)->rows.count;
}

static int report_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
  ReportCursor *cursor = report_cursor(base);
  if (column >= report_vtab(base->pVtab)->report->column_count) return SQLITE_OK;
  const Cell *cell = &cursor->rows.rows[cursor->row].cells[column];
  if (cell->type == CELL_MISSING) return SQLITE_NOMEM;
  if (cell->type == CELL_INTEGER) sqlite3_result_int64(context, cell->integer);
  if (cell->type == CELL_REAL) sqlite3_result_double(context, cell->real);
  if (cell->type == CELL_TEXT) sqlite3_result_text(context, cell->text, -1, SQLITE_TRANSIENT);
  return SQLITE_OK;
}

static int report_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = report_cursor(base)->row;
  return SQLITE_OK;
}

static void module_free(void *aux) {
  registry_release(((ReportModule *)aux)->registry);
  sqlite3_free(aux);
}

int report_register(sqlite3 *db, const Report *report) {
  static const sqlite3_module methods = {.xConnect = report_connect,
                                         .xBestIndex = report_best_index,
                                         .xDisconnect = report_disconnect,
                                         .xOpen = report_open,
                                         .xClose = report_close,
                                         .xFilter = report_filter,
                                         .xNext = report_next,
                                         .xEof = report_eof,
                                         .xColumn = report_column,
                                         .xRowid = report_rowid};
  ReportModule *module = sqlite3_malloc64(sizeof *module);
  if (module == NULL) return SQLITE_NOMEM;
  *module = (ReportModule){.report = report, .registry = registry_attach(db)};
  if (module->registry == NULL) {
    sqlite3_free(module);
    return SQLITE_NOMEM;
  }
  return sqlite3_create_module_v2(db, report->name, &methods, module, module_free);
}
