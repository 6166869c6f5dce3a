/*
** rowids_test.c: the rowids of a segment (segment/rowids.h), each encoding against an array.
**
** Plan
**    1. Encodings: the one that is expected for rowids without gaps, with a step, with gaps here
**       and there, with many gaps, in clusters far apart, scattered, at both ends of the range.
**    2. Seeking: every rowid, those between, before and behind.
**    3. Reading: alone, and in pieces of every size up to 300 from anywhere.
**    4. The largest segments; random gaps of every frequency.
**    5. Damage: each bit wrong in turn is refused, or what is read stays in bounds.
**    6. Rowids that do not ascend are refused, whichever encoding their ends suggest.
**
** Prints "ok NAME" or "not ok NAME: reason" for each case; exits with 1 if one failed. Seeds are
** fixed.
*/
#include <stdlib.h>
#include <string.h>

#include "base/sqlite.h"
#include "cases.h"
#include "segment/rowids.h"

static int64_t ids[SEGMENT_ROWS];
static uint32_t count;

typedef struct Coded {
  Buffer bytes;
  RowidHeader header;
  Rowids rowids;
} Coded;

static void encode(Coded *coded) {
  *coded = (Coded){0};
  if (rowids_encode(ids, count, &coded->header, &coded->bytes) != SQLITE_OK) abort();
  buffer_trim(&coded->bytes); /* so that a checker sees reads behind the end */
  if (!rowids_open(&coded->rowids, &coded->header, count, coded->bytes.bytes)) fail("not opened");
  if (!rowids_ascend(&coded->rowids)) fail("said not to ascend");
}

/* ---- against the array ---------------------------------------------------------------- */

static void check_seek(const Rowids *rowids, int64_t rowid, uint32_t row, bool there) {
  bool found;
  uint32_t at = rowids_seek(rowids, rowid, &found);
  if (at != row || found != there) {
    fail("%lld is at %u, %s", (long long)rowid, at, found ? "found" : "not found");
  }
}

static void check_seeks(const Rowids *rowids) {
  for (uint32_t i = 0; i < count; i++) {
    int64_t before = i == 0 ? INT64_MIN : ids[i - 1],
            after = i + 1 == count ? INT64_MAX : ids[i + 1];
    check_seek(rowids, ids[i], i, true);
    if (ids[i] > before + 1) check_seek(rowids, ids[i] - 1, i, false);
    if (ids[i] < after - 1) check_seek(rowids, ids[i] + 1, i + 1, false);
    int64_t middle = (int64_t)((uint64_t)before + ((uint64_t)ids[i] - (uint64_t)before) / 2);
    if (middle > before && middle < ids[i]) check_seek(rowids, middle, i, false);
  }
}

static void check_read(const Rowids *rowids, uint32_t first, uint32_t size) {
  int64_t into[301];
  into[size] = 42;
  rowids_read(rowids, first, size, into);
  if (memcmp(into, ids + first, size * sizeof *into) != 0) fail("%u rows from %u on", size, first);
  if (into[size] != 42) fail("written behind the end");
}

static void check_reads(const Rowids *rowids) {
  uint32_t step = count / 3000 + 1;
  for (uint32_t i = 0; i < count; i += step) check_read(rowids, i, 1);
  check_read(rowids, count - 1, 1);
  for (uint32_t i = 0; i < 2000; i++) {
    uint32_t first = random_below(count), left = count - first;
    check_read(rowids, first, random_below(left < 300 ? left + 1 : 301));
  }
}

static void check(RowidEncoding expected) {
  Coded coded;
  encode(&coded);
  if (coded.header.encoding != expected) fail("encoding %d", coded.header.encoding);
  check_seeks(&coded.rowids);
  check_reads(&coded.rowids);
  buffer_clear(&coded.bytes);
}

/* ---- rowids --------------------------------------------------------------------------- */

/* Rows with one gap in `every` of `gap` units, the unit being `step`. */
static void fill(uint32_t rows, int64_t first, int64_t step, uint32_t every, int64_t gap) {
  count = rows;
  for (uint32_t i = 0; i < rows; i++) {
    ids[i] = i == 0 ? first : ids[i - 1] + step;
    if (i > 0 && every != 0 && i % every == 0) ids[i] += gap * step;
  }
}

static void no_gap_is_a_run(void) {
  for (int64_t step = 1; step <= 70; step += 23) {
    fill(1000, -500, step, 0, 0);
    check(ROWIDS_RUN);
  }
  fill(1, 77, 1, 0, 0);
  check(ROWIDS_RUN);
}

static void gaps_here_and_there_are_runs(void) {
  fill(3000, 1, 1, 61, 5);
  check(ROWIDS_RUNS);
  fill(3000, -90000, 10, 61, 50);
  check(ROWIDS_RUNS);
  fill(3000, INT64_MIN, 1, 200, 1);
  check(ROWIDS_RUNS);
  fill(3000, INT64_MAX - 40000, 1, 100, 900);
  check(ROWIDS_RUNS);
}

static void clusters_far_apart_are_runs(void) {
  fill(3000, 5, 1, 500, (int64_t)1 << 44);
  check(ROWIDS_RUNS);
  fill(3000, 5, 3, 2999, (int64_t)1 << 40);
  check(ROWIDS_RUNS);
}

static void clusters_at_both_ends_are_packed(void) {
  fill(2000, INT64_MIN, 1, 0, 0);
  for (uint32_t i = 1000; i < 2000; i++) ids[i] = INT64_MAX - 2000 + i;
  check(ROWIDS_PACKED);
}

static void many_gaps_are_a_bitmap(void) {
  fill(3000, -40, 1, 3, 1);
  check(ROWIDS_BITMAP);
  fill(SEGMENT_ROWS, 1, 1, 5, 2);
  check(ROWIDS_BITMAP);
}

static void scattered_ones_are_packed(void) {
  count = 3000;
  random_state = 1;
  for (uint32_t i = 0; i < count; i++)
    ids[i] = (i == 0 ? 0 : ids[i - 1]) + 1 + random_below(100000);
  check(ROWIDS_PACKED);
}

static void the_largest_segments(void) {
  fill(SEGMENT_ROWS, 1, 1, 59, 7);
  check(ROWIDS_RUNS);
  fill(SEGMENT_ROWS, 1, 1, 65535, 1);
  check(ROWIDS_RUNS);
  fill(SEGMENT_ROWS, -7, 1000, 1000, 12345);
  check(ROWIDS_RUNS);
}

/* Any encoding, gaps behind every row to one in 4,096, of 1 to a million. */
static void random_gaps(void) {
  bool seen[ROWIDS_RUNS + 1] = {false};
  for (uint32_t seed = 1; seed <= 60; seed++) {
    random_state = seed;
    uint32_t every = 1u << random_below(13), most = 1u << random_below(21);
    int64_t step = 1 + random_below(3);
    count = 2 + random_below(8000);
    for (uint32_t i = 0; i < count; i++) {
      uint32_t gap = random_below(every) == 0 ? 1 + random_below(most) : 0;
      ids[i] = (i == 0 ? -100000 : ids[i - 1]) + step * (1 + gap);
    }
    Coded coded;
    encode(&coded);
    seen[coded.header.encoding] = true;
    check_seeks(&coded.rowids);
    check_reads(&coded.rowids);
    buffer_clear(&coded.bytes);
  }
  if (!seen[ROWIDS_BITMAP] || !seen[ROWIDS_PACKED] || !seen[ROWIDS_RUNS]) fail("not all encodings");
}

/* ---- damage --------------------------------------------------------------------------- */

/* Reads what may be anything, but in bounds; ascending, if it was said to be. */
static void read_all(const Rowids *rowids, bool ascend) {
  static int64_t into[SEGMENT_ROWS];
  rowids_read(rowids, 0, rowids->rows, into);
  for (uint32_t i = 0; i < rowids->rows; i++) {
    int64_t one;
    bool found;
    rowids_read(rowids, i, 1, &one);
    uint32_t row = rowids_seek(rowids, into[i], &found);
    if (row > rowids->rows) fail("a row behind the last one");
    if (!ascend) continue;
    if (i > 0 && into[i - 1] >= into[i]) fail("rowid %u does not ascend", i);
    if (one != into[i] || row != i || !found) fail("rowid %u is not the same", i);
  }
}

static void damage(void) {
  Coded coded;
  encode(&coded);
  for (size_t bit = 0; bit < coded.bytes.size * 8; bit++) {
    Rowids rowids;
    unsigned char *byte = &coded.bytes.bytes[bit / 8];
    *byte = (unsigned char)(*byte ^ 1u << bit % 8);
    if (rowids_open(&rowids, &coded.header, count, coded.bytes.bytes)) {
      read_all(&rowids, rowids_ascend(&rowids));
    }
    *byte = (unsigned char)(*byte ^ 1u << bit % 8);
  }
  buffer_clear(&coded.bytes);
}

static void damage_stays_in_bounds(void) {
  fill(600, 1, 1, 61, 5);
  damage();
  fill(600, 1, 1, 3, 1);
  damage();
  fill(600, 1, 1, 2, 70000);
  damage();
}

/* Fields of the header, one wrong in turn. */
static void wrong_headers_are_refused(void) {
  fill(600, 1, 2, 61, 5);
  Coded coded;
  encode(&coded);
  for (uint32_t byte = 0; byte < sizeof coded.header; byte++) {
    for (uint32_t value = 0; value < 256; value++) {
      RowidHeader header = coded.header;
      Rowids rowids;
      unsigned char *bytes = (unsigned char *)&header;
      bytes[byte] = (unsigned char)value;
      header.offset = coded.header.offset;
      if (header.size > coded.header.size) continue; /* the segment's own size refuses it */
      if (!rowids_open(&rowids, &header, count, coded.bytes.bytes)) continue;
      if (rowids_ascend(&rowids)) read_all(&rowids, true);
    }
  }
  RowidHeader widest = coded.header; /* 2^64 blocks of one unit would be none */
  widest.first = INT64_MIN;
  widest.last = INT64_MAX;
  widest.step = 1;
  widest.base_width = 0;
  Rowids rowids;
  for (widest.size = 8; widest.size <= coded.header.size; widest.size++) {
    if (rowids_open(&rowids, &widest, count, coded.bytes.bytes)) fail("opened");
  }
  buffer_clear(&coded.bytes);
}

/* ---- what is no list of rowids ----------------------------------------------------------- */

static void refuse(const char *what) {
  Buffer bytes = {0};
  RowidHeader header;
  if (rowids_encode(ids, count, &header, &bytes) != SQLITE_CORRUPT) fail("%s: not refused", what);
  buffer_clear(&bytes);
}

static void descending_ones_are_refused(void) {
  static const int64_t gaps[] = {1, 2, 70000};
  for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
    fill(600, 1, 1, 3, gaps[i]);
    int64_t kept = ids[300];
    ids[300] = ids[299];
    refuse("twice the same");
    ids[300] = INT64_MIN;
    refuse("far below the first");
    ids[300] = INT64_MAX;
    refuse("far behind the last");
    ids[300] = kept;
    ids[599] = ids[0] - 1;
    refuse("ends below its begin");
  }
}

int main(void) {
  run_case("no_gap_is_a_run", no_gap_is_a_run);
  run_case("gaps_here_and_there_are_runs", gaps_here_and_there_are_runs);
  run_case("clusters_far_apart_are_runs", clusters_far_apart_are_runs);
  run_case("clusters_at_both_ends_are_packed", clusters_at_both_ends_are_packed);
  run_case("many_gaps_are_a_bitmap", many_gaps_are_a_bitmap);
  run_case("scattered_ones_are_packed", scattered_ones_are_packed);
  run_case("the_largest_segments", the_largest_segments);
  run_case("random_gaps", random_gaps);
  run_case("damage_stays_in_bounds", damage_stays_in_bounds);
  run_case("wrong_headers_are_refused", wrong_headers_are_refused);
  run_case("descending_ones_are_refused", descending_ones_are_refused);
  return failures != 0;
}
