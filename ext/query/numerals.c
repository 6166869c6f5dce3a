/*
** numerals.c: see numerals.h.
*/
#include "numerals.h"

#include <string.h>

#include "base/progress.h"
#include "base/sqlite.h"
#include "ranges.h"

typedef enum Known { KNOWN_NOTHING, KNOWN_NONE, KNOWN_SOME } Known;

/* Whether the order of its column would serve the comparison if there were none. */
static bool is_asked(const Predicate *predicate) {
  return predicate->numeral_passes && !range_would_be_of(predicate, true) &&
         range_would_be_of(predicate, false);
}

static int look_for_one(const Segment *segment, uint32_t column, Reader *reader, Known *known) {
  int rc = SQLITE_OK;
  *known = KNOWN_NONE;
  for (uint32_t row = 0; row < segment->rows && rc == SQLITE_OK && *known == KNOWN_NONE; row++) {
    Value value;
    rc = reader_value(reader, segment, row, column, &value);
    if (rc == SQLITE_OK && value.type == VALUE_TEXT && affinity_is_numeral(&value)) {
      *known = KNOWN_SOME;
    }
  }
  return rc;
}

/* Without memory for what is known nothing is. */
static int learn(Segment *segment, uint32_t column, Reader *reader) {
  Known known;
  if (segment->numerals == NULL) {
    segment->numerals = sqlite3_malloc64(segment->columns);
    if (segment->numerals == NULL) return SQLITE_OK;
    memset(segment->numerals, KNOWN_NOTHING, segment->columns);
  }
  int rc = look_for_one(segment, column, reader, &known);
  if (rc == SQLITE_OK) segment->numerals[column] = (unsigned char)known;
  return rc;
}

static Known known_of(const Segment *segment, uint32_t column) {
  return segment->numerals == NULL ? KNOWN_NOTHING : (Known)segment->numerals[column];
}

bool numerals_are_known(const Segment *segment, uint32_t column) {
  return known_of(segment, column) == KNOWN_SOME;
}

/* What is known of the segment, having looked if `look`. */
static int look_in_one(Segment *segment, uint32_t column, Reader *reader, bool look, Known *known) {
  int rc = SQLITE_OK;
  if (look && known_of(segment, column) == KNOWN_NOTHING) rc = learn(segment, column, reader);
  *known = known_of(segment, column);
  return rc;
}

/* The same of all segments whose orders are merged with this one's, until one may have some. */
static int look_in_merged(const MergedOrder *merged, Reader *reader, bool look, Known *known) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < merged->part_count && rc == SQLITE_OK && *known == KNOWN_NONE; i++) {
    rc = look_in_one(merged->segments[i], merged->column, reader, look, known);
  }
  return rc;
}

int numerals_settle(Predicate *predicates, uint32_t count, Segment *segment, Reader *reader,
                    bool look, bool *settled) {
  int rc = SQLITE_OK;
  *settled = true;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    Predicate *predicate = &predicates[i];
    Known known;
    if (!is_asked(predicate)) continue;
    rc = look_in_one(segment, predicate->column, reader, look, &known);
    const MergedOrder *merged = merged_order_of(segment, predicate->column);
    if (rc == SQLITE_OK && merged != NULL) rc = look_in_merged(merged, reader, look, &known);
    /* Orders of the others serve by themselves. */
    if (merged != NULL && known == KNOWN_SOME) segment_leave_merged(segment, predicate->column);
    predicate->number_passes = known != KNOWN_NONE;
    *settled = *settled && known != KNOWN_NOTHING;
  }
  return rc;
}

/* Whether all of the table's segments are known to have none; looks until one is not. */
static int look_in_all(const Table *table, uint32_t column, Reader *reader, bool *none) {
  int rc = SQLITE_OK;
  *none = true;
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK && *none; i++) {
    Segment *segment = table->list->items[i];
    rc = table_ready(table, i);
    if (rc != SQLITE_OK) break;
    if (known_of(segment, column) == KNOWN_NOTHING) {
      rc = learn(segment, column, reader);
      if (rc == SQLITE_OK && progress_is_interrupted(table->undo->db)) rc = SQLITE_INTERRUPT;
    }
    *none = known_of(segment, column) == KNOWN_NONE;
  }
  return rc;
}

int numerals_settle_all(Predicate *predicates, uint32_t count, const Table *table, Reader *reader) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    bool none;
    if (!is_asked(&predicates[i])) continue;
    rc = look_in_all(table, predicates[i].column, reader, &none);
    predicates[i].number_passes = rc != SQLITE_OK || !none;
  }
  return rc;
}
