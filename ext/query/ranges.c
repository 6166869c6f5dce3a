/*
** ranges.c: see ranges.h.
*/
#include "ranges.h"

#include "base/bits.h"
#include "base/sqlite.h"

/* One row in so many is few: each is read where it lies, and all would be tested in a row. */
#define FEW_PACKED 64
#define FEW_TEXT 16
#define LOOKED_AT 32 /* rows, to see whether it may be so */

/* Whether texts that look like numbers, which pass, come before the value anyway. */
static bool is_past_numbers(const Value *value) {
  return value->type == VALUE_BLOB || (value->size > 0 && value->bytes[0] > '9');
}

bool range_is_of(const Predicate *predicate) {
  if (!predicate->indexed || predicate->all_pass) return false;
  if (predicate->as == PREDICATE_NOT_NULL) return true;
  if (!predicate_is_order(predicate->as) || predicate->count != 1) return false;
  if (predicate->text_passes) return false;
  if (predicate->number_passes && !is_past_numbers(&predicate->values[0])) return false;
  return !predicate->infinite_passes || predicate->affinity == AFFINITY_TEXT;
}

/* ---- places ------------------------------------------------------------------------------ */

typedef struct Range {
  const Segment *segment;
  uint32_t column;
  Collation collation;
  Reader *reader;
  uint32_t first;
  uint32_t end;
} Range;

static int seek(const Range *range, const Value *value, bool behind, uint32_t *place) {
  return column_order_seek(range->segment, range->column, range->collation, range->reader, value,
                           behind, place);
}

/* No comparison passes NULL. */
static int narrow(Range *range, const Predicate *predicate) {
  static const Value null = {.type = VALUE_NULL};
  PredicateOperator as = predicate->as;
  bool above = as == PREDICATE_ABOVE || as == PREDICATE_ABOVE_EQUAL;
  bool below = as == PREDICATE_BELOW || as == PREDICATE_BELOW_EQUAL;
  uint32_t first = 0, end = range->end;
  int rc = seek(range, above ? &predicate->values[0] : &null, as != PREDICATE_ABOVE_EQUAL, &first);
  if (rc == SQLITE_OK && below) {
    rc = seek(range, &predicate->values[0], as == PREDICATE_BELOW_EQUAL, &end);
  }
  if (first > range->first) range->first = first;
  if (end < range->end) range->end = end;
  return rc;
}

/* Whether a blob is the last value, while blobs pass. */
static int ends_with_blob(const Range *range, const Predicate *predicate, bool *does) {
  Value value;
  *does = false;
  if (!predicate->blob_passes) return SQLITE_OK;
  uint32_t row = column_order_row(range->segment, range->column, range->segment->rows - 1);
  int rc = reader_value(range->reader, range->segment, row, range->column, &value);
  *does = rc == SQLITE_OK && value.type == VALUE_BLOB;
  return rc;
}

int range_find(const Segment *segment, uint32_t column, Collation collation,
               const Predicate *predicates, uint32_t count, Reader *reader, uint32_t *first,
               uint32_t *end, bool *known) {
  Range range = {.segment = segment,
                 .column = column,
                 .collation = collation,
                 .reader = reader,
                 .end = segment->rows};
  int rc = SQLITE_OK;
  *known = true;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK && *known; i++) {
    bool blob = false;
    if (predicates[i].column != column || !range_is_of(&predicates[i])) continue;
    rc = ends_with_blob(&range, &predicates[i], &blob);
    *known = !blob;
    if (rc == SQLITE_OK && *known) rc = narrow(&range, &predicates[i]);
  }
  *first = range.first;
  *end = range.end > range.first ? range.end : range.first;
  return rc;
}

static uint32_t one_in(const Segment *segment, uint32_t column) {
  return segment_has_text(segment, column) ? FEW_TEXT : FEW_PACKED;
}

/* Whether few of some rows from all of the segment pass, so that few of all are likely to. */
static int look(const Segment *segment, const Predicate *predicates, uint32_t count,
                uint32_t column, Reader *reader, bool *few) {
  uint32_t stride = segment->rows / LOOKED_AT + 1, passed = 0;
  int rc = SQLITE_OK;
  for (uint32_t row = 0; row < segment->rows && rc == SQLITE_OK; row += stride) {
    Value value = {.type = VALUE_NULL};
    rc = reader_value(reader, segment, row, column, &value);
    bool passes = rc == SQLITE_OK;
    for (uint32_t i = 0; i < count && passes; i++) {
      passes = predicates[i].column != column || predicate_passes(&predicates[i], &value);
    }
    passed += passes;
  }
  *few = passed <= LOOKED_AT / one_in(segment, column);
  return rc;
}

/* ---- lists ------------------------------------------------------------------------------- */

/* Lists the rows of the places, ascending. */
static int list_rows(const Segment *segment, uint32_t column, uint32_t first, uint32_t end,
                     Candidates *candidates) {
  uint64_t set[SEGMENT_ROWS / 64] = {0};
  int rc = candidates_reserve(candidates, end - first);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t place = first; place < end; place++) {
    uint32_t row = column_order_row(segment, column, place);
    set[row / 64] |= (uint64_t)1 << row % 64;
  }
  for (uint32_t k = 0; k < SEGMENT_ROWS / 64; k++) {
    for (uint64_t word = set[k]; word != 0; word &= word - 1) {
      candidates->rows[candidates->count++] = 64 * k + bits_lowest(word);
    }
  }
  return SQLITE_OK;
}

bool range_is_all(const Predicate *predicates, uint32_t count, uint32_t column) {
  uint32_t i = 0;
  while (i < count && predicates[i].column == column && range_is_of(&predicates[i])) i++;
  return i == count;
}

/* The first comparison, whose column's order is used; NULL: there is none. */
static const Predicate *find_leader(const Predicate *predicates, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (range_is_of(&predicates[i]) && predicates[i].as != PREDICATE_NOT_NULL) {
      return &predicates[i];
    }
  }
  return NULL;
}

bool range_is_kept(const Segment *segment, const Predicate *predicates, uint32_t count) {
  const Predicate *leader = segment->orders == NULL ? NULL : find_leader(predicates, count);
  return leader != NULL && column_order_is_there(segment, leader->column);
}

int range_list(Segment *segment, const Predicate *predicates, uint32_t count, Reader *reader,
               Candidates *candidates, bool *listed, bool *sure) {
  uint32_t first, end;
  bool there, known, few = true;
  *listed = *sure = false;
  const Predicate *leader = find_leader(predicates, count);
  if (leader == NULL) return SQLITE_OK;
  uint32_t column = leader->column;
  Collation collation = leader->collation;
  int rc = SQLITE_OK;
  if (!column_order_is_there(segment, column)) {
    rc = look(segment, predicates, count, column, reader, &few);
  }
  if (rc != SQLITE_OK || !few) return rc;
  uint32_t taken = segment_has_text(segment, column) ? ORDER_TEXT : ORDER_PACKED;
  rc = column_order_want(segment, column, collation, taken, &there);
  if (rc != SQLITE_OK || !there) return rc;
  rc = range_find(segment, column, collation, predicates, count, reader, &first, &end, &known);
  if (rc != SQLITE_OK || !known) return rc;
  if (end - first > segment->rows / one_in(segment, column)) return SQLITE_OK;
  *listed = true;
  *sure = range_is_all(predicates, count, column);
  return list_rows(segment, column, first, end, candidates);
}
