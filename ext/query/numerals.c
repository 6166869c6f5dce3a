/*
** numerals.c: see numerals.h.
*/
#include "numerals.h"

#include <math.h>
#include <string.h>

#include "base/progress.h"
#include "base/sqlite.h"
#include "ranges.h"

/* What there may be. */
typedef enum May {
  MAY_NOTHING = 0,
  MAY_PLAIN = 1, /* texts that are spelled as core spells an integer; */
  MAY_OTHER = 2, /* other texts that are numbers */
  MAY_NUMBERS = MAY_PLAIN | MAY_OTHER,
  MAY_INFINITE = 4, /* infinities */
  MAY_ALL = MAY_NUMBERS | MAY_INFINITE,
  MAY_UNKNOWN = 8 | MAY_ALL /* nobody has looked */
} May;

/*
** What the comparison or IN passes that keeps the order of its column from serving, where without
** it that would; nothing of others.
*/
static unsigned asked_of(const Predicate *predicate) {
  unsigned asked = predicate->numeral_passes    ? MAY_NUMBERS
                   : predicate->infinity_passes ? MAY_INFINITE
                                                : MAY_NOTHING;
  if (asked == MAY_NOTHING || predicate->all_pass || predicate->text_passes) return MAY_NOTHING;
  if (predicate->as == PREDICATE_IN) return predicate->indexed ? asked : MAY_NOTHING;
  Predicate least = *predicate;
  least.infinite_passes = false;
  if (!range_would_be_of(&least, false)) return MAY_NOTHING;
  return asked == MAY_NUMBERS && range_would_be_of(predicate, true) ? MAY_NOTHING : asked;
}

static void settle(Predicate *predicate, unsigned may) {
  predicate->number_passes = predicate->numeral_passes && (may & MAY_NUMBERS) != 0;
  predicate->infinite_passes = predicate->infinity_passes && (may & MAY_INFINITE) != 0;
}

static unsigned may_be(const Value *value) {
  int64_t integer;
  if (value->type == VALUE_REAL) return isinf(value->real) ? MAY_INFINITE : MAY_NOTHING;
  if (value->type != VALUE_TEXT || !affinity_is_numeral(value)) return MAY_NOTHING;
  return affinity_plain_integer(value, &integer) ? MAY_PLAIN : MAY_OTHER;
}

static int look_in_rows(const Segment *segment, uint32_t column, Reader *reader, unsigned *may) {
  int rc = SQLITE_OK;
  *may = MAY_NOTHING;
  for (uint32_t row = 0; row < segment->rows && rc == SQLITE_OK && *may != MAY_ALL; row++) {
    Value value;
    rc = reader_value(reader, segment, row, column, &value);
    if (rc == SQLITE_OK) *may |= may_be(&value);
  }
  return rc;
}

/* Without memory for what is known nothing is. */
static int learn(Segment *segment, uint32_t column, Reader *reader) {
  unsigned may;
  if (segment->numerals == NULL) {
    segment->numerals = sqlite3_malloc64(segment->columns);
    if (segment->numerals == NULL) return SQLITE_OK;
    memset(segment->numerals, MAY_UNKNOWN, segment->columns);
  }
  int rc = look_in_rows(segment, column, reader, &may);
  if (rc == SQLITE_OK) segment->numerals[column] = (unsigned char)may;
  return rc;
}

static unsigned known_of(const Segment *segment, uint32_t column) {
  return segment->numerals == NULL ? MAY_UNKNOWN : segment->numerals[column];
}

bool numerals_are_known(const Segment *segment, uint32_t column) {
  unsigned may = known_of(segment, column);
  return may != MAY_NOTHING && may != MAY_UNKNOWN;
}

/* What the segment may have, having looked if `look`. */
static int look_in_one(Segment *segment, uint32_t column, Reader *reader, bool look,
                       unsigned *may) {
  int rc = SQLITE_OK;
  if (look && known_of(segment, column) == MAY_UNKNOWN) rc = learn(segment, column, reader);
  *may = known_of(segment, column);
  return rc;
}

/* The same of all segments whose orders are merged with this one's, until one may have any. */
static int look_in_merged(const MergedOrder *merged, Reader *reader, bool look, unsigned asked,
                          unsigned *may) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < merged->part_count && rc == SQLITE_OK && (*may & asked) == 0; i++) {
    rc = look_in_one(merged->segments[i], merged->column, reader, look, may);
  }
  return rc;
}

int numerals_settle(Predicate *predicates, uint32_t count, Segment *segment, Reader *reader,
                    bool look, bool *settled) {
  int rc = SQLITE_OK;
  *settled = true;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    Predicate *predicate = &predicates[i];
    unsigned may, asked = asked_of(predicate);
    if (asked == MAY_NOTHING) continue;
    rc = look_in_one(segment, predicate->column, reader, look, &may);
    const MergedOrder *merged = merged_order_of(segment, predicate->column);
    if (rc == SQLITE_OK && merged != NULL) rc = look_in_merged(merged, reader, look, asked, &may);
    /* Orders of the others serve by themselves. */
    if (merged != NULL && may != MAY_UNKNOWN && (may & asked) != 0) {
      segment_leave_merged(segment, predicate->column);
    }
    settle(predicate, may);
    *settled = *settled && may != MAY_UNKNOWN;
  }
  return rc;
}

/* What all of the table's segments may have; looks until one may have what is asked. */
static int look_in_all(const Table *table, uint32_t column, Reader *reader, unsigned asked,
                       unsigned *may) {
  int rc = SQLITE_OK;
  *may = MAY_NOTHING;
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK && (*may & asked) == 0; i++) {
    Segment *segment = table->list->items[i];
    rc = table_ready(table, i);
    if (rc != SQLITE_OK) break;
    if (known_of(segment, column) == MAY_UNKNOWN) {
      rc = learn(segment, column, reader);
      if (rc == SQLITE_OK && progress_is_interrupted(table->undo->db)) rc = SQLITE_INTERRUPT;
    }
    *may |= known_of(segment, column);
  }
  return rc;
}

int numerals_settle_all(Predicate *predicates, uint32_t count, const Table *table, Reader *reader) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    unsigned may, asked = asked_of(&predicates[i]);
    if (asked == MAY_NOTHING) continue;
    rc = look_in_all(table, predicates[i].column, reader, asked, &may);
    settle(&predicates[i], rc == SQLITE_OK ? may : MAY_UNKNOWN);
  }
  return rc;
}

static unsigned look_in_open(const Table *table, uint32_t column) {
  unsigned may = MAY_NOTHING;
  OpenPlace place = {0};
  const OpenEntry *entry;
  for (; (may & MAY_OTHER) == 0 && (entry = open_at(&table->open, &place)) != NULL;
       open_next(&table->open, &place)) {
    if (entry->row == OPEN_TOMBSTONE) continue;
    Value value = row_value(entry->row, (int)table->columns, (int)column);
    may |= may_be(&value);
  }
  return may;
}

int numerals_find(const Table *table, uint32_t column, Reader *reader, Numerals *numerals) {
  unsigned may;
  int rc = look_in_all(table, column, reader, MAY_OTHER, &may);
  if (rc == SQLITE_OK && (may & MAY_OTHER) == 0) may |= look_in_open(table, column);
  *numerals = may & MAY_OTHER ? NUMERALS_OTHER : may & MAY_PLAIN ? NUMERALS_PLAIN : NUMERALS_NONE;
  return rc;
}
