/*
** image.c: see image.h.
*/
#include "image.h"

#include <string.h>

#include "mount.h"

#define SHARE 16 /* rows that are not in the file, up to 1/16 of all */

/* ---- taking it up --------------------------------------------------------------------- */

static bool is_same_table(const Table *table, const Snapshot *snapshot) {
  const Buffer *own = &table->declaration;
  if (snapshot->columns != table->columns || snapshot->indexes != table->index_count) return false;
  if (snapshot->declaration_size != own->size) return false;
  return own->size == 0 || memcmp(snapshot->declaration, own->bytes, own->size) == 0;
}

static int mount(Table *table, Snapshot *snapshot) {
  TableDef def = {.snapshot = snapshot, .serials = table->serials};
  int rc = snapshot_list(snapshot, &def.serials, &def.list, &def.rows);
  if (rc == SQLITE_OK) table_set_snapshot(table, &def);
  segment_list_release(def.list);
  return rc == SQLITE_NOMEM ? rc : SQLITE_OK;
}

/* Whether the file is another one than the table's rows come from. */
static bool is_newer(const Table *table) {
  bool outdated = false;
  char *error = NULL;
  if (table->snapshot == NULL) return true;
  int rc = snapshot_outdated(table->snapshot, &outdated, &error);
  sqlite3_free(error);
  return rc == SQLITE_OK && outdated;
}

int image_take_up(Table *table, const char *path) {
  Snapshot *snapshot = NULL;
  char *error = NULL;
  if (table->cursors > 0 || !is_newer(table)) return SQLITE_OK;
  int rc = snapshot_open(path, &snapshot, &error);
  sqlite3_free(error);
  if (rc != SQLITE_OK) return rc == SQLITE_NOMEM ? rc : SQLITE_OK;
  if (is_same_table(table, snapshot)) rc = mount(table, snapshot);
  snapshot_release(snapshot);
  return rc;
}

/* ---- publishing ------------------------------------------------------------------------- */

/* Rows that are in no file, deleted ones among them. */
static uint64_t own_rows(const Table *table) {
  uint64_t rows = table->open.count;
  for (uint32_t i = 0; i < table_segments(table); i++) {
    const Segment *segment = table_segment(table, i);
    if (segment->lender == NULL) rows += segment->rows;
  }
  return rows;
}

bool image_is_due(const Table *table) { return own_rows(table) * SHARE > table->rows; }

int image_publish(Table *table, const char *name, const char *path) {
  uint64_t size = 0;
  char *error = NULL;
  if (table->cursors > 0 || !image_is_due(table)) return SQLITE_OK;
  int rc = mount_save(table, name, path, &size, &error);
  if (rc == SQLITE_OK) rc = image_take_up(table, path);
  if (error != NULL) {
    sqlite3_log(SQLITE_WARNING, "%s: %s", name, error);
    rc = SQLITE_OK;
  }
  sqlite3_free(error);
  return rc;
}
