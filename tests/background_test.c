/*
** background_test.c: full runs of rows that are coded while a load goes on (PRAGMA threads).
**
** Plan
**   1 a load of several runs in one transaction: the same rows, segments and bytes as without
**     threads, with an index as well; into a table with rows before and behind; rows not in order;
**     rows too large to have two runs of them at once; a cache
**   2 while a run is under way: rows read, up, down, by id and by an index; slots_stats,
**     slots_layout and integrity-check
**   3 while a run is under way: its rows changed, deleted, replaced, rows inserted among them; rows
**     of other places changed; 'optimize'
**   4 rolled back while under way: all, to a savepoint in the run, before it, behind it; a
**     statement that fails; the table dropped, and that rolled back; the connection closed
**   5 memory that fails when a run ends and the next one begins: no row is changed, nothing is lost
**
** Meant for ThreadSanitizer (make check-tsan), and true without it.
*/
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "database.h"
#include "connection/registry.h"
#include "failing_allocator.h"
#include "first_value.h"

#define RUN 65536      /* rows that are coded at once */
#define HALF 33000     /* of which a segment is not joined with others */
#define SOME 1000      /* behind a run, so that it is under way */
#define LARGE "200000" /* where rowids of other rows begin */

static sqlite3 *db;
static const Table *table; /* packed of the connection */

/* ---- SQL ------------------------------------------------------------------------------------ */

static bool fails(const char *sql) { return sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK; }

static void run(const char *sql) {
  if (fails(sql)) fail("%s: %s", sql, sqlite3_errmsg(db));
}

/* Whether a query over `t` gives the same with each of the two tables. */
static void check_same(const char *what) {
  char *packed = sqlite3_mprintf(what, "packed"), *ordinary = sqlite3_mprintf(what, "ordinary");
  char *got = first_value(db, packed), *wanted = first_value(db, ordinary);
  if (got != NULL && wanted != NULL && strcmp(got, wanted) != 0) {
    fail("%s: %s, not %s", packed, got, wanted);
  }
  sqlite3_free(packed);
  sqlite3_free(ordinary);
  sqlite3_free(got);
  sqlite3_free(wanted);
}

/* By a number of each row, since comparing them one by one takes far longer than the loads. */
static void check_rows(void) {
  check_same(
      "SELECT count(*) || ' ' || sum(id) || ' ' || total((id * 7919 + length(caption) * 104729"
      " + unicode(substr(caption, -2)) * 31 + n) %% 1000003) FROM %s");
}

static void find_table(void) {
  Registry *registry = registry_attach(db);
  table = registry->tables[0].table;
  registry_release(registry);
}

static bool is_under_way(void) { return table->background != NULL; }

static void check_under_way(void) {
  if (!is_under_way()) fail("no run is under way");
}

/* Both tables, without rows. */
static void open_tables(int threads, const char *options) {
  db = open_slots(":memory:");
  char *sql = sqlite3_mprintf(
      "PRAGMA threads = %d; CREATE TABLE ordinary(id INTEGER PRIMARY KEY, caption TEXT, n INT);"
      "CREATE VIRTUAL TABLE packed USING slots(id INTEGER PRIMARY KEY, caption TEXT, n INT%s)",
      threads, options);
  run(sql);
  sqlite3_free(sql);
  find_table();
}

static void close_tables(void) {
  if (sqlite3_close(db) != SQLITE_OK) fail("something is open");
}

/* Runs a statement on both tables, which it names up to two times. */
static void both(const char *format) {
  char *packed = sqlite3_mprintf(format, "packed", "packed");
  char *ordinary = sqlite3_mprintf(format, "ordinary", "ordinary");
  run(packed);
  run(ordinary);
  sqlite3_free(packed);
  sqlite3_free(ordinary);
}

/* Rows first .. last into both tables, as a query that numbers them in `i` says. */
static void load(int first, int last, const char *select) {
  char *rows = sqlite3_mprintf("WITH RECURSIVE c(i) AS (VALUES(%d) UNION ALL SELECT i + 1 FROM c"
                               " WHERE i < %d) INSERT INTO %%s %s FROM c",
                               first, last, select);
  both(rows);
  sqlite3_free(rows);
}

#define SHORT "SELECT i, 'view of the lake ' || (i * 7919 %% 1013), i * 104729 %% 5000"

/* In a transaction, so that a run is under way. */
static void load_run(void) {
  run("BEGIN");
  load(1, RUN + SOME, SHORT);
  check_under_way();
}

/* ---- 1. loads ------------------------------------------------------------------------------- */

/* Rows that stay a segment of their own. */
static void load_segment(int first, int last) {
  load(first, last, SHORT);
  run("INSERT INTO packed(packed) VALUES('optimize')");
}

static bool ends_under_way; /* the load that was the last */

/* The sizes of all segments' columns after a load of so many runs, rows before it and behind. */
static char *load_runs(int threads, const char *options, int rows, bool between,
                       const char *select) {
  open_tables(threads, options);
  if (between) {
    load_segment(-HALF, 0);
    load_segment(3 * RUN + 1, 3 * RUN + HALF);
  }
  run("BEGIN");
  load(1, rows, select);
  ends_under_way = is_under_way();
  check_rows();
  run("COMMIT");
  check_rows();
  char *sizes =
      first_value(db, "SELECT group_concat(slot || ' ' || bytes || ' ' || encoding, ', ') ||"
                      " (SELECT group_concat(value) FROM slots_stats('packed')"
                      " WHERE name IN ('segments', 'rows_sealed', 'rows_open'))"
                      " FROM slots_layout('packed')");
  run("INSERT INTO packed(packed) VALUES('integrity-check')");
  close_tables();
  return sizes;
}

static void same_with_threads(const char *options, int rows, bool between, const char *select,
                              bool in_background) {
  char *expected = load_runs(0, options, rows, between, select);
  for (int threads = 1; threads <= 3; threads += 2) {
    char *sizes = load_runs(threads, options, rows, between, select);
    if (expected == NULL || sizes == NULL || strcmp(sizes, expected) != 0) {
      fail("%d threads: %s, not %s", threads, sizes, expected);
    }
    if (ends_under_way != in_background) fail("%d threads: not sealed as expected", threads);
    sqlite3_free(sizes);
  }
  sqlite3_free(expected);
}

static void same_bytes(void) { same_with_threads("", 2 * RUN + SOME, false, SHORT, true); }

static void same_bytes_with_an_index(void) {
  same_with_threads(", UNIQUE(caption, id), INDEX(n)", 2 * RUN + SOME, false, SHORT, true);
}

static void same_bytes_between_other_rows(void) {
  same_with_threads("", 2 * RUN + SOME, true, SHORT, true);
}

static void rows_out_of_order(void) {
  const char *select = "SELECT i * 48271 %% 131071, 'view ' || (i * 7919 %% 1013), i %% 50";
  sqlite3_free(load_runs(1, "", RUN + SOME, false, select));
}

static void same_bytes_of_large_rows(void) {
  same_with_threads("", RUN + SOME, false,
                    "SELECT i, printf('%%300d', i * 7919 %% 1013), i * 104729 %% 5000", false);
}

static void a_cache_is_loaded(void) {
  open_tables(1, "");
  load(1, 2 * RUN + SOME, SHORT);
  run("DROP TABLE packed; CREATE VIRTUAL TABLE packed USING slots(content='ordinary')");
  check_rows();
  run("UPDATE ordinary SET n = n + 1 WHERE id % 50 = 0");
  check_rows();
  run("BEGIN; DELETE FROM ordinary WHERE id < 70000");
  check_rows();
  run("ROLLBACK");
  check_rows();
  close_tables();
}

/* ---- 2. reading ----------------------------------------------------------------------------- */

static void rows_are_read_while_under_way(void) {
  open_tables(1, ", INDEX(caption)");
  load_run();
  check_rows();
  check_same("SELECT caption FROM %s WHERE id = 777");
  check_same("SELECT count(*) FROM %s WHERE caption = 'view of the lake 77'");
  check_same("SELECT group_concat(id) FROM (SELECT id FROM %s ORDER BY id DESC LIMIT 7)");
  check_same(
      "SELECT count(*) FROM %s WHERE caption LIKE '%%%%lake 7%%%%' AND n BETWEEN 10 AND 200");
  sqlite3_free(
      first_value(db, "SELECT count(*) FROM slots_stats('packed'), slots_layout('packed')"));
  run("INSERT INTO packed(packed) VALUES('integrity-check')");
  check_under_way();
  run("COMMIT");
  check_rows();
  close_tables();
}

static void a_statement_reads_what_it_loads(void) {
  open_tables(1, "");
  load_run();
  both("INSERT INTO %s SELECT id + " LARGE ", caption, n FROM %s WHERE id <= 65536");
  both("INSERT INTO %s SELECT id + 2 * " LARGE ", caption, n FROM %s WHERE id < 9000");
  run("COMMIT");
  check_rows();
  close_tables();
}

/* ---- 3. changing ---------------------------------------------------------------------------- */

static void rows_are_changed_while_under_way(void) {
  static const char *const changes[] = {
      "UPDATE %s SET caption = caption || '!' WHERE id = 5",
      "UPDATE %s SET n = n + 1 WHERE id %% 1000 = 0",
      "DELETE FROM %s WHERE id = 65536",
      "DELETE FROM %s WHERE id BETWEEN 100 AND 60000",
      "DELETE FROM %s",
      "INSERT OR REPLACE INTO %s VALUES(1, 'replaced', 1)",
      "UPDATE %s SET id = -id WHERE id < 10",
      "UPDATE %s SET n = -1 WHERE id > 65540", /* behind the run */
      "INSERT OR REPLACE INTO %s VALUES(" LARGE ", 'far behind', 2)",
  };
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    open_tables(1, "");
    load_run();
    both(changes[i]);
    check_rows();
    load(2 * RUN, (i % 4 == 0 ? 3 : 2) * RUN + SOME, SHORT);
    check_rows();
    run("COMMIT");
    check_rows();
    both(changes[i]);
    check_rows();
    close_tables();
  }
}

static void all_is_sealed_while_under_way(void) {
  open_tables(1, "");
  load_run();
  run("INSERT INTO packed(packed) VALUES('optimize')");
  check_rows();
  run("COMMIT");
  check_rows();
  close_tables();
}

static void rows_before_the_run_are_changed(void) {
  open_tables(1, "");
  load(-3000, 0, SHORT);
  run("INSERT INTO packed(packed) VALUES('optimize')");
  load_run();
  both("UPDATE %s SET caption = caption || '?' WHERE id <= 0");
  check_under_way();
  load(RUN + SOME + 1, 2 * RUN + SOME, SHORT);
  check_rows();
  run("ROLLBACK");
  check_rows();
  close_tables();
}

/* ---- 4. rolled back -------------------------------------------------------------------------- */

static void rolled_back_while_under_way(void) {
  open_tables(1, "");
  load_run();
  run("ROLLBACK");
  check_rows();
  run("BEGIN");
  load(1, RUN + SOME, SHORT);
  check_under_way();
  run("COMMIT");
  check_rows();
  close_tables();
}

static void rolled_back_to_a_savepoint(void) {
  static const int at[] = {0, 5000, RUN + 500}; /* rows before it */
  for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
    open_tables(1, "");
    load(-3000, 0, SHORT);
    run("BEGIN");
    if (at[i] > 0) load(1, at[i], SHORT);
    run("SAVEPOINT s");
    load(at[i] + 1, 2 * RUN + SOME, SHORT);
    check_rows();
    check_under_way();
    run("ROLLBACK TO s");
    check_rows();
    load(at[i] + 1, at[i] + RUN + SOME, SHORT);
    check_rows();
    run(i % 2 == 0 ? "COMMIT" : "ROLLBACK");
    check_rows();
    close_tables();
  }
}

static void a_statement_that_fails(void) {
  open_tables(1, "");
  load_run();
  if (!fails("INSERT INTO packed VALUES(70000, 'new', 1), (5, 'there', 1)")) fail("5 is there");
  check_under_way();
  if (!fails("INSERT INTO packed SELECT id + 70000, caption, n FROM packed UNION ALL SELECT 1, 2, "
             "3")) {
    fail("1 is there");
  }
  check_rows();
  run("COMMIT");
  check_rows();
  close_tables();
}

static void dropped_while_under_way(void) {
  open_tables(1, "");
  load_run();
  run("SAVEPOINT s; DROP TABLE packed; ROLLBACK TO s");
  check_rows();
  check_under_way();
  run("DROP TABLE packed; COMMIT");
  close_tables();
}

static void closed_while_under_way(void) {
  sqlite3_int64 used = sqlite3_memory_used();
  open_tables(1, "");
  load_run();
  close_tables();
  if (sqlite3_memory_used() != used) fail("%d bytes lost", (int)(sqlite3_memory_used() - used));
}

/* ---- 5. memory ------------------------------------------------------------------------------- */

/* The row that ends a second run, an allocation failing from there on; whether it was reached. */
static bool end_run_failing(int64_t allocation, bool lasting) {
  open_tables(1, "");
  run("BEGIN");
  load(1, 2 * RUN - 1, SHORT);
  check_under_way();
  allocations_failed = 0;
  failing_lasts = lasting;
  allocations_left = allocation;
  int rc =
      sqlite3_exec(db, "INSERT INTO packed VALUES(" LARGE ", 'the last', 3)", NULL, NULL, NULL);
  bool reached = allocations_failed > 0;
  allocations_left = -1;
  if (rc == SQLITE_OK) {
    run("INSERT INTO ordinary VALUES(" LARGE ", 'the last', 3)");
  } else if (rc != SQLITE_NOMEM || !reached) {
    fail("allocation %d: answers %d", (int)allocation, rc);
  }
  if (sqlite3_get_autocommit(db) == 0) {
    load(2 * RUN + 10, 2 * RUN + SOME, SHORT);
    check_rows();
    run("COMMIT");
  } else {
    run("DELETE FROM ordinary"); /* core has rolled back */
  }
  check_rows();
  close_tables();
  return reached;
}

static void memory_that_fails(void) {
  end_run_failing(0, false); /* what SQLite makes once, and keeps */
  sqlite3_int64 used = sqlite3_memory_used();
  bool reached = true;
  for (int64_t n = 0; reached; n += 1 + 2 * n) {
    reached = end_run_failing(n, n % 2 == 0);
    if (sqlite3_memory_used() == used) continue;
    fail("allocation %d: %d bytes lost", (int)n, (int)(sqlite3_memory_used() - used));
  }
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();
  run_case("same_bytes", same_bytes);
  run_case("same_bytes_with_an_index", same_bytes_with_an_index);
  run_case("same_bytes_between_other_rows", same_bytes_between_other_rows);
  run_case("rows_out_of_order", rows_out_of_order);
  run_case("same_bytes_of_large_rows", same_bytes_of_large_rows);
  run_case("a_cache_is_loaded", a_cache_is_loaded);
  run_case("rows_are_read_while_under_way", rows_are_read_while_under_way);
  run_case("a_statement_reads_what_it_loads", a_statement_reads_what_it_loads);
  run_case("rows_are_changed_while_under_way", rows_are_changed_while_under_way);
  run_case("all_is_sealed_while_under_way", all_is_sealed_while_under_way);
  run_case("rows_before_the_run_are_changed", rows_before_the_run_are_changed);
  run_case("rolled_back_while_under_way", rolled_back_while_under_way);
  run_case("rolled_back_to_a_savepoint", rolled_back_to_a_savepoint);
  run_case("a_statement_that_fails", a_statement_that_fails);
  run_case("dropped_while_under_way", dropped_while_under_way);
  run_case("closed_while_under_way", closed_while_under_way);
  run_case("memory_that_fails", memory_that_fails);
  return failures > 0;
}
