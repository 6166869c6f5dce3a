/*
** ranges.c: see ranges.h.
*/
#include "ranges.h"

#include <string.h>

#include "base/bits.h"
#include "base/integers.h"
#include "base/sqlite.h"

/* One row in so many is few: each is read where it lies, and all would be tested in a row. */
#define FEW_PACKED 64
#define FEW_TEXT 16
#define LOOKED_AT 32 /* rows, to see whether it may be so */

#define SECOND_LEAST 16 /* rows with one value: fewer are tested in the time that searches take */

/* Whether texts that look like numbers, which pass, come before the value anyway. */
static bool is_past_numbers(const Value *value) {
  return value->type == VALUE_BLOB || (value->size > 0 && value->bytes[0] > '9');
}

bool range_would_be_of(const Predicate *predicate, bool number_passes) {
  if ((!predicate->indexed && predicate->firsts.count == 0) || predicate->all_pass) return false;
  if (predicate->as == PREDICATE_NOT_NULL) return true;
  bool compares = predicate->as == PREDICATE_EQUAL || predicate_is_order(predicate->as);
  if (!compares || predicate->count != 1) return false;
  if (predicate->text_passes) return false;
  if (number_passes && !is_past_numbers(&predicate->values[0])) return false;
  return !predicate->infinite_passes || predicate->affinity == AFFINITY_TEXT;
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

int range_find(RangeFinder *finder, Segment *segment, RangePlaces *places) {
  SegmentOrder *order = &segment->orders[finder->column];
  int rc = SQLITE_OK;
  *places = (RangePlaces){.order = finder->column, .next = finder->column};
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

static uint32_t one_in(const Segment *segment, uint32_t column) {
  return segment_has_text(segment, column) ? FEW_TEXT : FEW_PACKED;
}

uint32_t range_few(const Segment *segment, uint32_t column) {
  return segment->rows / one_in(segment, column);
}

/* The first comparison of a column that follows this one in an index, or NULL. */
static const Predicate *find_next(const RangeFinder *finder, uint32_t column) {
  for (uint32_t i = 0; i < finder->count; i++) {
    const Predicate *predicate = &finder->predicates[i];
    bool next = index_firsts_have(&predicate->firsts, column) && range_is_of(predicate);
    if (next && predicate->as != PREDICATE_NOT_NULL) return predicate;
  }
  return NULL;
}

int range_narrow_second(const RangeFinder *finder, Segment *segment, const SecondOrder *second,
                        RangePlaces *places) {
  bool there = false;
  int rc = column_order_want_second(segment, second, places->end - places->first, &there);
  if (rc != SQLITE_OK || !there) return rc;
  RangeFinder by_next = *finder;
  by_next.column = second->next;
  by_next.collation = second->next_collation;
  Range range = {.finder = &by_next,
                 .segment = segment,
                 .order = column_order_second(segment, finder->column),
                 .first = places->first,
                 .end = places->end};
  rc = narrow(&range, &places->known);
  places->order = range.order;
  places->next = second->next;
  places->first = range.first;
  places->end = range.end;
  return rc;
}

/* Leaves of the places, which have one value, those that comparisons of the next column pass. */
static int narrow_by_next(const RangeFinder *finder, Segment *segment, RangePlaces *places) {
  const Predicate *next = find_next(finder, finder->column);
  RangePlaces left = *places;
  if (next == NULL || places->end - places->first < SECOND_LEAST) return SQLITE_OK;
  SecondOrder second = {finder->column, next->column, finder->collation, next->collation};
  int rc = range_narrow_second(finder, segment, &second, &left);
  if (rc == SQLITE_OK && left.known) *places = left;
  return rc;
}

int range_row_passes(const RangeFinder *finder, const Segment *segment, uint32_t row, uint32_t next,
                     bool *passes) {
  int rc = SQLITE_OK;
  *passes = true;
  for (uint32_t i = 0; i < finder->count && *passes && rc == SQLITE_OK; i++) {
    const Predicate *predicate = &finder->predicates[i];
    if (predicate->column != finder->column && predicate->column != next) continue;
    rc = predicate_passes_row(predicate, finder->reader, segment, row, passes);
  }
  return rc;
}

/* Whether few of some rows from all of the segment pass, so that few of all are likely to. */
static int look(const RangeFinder *finder, const Segment *segment, bool *few) {
  uint32_t stride = segment->rows / LOOKED_AT + 1, passed = 0, column = finder->column;
  const Predicate *next = find_next(finder, column);
  int rc = SQLITE_OK;
  for (uint32_t row = 0; row < segment->rows && rc == SQLITE_OK; row += stride) {
    bool passes = false;
    rc = range_row_passes(finder, segment, row, next == NULL ? column : next->column, &passes);
    passed += passes;
  }
  *few = passed <= LOOKED_AT / one_in(segment, column);
  return rc;
}

/* ---- lists ------------------------------------------------------------------------------- */

void range_mark(const Segment *segment, const RangePlaces *places, uint64_t *set) {
  memset(set, 0, ((size_t)segment->rows + 63) / 64 * sizeof *set);
  for (uint32_t place = places->first; place < places->end; place++) {
    uint32_t row = column_order_row(segment, places->order, place);
    set[row / 64] |= (uint64_t)1 << row % 64;
  }
}

int range_list(const Segment *segment, const RangePlaces *places, Candidates *candidates) {
  int rc = candidates_reserve(candidates, places->end - places->first);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t place = places->first; place < places->end; place++) {
    candidates->rows[candidates->count++] = column_order_row(segment, places->order, place);
  }
  candidates_sort(candidates, segment->rows);
  return SQLITE_OK;
}

bool range_is_all(const Predicate *predicates, uint32_t count, uint32_t column, uint32_t next) {
  uint32_t i = 0;
  while (i < count && (predicates[i].column == column || predicates[i].column == next) &&
         range_is_of(&predicates[i])) {
    i++;
  }
  return i == count;
}

/* The first comparison, whose column's order is used; NULL: there is none. */
static const Predicate *find_leader(const Predicate *predicates, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    const Predicate *predicate = &predicates[i];
    bool leads = predicate->indexed && predicate->as != PREDICATE_NOT_NULL;
    if (leads && range_is_of(predicate)) return predicate;
  }
  return NULL;
}

bool range_is_kept(const Segment *segment, const Predicate *predicates, uint32_t count) {
  const Predicate *leader = segment->orders == NULL ? NULL : find_leader(predicates, count);
  return leader != NULL && column_order_is_there(segment, leader->column);
}

int range_order(RangeFinder *finder, const Predicate *leader, Segment *segment, bool *there) {
  uint32_t column = finder->column = leader->column;
  bool few = true;
  int rc = SQLITE_OK;
  finder->collation = leader->collation;
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
  const Predicate *leader = find_leader(finder->predicates, finder->count);
  if (leader == NULL) return SQLITE_OK;
  int rc = range_order(finder, leader, segment, &there);
  if (rc == SQLITE_OK && there) rc = range_find(finder, segment, places);
  bool one = rc == SQLITE_OK && places->known && leader->as == PREDICATE_EQUAL;
  return one ? narrow_by_next(finder, segment, places) : rc;
}

bool range_is_few(const RangeFinder *finder, const Segment *segment, const RangePlaces *places) {
  return places->end - places->first <= range_few(segment, finder->column);
}
