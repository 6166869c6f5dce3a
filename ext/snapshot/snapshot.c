/*
** snapshot.c: see snapshot.h.
*/
#include "snapshot.h"

#include <string.h>

#include "base/checksum.h"
#include "base/integers.h"
#include "snapshot_format.h"
#include "base/sqlite.h"

static uint32_t get_u32(const unsigned char *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static uint64_t get_u64(const unsigned char *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

/* ---- sections ------------------------------------------------------------------------ */

/* The bytes of a section of that kind, not compared with their checksum; false without one. */
static bool find_section(const Snapshot *snapshot, uint32_t number, SnapshotKind kind,
                         const unsigned char **bytes, size_t *size, uint64_t *sum) {
  const Mapping *mapping = snapshot->mapping;
  if (number >= snapshot->sections) return false;
  const unsigned char *entry =
      mapping->bytes + snapshot->table_at + (uint64_t)number * SNAPSHOT_ENTRY;
  uint64_t offset = get_u64(entry + 8), length = get_u64(entry + 16), end = snapshot->table_at;
  if (get_u32(entry) != (uint32_t)kind || offset % SNAPSHOT_ALIGNMENT != 0) return false;
  if (offset < SNAPSHOT_HEADER || offset > end || length > end - offset) return false;
  *bytes = mapping->bytes + offset;
  *size = (size_t)length;
  *sum = get_u64(entry + 24);
  return true;
}

static int read_section(const Snapshot *snapshot, uint32_t number, SnapshotKind kind,
                        const unsigned char **bytes, size_t *size) {
  uint64_t sum;
  if (!find_section(snapshot, number, kind, bytes, size, &sum)) return SQLITE_CORRUPT;
  return checksum(*bytes, *size) == sum ? SQLITE_OK : SQLITE_CORRUPT;
}

static SnapshotKind kind_of(const Snapshot *snapshot, uint32_t number) {
  uint64_t at = snapshot->table_at + (uint64_t)number * SNAPSHOT_ENTRY;
  return number < snapshot->sections ? (SnapshotKind)get_u32(snapshot->mapping->bytes + at)
                                     : (SnapshotKind)0;
}

/* ---- lending --------------------------------------------------------------------------- */

static Snapshot *snapshot_of(Lender *lender) { return (Snapshot *)(void *)lender; }

static int lend_section(Lender *lender, uint32_t number, const unsigned char **bytes,
                        size_t *size) {
  const Snapshot *snapshot = snapshot_of(lender);
  SnapshotKind kind = kind_of(snapshot, number);
  if (kind != SNAPSHOT_KIND_SEGMENT && kind != SNAPSHOT_KIND_INDEX) return SQLITE_CORRUPT;
  return read_section(snapshot, number, kind, bytes, size);
}

static int lend_codec(Lender *lender, uint32_t number, TextCodec **codec) {
  Snapshot *snapshot = snapshot_of(lender);
  const unsigned char *bytes;
  size_t size;
  *codec = NULL;
  if (number == NO_SECTION) return SQLITE_OK;
  if (number >= snapshot->sections) return SQLITE_CORRUPT;
  int rc = SQLITE_OK;
  if (snapshot->codecs[number] == NULL) {
    rc = read_section(snapshot, number, SNAPSHOT_KIND_CODEC, &bytes, &size);
    if (rc == SQLITE_OK) rc = text_codec_borrow(bytes, size, &snapshot->codecs[number]);
  }
  *codec = text_codec_retain(snapshot->codecs[number]);
  return rc;
}

static void close_snapshot(Lender *lender) {
  Snapshot *snapshot = snapshot_of(lender);
  for (uint32_t i = 0; snapshot->codecs != NULL && i < snapshot->sections; i++) {
    text_codec_release(snapshot->codecs[i]);
  }
  mapping_release(snapshot->mapping);
  sqlite3_free(snapshot->codecs);
  sqlite3_free(snapshot->codec_sections);
  sqlite3_free(snapshot->path);
  sqlite3_free(snapshot);
}

static const LenderMethods methods = {
    .section = lend_section, .codec = lend_codec, .close = close_snapshot};

void snapshot_release(Snapshot *snapshot) {
  if (snapshot != NULL) lender_release(&snapshot->lender);
}

/* ---- opening --------------------------------------------------------------------------- */

static int damaged(const Snapshot *snapshot, const char *what, char **error) {
  *error = sqlite3_mprintf("%s is damaged: %s", snapshot->path, what);
  return *error == NULL ? SQLITE_NOMEM : SQLITE_CORRUPT;
}

/* What is no snapshot at all, and what another build or machine has written. */
static int check_origin(const Snapshot *snapshot, char **error) {
  const unsigned char *header = snapshot->mapping->bytes;
  uint32_t order = SNAPSHOT_BYTE_ORDER;
  bool whole = snapshot->mapping->identity.size >= SNAPSHOT_HEADER;
  if (!whole || memcmp(header, SNAPSHOT_MAGIC, SNAPSHOT_MAGIC_SIZE) != 0) {
    *error = sqlite3_mprintf("%s is not a snapshot of a slots table", snapshot->path);
    return *error == NULL ? SQLITE_NOMEM : SQLITE_NOTADB;
  }
  if (memcmp(header + 8, &order, sizeof order) != 0) {
    *error = sqlite3_mprintf("%s was written by a machine with another byte order: save it again "
                             "on this one",
                             snapshot->path);
    return *error == NULL ? SQLITE_NOMEM : SQLITE_CANTOPEN;
  }
  if (get_u32(header + 12) != SNAPSHOT_VERSION) {
    *error = sqlite3_mprintf("%s has version %u of the snapshot format, and this build of slots "
                             "reads version %u only",
                             snapshot->path, get_u32(header + 12), SNAPSHOT_VERSION);
    return *error == NULL ? SQLITE_NOMEM : SQLITE_CANTOPEN;
  }
  return SQLITE_OK;
}

static int read_header(Snapshot *snapshot, char **error) {
  unsigned char header[SNAPSHOT_HEADER];
  uint64_t size = snapshot->mapping->identity.size;
  int rc = check_origin(snapshot, error);
  if (rc != SQLITE_OK) return rc;
  memcpy(header, snapshot->mapping->bytes, sizeof header);
  if (get_u64(header + 56) != checksum(header, 56)) return damaged(snapshot, "header", error);
  if (get_u64(header + 16) != size) return damaged(snapshot, "it is not whole", error);
  snapshot->table_at = get_u64(header + 32);
  snapshot->sections = get_u32(header + 40);
  uint64_t table = (uint64_t)snapshot->sections * SNAPSHOT_ENTRY;
  if (snapshot->sections == 0 || snapshot->sections > SNAPSHOT_SECTIONS ||
      snapshot->table_at % SNAPSHOT_ALIGNMENT != 0 || snapshot->table_at < SNAPSHOT_HEADER ||
      snapshot->table_at > size || table != size - snapshot->table_at) {
    return damaged(snapshot, "header", error);
  }
  const unsigned char *entries = snapshot->mapping->bytes + snapshot->table_at;
  if (checksum(entries, (size_t)table) != get_u64(header + 48)) {
    return damaged(snapshot, "section table", error);
  }
  return SQLITE_OK;
}

static int read_catalog(Snapshot *snapshot, char **error) {
  const unsigned char *bytes;
  size_t size;
  int rc = read_section(snapshot, snapshot->sections - 1, SNAPSHOT_KIND_CATALOG, &bytes, &size);
  if (rc != SQLITE_OK || size < SNAPSHOT_CATALOG) return damaged(snapshot, "catalog", error);
  snapshot->columns = get_u32(bytes);
  snapshot->segments = get_u32(bytes + 4);
  snapshot->indexes = get_u32(bytes + 8);
  snapshot->runs = get_u32(bytes + 12);
  snapshot->declaration_size = get_u32(bytes + 16);
  memcpy(&snapshot->sequence, bytes + 24, sizeof snapshot->sequence);
  snapshot->declaration = bytes + SNAPSHOT_CATALOG;
  snapshot->catalog_at = SNAPSHOT_CATALOG + (size_t)snapshot->declaration_size;
  if (snapshot->declaration_size > size - SNAPSHOT_CATALOG ||
      (snapshot->declaration_size > 0 && bytes[snapshot->catalog_at - 1] != 0)) {
    return damaged(snapshot, "catalog", error);
  }
  return SQLITE_OK;
}

/* Over a file, or over `mapping`, of which it takes a reference, where that is not NULL. */
static int open_over(const char *path, Mapping *mapping, Snapshot **opened, char **error) {
  *opened = NULL;
  *error = NULL;
  Snapshot *snapshot = sqlite3_malloc64(sizeof *snapshot);
  if (snapshot == NULL) return SQLITE_NOMEM;
  *snapshot = (Snapshot){.lender = {.methods = &methods, .references = 1}};
  snapshot->path = file_absolute(path);
  int rc = snapshot->path == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK && mapping != NULL) {
    snapshot->mapping = mapping_retain(mapping);
  } else if (rc == SQLITE_OK) {
    rc = mapping_open(snapshot->path, &snapshot->mapping, error);
  }
  if (rc == SQLITE_OK) rc = read_header(snapshot, error);
  if (rc == SQLITE_OK) rc = read_catalog(snapshot, error);
  if (rc == SQLITE_OK) {
    *opened = snapshot;
  } else {
    snapshot_release(snapshot);
  }
  return rc;
}

int snapshot_open(const char *path, Snapshot **snapshot, char **error) {
  return open_over(path, NULL, snapshot, error);
}

int snapshot_open_mapping(Mapping *mapping, Snapshot **snapshot, char **error) {
  return open_over("a file without a name", mapping, snapshot, error);
}

int snapshot_outdated(const Snapshot *snapshot, bool *outdated, char **error) {
  FileIdentity now;
  *outdated = false;
  int rc = file_identify(snapshot->path, &now, error);
  if (rc == SQLITE_OK) *outdated = !file_identity_equal(&now, &snapshot->mapping->identity);
  return rc;
}

/* ---- the list of segments ---------------------------------------------------------------- */

/* What is left of the catalog. */
typedef struct Catalog {
  const unsigned char *at;
  size_t left;
} Catalog;

/* The next bytes, or NULL where there are not as many. */
static const unsigned char *take(Catalog *catalog, uint64_t size) {
  if (size > catalog->left) return NULL;
  const unsigned char *at = catalog->at;
  catalog->at += size;
  catalog->left -= (size_t)size;
  return at;
}

#define SEGMENT_ENTRY 24 /* and 4 for each column */
#define RUN_ENTRY 32
#define PART_ENTRY 8

static bool outline_possible(const SegmentOutline *outline, const SegmentOutline *before) {
  if (outline->rows == 0 || outline->rows > SEGMENT_ROWS) return false;
  if (outline->first > outline->last) return false;
  if (integer_distance(outline->first, outline->last) < outline->rows - 1) return false;
  return before == NULL || before->last < outline->first;
}

static int add_segment(Snapshot *snapshot, Catalog *catalog, uint32_t number,
                       SegmentOutline *before, Segment **segment) {
  const unsigned char *entry = take(catalog, SEGMENT_ENTRY + (uint64_t)snapshot->columns * 4);
  uint32_t *codecs = snapshot->codec_sections + (size_t)number * snapshot->columns;
  if (entry == NULL) return SQLITE_CORRUPT;
  SegmentOutline outline = {.first = (int64_t)get_u64(entry),
                            .last = (int64_t)get_u64(entry + 8),
                            .rows = get_u32(entry + 16),
                            .section = get_u32(entry + 20),
                            .columns = snapshot->columns,
                            .codec_sections = codecs};
  memcpy(codecs, entry + SEGMENT_ENTRY, (size_t)snapshot->columns * 4);
  if (!outline_possible(&outline, number == 0 ? NULL : before)) return SQLITE_CORRUPT;
  if (kind_of(snapshot, outline.section) != SNAPSHOT_KIND_SEGMENT) return SQLITE_CORRUPT;
  *before = outline;
  return segment_lend(&snapshot->lender, &outline, segment);
}

static int add_segments(Snapshot *snapshot, Catalog *catalog, uint64_t *serials, Segment **segments,
                        uint64_t *rows) {
  SegmentOutline before = {0};
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < snapshot->segments && rc == SQLITE_OK; i++) {
    rc = add_segment(snapshot, catalog, i, &before, &segments[i]);
    if (rc != SQLITE_OK) break;
    segments[i]->serial = ++*serials;
    *rows += segments[i]->rows;
  }
  return rc;
}

/* ---- indexes -------------------------------------------------------------------------------- */

/* Fills in the parts of an index, half of which is still there; *where tells the segment of each.
 */
static int read_parts(const SegmentList *list, Catalog *catalog, Index *index, uint32_t *where,
                      bool *covered) {
  uint64_t rows = 0, live = 0;
  for (uint32_t i = 0; i < index->part_count; i++) {
    const unsigned char *entry = take(catalog, PART_ENTRY);
    if (entry == NULL) return SQLITE_CORRUPT;
    where[i] = get_u32(entry);
    index->parts[i] = (IndexPart){.rows = get_u32(entry + 4), .base = (uint32_t)rows};
    rows += index->parts[i].rows;
    if (rows > index->rows) return SQLITE_CORRUPT;
    if (where[i] == NO_SEGMENT) continue;
    if (where[i] >= list->count || covered[where[i]]) return SQLITE_CORRUPT;
    const Segment *segment = list->items[where[i]];
    if (segment->rows != index->parts[i].rows) return SQLITE_CORRUPT;
    index->parts[i].serial = segment->serial;
    index->parts[i].first = segment->first;
    covered[where[i]] = true;
    live += segment->rows;
  }
  return rows == index->rows && live >= rows / 2 ? SQLITE_OK : SQLITE_CORRUPT;
}

/* `covered` has a byte a segment for each index in turn. */
static int add_run(Snapshot *snapshot, Catalog *catalog, SegmentList *list, bool *covered) {
  const unsigned char *entry = take(catalog, RUN_ENTRY);
  if (entry == NULL) return SQLITE_CORRUPT;
  uint32_t number = get_u32(entry);
  Index outline = {.section = get_u32(entry + 4),
                   .rows = get_u32(entry + 8),
                   .entries = get_u32(entry + 12),
                   .keys = get_u32(entry + 16),
                   .buckets = get_u32(entry + 20),
                   .width = entry[24],
                   .wide = entry[25] == 1,
                   .part_count = get_u32(entry + 28)};
  if (number >= snapshot->indexes || entry[25] > 1) return SQLITE_CORRUPT;
  if (outline.part_count == 0 || outline.part_count > catalog->left / PART_ENTRY) {
    return SQLITE_CORRUPT;
  }
  Index *index = NULL;
  uint32_t *where = sqlite3_malloc64((uint64_t)outline.part_count * sizeof *where);
  int rc = where == NULL ? SQLITE_NOMEM : index_lend(&snapshot->lender, &outline, &index);
  if (rc == SQLITE_OK) {
    rc = read_parts(list, catalog, index, where, covered + (size_t)number * list->count);
  }
  if (rc == SQLITE_OK) return index_set_add(&list->sets[number], index, where);
  index_release(index);
  sqlite3_free(where);
  return rc;
}

/* Every index must cover every segment, in one of its runs. */
static int add_runs(Snapshot *snapshot, Catalog *catalog, SegmentList *list) {
  uint64_t cells = (uint64_t)snapshot->indexes * list->count;
  bool *covered = sqlite3_malloc64(cells + 1);
  if (covered == NULL) return SQLITE_NOMEM;
  memset(covered, 0, (size_t)cells);
  int rc = segment_list_reserve_sets(list, snapshot->indexes);
  for (uint32_t i = 0; i < snapshot->runs && rc == SQLITE_OK; i++) {
    rc = add_run(snapshot, catalog, list, covered);
  }
  for (uint64_t i = 0; i < cells && rc == SQLITE_OK; i++) {
    if (!covered[i]) rc = SQLITE_CORRUPT;
  }
  sqlite3_free(covered);
  return rc;
}

/* ---- the whole --------------------------------------------------------------------------------
 */

/* Room for what the catalog announces, once it is known to be long enough for it. */
static int reserve(Snapshot *snapshot, const Catalog *catalog) {
  uint64_t cells = (uint64_t)snapshot->segments * snapshot->columns;
  if (snapshot->columns == 0 || snapshot->columns > 32767) return SQLITE_CORRUPT;
  if (snapshot->segments > catalog->left / SEGMENT_ENTRY || cells > catalog->left / 4) {
    return SQLITE_CORRUPT;
  }
  if (snapshot->indexes > snapshot->declaration_size) return SQLITE_CORRUPT; /* each is declared */
  if (snapshot->codecs != NULL) return SQLITE_OK;
  snapshot->codecs = sqlite3_malloc64((uint64_t)snapshot->sections * sizeof(TextCodec *));
  if (snapshot->codecs == NULL) return SQLITE_NOMEM;
  memset(snapshot->codecs, 0, snapshot->sections * sizeof(TextCodec *));
  snapshot->codec_sections = sqlite3_malloc64(cells * sizeof(uint32_t) + 1);
  return snapshot->codec_sections == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static int build_list(Snapshot *snapshot, Catalog *catalog, uint64_t *serials, Segment **segments,
                      SegmentList **list, uint64_t *rows) {
  int rc = add_segments(snapshot, catalog, serials, segments, rows);
  if (rc != SQLITE_OK || snapshot->segments == 0) return rc;
  rc = segment_list_replace(NULL, 0, 0, segments, snapshot->segments, list);
  return rc == SQLITE_OK ? add_runs(snapshot, catalog, *list) : rc;
}

int snapshot_list(Snapshot *snapshot, uint64_t *serials, SegmentList **list, uint64_t *rows) {
  const unsigned char *bytes;
  size_t size;
  *list = NULL;
  *rows = 0;
  int rc = read_section(snapshot, snapshot->sections - 1, SNAPSHOT_KIND_CATALOG, &bytes, &size);
  if (rc != SQLITE_OK) return rc;
  if (size < snapshot->catalog_at) return SQLITE_CORRUPT;
  Catalog catalog = {.at = bytes + snapshot->catalog_at, .left = size - snapshot->catalog_at};
  rc = reserve(snapshot, &catalog);
  if (rc != SQLITE_OK) return rc;
  uint64_t room = ((uint64_t)snapshot->segments + 1) * sizeof(Segment *);
  Segment **segments = sqlite3_malloc64(room);
  if (segments == NULL) return SQLITE_NOMEM;
  memset(segments, 0, (size_t)room);
  rc = build_list(snapshot, &catalog, serials, segments, list, rows);
  if (rc == SQLITE_OK && catalog.left > 0) rc = SQLITE_CORRUPT;
  for (uint32_t i = 0; i < snapshot->segments; i++) segment_release(segments[i]);
  sqlite3_free(segments);
  if (rc == SQLITE_OK) return rc;
  segment_list_release(*list);
  *list = NULL;
  return rc;
}
