/*
** sort_run_test.c: a run in order (segment/sort_run.h) is what comparing all pairs of rows says.
**
** Plan
**   1 Random rows of one to eight terms, up and down, in each collation: values that are alike in
**     their first bytes, empty, with zero bytes, of all types; numbers that a conversion rounds.
**     Rows with the same values stay as they were added.
**   2 Texts of which each begins with the one before: groups one within the other.
**   3 A cut leaves the first rows, to which others are added.
**   4 A row that is dropped leaves nothing behind.
**   5 Values come back as they were given, where they are kept so.
**   6 Out of memory at each allocation in turn.
**   7 Nothing is leaked.
*/
#include "segment/sort_run.h"

#include <string.h>

#include "base/sqlite.h"
#include "cases.h"
#include "failing_allocator.h"

#define ROWS_MOST 3000

static SortOrder order;
static Value given[ROWS_MOST][SORT_TERMS];
static unsigned char bytes[ROWS_MOST * SORT_TERMS * 40];
static size_t bytes_used;

/* ---- values ----------------------------------------------------------------------------------- */

static Value random_number(void) {
  static const int64_t integers[] = {
      0, 1, -1, INT64_MAX, INT64_MIN, 1LL << 53, INT64_MAX - 1, (1LL << 53) + 1, -(1LL << 53) - 1};
  static const double reals[] = {0.0,
                                 -0.0,
                                 0.5,
                                 -1.0,
                                 9007199254740992.0,
                                 9223372036854775808.0,
                                 1e300,
                                 -1e300,
                                 1.0,
                                 9223372036854774784.0,
                                 -9223372036854775808.0};
  if (random_below(2)) {
    int64_t integer = integers[random_below(sizeof integers / sizeof integers[0])];
    if (random_below(3) == 0) integer = (int64_t)random_below(50) - 25;
    return (Value){.type = VALUE_INTEGER, .integer = integer};
  }
  double real = reals[random_below(sizeof reals / sizeof reals[0])];
  if (random_below(3) == 0) real = ((double)random_below(100) - 50) / 4;
  return (Value){.type = VALUE_REAL, .real = real};
}

/* Up to 40 bytes, few of which differ. */
static Value random_bytes(uint8_t type) {
  static const char letters[] = "aaAb \0z";
  Value value = {.type = type, .bytes = bytes + bytes_used, .size = random_below(20)};
  uint32_t same = random_below(4) == 0 ? 20 : 0;
  for (uint32_t i = 0; i < same; i++) bytes[bytes_used + i] = 'p';
  for (uint32_t i = 0; i < value.size; i++) {
    bytes[bytes_used + same + i] = (unsigned char)letters[random_below(sizeof letters - 1)];
  }
  value.size += same;
  bytes_used += value.size;
  return value;
}

/* Of few kinds: 0 all types, 1 numbers, 2 integers, 3 texts, 4 one value. */
static Value random_value(uint32_t kind) {
  if (kind == 4) return (Value){.type = VALUE_INTEGER, .integer = 7};
  if (kind == 3) return random_bytes(VALUE_TEXT);
  if (kind == 2)
    return (Value){.type = VALUE_INTEGER, .integer = (int64_t)random_below(1000) - 500};
  if (kind == 1) return random_number();
  switch (random_below(5)) {
  case 0:
    return (Value){.type = VALUE_NULL};
  case 1:
    return random_bytes(VALUE_BLOB);
  case 2:
    return random_number();
  default:
    return random_bytes(VALUE_TEXT);
  }
}

/* ---- what it is held against ------------------------------------------------------------------ */

static int expected_order(uint32_t a, uint32_t b) {
  for (uint32_t i = 0; i < order.count; i++) {
    int sign = key_compare(&given[a][i], &given[b][i], order.terms[i].collation);
    if (sign != 0) return order.terms[i].descending ? -sign : sign;
  }
  return a < b ? -1 : 1;
}

static int add_given(SortRun *run, uint32_t row) {
  int rc = sort_run_add(run, (SortRow){.rowid = row, .row = row});
  for (uint32_t i = 0; i < order.count && rc == SQLITE_OK; i++) {
    rc = sort_run_set(run, i, &given[row][i]);
  }
  return rc;
}

/* Neighbours are enough: the order is one. */
static void check_order(const SortRun *run, uint32_t count) {
  if (run->count != count) fail("%u rows, not %u", run->count, count);
  for (uint32_t i = 1; i < run->count; i++) {
    int64_t a = run->rows[run->items[i - 1].at].rowid, b = run->rows[run->items[i].at].rowid;
    if (expected_order((uint32_t)a, (uint32_t)b) > 0) {
      fail("row %d before row %d, at %u of %u", (int)a, (int)b, i, run->count);
    }
  }
}

static void random_order(void) {
  order.count = random_below(4) == 0 ? 1 + random_below(SORT_TERMS) : 1 + random_below(2);
  for (uint32_t i = 0; i < order.count; i++) {
    order.terms[i] = (SortTerm){.column = (int)i,
                                .collation = (Collation)random_below(3),
                                .descending = random_below(2) != 0};
  }
}

static void random_rows(uint32_t count) {
  uint32_t kinds[SORT_TERMS];
  bytes_used = 0;
  for (uint32_t i = 0; i < order.count; i++) kinds[i] = random_below(5);
  for (uint32_t row = 0; row < count; row++) {
    for (uint32_t i = 0; i < order.count; i++) given[row][i] = random_value(kinds[i]);
  }
}

/* ---- cases ------------------------------------------------------------------------------------ */

static void sorted(void) {
  for (int round = 0; round < 400; round++) {
    uint32_t count = round % 4 == 0 ? random_below(ROWS_MOST) : random_below(60);
    SortRun run;
    random_order();
    random_rows(count);
    sort_run_open(&run, &order);
    for (uint32_t row = 0; row < count; row++) {
      if (add_given(&run, row) != SQLITE_OK) fail("not added");
    }
    if (sort_run_sort(&run) != SQLITE_OK) fail("not sorted");
    check_order(&run, count);
    sort_run_close(&run);
  }
}

static void nested(void) {
  SortRun run;
  order = (SortOrder){.count = 1};
  sort_run_open(&run, &order);
  memset(bytes, 'n', sizeof bytes);
  for (uint32_t row = 0; row < 2000; row++) {
    uint32_t size = row * 7919 % 2000;
    given[row][0] = (Value){.type = VALUE_TEXT, .bytes = bytes, .size = size};
    if (add_given(&run, row) != SQLITE_OK) fail("not added");
  }
  if (sort_run_sort(&run) != SQLITE_OK) fail("not sorted");
  check_order(&run, 2000);
  for (uint32_t i = 0; i < 2000; i++) {
    if (given[run.rows[run.items[i].at].row][0].size != i) fail("size %u", i);
  }
  sort_run_close(&run);
}

static void cut(void) {
  for (int round = 0; round < 50; round++) {
    uint32_t count = 100 + random_below(400), half = count / 2, most = 1 + random_below(50);
    SortRun run;
    random_order();
    random_rows(count);
    sort_run_open(&run, &order);
    for (uint32_t row = 0; row < half; row++) add_given(&run, row);
    if (sort_run_sort(&run) != SQLITE_OK || sort_run_cut(&run, most) != SQLITE_OK) fail("no cut");
    if (run.count != most) fail("%u rows left, not %u", run.count, most);
    for (uint32_t row = half; row < count; row++) add_given(&run, row);
    sort_run_sort(&run);
    check_order(&run, most + count - half);
    uint32_t before = 0; /* of the first `most` rows of all none was lost */
    int64_t last = run.rows[run.items[most - 1].at].rowid;
    for (uint32_t row = 0; row < count; row++) before += expected_order(row, (uint32_t)last) < 0;
    if (before != most - 1) fail("%u rows before number %u", before, most);
    sort_run_close(&run);
  }
}

static void dropped(void) {
  SortRun run;
  order = (SortOrder){.count = 2};
  random_rows(100);
  sort_run_open(&run, &order);
  for (uint32_t row = 0; row < 100; row++) {
    add_given(&run, row);
    size_t size = run.bytes.size;
    add_given(&run, (row * 31 + 5) % 100);
    sort_run_drop(&run);
    if (run.bytes.size != size) fail("%zu bytes, not %zu", run.bytes.size, size);
  }
  sort_run_sort(&run);
  check_order(&run, 100);
  sort_run_close(&run);
}

static void kept(void) {
  SortRun run;
  order = (SortOrder){.count = 3};
  order.terms[1].collation = COLLATION_NOCASE;
  order.terms[2].collation = COLLATION_RTRIM;
  sort_run_open(&run, &order);
  random_rows(500);
  for (uint32_t row = 0; row < 500; row++) add_given(&run, row);
  for (uint32_t row = 0; row < 500; row++) {
    for (uint32_t i = 0; i < 3; i++) {
      Value value;
      bool known = sort_run_value(&run, row, i, &value);
      if (known != (i == 0 || given[row][i].type != VALUE_TEXT)) fail("term %u", i);
      if (known && !value_identical(&value, &given[row][i])) fail("row %u term %u", row, i);
      if (known && value_has_bytes(&value) && value.size > 0 && value.bytes[value.size] != 0) {
        fail("row %u: no zero byte", row);
      }
    }
  }
  sort_run_close(&run);
}

static int sort_and_cut(void) {
  SortRun run;
  int rc = SQLITE_OK;
  sort_run_open(&run, &order);
  for (uint32_t row = 0; row < 300 && rc == SQLITE_OK; row++) rc = add_given(&run, row);
  if (rc == SQLITE_OK) rc = sort_run_sort(&run);
  if (rc == SQLITE_OK) check_order(&run, 300);
  if (rc == SQLITE_OK) rc = sort_run_cut(&run, 200);
  sort_run_close(&run);
  return rc;
}

static void out_of_memory(void) {
  int rc = SQLITE_NOMEM;
  order = (SortOrder){.count = 2};
  random_rows(300);
  for (int nth = 0; rc != SQLITE_OK && nth < 1000; nth++) {
    allocations_left = nth;
    rc = sort_and_cut();
    allocations_left = -1;
    if (rc != SQLITE_OK && rc != SQLITE_NOMEM) fail("allocation %d: %d", nth, rc);
  }
  if (rc != SQLITE_OK) fail("never enough memory");
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();
  run_case("sort_run-1.random", sorted);
  run_case("sort_run-2.nested", nested);
  run_case("sort_run-3.cut", cut);
  run_case("sort_run-4.dropped", dropped);
  run_case("sort_run-5.values", kept);
  run_case("sort_run-6.memory", out_of_memory);
  if (sqlite3_memory_used() != 0) fail("%lld bytes are left", sqlite3_memory_used());
  report("sort_run-7.leaks");
  return failures > 0;
}
