/*
** vtab.c: see vtab.h.
**
**     CREATE VIRTUAL TABLE images USING slots;   -- id INTEGER PRIMARY KEY, caption TEXT, url TEXT
**     CREATE VIRTUAL TABLE photos USING slots(id INTEGER PRIMARY KEY, caption TEXT NOT NULL);
**     INSERT INTO images(images) VALUES('optimize');
**
** How tables are made and found again is in connect.c; here they are read and
** written. With content= the Table is that of a cache, brought up to date when a
** cursor is opened.
*/
#include "vtab.h"

#include <string.h>

#include "cache/cache.h"
#include "command.h"
#include "store/compact.h"
#include "connect.h"
#include "mount/mount.h"
#include "query/plan.h"
#include "query/query.h"
#include "base/result.h"
#include "connection/transaction.h"
#include "write/write.h"

#if defined(__GNUC__)
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE
#endif

typedef struct SlotsCursor {
  sqlite3_vtab_cursor base;
  int key; /* the column that is the rowid, or -1 */
  Query query;
} SlotsCursor;

static SlotsCursor *slots_cursor(sqlite3_vtab_cursor *cursor) {
  return (SlotsCursor *)(void *)cursor;
}

/* Core's own message, "database disk image is malformed", would blame the wrong file. */
static int explain(SlotsVtab *vtab, int rc) {
  if (rc != SQLITE_CORRUPT || vtab->table->snapshot == NULL) return rc;
  return slots_fail(vtab, rc, sqlite3_mprintf("%s is damaged", vtab->table->snapshot->path));
}

/* Before a statement reads the table. */
static int refresh(SlotsVtab *vtab) {
  char *error = NULL;
  int rc = vtab->use.cache != NULL ? cache_refresh(&vtab->use, &error)
                                   : mount_follow(vtab->table, vtab->name, &error);
  return error == NULL ? rc : slots_fail(vtab, rc, error);
}

/* ---- reading ---------------------------------------------------------------------- */

static int slots_best_index(sqlite3_vtab *base, sqlite3_index_info *info) {
  SlotsVtab *vtab = slots_vtab(base);
  int rc = vtab->use.cache == NULL ? SQLITE_OK : cache_prepare(vtab->use.cache);
  if (rc != SQLITE_OK) return rc;
  return plan_choose(vtab->db, info, vtab->schema, vtab->table);
}

static void cursor_free(SlotsCursor *cursor) {
  if (cursor == NULL) return;
  query_close(&cursor->query);
  sqlite3_free(cursor);
}

static int cursor_new(const SlotsVtab *vtab, SlotsCursor **made) {
  SlotsCursor *cursor = sqlite3_malloc64(sizeof *cursor);
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(&cursor->base, 0, sizeof cursor->base);
  cursor->key = vtab->schema->key;
  int rc = query_open(&cursor->query, vtab->table, vtab->schema);
  if (rc == SQLITE_OK) {
    *made = cursor;
  } else {
    cursor_free(cursor);
  }
  return rc;
}

static int slots_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out) {
  SlotsVtab *vtab = slots_vtab(base);
  int rc = slots_check_attached(vtab);
  if (rc == SQLITE_OK) rc = refresh(vtab);
  if (rc != SQLITE_OK) return rc;
  SlotsCursor *cursor = vtab->spare;
  vtab->spare = NULL;
  if (cursor == NULL) rc = cursor_new(vtab, &cursor);
  if (rc != SQLITE_OK) return rc;
  vtab->table->cursors++;
  *out = &cursor->base;
  return SQLITE_OK;
}

/* Making a cursor takes as long as a look-up by id, so one is kept. */
static int slots_close(sqlite3_vtab_cursor *base) {
  SlotsCursor *cursor = slots_cursor(base);
  SlotsVtab *vtab = slots_vtab(base->pVtab);
  vtab->table->cursors--;
  if (vtab->spare != NULL) {
    cursor_free(cursor);
  } else {
    query_park(&cursor->query);
    vtab->spare = cursor;
  }
  return SQLITE_OK;
}

static void drop_spare(SlotsVtab *vtab) {
  cursor_free(vtab->spare);
  vtab->spare = NULL;
}

static int vtab_disconnect(sqlite3_vtab *base) {
  drop_spare(slots_vtab(base));
  return slots_disconnect(base);
}

static int vtab_destroy(sqlite3_vtab *base) {
  drop_spare(slots_vtab(base));
  return slots_destroy(base);
}

static int slots_filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc,
                        sqlite3_value **argv) {
  SlotsCursor *cursor = slots_cursor(base);
  (void)argc;
  return explain(slots_vtab(base->pVtab), query_start(&cursor->query, plan, text, argv));
}

static int slots_next(sqlite3_vtab_cursor *base) {
  int rc = query_next(&slots_cursor(base)->query);
  return rc == SQLITE_OK ? rc : explain(slots_vtab(base->pVtab), rc);
}

static int slots_eof(sqlite3_vtab_cursor *base) { return slots_cursor(base)->query.scan.eof; }

static int slots_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = query_rowid(&slots_cursor(base)->query);
  return SQLITE_OK;
}

/*
** Inlined, it would make reading the rowid alone save registers that it does not need: a tenth of
** sum(id).
*/
NOINLINE static int stored_column(SlotsCursor *cursor, sqlite3_context *context, int column) {
  SlotsVtab *vtab = slots_vtab(cursor->base.pVtab);
  /* No result at all tells xUpdate that the column keeps its value. */
  if (column >= vtab->schema->count ||
      (vtab->participant.joined && sqlite3_vtab_nochange(context))) {
    return SQLITE_OK;
  }
  Value value;
  if (cursor->query.ordered.running &&
      ordered_value(&cursor->query.ordered, &cursor->query.scan, (uint32_t)column, &value)) {
    result_value(context, &value);
    return SQLITE_OK;
  }
  bool lent;
  const unsigned char *text = scan_c_text(&cursor->query.scan, (uint32_t)column, &lent);
  if (text != NULL) {
    result_c_text(context, text, lent);
    return SQLITE_OK;
  }
  int rc = scan_value(&cursor->query.scan, (uint32_t)column, &value);
  if (rc == SQLITE_OK) result_value(context, &value);
  return explain(vtab, rc);
}

static int slots_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
  SlotsCursor *cursor = slots_cursor(base);
  if (column != cursor->key) return stored_column(cursor, context, column);
  sqlite3_result_int64(context, cursor->query.scan.rowid);
  return SQLITE_OK;
}

/* ---- writing ---------------------------------------------------------------------- */

static Writer vtab_writer(SlotsVtab *vtab, char **error) {
  return (Writer){.db = vtab->db,
                  .table = vtab->table,
                  .schema = vtab->schema,
                  .evaluation = &vtab->evaluation,
                  .database = vtab->database,
                  .name = vtab->name,
                  .error = error};
}

static int run_command(SlotsVtab *vtab, int argc, sqlite3_value **argv, sqlite3_int64 *rowid) {
  const char *command = (const char *)sqlite3_value_text(argv[2 + vtab->command]);
  if (command == NULL) return SQLITE_NOMEM;
  for (int i = 1; i < argc; i++) {
    if (i == 2 + vtab->command || sqlite3_value_type(argv[i]) == SQLITE_NULL) continue;
    return slots_fail(vtab, SQLITE_ERROR,
                      sqlite3_mprintf("the command '%s' takes no values of columns", command));
  }
  char *error = NULL;
  Writer writer = vtab_writer(vtab, &error);
  *rowid = sqlite3_last_insert_rowid(vtab->db);
  bool known = false;
  int rc = vtab->use.cache == NULL ? SQLITE_OK : cache_command(&vtab->use, command, &known, &error);
  if (!known) rc = command_run(&writer, command, vtab->use.cache != NULL);
  return error == NULL ? explain(vtab, rc) : slots_fail(vtab, rc, error);
}

static bool is_command(const SlotsVtab *vtab, int argc, sqlite3_value **argv) {
  return argc > 1 && vtab->command >= 0 &&
         sqlite3_value_type(argv[2 + vtab->command]) != SQLITE_NULL;
}

/* Whether a failure with that code is of a constraint, in a statement that says OR `conflict`. */
static bool is_conflict(const SlotsVtab *vtab, int rc, int conflict) {
  return (rc & 0xff) == SQLITE_CONSTRAINT && sqlite3_vtab_on_conflict(vtab->db) == conflict;
}

static int change_row(SlotsVtab *vtab, int argc, sqlite3_value **argv, sqlite3_int64 *rowid) {
  char *error = NULL;
  Writer writer = vtab_writer(vtab, &error);
  int rc = command_refuse_write(&writer);
  if (rc == SQLITE_OK) rc = slots_refuse_references(vtab, &error);
  undo_note_change(vtab->table->undo);
  vtab->table->cursors++; /* functions in CHECK and DEFAULT cannot put another file in its place */
  if (rc == SQLITE_OK) rc = write_row(&writer, argc, argv, rowid);
  vtab->table->cursors--;
  if (is_conflict(vtab, rc, SQLITE_IGNORE)) { /* words would be those of the next error */
    sqlite3_free(error);
    return rc;
  }
  if (rc != SQLITE_OK && !is_conflict(vtab, rc, SQLITE_FAIL)) {
    registry_rollback_statement(vtab->participant.registry);
  }
  if (error != NULL) slots_fail(vtab, rc, error);
  return explain(vtab, rc);
}

static int slots_update(sqlite3_vtab *base, int argc, sqlite3_value **argv, sqlite3_int64 *rowid) {
  SlotsVtab *vtab = slots_vtab(base);
  int rc = slots_check_attached(vtab);
  if (rc != SQLITE_OK) return rc;
  /* A function that the statement called has rolled back the transaction that it wrote in. */
  if (!vtab->participant.joined) return SQLITE_ABORT_ROLLBACK;
  if (is_command(vtab, argc, argv)) {
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return run_command(vtab, argc, argv, rowid);
    return slots_fail(vtab, SQLITE_ERROR,
                      sqlite3_mprintf("the column %s takes commands, by INSERT only", vtab->name));
  }
  if (vtab->use.cache != NULL) {
    return slots_fail(vtab, SQLITE_READONLY,
                      sqlite3_mprintf("%s is a cache of %s: change that", vtab->name,
                                      cache_content(vtab->use.cache)));
  }
  rc = change_row(vtab, argc, argv, rowid);
  if (rc == SQLITE_OK && compact_is_due(vtab->table, SEAL_LOADING)) {
    compact_seal(vtab->table, SEAL_LOADING); /* short of memory the rows just stay open */
  }
  return rc;
}

/* PRAGMA integrity_check and quick_check; a table without rows here has nothing to be wrong. */
static int slots_integrity(sqlite3_vtab *base, const char *schema, const char *table, int flags,
                           char **problem) {
  SlotsVtab *vtab = slots_vtab(base);
  char *error = NULL;
  (void)schema, (void)table;
  if (vtab->table == NULL) return SQLITE_OK;
  Writer writer = vtab_writer(vtab, &error);
  int rc = command_check(&writer, (flags & 1) != 0, problem);
  if (error != NULL) slots_fail(vtab, rc, error);
  return rc;
}

static int slots_begin(sqlite3_vtab *base) {
  SlotsVtab *vtab = slots_vtab(base);
  int rc = slots_check_attached(vtab);
  vtab->participant.joined = rc == SQLITE_OK;
  return rc;
}

/* ---- the module --------------------------------------------------------------------- */

/* An sqlite3_module of a header before 3.44, which ends where xIntegrity stands in later ones. */
typedef struct Module {
  sqlite3_module base;
  int (*integrity)(sqlite3_vtab *, const char *, const char *, int, char **);
} Module;

int vtab_register(sqlite3 *db) {
  static const Module module = {.base = {.iVersion = 4, /* an older SQLite looks no further */
                                         .xCreate = slots_create,
                                         .xConnect = slots_connect,
                                         .xBestIndex = slots_best_index,
                                         .xDisconnect = vtab_disconnect,
                                         .xDestroy = vtab_destroy,
                                         .xOpen = slots_open,
                                         .xClose = slots_close,
                                         .xFilter = slots_filter,
                                         .xNext = slots_next,
                                         .xEof = slots_eof,
                                         .xColumn = slots_column,
                                         .xRowid = slots_rowid,
                                         .xUpdate = slots_update,
                                         .xBegin = slots_begin,
                                         .xSync = transaction_sync,
                                         .xCommit = transaction_commit,
                                         .xRollback = transaction_rollback,
                                         .xRename = slots_rename,
                                         .xSavepoint = transaction_savepoint,
                                         .xRelease = transaction_release,
                                         .xRollbackTo = transaction_rollback_to,
#if SQLITE_VERSION_NUMBER >= 3044000
                                         .xIntegrity = slots_integrity,
#endif
                                         .xShadowName = slots_shadow_name},
                                .integrity = slots_integrity};
  Registry *registry = registry_attach(db);
  if (registry == NULL) return SQLITE_NOMEM;
  return sqlite3_create_module_v2(db, "slots", &module.base, registry, registry_release);
}
