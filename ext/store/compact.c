/*
** compact.c: see compact.h.
*/
#include "compact.h"

#include "seal_range.h"
#include "base/sqlite.h"

#define COMMIT_ROWS 1024     /* open rows that are sealed at commit, of a small table */
#define COMMIT_SHARE 128     /* of a larger one: this share of its rows */
#define COMMIT_ROWS_MAX 8192 /* however large it is */
#define SPAN_SHARE 8         /* changes up to 1/8 of a segment stay open */
#define GROUP_SEGMENTS 4     /* full ones, whose rows `optimize` merges at a time */

/* Rows that stayed open are considered again when there are 1/16 more, and so many besides: */
#define LOOK_SHARE 16
#define LOOK_ROWS 4096
#define LOOK_ROWS_COMMIT 256

static uint64_t larger(uint64_t a, uint64_t b) { return a > b ? a : b; }

void compact_reset(Table *table) {
  table->look_count = SEGMENT_ROWS;
  table->look_bytes = SEGMENT_BYTES;
  table->look_commit = COMMIT_ROWS;
}

/* ---- what is due ----------------------------------------------------------- */

/* Span number `index` of a table with segments: a segment and the gap behind it. */
static SealRange span_range(const Table *table, uint32_t index) {
  uint32_t segments = table_segments(table);
  SealRange range = {.from = index, .to = index + 1, .first = INT64_MIN, .last = INT64_MAX};
  if (index > 0) range.first = table_segment(table, index)->first;
  if (index + 1 < segments) range.last = table_segment(table, index + 1)->first - 1;
  return range;
}

/*
** Open rows that make a segment at commit. Making codecs ready costs as much for few rows as for
** many, so large tables wait for more.
*/
static uint64_t commit_rows(const Table *table) {
  uint64_t rows = table->rows / COMMIT_SHARE;
  if (rows > COMMIT_ROWS_MAX) rows = COMMIT_ROWS_MAX;
  return rows > COMMIT_ROWS ? rows : COMMIT_ROWS;
}

/* Open rows that make a segment of their own. */
static uint64_t run_rows(const Table *table, SealWhen when) {
  if (when == SEAL_COMMIT) return commit_rows(table);
  uint64_t average = table->open.row_bytes / (table->open.count + 1) + 1;
  uint64_t rows = SEGMENT_BYTES / average;
  return rows < SEGMENT_ROWS ? rows : SEGMENT_ROWS;
}

/* Adds the segments in front that are small beside what is rewritten anyway, to a full one. */
static void merge_small(const Table *table, uint64_t rows, SealRange *range) {
  uint64_t bytes = table->open.row_bytes / (table->open.count + 1) * rows;
  while (range->from > 0) {
    const Segment *before = table_segment(table, range->from - 1);
    if (before->rows > 2 * rows) return;
    rows += before->rows;
    bytes += before->payload;
    if (rows > SEGMENT_ROWS || bytes > SEGMENT_BYTES) return;
    range->from--;
    range->first = span_range(table, range->from).first;
  }
}

/*
** Whether a span is due, and which range to seal for it; *tail: rows behind its segment only,
** which fill up segments of their own.
*/
static bool span_due(const Table *table, uint32_t index, SealWhen when, SealRange *range,
                     bool *tail) {
  const Segment *segment = table_segment(table, index);
  *range = span_range(table, index);
  uint64_t all = open_count(&table->open, range->first, range->last);
  uint64_t inside = open_count(&table->open, segment->first, segment->last);
  uint64_t behind =
      segment->last == INT64_MAX ? 0 : open_count(&table->open, segment->last + 1, range->last);
  *tail = false;
  if (inside > 0 && inside * SPAN_SHARE >= segment->rows) return true;
  if (all - inside < run_rows(table, when)) return false;
  *tail = behind == all;
  if (!*tail) return true;
  range->from = range->to;
  range->first = segment->last + 1;
  merge_small(table, behind, range);
  return true;
}

/* Seals full pieces of a range. */
static int seal_full(Table *table, const SealRange *range, SealWhen when) {
  return when == SEAL_LOADING ? seal_range_loading(table, range)
                              : seal_range(table, range, SEAL_FULL);
}

static int seal_due(Table *table, SealWhen when) {
  int rc = SQLITE_OK;
  if (table_segments(table) == 0) {
    SealRange all = {.first = INT64_MIN, .last = INT64_MAX};
    if (table->open.count < run_rows(table, when)) return SQLITE_OK;
    return seal_full(table, &all, when);
  }
  /* From the last span on, so that numbers of spans still to come stay valid. */
  uint32_t i = table_segments(table);
  for (; i > 0 && rc == SQLITE_OK && table->background == NULL; i--) {
    SealRange range;
    bool tail;
    if (!span_due(table, i - 1, when, &range, &tail)) continue;
    rc = tail ? seal_full(table, &range, when) : seal_range(table, &range, SEAL_EQUAL);
    if (range.from + 1 < i) i = range.from + 1;
  }
  return rc;
}

/* ---- optimize --------------------------------------------------------------- */

static bool span_is_clean(const Table *table, uint32_t index) {
  const Segment *segment = table_segment(table, index);
  SealRange range = span_range(table, index);
  return (segment->rows >= SEGMENT_ROWS / 2 || segment->payload >= SEGMENT_BYTES / 2) &&
         open_count(&table->open, range.first, range.last) == 0;
}

/* Drops the entry that a seal has left, the newest of the log. */
static void make_final(Table *table) {
  const UndoEntry *entry = &table->undo->entries[--table->undo->count];
  seal_undo_free(entry->before, &table->open);
}

static int seal_piece(Table *table, const SealRange *range, SealHow how, bool final) {
  int rc = seal_range(table, range, how);
  if (rc == SQLITE_OK && final) make_final(table);
  return rc;
}

/* One run for each index. */
static int merge_indexes(Table *table, bool final) {
  uint32_t segments = table_segments(table);
  bool merged = true;
  for (uint32_t i = 0; i < table->index_count && segments > 0; i++) {
    merged = merged && table->list->sets[i].count <= 1;
  }
  if (merged) return SQLITE_OK;
  table->sealed_bytes += table->rows * 8; /* what building takes and the old runs took, about */
  SealRange none = {.from = segments, .to = segments, .first = 1, .last = 0};
  return seal_piece(table, &none, SEAL_LAST, final);
}

/* Where the group of spans that are not clean begins, one at least, that ends before `end`. */
static uint32_t group_begin(const Table *table, uint32_t end) {
  uint32_t from = end;
  uint64_t rows = 0, bytes = 0;
  while (from > 0 && rows < GROUP_SEGMENTS * SEGMENT_ROWS &&
         bytes < GROUP_SEGMENTS * SEGMENT_BYTES && !span_is_clean(table, from - 1)) {
    const Segment *segment = table_segment(table, --from);
    rows += segment->rows;
    bytes += segment->payload;
  }
  return from == end ? end - 1 : from;
}

/* Joins spans that are not clean, a group at a time, into full segments. */
static int seal_all(Table *table, bool final) {
  if (table_segments(table) == 0) {
    SealRange all = {.first = INT64_MIN, .last = INT64_MAX};
    return table->open.count == 0 ? SQLITE_OK : seal_piece(table, &all, SEAL_LAST, final);
  }
  uint32_t end = table_segments(table);
  int rc = SQLITE_OK;
  while (end > 0 && rc == SQLITE_OK) {
    uint32_t from = group_begin(table, end);
    SealRange range = span_range(table, from);
    range.last = span_range(table, end - 1).last;
    range.to = end;
    bool alone = end - from == 1 && open_count(&table->open, range.first, range.last) == 0;
    if (!alone) rc = seal_piece(table, &range, SEAL_FULL, final);
    end = from;
  }
  return rc == SQLITE_OK ? merge_indexes(table, final) : rc;
}

/* Sets the thresholds above the number of open rows that are not worth sealing now. */
static void set_thresholds(Table *table) {
  uint64_t open = table->open.count, bytes = table->open.row_bytes;
  uint64_t some_more = open + open / LOOK_SHARE;
  table->look_count = larger(some_more + LOOK_ROWS, SEGMENT_ROWS);
  table->look_commit = larger(some_more + LOOK_ROWS_COMMIT, COMMIT_ROWS);
  table->look_bytes = larger(bytes + SEGMENT_BYTES / 4, SEGMENT_BYTES);
  if (table->background != NULL) {
    table->look_count = open + SEGMENT_ROWS;
    table->look_commit = 0;
  }
}

int compact_seal(Table *table, SealWhen when) {
  int rc = seal_range_end(table, when == SEAL_LOADING);
  if (rc == SQLITE_OK && table->background == NULL) {
    rc = when >= SEAL_ALL ? seal_all(table, when == SEAL_FINAL) : seal_due(table, when);
  }
  set_thresholds(table);
  return rc;
}
