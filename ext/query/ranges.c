/*
** ranges.c: see ranges.h.
*/
#include "ranges.h"

#include <string.h>

#include "base/bits.h"
#include "base/integers.h"
#include "base/sqlite.h"

/* Whether texts that look like numbers, which pass, come before the value anyway. */
static bool is_past_numbers(const Value *value) {
  return value->type == VALUE_BLOB || (value->size > 0 && value->bytes[0] > '9');
}

bool range_would_be_of(const Predicate *predicate, bool number_passes) {
  if ((!predicate->indexed && predicate->prefixes.count == 0) || predicate->all_pass) return false;
  if (predicate->as == PREDICATE_NOT_NULL) return true;
  bool compares = predicate->as == PREDICATE_EQUAL || predicate_is_order(predicate->as);
  if (!compares || predicate->count != 1) return false;
  if (predicate->text_passes) return false;
  if (number_passes && !is_past_numbers(&predicate->values[0])) return false;
  return !predicate->infinite_passes;
}

bool range_is_of(const Predicate *predicate) {
  return range_would_be_of(predicate, predicate->number_passes);
}

/* ---- places ------------------------------------------------------------------------------ */

/* An order, of a segment or merged, and the places of it that are left. */
typedef struct Range {
  const RangeFinder *finder;
  const Segment *segment;
  const MergedOrder *merged; /* NULL: the segment's own */
  uint32_t order;            /* its number, then */
  uint32_t first;
  uint32_t end;
} Range;

static OrderSought sought_by(const Range *range, const Value *value, bool behind) {
  const RangeFinder *finder = range->finder;
  return (OrderSought){.order = range->order,
                       .column = finder->column,
                       .collation = finder->collation,
                       .reader = finder->reader,
                       .value = value,
                       .behind = behind};
}

static int seek(const Range *range, const Value *value, bool behind, uint32_t *place) {
  OrderSought sought = sought_by(range, value, behind);
  return range->merged == NULL ? column_order_seek(range->segment, &sought, place, range->end)
                               : merged_order_seek(range->merged, &sought, place);
}

int range_seek(const RangeFinder *finder, const Segment *segment, const MergedOrder *merged,
               const Value *value, bool behind, uint32_t *place) {
  Range whole = {.finder = finder,
                 .segment = segment,
                 .merged = merged,
                 .order = finder->column,
                 .end = merged == NULL ? segment->rows : merged->rows};
  return seek(&whole, value, behind, place);
}

static int read_place(const Range *range, uint32_t place, Value *value) {
  const RangeFinder *finder = range->finder;
  const Segment *segment = range->segment;
  uint32_t row;
  if (range->merged != NULL) {
    segment = merged_order_row(range->merged, place, &row);
  } else {
    row = column_order_row(segment, range->order, place);
  }
  return reader_value(finder->reader, segment, row, finder->column, value);
}

static bool is_above(const Predicate *predicate) {
  return predicate->as == PREDICATE_ABOVE || predicate->as == PREDICATE_ABOVE_EQUAL ||
         predicate->as == PREDICATE_EQUAL;
}

static bool is_below(const Predicate *predicate) {
  return predicate->as == PREDICATE_BELOW || predicate->as == PREDICATE_BELOW_EQUAL ||
         predicate->as == PREDICATE_EQUAL;
}

/* No comparison passes NULL, which most columns are without. */
static int pass_nulls(Range *range) {
  static const Value null = {.type = VALUE_NULL};
  Value value;
  if (range->first == range->end) return SQLITE_OK;
  int rc = read_place(range, range->first, &value);
  if (rc != SQLITE_OK || value.type != VALUE_NULL) return rc;
  return seek(range, &null, true, &range->first);
}

static int narrow_above(Range *range, const Predicate *predicate) {
  return seek(range, &predicate->values[0], predicate->as == PREDICATE_ABOVE, &range->first);
}

static int narrow_below(Range *range, const Predicate *predicate) {
  bool behind = predicate->as != PREDICATE_BELOW;
  uint32_t end = range->first;
  int rc = seek(range, &predicate->values[0], behind, &end);
  if (end < range->end) range->end = end;
  return rc;
}

/* Whether a blob is the last value, while blobs pass. */
static int ends_with_blob(const Range *range, const Predicate *predicate, bool *does) {
  Value value;
  *does = false;
  if (!predicate->blob_passes) return SQLITE_OK;
  int rc = read_place(range, range->end - 1, &value);
  *does = rc == SQLITE_OK && value.type == VALUE_BLOB;
  return rc;
}

/* Narrows the range, which is all of the order, unless *known says that the order does not tell. */
static int narrow(Range *range, bool *known) {
  const RangeFinder *finder = range->finder;
  int rc = SQLITE_OK;
  bool any = false, above = false, blob = false;
  for (uint32_t i = 0; i < finder->count && rc == SQLITE_OK && !blob; i++) {
    const Predicate *predicate = &finder->predicates[i];
    if (predicate->column != finder->column || !range_is_of(predicate)) continue;
    rc = ends_with_blob(range, predicate, &blob);
    any = true;
    if (rc != SQLITE_OK || blob || !is_above(predicate)) continue;
    above = true;
    rc = narrow_above(range, predicate);
  }
  *known = !blob;
  if (rc != SQLITE_OK || blob) return rc;
  if (any && !above) rc = pass_nulls(range);
  for (uint32_t i = 0; i < finder->count && rc == SQLITE_OK; i++) {
    const Predicate *predicate = &finder->predicates[i];
    bool one = predicate->column == finder->column && range_is_of(predicate);
    if (one && is_below(predicate)) rc = narrow_below(range, predicate);
  }
  return rc;
}

/* Moves the end on to where the value of the place before it ends, which mostly is there. */
static int leave_up(Range *range, uint32_t last, const Value *value) {
  OrderSought sought = sought_by(range, value, true);
  uint32_t end = last + 1;
  bool more = false;
  int rc = merged_order_is_before(range->merged, &sought, end, &more);
  if (rc == SQLITE_OK && more) rc = merged_order_seek(range->merged, &sought, &end);
  range->end = smaller(range->end, end);
  return rc;
}

/* The same downwards, of the beginning. */
static int leave_down(Range *range, uint32_t first, const Value *value) {
  OrderSought sought = sought_by(range, value, false);
  bool single = false;
  int rc = merged_order_is_before(range->merged, &sought, first - 1, &single);
  if (rc == SQLITE_OK && !single) return seek(range, value, false, &range->first);
  range->first = first;
  return rc;
}

/* Leaves what is asked for, up to or from the place, and all that have its value. */
static int leave_whole(Range *range, uint32_t place) {
  const RangeFinder *finder = range->finder;
  Buffer scratch = {0};
  Value value;
  uint32_t row;
  const Segment *segment = merged_order_row(range->merged, place, &row);
  int rc = segment_value(segment, row, finder->column, &scratch, &value);
  if (rc == SQLITE_OK) {
    rc = finder->descending ? leave_down(range, place, &value) : leave_up(range, place, &value);
  }
  buffer_clear(&scratch);
  return rc;
}

/* Leaves the first places, or downwards the last ones. */
static int leave_most(Range *range, bool *cut) {
  const RangeFinder *finder = range->finder;
  uint32_t count = range->end - range->first;
  int rc = SQLITE_OK;
  *cut = false;
  if (finder->most == 0 || count <= finder->most) return SQLITE_OK;
  if (finder->whole) {
    bool down = finder->descending;
    rc = leave_whole(range, down ? range->end - finder->most : range->first + finder->most - 1);
  } else if (finder->descending) {
    range->first = range->end - finder->most;
  } else {
    range->end = range->first + finder->most;
  }
  *cut = range->end - range->first < count;
  return rc;
}

void range_forget(RangeFinder *finder) {
  merged_order_release(finder->merged);
  finder->merged = NULL;
}

/* Finds the places in the merged order, of all its parts. */
static int find_merged(RangeFinder *finder, MergedOrder *merged) {
  Range range = {.finder = finder, .merged = merged, .order = merged->column, .end = merged->rows};
  range_forget(finder);
  int rc = narrow(&range, &finder->known);
  if (rc == SQLITE_OK && finder->known) rc = leave_most(&range, &finder->cut);
  if (rc != SQLITE_OK) return rc;
  merged_order_places(merged, range.first, finder->first);
  merged_order_places(merged, range.end, finder->end);
  finder->merged = merged;
  merged->references++;
  return SQLITE_OK;
}

static bool has_column(const OrderKey *key, uint32_t column) {
  uint32_t i = 0;
  while (i < key->count && key->columns[i] != column) i++;
  return i < key->count;
}

static OrderKey key_of(const RangeFinder *finder) {
  return (OrderKey){.count = 1, .columns = {finder->column}, .collations = {finder->collation}};
}

int range_find(RangeFinder *finder, Segment *segment, RangePlaces *places) {
  SegmentOrder *order = &segment->orders[finder->column];
  int rc = SQLITE_OK;
  *places = (RangePlaces){.key = key_of(finder)};
  if (order->merged == NULL) {
    Range range = {
        .finder = finder, .segment = segment, .order = finder->column, .end = segment->rows};
    rc = narrow(&range, &places->known);
    places->first = range.first;
    places->end = range.end;
    if (merged_order_search(segment, finder->column)) finder->due = true;
    return rc;
  }
  if (finder->merged != order->merged) rc = find_merged(finder, order->merged);
  if (rc != SQLITE_OK) return rc;
  places->known = finder->known;
  places->cut = finder->cut;
  places->first = finder->first[order->part];
  places->end = finder->end[order->part];
  return SQLITE_OK;
}

int range_narrow(const RangeFinder *finder, Segment *segment, const OrderKey *key,
                 RangePlaces *places) {
  bool there = false;
  int rc = column_order_want_compound(segment, key, places->end - places->first, &there);
  if (rc != SQLITE_OK || !there) return rc;
  RangeFinder by_last = *finder;
  by_last.column = key->columns[key->count - 1];
  by_last.collation = key->collations[key->count - 1];
  Range range = {.finder = &by_last,
                 .segment = segment,
                 .order = column_order_number(segment, key->columns[0], key->count),
                 .first = places->first,
                 .end = places->end};
  rc = narrow(&range, &places->known);
  places->key = *key;
  places->first = range.first;
  places->end = range.end;
  return rc;
}

int range_row_passes(const RangeFinder *finder, const Segment *segment, uint32_t row,
                     const OrderKey *key, bool *passes) {
  int rc = SQLITE_OK;
  *passes = true;
  for (uint32_t i = 0; i < finder->count && *passes && rc == SQLITE_OK; i++) {
    const Predicate *predicate = &finder->predicates[i];
    if (!has_column(key, predicate->column)) continue;
    rc = predicate_passes_row(predicate, finder->reader, segment, row, passes);
  }
  return rc;
}

bool range_is_by(const Predicate *predicate, const OrderKey *key) {
  return has_column(key, predicate->column) && range_is_of(predicate);
}

bool range_is_all(const Predicate *predicates, uint32_t count, const OrderKey *key) {
  uint32_t i = 0;
  while (i < count && range_is_by(&predicates[i], key)) i++;
  return i == count;
}
