/*
** in_list.c: see in_list.h.
*/
#include "in_list.h"

#include <string.h>

#include "base/sqlite.h"

/* Testing so many rows takes at least as long as searching a value. */
#define ROWS_PACKED 128
#define ROWS_TEXT 16

static bool is_told(const Predicate *predicate) {
  return predicate->as == PREDICATE_IN && predicate->indexed && !predicate->all_pass &&
         !predicate->text_passes && !predicate->number_passes;
}

const Predicate *in_list_of(const Predicate *predicates, uint32_t count, const Segment *segment) {
  for (uint32_t i = 0; i < count; i++) {
    bool text = segment_has_text(segment, predicates[i].column);
    uint32_t most = segment->rows / (text ? ROWS_TEXT : ROWS_PACKED);
    if (is_told(&predicates[i]) && predicates[i].count <= most) return &predicates[i];
  }
  return NULL;
}

void in_list_forget(InList *list) {
  merged_order_release(list->merged);
  list->merged = NULL;
}

void in_list_clear(InList *list) {
  in_list_forget(list);
  for (uint32_t part = 0; part < MERGED_PARTS; part++) candidates_clear(&list->rows[part]);
}

/* ---- searching ----------------------------------------------------------------------------- */

/* An order, of a segment or merged, and where the rows go. */
typedef struct Search {
  const RangeFinder *finder;
  const Segment *segment;
  const MergedOrder *merged; /* NULL: the segment's own */
  Candidates *rows;          /* of the segment, or of each part */
} Search;

/* Moves *place on to the first one with the value, and *end behind the last. */
static int seek(const Search *search, const Value *value, uint32_t *place, uint32_t *end) {
  const Segment *segment = search->segment;
  int rc = range_seek(search->finder, segment, search->merged, value, false, place);
  *end = *place;
  return rc == SQLITE_OK ? range_seek(search->finder, segment, search->merged, value, true, end)
                         : rc;
}

static int add_own(const Search *search, uint32_t first, uint32_t end) {
  int rc = SQLITE_OK;
  for (uint32_t place = first; place < end && rc == SQLITE_OK; place++) {
    uint32_t row = column_order_row(search->segment, search->finder->column, place);
    rc = candidates_add(search->rows, row);
  }
  return rc;
}

static int add_merged(const Search *search, uint32_t first, uint32_t end) {
  const MergedOrder *merged = search->merged;
  uint32_t places[MERGED_PARTS];
  int rc = SQLITE_OK;
  if (first < end) merged_order_places(merged, first, places);
  for (uint32_t place = first; place < end && rc == SQLITE_OK; place++) {
    uint32_t part = merged_order_part(merged, place);
    uint32_t row = column_order_row(merged->segments[part], merged->column, places[part]++);
    rc = candidates_add(&search->rows[part], row);
  }
  return rc;
}

/* Adds the rows of all values. *few: there are no more than `most`; else some are missing. */
static int search_values(const Search *search, const Predicate *in, uint32_t most, bool *few) {
  uint32_t first, end = 0, found = 0;
  int rc = SQLITE_OK;
  *few = true;
  for (uint32_t i = 0; i < in->count && *few && rc == SQLITE_OK; i++) {
    first = in->collation == COLLATION_BINARY ? end : 0; /* they ascend under BINARY */
    rc = seek(search, &in->values[i], &first, &end);
    if (rc != SQLITE_OK) return rc;
    found += end - first;
    *few = found <= most;
    if (!*few) return SQLITE_OK;
    rc = search->merged == NULL ? add_own(search, first, end) : add_merged(search, first, end);
  }
  return rc;
}

/* ---- in one order or the other --------------------------------------------------------------- */

static int search_merged(InList *list, const RangeFinder *finder, const Predicate *in,
                         MergedOrder *merged) {
  Search search = {.finder = finder, .merged = merged, .rows = list->rows};
  uint32_t most = range_few(merged->segments[0], finder->column) * merged->part_count;
  for (uint32_t part = 0; part < MERGED_PARTS; part++) list->rows[part].count = 0;
  in_list_forget(list);
  int rc = search_values(&search, in, most, &list->few);
  if (rc != SQLITE_OK) return rc;
  list->merged = merged;
  merged->references++;
  return SQLITE_OK;
}

static int find_merged(InList *list, const RangeFinder *finder, const Predicate *in,
                       const SegmentOrder *order, Candidates *candidates, bool *listed) {
  const Candidates *rows = &list->rows[order->part];
  int rc = SQLITE_OK;
  if (list->merged != order->merged) rc = search_merged(list, finder, in, order->merged);
  if (rc == SQLITE_OK && list->few) rc = candidates_reserve(candidates, rows->count);
  if (rc != SQLITE_OK || !list->few) return rc;
  if (rows->count > 0) memcpy(candidates->rows, rows->rows, rows->count * sizeof *rows->rows);
  candidates->count = rows->count;
  *listed = true;
  return SQLITE_OK;
}

static int find_own(RangeFinder *finder, const Predicate *in, Segment *segment,
                    Candidates *candidates, bool *listed) {
  Search search = {.finder = finder, .segment = segment, .rows = candidates};
  candidates->count = 0;
  for (uint32_t i = 0; i < in->count; i++) {
    if (merged_order_search(segment, finder->column)) finder->due = true;
  }
  return search_values(&search, in, range_few(segment, finder->column), listed);
}

int in_list_find(InList *list, RangeFinder *finder, const Predicate *in, Segment *segment,
                 Candidates *candidates, bool *listed) {
  bool there;
  *listed = false;
  int rc = range_order(finder, in, segment, &there);
  if (rc != SQLITE_OK || !there) return rc;
  const SegmentOrder *order = &segment->orders[finder->column];
  rc = order->merged == NULL ? find_own(finder, in, segment, candidates, listed)
                             : find_merged(list, finder, in, order, candidates, listed);
  if (rc == SQLITE_OK && *listed) candidates_sort(candidates, segment->rows);
  return rc;
}
