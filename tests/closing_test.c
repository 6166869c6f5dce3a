/*
** closing_test.c: connections that are closed while their statements live.
**
** Plan
**   1 sqlite3_close_v2 with statements that were prepared, or stepped half way, over a slots
**     table, a mapped one, a cache, reports, in and out of a transaction: those under way give all
**     their rows, others run or say that they cannot; the connection ends with the last of them,
**     whatever the order
**   2 sqlite3_close answers SQLITE_BUSY, and all goes on
**   3 Nothing is leaked: SQLite counts no memory once the last statement is finalized.
*/
#define _POSIX_C_SOURCE 200809L
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cases.h"
#include "database.h"

#define SAVED "closing_test.slots"

static const char tables[] =
    "CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT);"
    "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 1500) "
    "INSERT INTO p SELECT i, 'row of words ' || i FROM s;"
    "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, name TEXT, INDEX(name));"
    "INSERT INTO t SELECT * FROM p; SELECT slots_save('t', '" SAVED "');"
    "CREATE VIRTUAL TABLE m USING slots(snapshot='" SAVED "');"
    "CREATE VIRTUAL TABLE k USING slots(a CHECK(a > 0) DEFAULT (1 + 1));"
    "CREATE VIRTUAL TABLE c USING slots(content='p'); SELECT count(*) FROM c;"
    "DELETE FROM t WHERE id % 3 = 0; UPDATE t SET name = 'open' WHERE id % 7 = 1;";

typedef struct Case {
  const char *name;
  const char *before;
  const char *sql;
} Case;

static const Case cases[] = {
    {"a scan", "", "SELECT id, name FROM t"},
    {"a scan downwards", "", "SELECT id, name FROM t ORDER BY id DESC"},
    {"a filter", "", "SELECT id FROM t WHERE name LIKE '%words 1%'"},
    {"a join", "", "SELECT a.name, b.name FROM t AS a JOIN m AS b ON b.id = a.id"},
    {"a mapped table", "", "SELECT id, name FROM m"},
    {"a cache", "", "SELECT id, name FROM c"},
    {"a report", "", "SELECT * FROM slots_layout('t')"},
    {"rows that came with the transaction", "BEGIN; DELETE FROM m WHERE id > 1200;",
     "SELECT id, name FROM t"},
    {"rows that are inserted", "", "INSERT INTO t(name) SELECT name FROM p RETURNING id, name"},
    {"rows that are checked", "", "INSERT INTO k SELECT id FROM p RETURNING a"},
};
#define CASES (sizeof cases / sizeof cases[0])

static sqlite3 *open_database(const Case *one) {
  sqlite3 *db = open_slots(":memory:");
  must(db, tables);
  must(db, one->before);
  return db;
}

/* Steps it up to `most` times; the rows that came. */
static int step(sqlite3_stmt *statement, int most, int *rc) {
  int rows = 0;
  *rc = SQLITE_ROW;
  while (rows < most && (*rc = sqlite3_step(statement)) == SQLITE_ROW) rows++;
  return rows;
}

#define ALL 1000000

/* How many rows it gives where the connection stays open. */
static int count_rows(const Case *one) {
  int rc = SQLITE_OK;
  sqlite3 *db = open_database(one);
  sqlite3_stmt *statement = prepare(db, one->sql);
  int rows = step(statement, ALL, &rc);
  if (rc != SQLITE_DONE || rows == 0) fail("%d rows: %s", rows, sqlite3_errmsg(db));
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return rows;
}

/* The first statement was stepped `steps` times before the connection is closed, the other not. */
static void close_and_go_on(const Case *one, int wanted, int steps, bool first_ends_first) {
  sqlite3 *db = open_database(one);
  sqlite3_stmt *first = prepare(db, one->sql), *other = prepare(db, one->sql);
  int rc = SQLITE_OK;
  int rows = step(first, steps, &rc);
  if (sqlite3_close(db) != SQLITE_BUSY) fail("sqlite3_close closed it");
  if (sqlite3_close_v2(db) != SQLITE_OK) fail("sqlite3_close_v2 did not close it");
  rows += step(first, ALL, &rc);
  /* What runs statements of its own cannot begin any more: core calls that misuse. */
  bool ended = rc == SQLITE_DONE && rows == wanted;
  if (!ended && (steps > 0 || rc != SQLITE_MISUSE)) fail("%d rows, then %d", rows, rc);
  if (first_ends_first) sqlite3_finalize(first);
  step(other, 2, &rc);
  if (rc != SQLITE_ROW && rc != SQLITE_MISUSE) fail("the other one: %d", rc);
  sqlite3_finalize(other);
  if (!first_ends_first) sqlite3_finalize(first);
  long long left = sqlite3_memory_used();
  if (left != 0) fail("%lld bytes are left", left);
}

int main(void) {
  const char *build = getenv("BUILD");
  if (chdir(build == NULL ? "build" : build) != 0) return 1;
  for (size_t i = 0; i < CASES; i++) {
    int rows = count_rows(&cases[i]);
    for (int steps = 0; steps < 3 && reason[0] == 0; steps++) {
      close_and_go_on(&cases[i], rows, steps, true);
      close_and_go_on(&cases[i], rows, steps, false);
    }
    report(cases[i].name);
  }
  unlink(SAVED);
  return failures > 0;
}
