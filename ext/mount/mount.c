/*
** mount.c: see mount.h.
*/
#include "mount.h"

#include <string.h>

#include "snapshot/catalog.h"
#include "snapshot/files.h"
#include "snapshot_write.h"
#include "base/message.h"

/* ---- schemas --------------------------------------------------------------------- */

int mount_schema(const char *name, Schema **schema, const unsigned char *declaration, size_t size,
                 char **error) {
  Schema *options = *schema, *declared = NULL;
  int rc = schema_reparse(name, declaration, size, &declared, error);
  if (rc != SQLITE_OK) return rc;
  if (declared->snapshot != NULL) {
    schema_free(declared);
    return message_fail(error, SQLITE_CORRUPT, "%s names another snapshot", options->snapshot);
  }
  declared->snapshot = options->snapshot;
  declared->read_only = options->read_only;
  declared->follow = options->follow;
  options->snapshot = NULL;
  schema_free(options);
  *schema = declared;
  return SQLITE_OK;
}

void mount_define(const Schema *schema, TableDef *def) {
  *def = (TableDef){.columns = (uint32_t)schema->count,
                    .profile = schema->profile,
                    .indexes = schema->indexes,
                    .index_count = (uint32_t)schema->index_count,
                    .declaration = &schema->declaration,
                    .follow = schema->follow};
}

/* A message about the declaration, with the file that it comes from. */
static int explain(int rc, const char *path, char **error) {
  char *reason = *error;
  if (rc == SQLITE_OK || reason == NULL) return rc;
  rc = message_fail(error, SQLITE_CORRUPT, "%s is damaged: %s", path, reason);
  sqlite3_free(reason);
  return rc;
}

/* ---- opening ----------------------------------------------------------------------- */

static int list_rows(const Schema *schema, TableDef *def, char **error) {
  Snapshot *snapshot = def->snapshot;
  int rc = SQLITE_CORRUPT;
  if (snapshot->columns == def->columns && snapshot->indexes == def->index_count) {
    rc = catalog_list(snapshot, &def->serials, &def->list, &def->rows);
  }
  if (rc != SQLITE_CORRUPT) return rc;
  return message_fail(error, rc, "%s is damaged: catalog", schema->snapshot);
}

int mount_open(const char *name, Schema **schema, uint64_t serials, TableDef *def, char **error) {
  Snapshot *snapshot = NULL;
  *def = (TableDef){0};
  int rc = snapshot_open((*schema)->snapshot, &snapshot, error);
  if (rc != SQLITE_OK) return rc;
  rc = mount_schema(name, schema, snapshot->declaration, snapshot->declaration_size, error);
  rc = explain(rc, snapshot->path, error);
  if (rc == SQLITE_OK) {
    mount_define(*schema, def);
    def->serials = serials;
    def->snapshot = snapshot;
    rc = list_rows(*schema, def, error);
  } else {
    snapshot_release(snapshot);
  }
  if (rc != SQLITE_OK) mount_clear(def);
  return rc;
}

void mount_clear(TableDef *def) {
  segment_list_release(def->list);
  snapshot_release(def->snapshot);
  *def = (TableDef){0};
}

/* ---- refreshing -------------------------------------------------------------------- */

/* Whether the connection has rows that the file has not. */
static bool has_changes(const Table *table) {
  return table->open.count > 0 || table->list != table->saved || table_has_changes(table);
}

static int take_up(Table *table, const char *name, char **error) {
  TableDef def;
  Schema *fresh = schema_create();
  int rc = fresh == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) {
    fresh->snapshot = sqlite3_mprintf("%s", table->snapshot->path);
    rc = fresh->snapshot == NULL ? SQLITE_NOMEM
                                 : mount_open(name, &fresh, table->serials, &def, error);
  }
  if (rc == SQLITE_OK) {
    const Buffer *old = &table->declaration, *now = &fresh->declaration;
    if (old->size == now->size &&
        (old->size == 0 || memcmp(old->bytes, now->bytes, old->size) == 0)) {
      table_set_snapshot(table, &def);
    } else {
      rc = message_fail(error, SQLITE_ERROR, /* with SQLITE_SCHEMA core would try again */
                        "%s now has other columns or constraints: DROP the table and create "
                        "it anew",
                        table->snapshot->path);
    }
    mount_clear(&def);
  }
  schema_free(fresh);
  return rc;
}

int mount_refresh(Table *table, const char *name, char **error) {
  bool outdated;
  if (table->snapshot == NULL) {
    return message_fail(error, SQLITE_ERROR, "%s has no snapshot to refresh from", name);
  }
  int rc = snapshot_outdated(table->snapshot, &outdated, error);
  if (rc != SQLITE_OK || !outdated) return rc;
  if (has_changes(table)) {
    return message_fail(error, SQLITE_ERROR,
                        "the table has changes that %s has not: they would be lost; save them "
                        "first, or open a new connection",
                        table->snapshot->path);
  }
  if (table->cursors > 0) {
    return message_fail(error, SQLITE_LOCKED, "%s is being read: finish these statements first",
                        name);
  }
  return take_up(table, name, error);
}

int mount_follow(Table *table, const char *name, char **error) {
  if (!table->follow || table->cursors > 0 || !sqlite3_get_autocommit(table->undo->db)) {
    return SQLITE_OK;
  }
  return mount_refresh(table, name, error);
}

/* ---- saving -------------------------------------------------------------------------- */

static int seal(Table *table, const char *name, char **error) {
  if (table_has_changes(table)) {
    return message_fail(error, SQLITE_ERROR,
                        "%s has changes that are not committed, which a file cannot take back: "
                        "COMMIT first",
                        name);
  }
  bool whole = table->snapshot != NULL && !has_changes(table);
  return whole ? SQLITE_OK : table_seal(table);
}

/* Whether the table's own path names the file at `path`, however that is spelled. */
static bool is_own_file(const Table *table, const char *path) {
  FileIdentity own = {0}, other = {0};
  char *error = NULL;
  int rc = file_identify(table->snapshot->path, &own, &error);
  if (rc == SQLITE_OK) rc = file_identify(path, &other, &error);
  sqlite3_free(error);
  return rc == SQLITE_OK && file_identity_equal(&own, &other);
}

/* The file at the table's own path may have its rows now; refresh takes them up from there. */
static void note_saved(Table *table, const char *path) {
  if (table->snapshot == NULL || !is_own_file(table, path)) return;
  segment_list_retain(table->list);
  segment_list_release(table->saved);
  table->saved = table->list;
}

int mount_save(Table *table, const char *name, const char *path, uint64_t *size, char **error) {
  *error = NULL;
  int rc = seal(table, name, error);
  if (rc == SQLITE_OK) rc = snapshot_write(table, path, size, error);
  if (rc == SQLITE_CORRUPT && *error == NULL && table->snapshot != NULL) {
    rc = message_fail(error, rc, "%s is damaged", table->snapshot->path);
  }
  if (rc == SQLITE_OK) note_saved(table, path);
  return rc;
}
