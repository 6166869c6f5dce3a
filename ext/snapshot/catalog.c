/*
** catalog.c: see catalog.h.
*/
#include "catalog.h"

#include <string.h>

#include "base/integers.h"
#include "base/sqlite.h"
#include "sections.h"

/* ---- segments ------------------------------------------------------------------------ */

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

static bool outline_possible(const SegmentOutline *outline, const SegmentOutline *before) {
  if (outline->rows == 0 || outline->rows > SEGMENT_ROWS) return false;
  if (outline->first > outline->last) return false;
  if (integer_distance(outline->first, outline->last) < outline->rows - 1) return false;
  return before == NULL || before->last < outline->first;
}

static int add_segment(Snapshot *snapshot, Catalog *catalog, uint32_t number,
                       SegmentOutline *before, Segment **segment) {
  uint64_t codecs_size = (uint64_t)snapshot->columns * SNAPSHOT_CODEC;
  const unsigned char *entry = take(catalog, SNAPSHOT_SEGMENT + codecs_size);
  uint32_t *codecs = snapshot->codec_sections + (size_t)number * snapshot->columns;
  if (entry == NULL) return SQLITE_CORRUPT;
  SegmentOutline outline = {.first = (int64_t)get_u64(entry + SEGMENT_FIRST_AT),
                            .last = (int64_t)get_u64(entry + SEGMENT_LAST_AT),
                            .rows = get_u32(entry + SEGMENT_ROWS_AT),
                            .section = get_u32(entry + SEGMENT_SECTION_AT),
                            .columns = snapshot->columns,
                            .codec_sections = codecs};
  memcpy(codecs, entry + SNAPSHOT_SEGMENT, (size_t)codecs_size);
  if (!outline_possible(&outline, number == 0 ? NULL : before)) return SQLITE_CORRUPT;
  if (section_kind(&snapshot->sections, outline.section) != SNAPSHOT_KIND_SEGMENT)
    return SQLITE_CORRUPT;
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

/*
** Fills in the parts of an index, half of which is still there; *where tells the segment of each.
*/
static int read_parts(const SegmentList *list, Catalog *catalog, Index *index, uint32_t *where,
                      bool *covered) {
  uint64_t rows = 0, live = 0;
  int64_t first = INT64_MIN; /* of a part that is gone: any that keeps them in order */
  for (uint32_t i = 0; i < index->part_count; i++) {
    const unsigned char *entry = take(catalog, SNAPSHOT_PART);
    if (entry == NULL) return SQLITE_CORRUPT;
    where[i] = get_u32(entry + PART_SEGMENT_AT);
    index->parts[i] =
        (IndexPart){.rows = get_u32(entry + PART_ROWS_AT), .base = (uint32_t)rows, .first = first};
    rows += index->parts[i].rows;
    if (rows > index->rows) return SQLITE_CORRUPT;
    if (where[i] == NO_SEGMENT) continue;
    if (where[i] >= list->count || covered[where[i]]) return SQLITE_CORRUPT;
    const Segment *segment = list->items[where[i]];
    if (segment->rows != index->parts[i].rows || segment->first < first) return SQLITE_CORRUPT;
    index->parts[i].serial = segment->serial;
    index->parts[i].first = first = segment->first;
    covered[where[i]] = true;
    live += segment->rows;
  }
  return rows == index->rows && live >= rows / 2 ? SQLITE_OK : SQLITE_CORRUPT;
}

/* `covered` has a byte a segment for each index in turn. */
static int add_run(Snapshot *snapshot, Catalog *catalog, SegmentList *list, bool *covered) {
  const unsigned char *entry = take(catalog, SNAPSHOT_RUN);
  if (entry == NULL) return SQLITE_CORRUPT;
  uint32_t number = get_u32(entry + RUN_INDEX_AT);
  Index outline = {.section = get_u32(entry + RUN_SECTION_AT),
                   .rows = get_u32(entry + RUN_ROWS_AT),
                   .entries = get_u32(entry + RUN_ENTRIES_AT),
                   .keys = get_u32(entry + RUN_KEYS_AT),
                   .buckets = get_u32(entry + RUN_BUCKETS_AT),
                   .width = entry[RUN_WIDTH_AT],
                   .wide = entry[RUN_WIDE_AT] == 1,
                   .old_hash = entry[RUN_HASH_AT] == 0,
                   .part_count = get_u32(entry + RUN_PARTS_AT)};
  if (number >= snapshot->indexes) return SQLITE_CORRUPT;
  if (entry[RUN_WIDE_AT] > 1 || entry[RUN_HASH_AT] > 1) return SQLITE_CORRUPT;
  if (outline.part_count == 0 || outline.part_count > catalog->left / SNAPSHOT_PART) {
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
  bool *covered = sqlite_zeros(cells + 1);
  if (covered == NULL) return SQLITE_NOMEM;
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

/* ---- the whole ------------------------------------------------------------------------ */

/* Room for what the catalog announces, once it is known to be long enough for it. */
static int reserve(Snapshot *snapshot, const Catalog *catalog) {
  uint64_t cells = (uint64_t)snapshot->segments * snapshot->columns;
  if (snapshot->columns == 0 || snapshot->columns > SEGMENT_COLUMNS) return SQLITE_CORRUPT;
  if (snapshot->segments > catalog->left / SNAPSHOT_SEGMENT ||
      cells > catalog->left / SNAPSHOT_CODEC) {
    return SQLITE_CORRUPT;
  }
  if (snapshot->indexes > snapshot->declaration_size) return SQLITE_CORRUPT; /* each is declared */
  snapshot->codecs = sqlite_zeros((uint64_t)snapshot->sections.count * sizeof(TextCodec *));
  if (snapshot->codecs == NULL) return SQLITE_NOMEM;
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

int catalog_list(Snapshot *snapshot, uint64_t *serials, SegmentList **list, uint64_t *rows) {
  Catalog catalog = {.at = snapshot->list, .left = snapshot->list_size};
  *list = NULL;
  *rows = 0;
  int rc = reserve(snapshot, &catalog);
  if (rc != SQLITE_OK) return rc;
  uint64_t room = ((uint64_t)snapshot->segments + 1) * sizeof(Segment *);
  Segment **segments = sqlite_zeros(room);
  if (segments == NULL) return SQLITE_NOMEM;
  rc = build_list(snapshot, &catalog, serials, segments, list, rows);
  if (rc == SQLITE_OK && catalog.left > 0) rc = SQLITE_CORRUPT;
  for (uint32_t i = 0; i < snapshot->segments; i++) segment_release(segments[i]);
  sqlite3_free(segments);
  if (rc == SQLITE_OK) return rc;
  segment_list_release(*list);
  *list = NULL;
  return rc;
}
