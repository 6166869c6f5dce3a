/*
** parallel_test.c: columns coded in several threads (PRAGMA threads).
**
** Plan
**   1 with any number of threads the same rows, and the same bytes of each column: texts, texts
**     that repeat other columns, numbers, in each profile, in segments small and so large that a
**     trial decides what is derived, texts so long that threads share a column's, and such that
**     too much would have to be kept; threads are used when asked for, and only then; the same
**     where no thread can be had
**   2 memory that fails at one allocation after the other while columns are coded so, in a table's
**     first segment and in a later one: that is SQLITE_NOMEM or done, no row is changed, and
**     nothing is lost
**   3 two connections that do this at once
**   4 work that a task shares: each part is done once, with any number of threads; a thread without
**     a task helps, before it begins with another one
**
** Meant for ThreadSanitizer (make check-tsan), and true without it.
*/
#define _GNU_SOURCE /* pthread_setattr_default_np */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "cases.h"
#include "database.h"
#include "failing_allocator.h"
#include "first_value.h"

/* Of each of two loads: of the second all is learned that the first has found. */
#define ROWS 4000
#define TRIAL_ROWS 8192 /* enough for a trial of what is derived */

static const char *const profiles[] = {"balanced", "small", "fast"};

/* ---- SQL ------------------------------------------------------------------------------------ */

static int run(sqlite3 *db, char *sql) {
  int rc = sql == NULL ? SQLITE_NOMEM : sqlite3_exec(db, sql, NULL, NULL, NULL);
  sqlite3_free(sql);
  return rc;
}

static void make_tables(sqlite3 *db, const char *profile, int threads) {
  static const char columns[] = "id INTEGER PRIMARY KEY, caption TEXT, url TEXT, code TEXT, n INT";
  run(db, sqlite3_mprintf("PRAGMA threads = %d", threads));
  run(db, sqlite3_mprintf("CREATE TABLE ordinary(%s)", columns));
  run(db, sqlite3_mprintf("CREATE VIRTUAL TABLE packed USING slots(%s, compress='%s')", columns,
                          profile));
}

/* A url repeats the caption, a code is some digits. */
static void make_rows(sqlite3 *db, int first, int rows) {
  run(db,
      sqlite3_mprintf(
          "WITH RECURSIVE n(i) AS (VALUES(%d) UNION ALL SELECT i + 1 FROM n WHERE i < %d),"
          " c(i, w) AS (SELECT i, CASE i %% 3 WHEN 0 THEN 'river ' WHEN 1 THEN 'old harbour '"
          "   ELSE 'view of a lake ' END || (i * 7919 %% 1013)  FROM n)"
          "INSERT INTO ordinary SELECT i, 'The ' || w, 'http://a.example/' ||"
          " replace('the ' || w, ' ', '-') || '/' || (i * 31), printf('T%%05d', i * 7 %% 90001),"
          " i * 104729 %% 5000 FROM c",
          first, first + rows - 1));
}

static int load(sqlite3 *db, int first) {
  return run(db,
             sqlite3_mprintf("INSERT INTO packed SELECT * FROM ordinary WHERE id >= %d", first));
}

static void check_rows(sqlite3 *db, int rows) {
  char *expected = sqlite3_mprintf("%d 0", rows);
  char *sql = sqlite3_mprintf("SELECT (SELECT count(*) FROM packed) || ' ' ||"
                              " (SELECT count(*) FROM (SELECT * FROM packed EXCEPT"
                              " SELECT * FROM ordinary))");
  char *got = first_value(db, sql);
  if (got != NULL && strcmp(got, expected) != 0) fail("%s rows and others, not %s", got, expected);
  sqlite3_free(expected);
  sqlite3_free(got);
  sqlite3_free(sql);
}

/* A table of one column of texts, `rows` of them for each load, and its bytes after two loads. */
static char *load_texts_twice(const char *profile, int threads, int rows, const char *text) {
  sqlite3 *db = open_slots(":memory:");
  run(db, sqlite3_mprintf("PRAGMA threads = %d", threads));
  run(db, sqlite3_mprintf("CREATE VIRTUAL TABLE packed USING slots(body TEXT, compress='%s')",
                          profile));
  run(db, sqlite3_mprintf("CREATE TABLE ordinary(i INTEGER PRIMARY KEY, body TEXT)"));
  run(db, sqlite3_mprintf("WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n"
                          " WHERE i < %d) INSERT INTO ordinary SELECT i, %s FROM n",
                          rows, text));
  for (int load = 0; load < 2; load++) {
    int rc = run(db, sqlite3_mprintf("INSERT INTO packed SELECT body FROM ordinary ORDER BY i"));
    if (rc != SQLITE_OK) fail("load: %s", sqlite3_errmsg(db));
    run(db, sqlite3_mprintf("INSERT INTO packed(packed) VALUES('optimize')"));
  }
  char *wrong = first_value(db, "SELECT count(*) FROM packed AS p JOIN ordinary AS o ON o.i ="
                                " (p.rowid - 1) % (SELECT max(i) FROM ordinary) + 1"
                                " WHERE p.body IS NOT o.body");
  if (wrong == NULL || strcmp(wrong, "0") != 0) fail("%s rows are others", wrong);
  sqlite3_free(wrong);
  char *sizes = first_value(db, "SELECT group_concat(bytes || ' ' || encoding, ', ')"
                                " FROM slots_layout('packed')");
  sqlite3_close(db);
  return sizes;
}

/* ---- which threads allocate ------------------------------------------------------------------ */

static pthread_t first_thread;
static atomic_int by_others;

static void note_thread(void) {
  if (!pthread_equal(pthread_self(), first_thread)) atomic_fetch_add(&by_others, 1);
}

/* ---- 1. the same rows and bytes -------------------------------------------------------------- */

/* The sizes of all columns after two loads. */
static char *load_twice(const char *profile, int threads, int rows) {
  sqlite3 *db = open_slots(":memory:");
  make_tables(db, profile, threads);
  for (int first = 1; first <= rows + 1; first += rows) {
    make_rows(db, first, rows);
    if (load(db, first) != SQLITE_OK) fail("load: %s", sqlite3_errmsg(db));
  }
  check_rows(db, 2 * rows);
  char *sizes = first_value(db, "SELECT group_concat(slot || ' ' || bytes || ' ' || encoding, ', ')"
                                " FROM slots_layout('packed')");
  sqlite3_close(db);
  return sizes;
}

/* Compares sizes with those expected, and frees them. */
static void check_sizes(const char *profile, int threads, char *sizes, const char *expected) {
  if (expected == NULL || sizes == NULL || strcmp(sizes, expected) != 0) {
    fail("%s, %d threads: %s, not %s", profile, threads, sizes, expected);
  }
  sqlite3_free(sizes);
}

static void same_with(const char *profile, int threads, int rows, const char *expected) {
  check_sizes(profile, threads, load_twice(profile, threads, rows), expected);
}

static void same_bytes_with_any_threads(void) {
  for (int p = 0; p < 3; p++) {
    char *expected = load_twice(profiles[p], 0, ROWS);
    for (int threads = 1; threads <= 4; threads *= 2)
      same_with(profiles[p], threads, ROWS, expected);
    sqlite3_free(expected);
  }
}

/* Of a column, out of what load_twice answers. */
static long bytes_of(const char *sizes, const char *column) {
  const char *place = sizes == NULL ? NULL : strstr(sizes, column);
  return place == NULL ? 0 : strtol(place + strlen(column), NULL, 10);
}

static void same_bytes_after_a_trial(void) {
  for (int p = 0; p < 2; p++) {
    char *expected = load_twice(profiles[p], 0, TRIAL_ROWS);
    if (bytes_of(expected, "url ") >= bytes_of(expected, "caption ")) {
      fail("a url is not derived from the caption in it: %s", expected);
    }
    same_with(profiles[p], 1, TRIAL_ROWS, expected);
    same_with(profiles[p], 4, TRIAL_ROWS, expected);
    sqlite3_free(expected);
  }
}

static void same_texts_with(const char *profile, int threads, int rows, const char *text,
                            const char *expected) {
  check_sizes(profile, threads, load_texts_twice(profile, threads, rows, text), expected);
}

/* Some of these texts equal others, near and far. */
static void same_bytes_of_a_shared_column(void) {
  const char *text = "(SELECT group_concat(printf('%s of the %d', substr('riverlakebridge',"
                     " 1 + n.i / 2 % 2000 * k % 7, 5), n.i / 2 % 2000 * k % 811), ', ')"
                     " FROM (SELECT i AS k FROM n LIMIT 24))";
  for (int p = 0; p < 3; p++) {
    char *expected = load_texts_twice(profiles[p], 0, 6000, text);
    same_texts_with(profiles[p], 1, 6000, text, expected);
    same_texts_with(profiles[p], 4, 6000, text, expected);
    sqlite3_free(expected);
  }
}

/* Sixteen digits leave 8 bytes: here more than is kept, though not in one part. */
static void same_bytes_where_too_much_would_be_kept(void) {
  const char *text =
      "(SELECT group_concat(printf('%016x', i * p << 29), '/') FROM (SELECT 7919 AS p"
      " UNION ALL VALUES (104729), (1299709), (15485863), (179424673), (7927),"
      " (104743), (1299721), (15485867), (179424691), (7933), (104759), (1299743)))";
  char *expected = load_texts_twice("balanced", 0, 60000, text);
  same_texts_with("balanced", 2, 60000, text, expected);
  sqlite3_free(expected);
}

static void threads_only_when_asked_for(void) {
  allocation_watch = note_thread;
  first_thread = pthread_self();
  sqlite3_free(load_twice("balanced", 0, ROWS));
  if (by_others != 0) fail("%d allocations in threads nobody asked for", by_others);
  sqlite3_free(load_twice("balanced", 2, ROWS));
  if (by_others == 0) fail("no other thread has worked");
  allocation_watch = NULL;
}

/* No address space holds a stack of this size, so pthread_create fails. */
#define STACK_TOO_LARGE (SIZE_MAX / 16 * 15)

static void same_bytes_where_no_thread_can_be_had(void) {
  pthread_attr_t before, none;
  char *expected = load_twice("balanced", 0, ROWS);
  pthread_attr_init(&none);
  if (pthread_getattr_default_np(&before) != 0 ||
      pthread_attr_setstacksize(&none, STACK_TOO_LARGE) != 0 ||
      pthread_setattr_default_np(&none) != 0) {
    fail("the size of stacks cannot be set");
  }
  by_others = 0;
  allocation_watch = note_thread;
  same_with("balanced", 2, ROWS, expected);
  allocation_watch = NULL;
  if (by_others != 0) fail("a thread has worked all the same");
  pthread_setattr_default_np(&before);
  pthread_attr_destroy(&none);
  pthread_attr_destroy(&before);
  sqlite3_free(expected);
}

/* ---- 2. memory that fails -------------------------------------------------------------------- */

/* Seals `more` rows behind `loaded` ones; whether the allocation was reached. */
static bool seal_failing(int loaded, int more, int64_t allocation) {
  sqlite3 *db = open_slots(":memory:");
  make_tables(db, "balanced", 2);
  if (loaded > 0) make_rows(db, 1, loaded);
  load(db, 1);
  make_rows(db, loaded + 1, more);
  run(db, sqlite3_mprintf("BEGIN"));
  load(db, loaded + 1);
  allocations_failed = 0;
  allocations_left = allocation;
  int rc = run(db, sqlite3_mprintf("INSERT INTO packed(packed) VALUES('optimize')"));
  bool reached = allocations_failed > 0;
  allocations_left = -1;
  if (rc != SQLITE_OK && (rc != SQLITE_NOMEM || !reached)) {
    fail("allocation %d: answers %d", (int)allocation, rc);
  }
  bool rolled_back = sqlite3_get_autocommit(db) != 0; /* by core, for want of memory */
  run(db, sqlite3_mprintf("COMMIT"));
  check_rows(db, rolled_back ? loaded : loaded + more);
  sqlite3_close(db);
  return reached;
}

/* Each of the first allocations, then ever fewer. */
static void seal_failing_ever_later(int loaded, int more) {
  seal_failing(loaded, more, 0); /* what SQLite makes once, and keeps */
  sqlite3_int64 used = sqlite3_memory_used();
  bool reached = true;
  for (int64_t n = 0; reached; n += 1 + n / 12) {
    reached = seal_failing(loaded, more, n);
    if (sqlite3_memory_used() == used) continue;
    fail("allocation %d: %d bytes lost", (int)n, (int)(sqlite3_memory_used() - used));
  }
}

static void memory_that_fails(void) { seal_failing_ever_later(ROWS / 2, ROWS / 2); }

static void memory_that_fails_while_roles_are_settled(void) {
  seal_failing_ever_later(0, TRIAL_ROWS);
}

/* ---- 3. two connections ---------------------------------------------------------------------- */

static void *load_in_thread(void *sizes) {
  *(char **)sizes = load_twice("balanced", 2, ROWS);
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

/* ---- 4. shared work -------------------------------------------------------------------------- */

#define TASKS 3
#define PARTS 50

typedef struct Sharing {
  atomic_int done[TASKS][PARTS];
  atomic_int begun;    /* parts */
  atomic_int too_late; /* tasks begun before all parts were */
} Sharing;

typedef struct SharedTask {
  Sharing *sharing;
  uint32_t task;
} SharedTask;

static void note_part(ParallelRun *run, void *context, uint32_t n) {
  SharedTask *shared = context;
  (void)run;
  atomic_fetch_add(&shared->sharing->done[shared->task][n], 1);
}

static void share_parts(ParallelRun *run, void *context, uint32_t n) {
  SharedTask shared = {.sharing = context, .task = n};
  parallel_share(run, PARTS, note_part, &shared);
  for (int i = 0; i < PARTS; i++) {
    if (atomic_load(&shared.sharing->done[n][i]) != 1) fail("part %d is not done once", i);
  }
}

static void each_part_is_done_once(void) {
  for (uint32_t threads = 0; threads <= 4; threads++) {
    Sharing sharing = {0};
    ParallelRun *run = parallel_begin(TASKS, threads, share_parts, &sharing);
    if (run == NULL) exit(2);
    parallel_end(run);
    for (int i = 0; i < TASKS * PARTS; i++) {
      if (atomic_load(&sharing.done[i / PARTS][i % PARTS]) != 1) fail("part %d of all", i);
    }
  }
  Sharing alone = {0};
  share_parts(NULL, &alone, 0);
}

/* Waits until a number is reached: for ever, if nobody does anything for it. */
static void wait_for(atomic_int *number, int reached) {
  while (atomic_load(number) < reached) sched_yield();
}

/* One of two parts, which only end together. */
static void wait_for_other(ParallelRun *run, void *context, uint32_t n) {
  Sharing *sharing = context;
  (void)run;
  (void)n;
  atomic_fetch_add(&sharing->begun, 1);
  wait_for(&sharing->begun, 2);
}

static void share_two(ParallelRun *run, void *context, uint32_t n) {
  Sharing *sharing = context;
  if (n == 0) {
    parallel_share(run, 2, wait_for_other, sharing);
  } else if (atomic_load(&sharing->begun) < 2) {
    atomic_fetch_add(&sharing->too_late, 1);
  }
}

static void a_thread_without_a_task_helps(void) {
  for (uint32_t tasks = 1; tasks <= 2; tasks++) {
    Sharing sharing = {0};
    ParallelRun *run = parallel_begin(tasks, 1, share_two, &sharing);
    if (run == NULL || !parallel_has_threads(run)) exit(2);
    wait_for(&sharing.begun, 1); /* the other thread has the first task */
    parallel_end(run);
    if (atomic_load(&sharing.begun) != 2) fail("%d of 2 parts", atomic_load(&sharing.begun));
    if (atomic_load(&sharing.too_late) != 0) fail("a new task is begun before a part of one");
  }
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();
  run_case("same_bytes_with_any_threads", same_bytes_with_any_threads);
  run_case("same_bytes_after_a_trial", same_bytes_after_a_trial);
  run_case("same_bytes_of_a_shared_column", same_bytes_of_a_shared_column);
  run_case("same_bytes_where_too_much_would_be_kept", same_bytes_where_too_much_would_be_kept);
  run_case("threads_only_when_asked_for", threads_only_when_asked_for);
  run_case("same_bytes_where_no_thread_can_be_had", same_bytes_where_no_thread_can_be_had);
  run_case("memory_that_fails", memory_that_fails);
  run_case("memory_that_fails_while_roles_are_settled", memory_that_fails_while_roles_are_settled);
  run_case("two_connections_at_once", two_connections_at_once);
  run_case("each_part_is_done_once", each_part_is_done_once);
  run_case("a_thread_without_a_task_helps", a_thread_without_a_task_helps);
  return failures > 0;
}
