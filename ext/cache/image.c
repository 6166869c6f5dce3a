/*
** image.c: see image.h.
*/
#include "image.h"

#include <string.h>

#include "snapshot/catalog.h"
#include "snapshot/files.h"
#include "mount/mount.h"

#define SHARE 16      /* rows that are not in the file, up to 1/16 of all */
#define FEW_ROWS 1000 /* that are not worth a file */

/* ---- taking it up --------------------------------------------------------------------- */

static bool is_same_table(const Table *table, const Snapshot *snapshot) {
  const Buffer *own = &table->declaration;
  if (snapshot->columns != table->columns || snapshot->indexes != table->index_count) return false;
  if (snapshot->declaration_size != own->size) return false;
  return own->size == 0 || memcmp(snapshot->declaration, own->bytes, own->size) == 0;
}

static int mount(Table *table, Snapshot *snapshot) {
  TableDef def = {.snapshot = snapshot, .serials = table->serials};
  int rc = catalog_list(snapshot, &def.serials, &def.list, &def.rows);
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

/* The file as a Snapshot, NULL where the table has its rows already or there is none. */
static int open_place(const Table *table, const ImagePlace *place, Snapshot **snapshot,
                      char **error) {
  *snapshot = NULL;
  if (place->path != NULL) {
    return is_newer(table) ? snapshot_open(place->path, snapshot, error) : SQLITE_OK;
  }
  Mapping *mapping = shared_image_mapping(place->shared);
  bool known = mapping == NULL || (table->snapshot != NULL && table->snapshot->mapping == mapping);
  int rc = known ? SQLITE_OK : snapshot_open_mapping(mapping, snapshot, error);
  mapping_release(mapping);
  return rc;
}

int image_take_up(Table *table, const ImagePlace *place) {
  Snapshot *snapshot = NULL;
  char *error = NULL;
  if ((place->path == NULL && place->shared == NULL) || table->cursors > 0) return SQLITE_OK;
  int rc = open_place(table, place, &snapshot, &error);
  sqlite3_free(error);
  if (rc != SQLITE_OK || snapshot == NULL) return rc == SQLITE_NOMEM ? rc : SQLITE_OK;
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

bool image_is_due(const Table *table, const ImagePlace *place) {
  if (place->path == NULL && !shared_image_is_wanted(place->shared)) return false;
  return table->rows >= FEW_ROWS && own_rows(table) * SHARE > table->rows;
}

/* Maps a file that nobody else can open, as it loses its name at once. */
static int publish_unnamed(Table *table, const char *name, SharedImage *shared, char **error) {
  uint64_t size = 0;
  Mapping *mapping = NULL;
  char *path = NULL;
  int rc = file_temporary(&path, error);
  if (rc != SQLITE_OK) return rc;
  rc = mount_save(table, name, path, &size, error);
  if (rc == SQLITE_OK) rc = mapping_open(path, &mapping, error);
  if (rc == SQLITE_OK) shared_image_publish(shared, mapping);
  file_remove(path);
  sqlite3_free(path);
  return rc;
}

int image_publish(Table *table, const char *name, const ImagePlace *place) {
  uint64_t size = 0;
  char *error = NULL;
  if (table->cursors > 0 || !image_is_due(table, place)) return SQLITE_OK;
  int rc = place->path != NULL ? mount_save(table, name, place->path, &size, &error)
                               : publish_unnamed(table, name, place->shared, &error);
  if (rc == SQLITE_OK) rc = image_take_up(table, place);
  if (error != NULL) {
    sqlite3_log(SQLITE_WARNING, "%s: %s", name, error);
    rc = SQLITE_OK;
  }
  sqlite3_free(error);
  return rc;
}
