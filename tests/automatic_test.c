/*
** automatic_test.c: when a scan makes an index for itself (query/automatic.h), told by the memory
** that a join takes while it goes on.
**
** Plan
**   1 Made: by a join that comes back often enough, of integers or reals; the end of the
**     statement gives it back.
**   2 Not made: for one scan, for a few, on a column that has an index, where a few keys have all
**     rows, and where a number is compared with texts, any of which may pass.
**   3 Rows of an index, from a row on, upwards and downwards.
**   4 Out of memory at each allocation in turn: all rows, or SQLITE_NOMEM.
**   5 Nothing is leaked: SQLite counts no memory once a connection is closed.
*/
#include "query/automatic.h"
#include "base/sqlite.h"
#include "cases.h"
#include "database.h"
#include "failing_allocator.h"

#define ROWS 4000
#define INDEX_BYTES (3 * ROWS) /* that an index of them takes at least */

/* A table h of ROWS rows, and keys to join it with. */
static sqlite3 *open_database(void) {
  sqlite3 *db = open_slots(":memory:");
  must(db,
       "CREATE VIRTUAL TABLE h USING slots(id INTEGER PRIMARY KEY, name TEXT, n INT, r REAL, kind "
       "TEXT, i INT, INDEX(i)); CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT, n INT);"
       "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 4000) "
       "INSERT INTO h SELECT i, 'hotel number ' || n, n, n / 4.0, 'kind ' || (i % 3), n FROM "
       "(SELECT i, i * 7919 % 4001 AS n FROM s); INSERT INTO h(h) VALUES('optimize');"
       "INSERT INTO p SELECT id, name, n FROM h WHERE id % 40 = 1");
  return db;
}

/* Bytes that a query takes more for its last row than for its first. */
static sqlite3_int64 growth(sqlite3 *db, const char *sql, int rows) {
  sqlite3_stmt *statement = prepare(db, sql);
  sqlite3_int64 first = 0, last = 0;
  int count = 0;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    last = sqlite3_memory_used();
    if (count++ == 0) first = last;
  }
  if (count != rows) fail("%d rows, not %d: %s", count, rows, sql);
  if (sqlite3_finalize(statement) != SQLITE_OK) fail("%s", sqlite3_errmsg(db));
  return last - first;
}

/* ---- 1, 2. when ------------------------------------------------------------------------------- */

static void expect(const char *sql, int rows, bool made) {
  sqlite3 *db = open_database();
  sqlite3_int64 used = sqlite3_memory_used(), grown = growth(db, sql, rows);
  if ((grown >= INDEX_BYTES) != made) fail("%lld bytes: %s", grown, sql);
  if (sqlite3_memory_used() - used > INDEX_BYTES / 2) fail("kept: %s", sql);
  sqlite3_close(db);
}

static void made(void) {
  expect("SELECT p.id, h.id FROM p CROSS JOIN h ON h.n = p.n", 100, true);
  expect("SELECT p.id, h.id FROM p CROSS JOIN h ON h.r = p.n / 4.0 AND h.id > 0", 100, true);
  expect("SELECT p.id, h.id FROM p CROSS JOIN h ON h.n = p.n AND h.r = p.n / 4.0", 100, true);
  expect("SELECT p.id, h.id FROM p LEFT JOIN h ON h.n = p.n AND h.id > 0", 100, true);
}

static void not_made(void) {
  expect("SELECT id FROM h WHERE n = 17", 1, false);
  expect("SELECT p.id, h.id FROM p CROSS JOIN h ON h.n = p.n WHERE p.id < 240", 6, false);
  expect("SELECT p.id, h.id FROM p CROSS JOIN h ON h.i = p.n", 100, false);
  expect("SELECT p.id, min(h.id) FROM p CROSS JOIN h ON h.kind = 'kind ' || (p.id % 3) GROUP BY 1",
         100, false);
  expect("SELECT p.id, h.id FROM p CROSS JOIN h ON h.name = p.n", 0, false);
}

/* ---- 3. rows ---------------------------------------------------------------------------------- */

static void rows_from_a_row_on(void) {
  uint32_t rows[] = {3, 4, 9};
  Candidates candidates = {.rows = rows, .count = 3};
  static const uint32_t cases[][5] = {{0, 3, 3, 0, 0}, {3, 3, 3, 1, 3}, {4, 2, 4, 2, 4},
                                      {5, 1, 9, 2, 4}, {9, 1, 9, 3, 9}, {10, 0, 10, 3, 9}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint32_t up = cases[i][0], down = cases[i][0];
    uint32_t left_up = candidates_left(&candidates, false, &up);
    uint32_t left_down = candidates_left(&candidates, true, &down);
    bool right = left_up == cases[i][1] && up == cases[i][2] && left_down == cases[i][3] &&
                 down == cases[i][4];
    if (!right) fail("from %u: %u %u, %u %u", cases[i][0], left_up, up, left_down, down);
  }
}

/* ---- 4. memory -------------------------------------------------------------------------------- */

static void out_of_memory(void) {
  bool done = false;
  for (int nth = 0; !done && nth < 100000; nth++) {
    sqlite3 *db = open_database();
    sqlite3_stmt *statement =
        prepare(db, "SELECT p.id, h.id FROM p CROSS JOIN h ON h.name = p.name WHERE p.id < 600");
    int rows = 0, rc;
    allocations_left = nth;
    allocations_failed = 0;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
      if (sqlite3_column_int(statement, 0) != sqlite3_column_int(statement, 1)) fail("wrong row");
      rows++;
    }
    allocations_left = -1;
    done = allocations_failed == 0;
    if (rc == SQLITE_DONE && rows != 15) fail("allocation %d: %d rows", nth, rows);
    if (rc != SQLITE_DONE && rc != SQLITE_NOMEM) fail("allocation %d: %d", nth, rc);
    sqlite3_finalize(statement);
    sqlite3_close(db);
  }
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();
  run_case("automatic-1.made", made);
  run_case("automatic-2.not", not_made);
  run_case("automatic-3.rows", rows_from_a_row_on);
  run_case("automatic-4.memory", out_of_memory);
  if (sqlite3_memory_used() != 0) fail("%lld bytes are left", sqlite3_memory_used());
  report("automatic-5.leaks");
  return failures > 0;
}
