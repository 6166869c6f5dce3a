/*
** vtab.c: see vtab.h.
**
**     CREATE VIRTUAL TABLE images USING slots;   -- id INTEGER PRIMARY KEY, caption TEXT, url TEXT
**     CREATE VIRTUAL TABLE photos USING slots(id INTEGER PRIMARY KEY, caption TEXT NOT NULL);
**     INSERT INTO images(images) VALUES('optimize');
**
** A sqlite3_vtab is only a view of a Table that the registry owns. It is
** *detached* where the connection has no rows for it: its schema came with a
** file, or the rows live in another connection. Then it can be dropped and
** renamed, and every other use is an error, since an empty answer would be wrong.
** With content= the Table is that of a cache, brought up to date when a cursor is opened.
*/
#include "vtab.h"

#include <string.h>

#include "cache.h"
#include "command.h"
#include "compact.h"
#include "declare.h"
#include "plan.h"
#include "query.h"
#include "result.h"
#include "transaction.h"
#include "write.h"

typedef struct SlotsVtab {
  Participant participant; /* begins with the sqlite3_vtab */
  sqlite3 *db;
  Table *table; /* a reference; NULL: detached */
  CacheUse use; /* with content= */
  Schema *schema;
  char *database; /* name of the schema that the table is in */
  char *name;
  int command; /* number of the hidden column that takes commands, or -1 */
  Evaluation evaluation;
} SlotsVtab;

typedef struct SlotsCursor {
  sqlite3_vtab_cursor base;
  Query query;
} SlotsCursor;

static SlotsVtab *slots_vtab(sqlite3_vtab *vtab) { return (SlotsVtab *)(void *)vtab; }

static SlotsCursor *slots_cursor(sqlite3_vtab_cursor *cursor) {
  return (SlotsCursor *)(void *)cursor;
}

static int fail(SlotsVtab *vtab, int rc, char *message) {
  sqlite3_free(vtab->participant.base.zErrMsg);
  vtab->participant.base.zErrMsg = message;
  return message == NULL ? SQLITE_NOMEM : rc;
}

static int refresh(SlotsVtab *vtab) {
  char *error = NULL;
  if (vtab->use.cache == NULL) return SQLITE_OK;
  int rc = cache_refresh(&vtab->use, &error);
  return error == NULL ? rc : fail(vtab, rc, error);
}

static int check_attached(SlotsVtab *vtab) {
  if (vtab->table != NULL) return SQLITE_OK;
  return fail(vtab, SQLITE_ERROR,
              sqlite3_mprintf("%s has no rows here: those of a slots table live in the connection "
                              "that created it; DROP TABLE it and create it anew",
                              vtab->name));
}

/* ---- connecting ------------------------------------------------------------------- */

static void vtab_free(SlotsVtab *vtab) {
  if (vtab == NULL) return;
  evaluation_clear(&vtab->evaluation);
  table_release(vtab->table);
  cache_close(&vtab->use);
  schema_free(vtab->schema);
  sqlite3_free(vtab->database);
  sqlite3_free(vtab->name);
  sqlite3_free(vtab);
}

static int declare(SlotsVtab *vtab, char **error) {
  char *sql = schema_declaration(vtab->schema, vtab->name, &vtab->command);
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_declare_vtab(vtab->db, sql);
  sqlite3_free(sql);
  if (rc != SQLITE_OK) *error = sqlite3_mprintf("%s", sqlite3_errmsg(vtab->db));
  return rc;
}

/* The rows come from a table that has checked them. */
static bool has_constraints(const Schema *schema) {
  bool found = schema->check_count > 0 || schema->has_defaults || schema->has_references;
  for (int i = 0; i < schema->count && !found; i++) found = schema->columns[i].not_null;
  return found;
}

static int open_cache(SlotsVtab *vtab, const Content *content, char **error) {
  if (has_constraints(vtab->schema)) {
    *error = sqlite3_mprintf("%s: a cache takes no constraints beside keys and INDEX; those of "
                             "the table hold",
                             vtab->name);
    return *error == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
  }
  int rc = cache_open(vtab->participant.registry, vtab->database, vtab->name, content, vtab->schema,
                      &vtab->use);
  if (rc == SQLITE_OK) vtab->table = table_retain(cache_table(vtab->use.cache));
  return rc;
}

static int vtab_new(sqlite3 *db, Registry *registry, int argc, const char *const *argv,
                    SlotsVtab **made, char **error) {
  SlotsVtab *vtab = sqlite3_malloc64(sizeof *vtab);
  *made = vtab;
  if (vtab == NULL) return SQLITE_NOMEM;
  *vtab = (SlotsVtab){.participant = {.registry = registry}, .db = db};
  vtab->database = sqlite3_mprintf("%s", argv[1]);
  vtab->name = sqlite3_mprintf("%s", argv[2]);
  if (vtab->database == NULL || vtab->name == NULL) return SQLITE_NOMEM;
  Content content;
  int rc = content_open(db, vtab->database, argv + 3, argc - 3, &content, error);
  if (rc != SQLITE_OK) return rc;
  rc = schema_parse(vtab->name, content.arguments, content.count, &vtab->schema, error);
  if (rc == SQLITE_OK) {
    evaluation_init(&vtab->evaluation, registry, vtab->schema, vtab->database, vtab->name);
    rc = declare(vtab, error);
  }
  if (rc == SQLITE_OK && content.target != NULL) rc = open_cache(vtab, &content, error);
  content_close(&content);
  return rc;
}

static int vtab_ready(SlotsVtab *vtab, int rc, sqlite3_vtab **out) {
  if (rc == SQLITE_OK) rc = sqlite3_vtab_config(vtab->db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
  /* A cache reads other tables, which a schema from elsewhere should not be able to start. */
  if (rc == SQLITE_OK && vtab->use.cache == NULL) {
    rc = sqlite3_vtab_config(vtab->db, SQLITE_VTAB_INNOCUOUS);
  }
  if (rc == SQLITE_OK) {
    *out = &vtab->participant.base;
  } else {
    vtab_free(vtab);
  }
  return rc;
}

/* Rows that live in memory would be lost without a word beside a database file. */
static int refuse_file(const SlotsVtab *vtab, char **error) {
  if (vtab->use.cache != NULL) return SQLITE_OK;
  const char *file = sqlite3_db_filename(vtab->db, vtab->database);
  if (file == NULL || file[0] == 0) return SQLITE_OK;
  *error = sqlite3_mprintf("%s.%s would lose its rows when the connection closes, as %s is a "
                           "database file: create it as temp.%s",
                           vtab->database, vtab->name, vtab->database, vtab->name);
  return *error == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
}

/* Core enforces no foreign key on a virtual table, and while they are off on no other table. */
static int refuse_references(const SlotsVtab *vtab, char **error) {
  int enforced = 0;
  if (!vtab->schema->has_references) return SQLITE_OK;
  sqlite3_db_config(vtab->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &enforced);
  if (!enforced) return SQLITE_OK;
  *error = sqlite3_mprintf("%s has REFERENCES, which no virtual table can enforce: leave them out, "
                           "or PRAGMA foreign_keys = OFF",
                           vtab->name);
  return *error == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
}

static int slots_create(sqlite3 *db, void *registry, int argc, const char *const *argv,
                        sqlite3_vtab **out, char **error) {
  SlotsVtab *vtab = NULL;
  int rc = vtab_new(db, registry, argc, argv, &vtab, error);
  if (rc == SQLITE_OK) rc = refuse_file(vtab, error);
  if (rc == SQLITE_OK) rc = refuse_references(vtab, error);
  if (rc == SQLITE_OK) rc = evaluation_compile(&vtab->evaluation, vtab->name, error);
  if (rc == SQLITE_OK && vtab->use.cache == NULL) {
    TableDef def = {.columns = (uint32_t)vtab->schema->count,
                    .profile = vtab->schema->profile,
                    .indexes = vtab->schema->indexes,
                    .index_count = (uint32_t)vtab->schema->index_count};
    rc = registry_create(registry, vtab->database, vtab->name, &def, &vtab->table);
    if (rc != SQLITE_OK) *error = sqlite3_mprintf("%s", sqlite3_errmsg(db));
  }
  return vtab_ready(vtab, rc, out);
}

static int slots_connect(sqlite3 *db, void *registry, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **error) {
  SlotsVtab *vtab = NULL;
  int rc = vtab_new(db, registry, argc, argv, &vtab, error);
  if (rc == SQLITE_OK && vtab->use.cache == NULL) {
    rc = registry_find(registry, vtab->database, vtab->name, &vtab->table);
  }
  if (rc == SQLITE_OK && vtab->table != NULL &&
      (vtab->table->columns != (uint32_t)vtab->schema->count ||
       vtab->table->index_count != (uint32_t)vtab->schema->index_count)) {
    table_release(vtab->table); /* somebody wrote the id of another table */
    vtab->table = NULL;
  }
  return vtab_ready(vtab, rc, out);
}

static int slots_disconnect(sqlite3_vtab *base) {
  vtab_free(slots_vtab(base));
  return SQLITE_OK;
}

static int slots_destroy(sqlite3_vtab *base) {
  SlotsVtab *vtab = slots_vtab(base);
  if (vtab->use.cache != NULL) {
    cache_drop(vtab->use.cache);
    return slots_disconnect(base);
  }
  int rc = registry_drop(vtab->participant.registry, vtab->database, vtab->name, vtab->table);
  if (rc == SQLITE_OK) vtab_free(vtab);
  return rc;
}

/* A CHECK that names the table cannot follow: core keeps the arguments as they were written. */
static char *rename_error(const SlotsVtab *vtab, const char *name, char *error) {
  char *message = error == NULL
                      ? NULL
                      : sqlite3_mprintf("%s cannot become %s, as its CHECK would fail: %s",
                                        vtab->name, name, error);
  sqlite3_free(error);
  return message;
}

static int slots_rename(sqlite3_vtab *base, const char *name) {
  SlotsVtab *vtab = slots_vtab(base);
  char *error = NULL;
  if (vtab->use.cache != NULL) return cache_rename(vtab->use.cache, name);
  int rc = evaluation_compile(&vtab->evaluation, name, &error);
  if (rc != SQLITE_OK) return fail(vtab, rc, rename_error(vtab, name, error));
  rc = registry_rename(vtab->participant.registry, vtab->database, vtab->name, name);
  return rc == SQLITE_OK ? rc : fail(vtab, rc, sqlite3_mprintf("%s", sqlite3_errmsg(vtab->db)));
}

static int slots_shadow_name(const char *suffix) { return sqlite3_stricmp(suffix, "store") == 0; }

/* ---- reading ---------------------------------------------------------------------- */

static int slots_best_index(sqlite3_vtab *base, sqlite3_index_info *info) {
  SlotsVtab *vtab = slots_vtab(base);
  if (vtab->use.cache != NULL) cache_peek(vtab->use.cache);
  return plan_choose(vtab->db, info, vtab->schema, vtab->table);
}

static int slots_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out) {
  SlotsVtab *vtab = slots_vtab(base);
  int rc = check_attached(vtab);
  if (rc == SQLITE_OK) rc = refresh(vtab);
  if (rc != SQLITE_OK) return rc;
  SlotsCursor *cursor = sqlite3_malloc64(sizeof *cursor);
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(&cursor->base, 0, sizeof cursor->base);
  rc = query_open(&cursor->query, vtab->table, vtab->schema);
  if (rc != SQLITE_OK) {
    query_close(&cursor->query);
    sqlite3_free(cursor);
    return rc;
  }
  *out = &cursor->base;
  return SQLITE_OK;
}

static int slots_close(sqlite3_vtab_cursor *base) {
  SlotsCursor *cursor = slots_cursor(base);
  query_close(&cursor->query);
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int slots_filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc,
                        sqlite3_value **argv) {
  (void)argc;
  return query_start(&slots_cursor(base)->query, plan, text, argv);
}

static int slots_next(sqlite3_vtab_cursor *base) {
  return scan_next(&slots_cursor(base)->query.scan);
}

static int slots_eof(sqlite3_vtab_cursor *base) { return slots_cursor(base)->query.scan.eof; }

static int slots_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = slots_cursor(base)->query.scan.rowid;
  return SQLITE_OK;
}

static int slots_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
  SlotsCursor *cursor = slots_cursor(base);
  SlotsVtab *vtab = slots_vtab(base->pVtab);
  if (column == vtab->schema->key) {
    sqlite3_result_int64(context, cursor->query.scan.rowid);
    return SQLITE_OK;
  }
  /* No result at all tells xUpdate that the column keeps its value. */
  if (column >= vtab->schema->count || sqlite3_vtab_nochange(context)) return SQLITE_OK;
  Value value;
  int rc = scan_value(&cursor->query.scan, (uint32_t)column, &value);
  if (rc == SQLITE_OK) result_value(context, &value);
  return rc;
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
    return fail(vtab, SQLITE_ERROR,
                sqlite3_mprintf("the command '%s' takes no values of columns", command));
  }
  char *error = NULL;
  Writer writer = vtab_writer(vtab, &error);
  *rowid = sqlite3_last_insert_rowid(vtab->db);
  bool known = false;
  int rc = vtab->use.cache == NULL ? SQLITE_OK : cache_command(&vtab->use, command, &known, &error);
  if (!known) rc = command_run(&writer, command);
  return error == NULL ? rc : fail(vtab, rc, error);
}

static bool is_command(const SlotsVtab *vtab, int argc, sqlite3_value **argv) {
  return argc > 1 && vtab->command >= 0 &&
         sqlite3_value_type(argv[2 + vtab->command]) != SQLITE_NULL;
}

static int slots_update(sqlite3_vtab *base, int argc, sqlite3_value **argv, sqlite3_int64 *rowid) {
  SlotsVtab *vtab = slots_vtab(base);
  int rc = check_attached(vtab);
  if (rc != SQLITE_OK) return rc;
  if (is_command(vtab, argc, argv)) {
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return run_command(vtab, argc, argv, rowid);
    return fail(vtab, SQLITE_ERROR,
                sqlite3_mprintf("the column %s takes commands, by INSERT only", vtab->name));
  }
  if (vtab->use.cache != NULL) {
    return fail(vtab, SQLITE_READONLY,
                sqlite3_mprintf("%s is a cache of %s: change that", vtab->name,
                                cache_content(vtab->use.cache)));
  }
  char *error = NULL;
  Table *table = vtab->table;
  Writer writer = vtab_writer(vtab, &error);
  rc = refuse_references(vtab, &error);
  if (rc == SQLITE_OK) rc = write_row(&writer, argc, argv, rowid);
  if (error != NULL) fail(vtab, rc, error);
  if (rc == SQLITE_OK &&
      (table->open.count >= table->look_count || table->open.row_bytes >= table->look_bytes)) {
    /* Short of memory the rows just stay open. */
    compact_seal(table, SEAL_LOADING);
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
  if (error != NULL) fail(vtab, rc, error);
  return rc;
}

static int slots_begin(sqlite3_vtab *base) { return check_attached(slots_vtab(base)); }

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
                                         .xDisconnect = slots_disconnect,
                                         .xDestroy = slots_destroy,
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
