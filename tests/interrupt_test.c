/*
** interrupt_test.c: sqlite3_interrupt from another thread, while ordinary statements run.
**
** progress_test.c does the same to long works, abandoned.test at fixed steps of the virtual
** machine.
**
** Plan
**   1 Each statement below over a slots table, alone and in a transaction with changes before it,
**     interrupted at moments spread at random over the time that it takes: SQLITE_OK with the
**     ordinary table's answer, or SQLITE_INTERRUPT; and the table equals the ordinary one, which
**     goes through the same statement only where it was not interrupted.
**   2 The same at steps of the virtual machine, where the statement waits for the interrupt: on a
**     busy machine those of 1 may all come too late.
**   3 After an interrupted one the next runs to its end; the store is sound, and nothing stays
**     open.
*/
#define _POSIX_C_SOURCE 200809L
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alarm.h"
#include "cases.h"
#include "database.h"

#define MOMENTS 8                /* of each statement, of either kind */
#define STEP 50                  /* instructions of the virtual machine */
#define LONGEST 900000000        /* nanoseconds */
#define SHORTEST (100 * MOMENTS) /* nanoseconds */

/* What is over in a millisecond is done several times. */
#define TIMES "(VALUES(1), (2), (3), (4), (5), (6)) CROSS JOIN"

/* The table, t or o, for @. */
static const char *const statements[] = {
    "SELECT count(*) + sum(n) + sum(length(name)) FROM " TIMES " @ WHERE name || n > 'row'",
    "SELECT count(*) FROM " TIMES " @ WHERE name LIKE '%ow of w%7%' OR name GLOB '*9'",
    "SELECT count(*) FROM " TIMES " @ WHERE n BETWEEN 30 AND 3000 AND name LIKE '%words%'",
    "SELECT sum(a.n + b.n) FROM " TIMES " @ AS a JOIN @ AS b ON b.id = a.n",
    "SELECT count(*) FROM @ WHERE name IN (SELECT name FROM @ WHERE n % 5 = 0)",
    "SELECT sum(n) + max(name) FROM " TIMES " (SELECT n, name FROM @ ORDER BY name, n LIMIT -1)",
    "INSERT INTO @(name, n) SELECT name || 'x', n FROM @",
    "INSERT OR REPLACE INTO @ SELECT id + 3, name || '.', n FROM @",
    "UPDATE @ SET name = 'new ' || id, n = n + 1 WHERE id % 3",
    "UPDATE @ SET id = id + 1000000",
    "DELETE FROM @ WHERE id % 5 <> 1",
};

/* Sealed rows, deleted and changed ones above them. */
static const char tables[] =
    "CREATE TABLE o(id INTEGER PRIMARY KEY, name TEXT, n INT);"
    "CREATE INDEX i ON o(name);"
    "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, name TEXT, n INT, INDEX(name));"
    "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 4000) "
    "INSERT INTO o SELECT i, 'row of words ' || (i * 7919 % 1009), i * 31 % 4000 FROM s;"
    "INSERT INTO t SELECT * FROM o;"
    "INSERT INTO t(t) VALUES('optimize');"
    "DELETE FROM t WHERE id % 50 = 3; DELETE FROM o WHERE id % 50 = 3;"
    "UPDATE t SET name = 'open ' || id WHERE id % 20 = 1;"
    "UPDATE o SET name = 'open ' || id WHERE id % 20 = 1;";

static const char changes[] =
    "BEGIN;"
    "UPDATE t SET n = n + 2 WHERE id % 6 = 1; UPDATE o SET n = n + 2 WHERE id % 6 = 1;"
    "SAVEPOINT s; DELETE FROM t WHERE id % 9 = 2; DELETE FROM o WHERE id % 9 = 2;";

/* ---- SQL ----------------------------------------------------------------------------------- */

static void execute(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail("%s", sqlite3_errmsg(db));
}

static sqlite3 *open_database(void) {
  sqlite3 *db = open_slots(":memory:");
  execute(db, tables);
  return db;
}

/* Ends it; the number in the first row, 0 where there is none. */
static int finish(sqlite3_stmt *statement, sqlite3_int64 *answer) {
  *answer = 0;
  if (statement == NULL) return SQLITE_INTERRUPT;
  if (sqlite3_step(statement) == SQLITE_ROW) *answer = sqlite3_column_int64(statement, 0);
  return sqlite3_finalize(statement);
}

/* A statement over one of the tables; NULL: interrupted. */
static sqlite3_stmt *prepare_over(sqlite3 *db, const char *sql, char table) {
  char one[200];
  size_t size = strlen(sql) + 1;
  if (size > sizeof one) abort();
  for (size_t i = 0; i < size; i++) one[i] = sql[i] == '@' ? table : sql[i];
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2(db, one, -1, &statement, NULL);
  if (rc != SQLITE_OK && rc != SQLITE_INTERRUPT) give_up(db, one);
  return statement;
}

static int run_over(sqlite3 *db, const char *sql, char table, sqlite3_int64 *answer) {
  return finish(prepare_over(db, sql, table), answer);
}

static void compare(sqlite3 *db) {
  static const char same[] = "SELECT (SELECT count(*) FROM t) = (SELECT count(*) FROM o) AND "
                             "NOT EXISTS (SELECT * FROM t EXCEPT SELECT * FROM o)";
  sqlite3_int64 answer;
  if (finish(prepare(db, same), &answer) != SQLITE_OK || answer != 1) fail("the rows differ");
}

/* ---- one statement ------------------------------------------------------------------------- */

/* Runs it over both tables, and takes that back; the nanoseconds that t took. */
static long run_whole(sqlite3 *db, const char *sql) {
  sqlite3_int64 answer, wanted;
  execute(db, "SAVEPOINT whole");
  long began = now();
  int rc = run_over(db, sql, 't', &answer);
  long taken = now() - began;
  if (rc != SQLITE_OK || run_over(db, sql, 'o', &wanted) != SQLITE_OK) {
    fail("%s", sqlite3_errmsg(db));
  } else if (answer != wanted) {
    fail("%lld instead of %lld", answer, wanted);
  }
  compare(db);
  execute(db, "ROLLBACK TO whole; RELEASE whole");
  if (taken > LONGEST) return LONGEST;
  return taken < SHORTEST ? SHORTEST : taken;
}

/* Where it was not, t answers as the ordinary table. */
static bool was_interrupted(sqlite3 *db, const char *sql, int rc, sqlite3_int64 answer) {
  sqlite3_int64 wanted;
  if (rc == SQLITE_INTERRUPT) return true;
  if (rc != SQLITE_OK || run_over(db, sql, 'o', &wanted) != SQLITE_OK) {
    fail("%s", sqlite3_errmsg(db));
  } else if (answer != wanted) {
    fail("%lld instead of %lld", answer, wanted);
  }
  return false;
}

static bool interrupt_at_time(sqlite3 *db, const char *sql, long nanoseconds) {
  sqlite3_int64 answer;
  Alarm alarm;
  alarm_set(&alarm, db, nanoseconds);
  int rc = run_over(db, sql, 't', &answer);
  alarm_end(&alarm);
  return was_interrupted(db, sql, rc, answer);
}

typedef struct Steps {
  sqlite3 *db;
  long taken, last; /* of STEP instructions; at the last one comes the interrupt */
} Steps;

static int take_step(void *context) {
  Steps *steps = context;
  if (++steps->taken != steps->last) return 0;
  Alarm alarm;
  alarm_set(&alarm, steps->db, 0);
  alarm_end(&alarm);
  return 0;
}

/* Where `last` is 0, it is not interrupted. *taken: its steps. */
static bool interrupt_at_step(sqlite3 *db, const char *sql, long last, long *taken) {
  Steps steps = {.db = db, .last = last};
  sqlite3_int64 answer;
  /* Newer versions of core take steps while it is prepared, too, and forget an interrupt. */
  sqlite3_stmt *statement = prepare_over(db, sql, 't');
  sqlite3_progress_handler(db, STEP, take_step, &steps);
  int rc = finish(statement, &answer);
  sqlite3_progress_handler(db, 0, NULL, NULL);
  *taken = steps.taken;
  return was_interrupted(db, sql, rc, answer);
}

/* ---- its moments --------------------------------------------------------------------------- */

static void begin(sqlite3 *db, bool in_transaction) {
  execute(db, in_transaction ? changes : "SAVEPOINT all_of_it");
}

/* After what may have been interrupted. */
static void check_and_undo(sqlite3 *db, const char *sql) {
  compare(db);
  run_whole(db, sql);
  /* Core has rolled all of it back where a statement that writes was interrupted. */
  if (!sqlite3_get_autocommit(db)) execute(db, "ROLLBACK");
  compare(db);
}

static void run_at_times(sqlite3 *db, const char *sql, bool in_transaction) {
  long part = run_whole(db, sql) / MOMENTS;
  for (int i = 0; i < MOMENTS; i++) {
    begin(db, in_transaction);
    interrupt_at_time(db, sql, part * i + (long)random_below((uint32_t)part));
    check_and_undo(db, sql);
  }
}

static void run_at_steps(sqlite3 *db, const char *sql, bool in_transaction) {
  long whole, taken;
  begin(db, in_transaction);
  if (interrupt_at_step(db, sql, 0, &whole)) fail("it was interrupted by nobody");
  check_and_undo(db, sql);
  for (int i = 0; i < MOMENTS; i++) {
    long last = 1 + (long)random_below((uint32_t)whole * 9 / 10);
    begin(db, in_transaction);
    if (!interrupt_at_step(db, sql, last, &taken)) fail("not interrupted at %ld steps", last);
    check_and_undo(db, sql);
  }
}

static void run_statement(const char *sql, bool in_transaction) {
  sqlite3 *db = open_database();
  run_at_times(db, sql, in_transaction);
  run_at_steps(db, sql, in_transaction);
  execute(db, "INSERT INTO t(t) VALUES('integrity-check')");
  if (sqlite3_close(db) != SQLITE_OK) fail("something stayed open");
  char name[200];
  snprintf(name, sizeof name, "%s, %s", sql, in_transaction ? "in a transaction" : "alone");
  report(name);
}

int main(void) {
  random_state = 1;
  for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
    run_statement(statements[i], false);
    run_statement(statements[i], true);
  }
  return failures > 0;
}
