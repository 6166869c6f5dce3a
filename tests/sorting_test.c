/*
** sorting_test.c: what sorting takes (query/ordered.h).
**
** Plan
**   1 While a statement reads rows in order it has their values; the first rows alone take little,
**     be they numbers or texts; both are given back when it ends.
**   2 Out of memory at each allocation in turn, also of an order that is kept: rows in order, or
**     SQLITE_NOMEM.
**   3 Nothing is leaked: SQLite counts no memory once a connection is closed.
*/
#include "base/sqlite.h"
#include "cases.h"
#include "database.h"
#include "failing_allocator.h"

#define ROWS 40000

/* Sealed rows, of which some are deleted, and open ones. */
static sqlite3 *open_database(int rows, const char *index) {
  sqlite3 *db = open_slots(":memory:");
  char *insert = sqlite3_mprintf(
      "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, name TEXT, n INT%s);"
      "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d) "
      "INSERT INTO t SELECT i, 'a name with ' || (i * 7919 %% 30011), i * 31 %% 20011 FROM s;"
      "INSERT INTO t(t) VALUES('optimize'); DELETE FROM t WHERE id %% 50 = 3; BEGIN;"
      "UPDATE t SET n = -n, name = 'changed' WHERE id %% 400 = 1;",
      index, rows);
  must(db, insert);
  sqlite3_free(insert);
  return db;
}

/* ---- 1. memory -------------------------------------------------------------------------------- */

/* Bytes that are used when the first row is read. */
static sqlite3_int64 taken(const char *sql) {
  sqlite3 *db = open_database(ROWS, "");
  must(db, "SELECT name, n FROM t LIMIT 300"); /* the buffers of a scan are there */
  sqlite3_int64 used = sqlite3_memory_used();
  sqlite3_stmt *statement = prepare(db, sql);
  if (sqlite3_step(statement) != SQLITE_ROW) fail("no row: %s", sql);
  sqlite3_int64 bytes = sqlite3_memory_used() - used;
  while (sqlite3_step(statement) == SQLITE_ROW) continue;
  sqlite3_finalize(statement);
  if (sqlite3_memory_used() - used > 40000) fail("kept: %s", sql);
  sqlite3_close(db);
  return bytes;
}

static void memory(void) {
  sqlite3_int64 all = taken("SELECT name, id FROM t ORDER BY name");
  if (all < 32 * ROWS || all > 100 * ROWS) fail("%lld bytes", all);
  static const char *const few[] = {
      "SELECT name, id FROM t ORDER BY name LIMIT 9", "SELECT max(name) FROM t",
      "SELECT id FROM t ORDER BY n DESC, name LIMIT 9 OFFSET 5", "SELECT max(n) FROM t",
      "SELECT id FROM t WHERE name LIKE '%7' ORDER BY n LIMIT 9"};
  for (size_t i = 0; i < sizeof few / sizeof few[0]; i++) {
    sqlite3_int64 bytes = taken(few[i]);
    if (bytes > 12 * ROWS) fail("%lld bytes: %s", bytes, few[i]);
  }
}

/* ---- 2. without memory ------------------------------------------------------------------------ */

/* Whether the rows ascend by their first column; the number of them. */
static int read_in_order(sqlite3_stmt *statement, int *rc) {
  sqlite3_int64 last = INT64_MIN;
  int rows = 0;
  while ((*rc = sqlite3_step(statement)) == SQLITE_ROW) {
    sqlite3_int64 n = sqlite3_column_int64(statement, 0);
    if (n < last) fail("row %d: %lld behind %lld", rows, n, last);
    last = n;
    rows++;
  }
  return rows;
}

/* The statement was run `asked` times before: that many make an order that is kept due, or have. */
static void run_short(const char *sql, int wanted, int asked) {
  bool done = false;
  for (int nth = 0; !done && nth < 100000; nth++) {
    sqlite3 *db = open_database(1500, ", INDEX(n), INDEX(name)");
    sqlite3_stmt *statement = prepare(db, sql);
    int rc;
    for (int i = 0; i < asked; i++) {
      while (sqlite3_step(statement) == SQLITE_ROW) continue;
      sqlite3_reset(statement);
    }
    allocations_left = nth;
    allocations_failed = 0;
    int rows = read_in_order(statement, &rc);
    allocations_left = -1;
    done = allocations_failed == 0;
    if (rc == SQLITE_DONE && rows != wanted) fail("allocation %d: %d rows: %s", nth, rows, sql);
    if (rc != SQLITE_DONE && rc != SQLITE_NOMEM) fail("allocation %d: %d: %s", nth, rc, sql);
    sqlite3_finalize(statement);
    sqlite3_close(db);
  }
}

static void out_of_memory(void) {
  run_short("SELECT n, name FROM t ORDER BY n, name", 1470, 0);
  run_short("SELECT n FROM t ORDER BY n", 1470, 0);
  run_short("SELECT n, name FROM t WHERE n > id ORDER BY n, name LIMIT 1000", 1000, 0);
  run_short("SELECT n, name FROM t ORDER BY n, id DESC LIMIT 40 OFFSET 3", 40, 0);
  run_short("SELECT n, name FROM t ORDER BY n LIMIT 20", 20, 63);
  run_short("SELECT n, name FROM t ORDER BY n LIMIT 20", 20, 64);
  run_short("SELECT n, name FROM t WHERE n > 20000 ORDER BY id", 1, 63);
  run_short("SELECT n, name FROM t WHERE n > 20000 ORDER BY id", 1, 64);
  run_short("SELECT id, name FROM t WHERE name > 'a name with 98'", 14, 3);
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();
  run_case("sorting-1.memory", memory);
  run_case("sorting-2.short", out_of_memory);
  if (sqlite3_memory_used() != 0) fail("%lld bytes are left", sqlite3_memory_used());
  report("sorting-3.leaks");
  return failures > 0;
}
