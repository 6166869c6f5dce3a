/*
** parallel_test.c: columns coded in several threads (PRAGMA threads).
**
** Plan
**   1 with any number of threads the same rows, and the same bytes of each column: texts, texts
**     that repeat other columns, numbers, in each profile; threads are used when asked for, and
**     only then
**   2 memory that fails at each allocation in turn while columns are coded so: all rows are as
**     they were or as they should be, and nothing is lost
**   3 two connections that do this at once
**
** Meant for ThreadSanitizer (make check-tsan), and true without it.
*/
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "failing_allocator.h"

int sqlite3_slots_init(sqlite3 *db, char **error, const void *api);

#define ROWS 4000 /* of each of two loads: of the second all is learned that the first has found   \
                   */

static const char *const profiles[] = {"balanced", "small", "fast"};

/* ---- SQL ------------------------------------------------------------------------------------ */

static sqlite3 *open_database(void) {
  sqlite3 *db = NULL;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK) exit(2);
  if (sqlite3_slots_init(db, NULL, NULL) != SQLITE_OK) exit(2);
  return db;
}

static int run(sqlite3 *db, char *sql) {
  int rc = sql == NULL ? SQLITE_NOMEM : sqlite3_exec(db, sql, NULL, NULL, NULL);
  sqlite3_free(sql);
  return rc;
}

/* The first value of a query, to be freed with sqlite3_free. */
static char *value_of(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  char *value = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    value = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
  }
  rc = sqlite3_finalize(statement);
  if (rc != SQLITE_OK || value == NULL) fail("%s: %s", sql, sqlite3_errmsg(db));
  return value;
}

static void make_tables(sqlite3 *db, const char *profile, int threads) {
  static const char columns[] = "id INTEGER PRIMARY KEY, caption TEXT, url TEXT, code TEXT, n INT";
  run(db, sqlite3_mprintf("PRAGMA threads = %d", threads));
  run(db, sqlite3_mprintf("CREATE TABLE ordinary(%s)", columns));
  run(db, sqlite3_mprintf("CREATE VIRTUAL TABLE packed USING slots(%s, compress='%s')", columns,
                          profile));
}

/* A url repeats the caption, a code is some digits. */
static void make_rows(sqlite3 *db, int first) {
  run(db,
      sqlite3_mprintf(
          "WITH RECURSIVE n(i) AS (VALUES(%d) UNION ALL SELECT i + 1 FROM n WHERE i < %d),"
          " c(i, w) AS (SELECT i, CASE i %% 3 WHEN 0 THEN 'river ' WHEN 1 THEN 'old harbour '"
          "   ELSE 'view of a lake ' END || (i * 7919 %% 1013)  FROM n)"
          "INSERT INTO ordinary SELECT i, 'The ' || w, 'http://a.example/' ||"
          " replace('the ' || w, ' ', '-') || '/' || (i * 31), printf('T%%05d', i * 7 %% 90001),"
          " i * 104729 %% 5000 FROM c",
          first, first + ROWS - 1));
}

static int load(sqlite3 *db, int first) {
  return run(db,
             sqlite3_mprintf("INSERT INTO packed SELECT * FROM ordinary WHERE id >= %d", first));
}

static void check_rows(sqlite3 *db, const char *rows) {
  char *sql = sqlite3_mprintf("SELECT (SELECT count(*) FROM packed) || ' ' ||"
                              " (SELECT count(*) FROM (SELECT * FROM packed EXCEPT"
                              " SELECT * FROM ordinary))");
  char *got = value_of(db, sql);
  if (got != NULL && strcmp(got, rows) != 0) fail("%s rows and others, not %s", got, rows);
  sqlite3_free(got);
  sqlite3_free(sql);
}

/* ---- which threads allocate ------------------------------------------------------------------ */

static pthread_t first_thread;
static atomic_int by_others;

static void note_thread(void) {
  if (!pthread_equal(pthread_self(), first_thread)) atomic_fetch_add(&by_others, 1);
}

/* ---- 1. the same rows and bytes -------------------------------------------------------------- */

/* The sizes of all columns after two loads. */
static char *load_twice(const char *profile, int threads) {
  sqlite3 *db = open_database();
  make_tables(db, profile, threads);
  for (int first = 1; first <= ROWS + 1; first += ROWS) {
    make_rows(db, first);
    if (load(db, first) != SQLITE_OK) fail("load: %s", sqlite3_errmsg(db));
  }
  check_rows(db, "8000 0");
  char *sizes = value_of(db, "SELECT group_concat(slot || ' ' || bytes || ' ' || encoding, ', ')"
                             " FROM slots_layout('packed')");
  sqlite3_close(db);
  return sizes;
}

static void same_bytes_with_any_threads(void) {
  for (int p = 0; p < 3; p++) {
    char *expected = load_twice(profiles[p], 0);
    for (int threads = 1; threads <= 4; threads *= 2) {
      char *sizes = load_twice(profiles[p], threads);
      if (expected == NULL || sizes == NULL || strcmp(sizes, expected) != 0) {
        fail("%s, %d threads: %s, not %s", profiles[p], threads, sizes, expected);
      }
      sqlite3_free(sizes);
    }
    sqlite3_free(expected);
  }
}

static void threads_only_when_asked_for(void) {
  allocation_watch = note_thread;
  first_thread = pthread_self();
  sqlite3_free(load_twice("balanced", 0));
  if (by_others != 0) fail("%d allocations in threads nobody asked for", by_others);
  sqlite3_free(load_twice("balanced", 2));
  if (by_others == 0) fail("no other thread has worked");
  allocation_watch = NULL;
}

/* ---- 2. memory that fails ---------------------------------------------------------------------
 */

/* Whether the allocation was reached. */
static bool load_failing(int64_t allocation) {
  sqlite3 *db = open_database();
  make_tables(db, "balanced", 2);
  make_rows(db, 1);
  load(db, 1);
  make_rows(db, ROWS + 1);
  allocations_failed = 0;
  allocations_left = allocation;
  int rc = load(db, ROWS + 1);
  allocations_left = -1;
  if (rc != SQLITE_OK && rc != SQLITE_NOMEM) fail("allocation %d: answers %d", (int)allocation, rc);
  check_rows(db, rc == SQLITE_OK ? "8000 0" : "4000 0");
  sqlite3_close(db);
  return allocations_failed > 0;
}

static void memory_that_fails(void) {
  load_failing(0); /* what SQLite makes once, and keeps */
  sqlite3_int64 used = sqlite3_memory_used();
  bool reached = true;
  for (int64_t n = 1; reached; n += 1 + n / 12) {
    reached = load_failing(n);
    if (sqlite3_memory_used() == used) continue;
    fail("allocation %d: %d bytes lost", (int)n, (int)(sqlite3_memory_used() - used));
  }
}

/* ---- 3. two connections ------------------------------------------------------------------------
 */

static void *load_in_thread(void *sizes) {
  *(char **)sizes = load_twice("balanced", 2);
  return NULL;
}

static void two_connections_at_once(void) {
  char *sizes[2] = {NULL, NULL};
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) {
    if (pthread_create(&threads[i], NULL, load_in_thread, &sizes[i]) != 0) exit(2);
  }
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  if (sizes[0] == NULL || sizes[1] == NULL || strcmp(sizes[0], sizes[1]) != 0) {
    fail("%s, not %s", sizes[1], sizes[0]);
  }
  for (int i = 0; i < 2; i++) sqlite3_free(sizes[i]);
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();
  run_case("same_bytes_with_any_threads", same_bytes_with_any_threads);
  run_case("threads_only_when_asked_for", threads_only_when_asked_for);
  run_case("memory_that_fails", memory_that_fails);
  run_case("two_connections_at_once", two_connections_at_once);
  return failures > 0;
}
