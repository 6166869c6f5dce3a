/*
** numerals.c: see numerals.h.
*/
#include "numerals.h"

#include <string.h>

#include "base/progress.h"
#include "base/sqlite.h"
#include "ranges.h"

typedef enum Known {
  KNOWN_NOTHING,
  KNOWN_NONE,
  KNOWN_PLAIN, /* all are spelled as core spells an integer */
  KNOWN_SOME
} Known;

/* Whether the order of its column would serve the comparison, or the IN, if there were none. */
static bool is_asked(const Predicate *predicate) {
  if (!predicate->numeral_passes || predicate->all_pass || predicate->text_passes) return false;
  if (predicate->as == PREDICATE_IN) return predicate->indexed;
  return !range_would_be_of(predicate, true) && range_would_be_of(predicate, false);
}

static Known known_with(Known known, const Value *value) {
  if (value->type != VALUE_TEXT || !affinity_is_numeral(value)) return known;
  int64_t integer;
  Known one = affinity_plain_integer(value, &integer) ? KNOWN_PLAIN : KNOWN_SOME;
  return one > known ? one : known;
}

static int look_in_rows(const Segment *segment, uint32_t column, Reader *reader, Known *known) {
  int rc = SQLITE_OK;
  *known = KNOWN_NONE;
  for (uint32_t row = 0; row < segment->rows && rc == SQLITE_OK && *known != KNOWN_SOME; row++) {
    Value value;
    rc = reader_value(reader, segment, row, column, &value);
    if (rc == SQLITE_OK) *known = known_with(*known, &value);
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
  int rc = look_in_rows(segment, column, reader, &known);
  if (rc == SQLITE_OK) segment->numerals[column] = (unsigned char)known;
  return rc;
}

static Known known_of(const Segment *segment, uint32_t column) {
  return segment->numerals == NULL ? KNOWN_NOTHING : (Known)segment->numerals[column];
}

bool numerals_are_known(const Segment *segment, uint32_t column) {
  return known_of(segment, column) > KNOWN_NONE;
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
    if (merged != NULL && known > KNOWN_NONE) segment_leave_merged(segment, predicate->column);
    predicate->number_passes = known != KNOWN_NONE;
    *settled = *settled && known != KNOWN_NOTHING;
  }
  return rc;
}

/* Whether of all of the table's segments no more is known; looks until of one it is. */
static int look_in_all(const Table *table, uint32_t column, Reader *reader, Known most,
                       bool *within) {
  int rc = SQLITE_OK;
  *within = true;
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK && *within; i++) {
    Segment *segment = table->list->items[i];
    rc = table_ready(table, i);
    if (rc != SQLITE_OK) break;
    if (known_of(segment, column) == KNOWN_NOTHING) {
      rc = learn(segment, column, reader);
      if (rc == SQLITE_OK && progress_is_interrupted(table->undo->db)) rc = SQLITE_INTERRUPT;
    }
    Known known = known_of(segment, column);
    *within = known != KNOWN_NOTHING && known <= most;
  }
  return rc;
}

int numerals_settle_all(Predicate *predicates, uint32_t count, const Table *table, Reader *reader) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    bool none;
    if (!is_asked(&predicates[i])) continue;
    rc = look_in_all(table, predicates[i].column, reader, KNOWN_NONE, &none);
    predicates[i].number_passes = rc != SQLITE_OK || !none;
  }
  return rc;
}

static Known look_in_open(const Table *table, uint32_t column) {
  Known known = KNOWN_NONE;
  OpenPlace place = {0};
  const OpenEntry *entry;
  for (; known != KNOWN_SOME && (entry = open_at(&table->open, &place)) != NULL;
       open_next(&table->open, &place)) {
    if (entry->row == OPEN_TOMBSTONE) continue;
    Value value = row_value(entry->row, (int)table->columns, (int)column);
    known = known_with(known, &value);
  }
  return known;
}

int numerals_are_plain(const Table *table, uint32_t column, Reader *reader, bool *plain) {
  int rc = look_in_all(table, column, reader, KNOWN_PLAIN, plain);
  if (rc == SQLITE_OK && *plain) *plain = look_in_open(table, column) != KNOWN_SOME;
  return rc;
}
