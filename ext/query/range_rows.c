/*
** range_rows.c: see range_rows.h.
*/
#include "range_rows.h"

#include <string.h>

#include "base/sqlite.h"

/* One row in so many is few: each is read where it lies, and all would be tested in a row. */
#define FEW_PACKED 64
#define FEW_TEXT 16
#define LOOKED_AT 32 /* rows, to see whether it may be so */

#define COMPOUND_LEAST 16 /* rows with one value: fewer are tested in the time that searches take */

static uint32_t one_in(const Segment *segment, uint32_t column) {
  return segment_has_text(segment, column) ? FEW_TEXT : FEW_PACKED;
}

uint32_t range_few(const Segment *segment, uint32_t column) {
  return segment->rows / one_in(segment, column);
}

/* ---- orders ------------------------------------------------------------------------------ */

/* The first comparison of a column that an index has behind those of the key, or NULL. */
static const Predicate *find_next(const RangeFinder *finder, const OrderKey *key) {
  for (uint32_t i = 0; i < finder->count; i++) {
    const Predicate *predicate = &finder->predicates[i];
    if (!range_is_of(predicate) || predicate->as == PREDICATE_NOT_NULL) continue;
    if (index_prefixes_have(&predicate->prefixes, key->columns, key->count)) return predicate;
  }
  return NULL;
}

/* The columns whose comparisons leave rows of those with the finder's, one by one. */
static OrderKey find_key(const RangeFinder *finder) {
  OrderKey key = {.count = 1, .columns = {finder->column}, .collations = {finder->collation}};
  bool one = true;
  while (one && key.count < SEGMENT_ORDERS) {
    const Predicate *next = find_next(finder, &key);
    if (next != NULL) order_key_add(&key, next->column, next->collation);
    one = next != NULL && next->as == PREDICATE_EQUAL;
  }
  return key;
}

/* Leaves of the places, which have one value, those that comparisons of the next columns pass. */
static int narrow_by_next(const RangeFinder *finder, Segment *segment, RangePlaces *places) {
  OrderKey key = find_key(finder), part = key;
  for (part.count = 2; part.count <= key.count; part.count++) {
    RangePlaces left = *places;
    if (places->end - places->first < COMPOUND_LEAST) break;
    int rc = range_narrow(finder, segment, &part, &left);
    if (rc != SQLITE_OK) return rc;
    if (left.known) *places = left;
    if (places->key.count < part.count) break;
  }
  return SQLITE_OK;
}

/* Whether few of some rows from all of the segment pass, so that few of all are likely to. */
static int look(const RangeFinder *finder, const Segment *segment, bool *few) {
  uint32_t stride = segment->rows / LOOKED_AT + 1, passed = 0;
  OrderKey key = find_key(finder);
  int rc = SQLITE_OK;
  for (uint32_t row = 0; row < segment->rows && rc == SQLITE_OK; row += stride) {
    bool passes = false;
    rc = range_row_passes(finder, segment, row, &key, &passes);
    passed += passes;
  }
  *few = passed <= LOOKED_AT / one_in(segment, finder->column);
  return rc;
}

/* The first comparison, whose column's order is used; NULL: there is none. */
static const Predicate *find_first(const Predicate *predicates, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    const Predicate *predicate = &predicates[i];
    bool leads = predicate->indexed && predicate->as != PREDICATE_NOT_NULL;
    if (leads && range_is_of(predicate)) return predicate;
  }
  return NULL;
}

bool range_is_kept(const Segment *segment, const Predicate *predicates, uint32_t count) {
  const Predicate *first = segment->orders == NULL ? NULL : find_first(predicates, count);
  return first != NULL && column_order_is_there(segment, first->column);
}

int range_order(RangeFinder *finder, const Predicate *comparison, Segment *segment, bool *there) {
  uint32_t column = finder->column = comparison->column;
  bool few = true;
  int rc = SQLITE_OK;
  finder->collation = comparison->collation;
  *there = column_order_is_there(segment, column);
  if (*there) return SQLITE_OK;
  rc = look(finder, segment, &few);
  if (rc != SQLITE_OK || !few) return rc;
  uint32_t taken = segment_has_text(segment, column) ? ORDER_TEXT : ORDER_PACKED;
  return column_order_want(segment, column, finder->collation, taken, there);
}

int range_search(RangeFinder *finder, Segment *segment, RangePlaces *places) {
  bool there;
  *places = (RangePlaces){0};
  const Predicate *first = find_first(finder->predicates, finder->count);
  if (first == NULL) return SQLITE_OK;
  int rc = range_order(finder, first, segment, &there);
  if (rc == SQLITE_OK && there) rc = range_find(finder, segment, places);
  bool one = rc == SQLITE_OK && places->known && first->as == PREDICATE_EQUAL;
  return one ? narrow_by_next(finder, segment, places) : rc;
}

bool range_is_few(const RangeFinder *finder, const Segment *segment, const RangePlaces *places) {
  return places->end - places->first <= range_few(segment, finder->column);
}

/* ---- rows -------------------------------------------------------------------------------- */

void range_mark(const Segment *segment, const RangePlaces *places, uint64_t *set) {
  uint32_t order = range_places_order(segment, places);
  memset(set, 0, ((size_t)segment->rows + 63) / 64 * sizeof *set);
  for (uint32_t place = places->first; place < places->end; place++) {
    uint32_t row = column_order_row(segment, order, place);
    set[row / 64] |= (uint64_t)1 << row % 64;
  }
}

int range_list(const Segment *segment, const RangePlaces *places, Candidates *candidates) {
  uint32_t order = range_places_order(segment, places);
  int rc = candidates_reserve(candidates, places->end - places->first);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t place = places->first; place < places->end; place++) {
    candidates->rows[candidates->count++] = column_order_row(segment, order, place);
  }
  candidates_sort(candidates, segment->rows);
  return SQLITE_OK;
}
