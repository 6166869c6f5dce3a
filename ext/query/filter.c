/*
** filter.c: see filter.h.
*/
#include "filter.h"

#include <string.h>

#include "base/sqlite.h"

#define WINDOW_SMALLEST 64

int filter_open(Filter *filter, uint32_t count, uint32_t columns) {
  *filter = (Filter){0};
  if (count == 0) return SQLITE_OK;
  filter->predicates = sqlite3_malloc64(count * sizeof *filter->predicates);
  filter->tests = sqlite3_malloc64(count * sizeof *filter->tests);
  if (filter->predicates == NULL || filter->tests == NULL) return SQLITE_NOMEM;
  memset(filter->predicates, 0, count * sizeof *filter->predicates);
  memset(filter->tests, 0, count * sizeof *filter->tests);
  filter->count = count;
  for (uint32_t i = 0; i < count; i++) filter->tests[i].probe.predicate = &filter->predicates[i];
  return reader_open(&filter->reader, columns);
}

void filter_clear(Filter *filter) {
  for (uint32_t i = 0; i < filter->count; i++) {
    predicate_clear(&filter->predicates[i]);
    probe_clear(&filter->tests[i].probe);
    if (filter->tests[i].prefilter != NULL) prefilter_clear(filter->tests[i].prefilter);
    sqlite3_free(filter->tests[i].prefilter);
  }
  sqlite3_free(filter->predicates);
  sqlite3_free(filter->tests);
  reader_close(&filter->reader);
  automatic_clear(&filter->automatic);
  candidates_clear(&filter->candidates);
  range_forget(&filter->ranges);
  in_list_clear(&filter->in_list);
  sqlite3_free(filter->marks);
  *filter = (Filter){0};
}

int filter_start(Filter *filter, const SegmentList *list) {
  return automatic_start(&filter->automatic, filter->predicates, filter->count, list);
}

int filter_precede(Filter *filter, const Value *value, bool descending, bool strict) {
  Predicate *last = &filter->predicates[filter->count - 1];
  filter->moved = true;
  if (value != NULL) return predicate_precede(last, value, descending, strict);
  predicate_waive(last);
  return SQLITE_OK;
}

void filter_restart(Filter *filter) {
  filter->serial = 0;
  filter->window_count = filter->window_size = 0;
  if (filter->count > 0) reader_forget(&filter->reader);
  range_forget(&filter->ranges);
  in_list_forget(&filter->in_list);
}

static bool is_listed(const Filter *filter) {
  return filter->way == FILTER_LISTED || filter->way == FILTER_SURE;
}

/* ---- windows ------------------------------------------------------------------- */

/* The quickest first; a few predicates at most. */
static void sort_tests(Filter *filter) {
  for (uint32_t i = 1; i < filter->count; i++) {
    FilterTest test = filter->tests[i];
    uint32_t at = i;
    for (; at > 0 && filter->tests[at - 1].probe.kind > test.probe.kind; at--) {
      filter->tests[at] = filter->tests[at - 1];
    }
    filter->tests[at] = test;
  }
}

static int prepare_test(FilterTest *test, const Segment *segment) {
  int rc = probe_prepare(&test->probe, segment);
  if (rc != SQLITE_OK) return rc;
  if (test->prefilter == NULL) {
    if (!prefilter_helps(&test->probe, segment)) return SQLITE_OK;
    test->prefilter = sqlite3_malloc64(sizeof *test->prefilter);
    if (test->prefilter == NULL) return SQLITE_NOMEM;
    memset(test->prefilter, 0, sizeof *test->prefilter);
  }
  return prefilter_prepare(test->prefilter, &test->probe, segment);
}

/* Prepares for testing rows, unless that was done or the rows that pass are marked already. */
static int prepare_tests(Filter *filter, const Segment *segment) {
  int rc = SQLITE_OK;
  if (filter->prepared || filter->way == FILTER_MARKED) return SQLITE_OK;
  for (uint32_t i = 0; i < filter->count && rc == SQLITE_OK && filter->possible; i++) {
    rc = prepare_test(&filter->tests[i], segment);
    filter->possible = probe_is_possible(&filter->tests[i].probe);
  }
  if (rc == SQLITE_OK && filter->possible) sort_tests(filter);
  if (rc != SQLITE_OK) filter->serial = 0;
  filter->prepared = true;
  return rc;
}

/* Prepares again after filter_precede, which changed only the last predicate. */
static int prepare_last(Filter *filter, const Segment *segment) {
  uint32_t at = 0;
  filter->moved = false;
  if (!filter->prepared) return SQLITE_OK;
  while (filter->tests[at].probe.predicate != &filter->predicates[filter->count - 1]) at++;
  int rc = probe_prepare(&filter->tests[at].probe, segment);
  filter->possible = filter->possible && probe_is_possible(&filter->tests[at].probe);
  filter->window_count = 0;
  return rc;
}

/* Begins with the segment; probes are prepared only when a row is to be tested. */
static int begin(Filter *filter, Segment *segment) {
  bool listed = false;
  filter->window_count = 0;
  filter->moved = filter->prepared = filter->order_asked = false;
  int rc = automatic_find(&filter->automatic, segment, filter->reader.count, &filter->candidates,
                          &listed);
  filter->way = listed ? FILTER_LISTED : FILTER_TESTED;
  filter->possible = !listed || filter->candidates.count > 0;
  filter->serial = rc == SQLITE_OK ? segment->serial : 0;
  return rc;
}

static bool any(const uint64_t *bits) {
  uint64_t all = 0;
  for (uint32_t k = 0; k < PROBE_WORDS; k++) all |= bits[k];
  return all != 0;
}

static int run_test(FilterTest *test, const Segment *segment, uint32_t first, uint32_t count,
                    Reader *reader, uint64_t *bits) {
  int rc = SQLITE_OK;
  if (test->prefilter != NULL) {
    rc = prefilter_test(test->prefilter, &test->probe, segment, first, count, reader, bits);
  }
  return rc == SQLITE_OK ? probe_test(&test->probe, segment, first, count, reader, bits) : rc;
}

/* Tests a window that `row` is in, from a multiple of 64 on, as text_match likes it. */
static int test_window(Filter *filter, const Segment *segment, uint32_t row, bool descending) {
  uint32_t size = filter->window_size == 0 ? WINDOW_SMALLEST : PROBE_ROWS;
  uint32_t first = row & ~63u;
  if (descending) first = first + 64 > size ? first + 64 - size : 0;
  uint32_t count = segment->rows - first < size ? segment->rows - first : size;
  int rc = SQLITE_OK;
  for (uint32_t k = 0; k < PROBE_WORDS; k++) {
    uint32_t rows = count > 64 * k ? count - 64 * k : 0;
    filter->bits[k] = bits_mask(rows > 64 ? 64 : rows);
  }
  bool marked = filter->way == FILTER_MARKED;
  if (marked) {
    memcpy(filter->bits, filter->marks + first / 64, (count + 63) / 64 * sizeof *filter->bits);
  }
  uint32_t tests = marked ? 0 : filter->count;
  for (uint32_t i = 0; i < tests && rc == SQLITE_OK && any(filter->bits); i++) {
    rc = run_test(&filter->tests[i], segment, first, count, &filter->reader, filter->bits);
  }
  bool text = filter->tests[0].probe.kind >= PROBE_TEXT; /* each row has the first test */
  if (tests > 0)
    filter->automatic.tested += (uint64_t)count * (text ? AUTOMATIC_TEXT : AUTOMATIC_PACKED);
  filter->window_first = first;
  filter->window_count = rc == SQLITE_OK ? count : 0;
  filter->window_size = size;
  return rc;
}

/* The next set bit of the window from *row on; false when there is none. */
static bool find_up(const Filter *filter, uint32_t *row) {
  uint32_t at = *row - filter->window_first, k = at / 64;
  uint64_t word = filter->bits[k] & ~bits_mask(at % 64);
  while (word == 0 && ++k < PROBE_WORDS) word = filter->bits[k];
  if (word == 0) return false;
  *row = filter->window_first + 64 * k + bits_lowest(word);
  return true;
}

static bool find_down(const Filter *filter, uint32_t *row) {
  uint32_t at = *row - filter->window_first, k = at / 64;
  uint64_t word = filter->bits[k] & bits_mask(at % 64 + 1);
  while (word == 0 && k > 0) word = filter->bits[--k];
  if (word == 0) return false;
  *row = filter->window_first + 64 * k + bits_highest(word);
  return true;
}

/* Whether a row passes all predicates, as an open one does. */
static int test_row(Filter *filter, const Segment *segment, uint32_t row, bool *passes) {
  int rc = SQLITE_OK;
  *passes = true;
  for (uint32_t i = 0; i < filter->count && *passes && rc == SQLITE_OK; i++) {
    rc = predicate_passes_row(&filter->predicates[i], &filter->reader, segment, row, passes);
  }
  return rc;
}

static int find_listed(Filter *filter, const Segment *segment, uint32_t last, bool descending,
                       uint32_t *row, bool *found) {
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && candidates_left(&filter->candidates, descending, row) > 0) {
    if (descending ? *row < last : *row > last) break;
    *found = filter->way == FILTER_SURE;
    if (!*found) rc = test_row(filter, segment, *row, found);
    if (*found || (descending && *row == 0)) break;
    *row += descending ? UINT32_MAX : 1;
  }
  return rc;
}

/* Takes the rows of the places for those to be tested, or to be shown. */
static int take_range(Filter *filter, const Segment *segment, const RangePlaces *places) {
  bool sure = range_is_all(filter->predicates, filter->count, &places->key);
  if (range_is_few(&filter->ranges, segment, places)) {
    filter->way = sure ? FILTER_SURE : FILTER_LISTED;
    return range_list(segment, places, &filter->candidates);
  }
  if (!sure || filter->ordered || !segment_has_text(segment, filter->ranges.column)) {
    return SQLITE_OK;
  }
  if (filter->marks == NULL) filter->marks = sqlite3_malloc64(SEGMENT_ROWS / 8);
  if (filter->marks == NULL) return SQLITE_NOMEM;
  filter->way = FILTER_MARKED;
  range_mark(segment, places, filter->marks);
  return SQLITE_OK;
}

/* Looks for the rows of an IN, or else of a range. */
static int find_rows(Filter *filter, Segment *segment) {
  RangeFinder *ranges = &filter->ranges;
  RangePlaces places = {0};
  const Predicate *in = in_list_of(filter->predicates, filter->count, segment);
  bool listed = false;
  int rc = SQLITE_OK;
  ranges->predicates = filter->predicates;
  ranges->count = filter->count;
  ranges->reader = &filter->reader;
  if (in != NULL)
    rc = in_list_find(&filter->in_list, ranges, in, segment, &filter->candidates, &listed);
  if (listed) filter->way = filter->count == 1 ? FILTER_SURE : FILTER_LISTED;
  if (rc == SQLITE_OK && !listed) rc = range_search(ranges, segment, &places);
  return rc == SQLITE_OK && places.known ? take_range(filter, segment, &places) : rc;
}

/* Whether an order that may tell the rows is there. */
static bool is_kept(const Filter *filter, const Segment *segment) {
  const Predicate *in = in_list_of(filter->predicates, filter->count, segment);
  return (in != NULL && column_order_is_there(segment, in->column)) ||
         range_is_kept(segment, filter->predicates, filter->count);
}

/*
** Looks for rows by an order, if the scan may want more than a first window, which is tested as
** quickly: before that one only where the order is there, and what it passes is known.
*/
static int find_by_order(Filter *filter, Segment *segment, uint32_t most) {
  if (filter->order_asked || most <= WINDOW_SMALLEST) return SQLITE_OK;
  bool first = filter->window_size == 0, settled;
  int rc = numerals_settle(filter->predicates, filter->count, segment, &filter->reader, !first,
                           &settled);
  if (rc == SQLITE_OK && first && !(settled && is_kept(filter, segment))) return SQLITE_OK;
  if (rc == SQLITE_OK) {
    filter->order_asked = true;
    rc = find_rows(filter, segment);
  }
  if (rc != SQLITE_OK) filter->serial = 0;
  return rc;
}

int filter_find(Filter *filter, Segment *segment, uint32_t last, bool descending, uint32_t *row,
                bool *found) {
  int rc = filter->serial == segment->serial ? SQLITE_OK : begin(filter, segment);
  if (rc == SQLITE_OK && filter->moved) rc = prepare_last(filter, segment);
  *found = false;
  if (rc != SQLITE_OK || !filter->possible) return rc;
  while (!is_listed(filter) && (descending ? *row >= last : *row <= last)) {
    if (*row - filter->window_first >= filter->window_count) {
      rc = find_by_order(filter, segment, (descending ? *row - last : last - *row) + 1);
      if (rc == SQLITE_OK && is_listed(filter)) break;
      if (rc == SQLITE_OK) rc = prepare_tests(filter, segment);
      if (rc == SQLITE_OK && !filter->possible) return SQLITE_OK;
      if (rc == SQLITE_OK) rc = test_window(filter, segment, *row, descending);
      if (rc != SQLITE_OK) return rc;
    }
    if (descending ? find_down(filter, row) : find_up(filter, row)) {
      *found = descending ? *row >= last : *row <= last;
      break;
    }
    if (descending && filter->window_first == 0) break;
    *row = descending ? filter->window_first - 1 : filter->window_first + filter->window_count;
  }
  if (!is_listed(filter)) return SQLITE_OK;
  return find_listed(filter, segment, last, descending, row, found);
}

uint32_t filter_left(const Filter *filter, uint32_t row, bool descending) {
  if (is_listed(filter)) return 1; /* most lie apart */
  uint32_t at = row - filter->window_first, left = 0;
  for (uint32_t k = 0; k < PROBE_WORDS; k++) {
    uint64_t word = filter->bits[k];
    if (k == at / 64) word &= descending ? bits_mask(at % 64 + 1) : ~bits_mask(at % 64);
    bool ahead = descending ? k <= at / 64 : k >= at / 64;
    left += ahead ? bits_count(word) : 0;
  }
  return left;
}

uint32_t filter_run(const Filter *filter, uint32_t row, bool descending) {
  if (is_listed(filter) || filter->moved) return 0;
  uint32_t at = row - filter->window_first, bit = at % 64;
  uint64_t others = ~filter->bits[at / 64];
  others &= descending ? bits_mask(bit) : ~bits_mask(bit + 1);
  if (descending) return others == 0 ? bit : bit - bits_highest(others) - 1;
  return (others == 0 ? 64 : bits_lowest(others)) - bit - 1;
}

/* ---- open rows ------------------------------------------------------------------- */

bool filter_passes(const Filter *filter, const Row *row, uint32_t columns) {
  for (uint32_t i = 0; i < filter->count; i++) {
    Value value = row_value(row, (int)columns, (int)filter->predicates[i].column);
    if (!predicate_passes(&filter->predicates[i], &value)) return false;
  }
  return true;
}
