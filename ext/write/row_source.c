/*
** row_source.c: see row_source.h.
*/
#include "row_source.h"

#include "base/message.h"
#include "base/result.h"

typedef struct SourceVtab {
  sqlite3_vtab base;
  RowSource *source;
} SourceVtab;

typedef struct SourceCursor {
  sqlite3_vtab_cursor base;
  ShownRow row;
} SourceCursor;

static SourceCursor *source_cursor(sqlite3_vtab_cursor *cursor) {
  return (SourceCursor *)(void *)cursor;
}

static RowSource *source_of(sqlite3_vtab *vtab) { return ((SourceVtab *)(void *)vtab)->source; }

static void release(void *argument) {
  RowSource *source = argument;
  if (source == NULL || --source->references > 0) return;
  sqlite3_free(source->declaration);
  sqlite3_free(source);
}

/* ---- the module ------------------------------------------------------------------------ */

static int shown_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **error) {
  RowSource *source = aux;
  (void)argc, (void)argv;
  int rc = sqlite3_declare_vtab(db, source->declaration);
  if (rc == SQLITE_OK) rc = sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  if (rc != SQLITE_OK) return message_core(error, rc, db);
  SourceVtab *vtab = sqlite3_malloc64(sizeof *vtab);
  if (vtab == NULL) return SQLITE_NOMEM;
  *vtab = (SourceVtab){.source = source};
  *out = &vtab->base;
  return SQLITE_OK;
}

static int shown_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

static int shown_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  source_of(vtab)->used |= info->colUsed;
  info->estimatedCost = 1;
  info->estimatedRows = 1;
  return SQLITE_OK;
}

static int shown_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
  (void)vtab;
  SourceCursor *cursor = sqlite_zeros(sizeof *cursor);
  if (cursor == NULL) return SQLITE_NOMEM;
  *out = &cursor->base;
  return SQLITE_OK;
}

static int shown_close(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int shown_filter(sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc,
                        sqlite3_value **argv) {
  (void)plan, (void)text, (void)argc, (void)argv;
  source_cursor(cursor)->row = source_of(cursor->pVtab)->row;
  return SQLITE_OK;
}

static int shown_next(sqlite3_vtab_cursor *cursor) {
  source_cursor(cursor)->row = (ShownRow){0};
  return SQLITE_OK;
}

static int shown_eof(sqlite3_vtab_cursor *cursor) {
  const ShownRow *row = &source_cursor(cursor)->row;
  return row->values == NULL && !row->is_sample;
}

static int shown_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
  const ShownRow *row = &source_cursor(cursor)->row;
  if (row->is_sample) {
    sqlite3_result_int64(context, 1);
  } else if (column == source_of(cursor->pVtab)->key) {
    sqlite3_result_int64(context, row->rowid);
  } else {
    result_value(context, &row->values[column]);
  }
  return SQLITE_OK;
}

static int shown_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = source_cursor(cursor)->row.rowid;
  return SQLITE_OK;
}

/* ---- opening ---------------------------------------------------------------------------- */

static int register_module(RowSource *source) {
  static const sqlite3_module module = {.iVersion = 1,
                                        .xConnect = shown_connect,
                                        .xBestIndex = shown_best_index,
                                        .xDisconnect = shown_disconnect,
                                        .xOpen = shown_open,
                                        .xClose = shown_close,
                                        .xFilter = shown_filter,
                                        .xNext = shown_next,
                                        .xEof = shown_eof,
                                        .xColumn = shown_column,
                                        .xRowid = shown_rowid};
  source->references++;
  return sqlite3_create_module_v2(source->registry->db, source->name, &module, source, release);
}

int row_source_open(Registry *registry, const Schema *schema, RowSource **source) {
  RowSource *made = sqlite3_malloc64(sizeof *made);
  *source = NULL;
  if (made == NULL) return SQLITE_NOMEM;
  *made = (RowSource){.references = 1, .registry = registry, .key = schema->key};
  made->declaration = schema_row_declaration(schema);
  int rc = made->declaration == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) rc = registry_take_module_number(registry, &made->number);
  if (rc != SQLITE_OK) {
    release(made);
    return rc;
  }
  sqlite3_snprintf(sizeof made->name, made->name, "slots_row_%016llx_%u", registry->secret,
                   made->number);
  rc = register_module(made);
  if (rc == SQLITE_OK) {
    *source = made;
  } else {
    row_source_close(made);
  }
  return rc;
}

bool row_source_is_used(const RowSource *source, int column) {
  return (source->used >> (column < 63 ? column : 63) & 1) != 0;
}

void row_source_close(RowSource *source) {
  if (source == NULL) return;
  registry_give_module_number(source->registry, source->number);
  release(source);
}
