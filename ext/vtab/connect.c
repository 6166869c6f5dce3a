/*
** connect.c: see connect.h.
*/
#include "connect.h"

#include <string.h>

#include "declare/declare.h"
#include "mount/mount.h"
#include "connection/shadow.h"
#include "base/fetch.h"
#include "base/message.h"

int slots_fail(SlotsVtab *vtab, int rc, char *message) {
  sqlite3_free(vtab->participant.base.zErrMsg);
  vtab->participant.base.zErrMsg = message;
  return message == NULL ? SQLITE_NOMEM : rc;
}

int slots_check_attached(SlotsVtab *vtab) {
  if (vtab->table != NULL) return SQLITE_OK;
  if (vtab->reason != NULL)
    return slots_fail(vtab, SQLITE_ERROR, sqlite3_mprintf("%s", vtab->reason));
  return slots_fail(
      vtab, SQLITE_ERROR,
      sqlite3_mprintf("%s has no rows here: those of a slots table live in the connection "
                      "that created it; DROP TABLE it and create it anew",
                      vtab->name));
}

/* ---- making one --------------------------------------------------------------------- */

static void vtab_free(SlotsVtab *vtab) {
  if (vtab == NULL) return;
  evaluation_clear(&vtab->evaluation);
  table_release(vtab->table);
  cache_close(&vtab->use);
  schema_free(vtab->schema);
  sqlite3_free(vtab->database);
  sqlite3_free(vtab->name);
  sqlite3_free(vtab->reason);
  sqlite3_free(vtab);
}

/*
** The encoding of all of the connection's databases, which a table that stands keeps from changing.
** In doubt core compares.
*/
static int find_encoding(SlotsVtab *vtab) {
  sqlite3_stmt *encoding = NULL;
  int rc = sqlite3_prepare_v2(vtab->db, "PRAGMA encoding", -1, &encoding, NULL);
  bool found = rc == SQLITE_OK && sqlite3_step(encoding) == SQLITE_ROW;
  const char *name = found ? (const char *)sqlite3_column_text(encoding, 0) : NULL;
  if (found && name == NULL) rc = SQLITE_NOMEM;
  vtab->schema->utf16 = name == NULL || strcmp(name, "UTF-8") != 0;
  rc = fetch_end(encoding, rc);
  return fetch_may_fail(rc) ? SQLITE_OK : rc;
}

/* Once the columns are known: declares them to core, and prepares what depends on them. */
static int adopt_columns(SlotsVtab *vtab, char **error) {
  char *sql = schema_declaration(vtab->schema, vtab->name, &vtab->command);
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_declare_vtab(vtab->db, sql);
  sqlite3_free(sql);
  if (rc != SQLITE_OK) rc = message_core(error, rc, vtab->db);
  if (rc == SQLITE_OK) rc = find_encoding(vtab);
  evaluation_init(&vtab->evaluation, vtab->participant.registry, vtab->schema, vtab->database,
                  vtab->name);
  return rc;
}

/* The rows come from a table that has checked them. */
static bool has_constraints(const Schema *schema) {
  bool found = schema->check_count > 0 || schema->has_defaults || schema->has_references;
  for (int i = 0; i < schema->count && !found; i++) found = schema->columns[i].not_null;
  return found;
}

static int open_cache(SlotsVtab *vtab, const Content *content, bool creating, char **error) {
  if (has_constraints(vtab->schema)) {
    return message_fail(error, SQLITE_ERROR,
                        "%s: a cache takes no constraints beside keys and INDEX; those of "
                        "the table hold",
                        vtab->name);
  }
  /*
  ** A schema that somebody sends must not have files written: in temp the application itself
  ** declares.
  */
  if (vtab->schema->snapshot != NULL && sqlite3_stricmp(vtab->database, "temp") != 0) {
    return message_fail(error, SQLITE_ERROR,
                        "%s: a cache with snapshot= must be in temp: create it as temp.%s",
                        vtab->name, vtab->name);
  }
  int rc = cache_open(vtab->participant.registry, vtab->database, vtab->name, content, vtab->schema,
                      creating, &vtab->use);
  sqlite3_free(vtab->schema->snapshot); /* the cache's own affair from here on */
  vtab->schema->snapshot = NULL;
  if (rc == SQLITE_ERROR_RETRY) { /* the error log has these words */
    rc = message_fail(error, rc, "%s: compiled again with its new triggers", vtab->name);
  }
  if (rc == SQLITE_OK) vtab->table = table_retain(cache_table(vtab->use.cache));
  return rc;
}

static int vtab_new(sqlite3 *db, Registry *registry, int argc, const char *const *argv,
                    bool creating, SlotsVtab **made, char **error) {
  SlotsVtab *vtab = sqlite3_malloc64(sizeof *vtab);
  *made = vtab;
  if (vtab == NULL) return SQLITE_NOMEM;
  *vtab = (SlotsVtab){.participant = {.registry = registry}, .db = db};
  vtab->database = sqlite3_mprintf("%s", argv[1]);
  vtab->name = sqlite3_mprintf("%s", argv[2]);
  if (vtab->database == NULL || vtab->name == NULL) return SQLITE_NOMEM;
  Content content;
  int rc = content_open(db, vtab->database, argv + 3, argc - 3, creating, &content, error);
  if (rc != SQLITE_OK) return rc;
  rc = schema_parse(vtab->name, content.arguments, content.count, &vtab->schema, error);
  if (rc == SQLITE_OK && content.target != NULL) rc = open_cache(vtab, &content, creating, error);
  if (rc == SQLITE_OK && vtab->schema->snapshot == NULL) rc = adopt_columns(vtab, error);
  content_close(&content);
  return rc;
}

/*
** Views and triggers must not read files, whatever schema they stand in: see
** "Security" in ext/README.md. Other slots tables touch nothing but memory.
*/
static int vtab_ready(SlotsVtab *vtab, int rc, sqlite3_vtab **out) {
  if (rc == SQLITE_OK) rc = sqlite3_vtab_config(vtab->db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
  bool mapped = rc == SQLITE_OK && vtab->schema->snapshot != NULL;
  if (mapped) rc = sqlite3_vtab_config(vtab->db, SQLITE_VTAB_DIRECTONLY);
  /* A cache reads other tables, which a schema from elsewhere should not be able to start. */
  if (rc == SQLITE_OK && !mapped && vtab->use.cache == NULL) {
    rc = sqlite3_vtab_config(vtab->db, SQLITE_VTAB_INNOCUOUS);
  }
  if (rc == SQLITE_OK) {
    *out = &vtab->participant.base;
  } else {
    vtab_free(vtab);
  }
  return rc;
}

/* Core's memdb gives names to databases in memory, among them any that was deserialized. */
static bool is_in_file(sqlite3 *db, const char *database) {
  const char *file = sqlite3_db_filename(db, database);
  if (file == NULL || file[0] == 0) return false;
  sqlite3_vfs *vfs = NULL;
  sqlite3_file_control(db, database, SQLITE_FCNTL_VFS_POINTER, &vfs);
  return vfs == NULL || strcmp(vfs->zName, "memdb") != 0;
}

/* Rows in memory, declared in a database file, would be lost without warning. */
static int refuse_file(const SlotsVtab *vtab, char **error) {
  bool keeps_rows = vtab->use.cache == NULL && vtab->schema->snapshot == NULL;
  if (!keeps_rows || !is_in_file(vtab->db, vtab->database)) return SQLITE_OK;
  return message_fail(error, SQLITE_ERROR,
                      "%s.%s would lose its rows when the connection closes, as %s is a "
                      "database file: create it as temp.%s, or, from a file that slots_save "
                      "has written, with snapshot='FILE'",
                      vtab->database, vtab->name, vtab->database, vtab->name);
}

/* Core never enforces foreign keys on a virtual table; on other tables only while they are on. */
int slots_refuse_references(const SlotsVtab *vtab, char **error) {
  int enforced = 0;
  if (!vtab->schema->has_references) return SQLITE_OK;
  sqlite3_db_config(vtab->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &enforced);
  if (!enforced) return SQLITE_OK;
  return message_fail(error, SQLITE_ERROR,
                      "%s has REFERENCES, which no virtual table can enforce: leave them out, "
                      "or PRAGMA foreign_keys = OFF",
                      vtab->name);
}

int slots_create(sqlite3 *db, void *registry, int argc, const char *const *argv, sqlite3_vtab **out,
                 char **error) {
  SlotsVtab *vtab = NULL;
  TableDef def = {0};
  int rc = vtab_new(db, registry, argc, argv, true, &vtab, error);
  if (rc == SQLITE_OK) rc = refuse_file(vtab, error);
  if (rc == SQLITE_OK) rc = registry_make_guard(registry, vtab->database);
  if (rc == SQLITE_OK && vtab->schema->snapshot != NULL) {
    rc = mount_open(vtab->name, &vtab->schema, 0, &def, error);
  } else if (rc == SQLITE_OK) {
    mount_define(vtab->schema, &def);
  }
  if (rc == SQLITE_OK && def.snapshot != NULL) rc = adopt_columns(vtab, error);
  if (rc == SQLITE_OK) rc = slots_refuse_references(vtab, error);
  if (rc == SQLITE_OK && !vtab->schema->read_only) {
    rc = evaluation_compile(&vtab->evaluation, vtab->name, error);
  }
  if (rc == SQLITE_OK && vtab->use.cache == NULL) {
    rc = registry_create(registry, vtab->database, vtab->name, &def, &vtab->table);
    if (rc != SQLITE_OK) rc = message_core(error, rc, db);
  }
  mount_clear(&def);
  if (rc == SQLITE_OK) vtab->participant.joined = true; /* core sends no xBegin */
  return vtab_ready(vtab, rc, out);
}

/* ---- connecting to what was created before ------------------------------------------ */

/* Only a schema that the application trusts may name files to be opened. */
static bool is_trusted(sqlite3 *db) {
  int trusted = 0;
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, -1, &trusted);
  return trusted != 0;
}

/* Opens the file that the schema names, for a connection that has not done so yet. */
static int attach_snapshot(SlotsVtab *vtab, char **error) {
  TableDef def = {0};
  if (!is_trusted(vtab->db)) {
    return message_fail(error, SQLITE_ERROR,
                        "unsafe use of %s: it would open the file %s, and the schema is not "
                        "trusted (PRAGMA trusted_schema)",
                        vtab->name, vtab->schema->snapshot);
  }
  int rc = mount_open(vtab->name, &vtab->schema, 0, &def, error);
  if (rc == SQLITE_OK) {
    rc = registry_adopt(vtab->participant.registry, vtab->database, vtab->name, &def, &vtab->table);
  }
  mount_clear(&def);
  return rc;
}

/*
** Detached, with the columns that the shadow table keeps, for want of the file: *error says why.
** Where somebody wrote into the shadow table any columns will do.
*/
static int detach_snapshot(SlotsVtab *vtab, char **error) {
  Buffer declaration = {0};
  vtab->reason = *error;
  *error = NULL;
  int rc = shadow_declaration(vtab->db, vtab->database, vtab->name, &declaration);
  if (rc == SQLITE_OK)
    rc = mount_schema(vtab->name, &vtab->schema, declaration.bytes, declaration.size, error);
  buffer_clear(&declaration);
  bool written = rc == SQLITE_NOTFOUND || *error != NULL;
  sqlite3_free(*error);
  *error = NULL;
  return written ? SQLITE_OK : rc;
}

/* What fails without a message is the shadow table: a lock on it will not last. */
static int connect_snapshot(SlotsVtab *vtab, char **error) {
  const Table *table = vtab->table;
  if (table == NULL) {
    int rc = attach_snapshot(vtab, error);
    return *error == NULL ? rc : detach_snapshot(vtab, error);
  }
  if (table->snapshot == NULL) return SQLITE_OK;
  return mount_schema(vtab->name, &vtab->schema, table->declaration.bytes, table->declaration.size,
                      error);
}

int slots_connect(sqlite3 *db, void *registry, int argc, const char *const *argv,
                  sqlite3_vtab **out, char **error) {
  SlotsVtab *vtab = NULL;
  int rc = vtab_new(db, registry, argc, argv, false, &vtab, error);
  if (rc == SQLITE_OK && vtab->use.cache == NULL) {
    rc = registry_find(registry, vtab->database, vtab->name, &vtab->table);
  }
  if (rc == SQLITE_OK && vtab->schema->snapshot != NULL) {
    rc = connect_snapshot(vtab, error);
    if (rc == SQLITE_OK) rc = adopt_columns(vtab, error);
  }
  if (rc == SQLITE_OK && vtab->table != NULL &&
      (vtab->table->columns != (uint32_t)vtab->schema->count ||
       vtab->table->index_count != (uint32_t)vtab->schema->index_count)) {
    table_release(vtab->table); /* somebody wrote the id of another table */
    vtab->table = NULL;
  }
  return vtab_ready(vtab, rc, out);
}

int slots_disconnect(sqlite3_vtab *base) {
  vtab_free(slots_vtab(base));
  return SQLITE_OK;
}

int slots_destroy(sqlite3_vtab *base) {
  const SlotsVtab *vtab = slots_vtab(base);
  int rc = vtab->use.cache != NULL
               ? cache_drop(vtab->use.cache)
               : registry_drop(vtab->participant.registry, vtab->database, vtab->name, vtab->table);
  return rc == SQLITE_OK ? slots_disconnect(base) : rc;
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

int slots_rename(sqlite3_vtab *base, const char *name) {
  SlotsVtab *vtab = slots_vtab(base);
  char *error = NULL;
  if (vtab->use.cache != NULL) return cache_rename(vtab->use.cache, name);
  int rc = evaluation_compile(&vtab->evaluation, name, &error);
  if (rc != SQLITE_OK) return slots_fail(vtab, rc, rename_error(vtab, name, error));
  rc = registry_rename(vtab->participant.registry, vtab->database, vtab->name, name);
  if (rc == SQLITE_OK) return rc;
  rc = message_core(&error, rc, vtab->db);
  return slots_fail(vtab, rc, error);
}

int slots_shadow_name(const char *suffix) { return sqlite3_stricmp(suffix, "store") == 0; }
