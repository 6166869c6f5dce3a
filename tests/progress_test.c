/*
** progress_test.c: long work is seen from another connection, and can be stopped.
**
** Plan
**   1 optimize, slots_save, the load of a cache, its refresh, integrity-check: another thread
**     sees in slots_progress what goes on, rows that grow, and nothing once it is done
**   2 the same, interrupted: SQLITE_INTERRUPT, and the table is as it was before the transaction
**   3 the same, interrupted at random moments: done or as it was, nothing between; and at random
**     allocations, where the work waits for the interrupt: on a busy machine others may come late
**   4 two works at once, each on its own line
**   5 a clock that is set back
*/
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alarm.h"
#include "base/progress.h"
#include "database.h"
#include "failing_allocator.h"

#define ROWS 200000
#define TRIES 20
#define FILE_SAVED "progress_test.slots" /* in a folder of the process */

static int passed, failed;

static void check(int right, const char *what, const char *which, int interrupt) {
  right ? passed++ : failed++;
  const char *how = interrupt ? " interrupted" : "";
  printf("%s %s%s: %s\n", right ? "ok" : "not ok", which, how, what);
}

static sqlite3_int64 ask(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  sqlite3_int64 answer = -1;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) return -1;
  if (sqlite3_step(statement) == SQLITE_ROW) answer = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return answer;
}

/* ---- the thread that looks ------------------------------------------------------------ */

typedef struct Watch {
  const char *work;
  sqlite3 *victim;   /* to be interrupted when the work is seen, or NULL */
  atomic_bool ready; /* it looks */
  pthread_mutex_t mutex;
  int stop;
  int seen; /* how often */
  int grew; /* how often more rows were done than the last time */
  int steps_back;
  int wrong; /* lines about something else */
} Watch;

static int stopped(Watch *watch) {
  pthread_mutex_lock(&watch->mutex);
  int stop = watch->stop;
  pthread_mutex_unlock(&watch->mutex);
  return stop;
}

static void look(Watch *watch, sqlite3_stmt *statement, sqlite3_int64 *last) {
  while (sqlite3_step(statement) == SQLITE_ROW) {
    sqlite3_int64 done = sqlite3_column_int64(statement, 2);
    sqlite3_int64 total = sqlite3_column_int64(statement, 3);
    int right = strcmp((const char *)sqlite3_column_text(statement, 0), watch->work) == 0 &&
                sqlite3_column_double(statement, 4) >= 0 && (total == 0 || done <= total + ROWS);
    watch->wrong += !right;
    watch->seen++;
    watch->grew += done > *last;
    watch->steps_back += done < *last;
    *last = done;
    if (watch->victim != NULL && done > 0) sqlite3_interrupt(watch->victim);
  }
  sqlite3_reset(statement);
}

static void *watch_progress(void *argument) {
  Watch *watch = argument;
  sqlite3 *db = open_slots(":memory:");
  sqlite3_stmt *statement = NULL;
  sqlite3_int64 last = 0;
  sqlite3_prepare_v2(db, "SELECT * FROM slots_progress", -1, &statement, NULL);
  atomic_store(&watch->ready, true);
  while (!stopped(watch)) look(watch, statement, &last);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return NULL;
}

/* ---- the work ---------------------------------------------------------------------------- */

typedef struct Work {
  const char *name; /* in slots_progress */
  const char *before;
  const char *sql;
} Work;

static const Work works[] = {
    {"optimize", "BEGIN; UPDATE t SET n = n + 1 WHERE id % 4 = 0",
     "INSERT INTO t(t) VALUES('optimize')"},
    /* So few that they stay open at commit. */
    {"optimize", "UPDATE t SET n = n + 1 WHERE id % 10 = 0", "INSERT INTO t(t) VALUES('optimize')"},
    {"save", "UPDATE t SET n = n + 1 WHERE id % 10 = 0",
     "SELECT slots_save('t', '" FILE_SAVED "')"},
    {"integrity-check", "SELECT 1", "INSERT INTO t(t) VALUES('integrity-check')"},
    {"load", "DROP TABLE c; CREATE VIRTUAL TABLE c USING slots(content='o')",
     "SELECT count(*) FROM c"},
    {"refresh", "SELECT count(*) FROM c", "INSERT INTO c(c) VALUES('rebuild')"},
};

static sqlite3 *prepare_tables(void) {
  sqlite3 *db = open_slots(":memory:");
  must(db, "CREATE TABLE o(id INTEGER PRIMARY KEY, name TEXT, n INT);"
           "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 200000) "
           "INSERT INTO o SELECT i, 'name ' || (i * 7919 % 10007), i FROM s;"
           "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, name TEXT, n INT, INDEX(n));"
           "INSERT INTO t SELECT * FROM o; CREATE VIRTUAL TABLE c USING slots(content='o')");
  return db;
}

static sqlite3_int64 fingerprint_of(sqlite3 *db, const char *table) {
  char *sql = sqlite3_mprintf("SELECT sum(id * (n + 31) + n * 7 + length(name) + "
                              "unicode(substr(name, 6)) * 1009) + count(*) FROM %s",
                              table);
  sqlite3_int64 sum = ask(db, sql);
  sqlite3_free(sql);
  return sum;
}

static sqlite3_int64 fingerprint(sqlite3 *db) { return fingerprint_of(db, "t"); }

/*
** False: it was over before the other thread came to look, which says nothing; unless it is the
** last try.
*/
static int run_work(const Work *work, int interrupt, int last_try) {
  sqlite3 *db = prepare_tables();
  Watch watch = {.work = work->name, .victim = interrupt ? db : NULL};
  pthread_t thread;
  pthread_mutex_init(&watch.mutex, NULL);
  sqlite3_int64 start = fingerprint(db);
  must(db, work->before);
  /* Core rolls back the whole transaction when a statement that writes is interrupted. */
  int undone = interrupt && strncmp(work->before, "BEGIN", 5) == 0;
  sqlite3_int64 wanted = undone ? start : fingerprint(db);
  if (pthread_create(&thread, NULL, watch_progress, &watch) != 0) exit(1);
  while (!atomic_load(&watch.ready)) sched_yield();
  int rc = sqlite3_exec(db, work->sql, NULL, NULL, NULL);
  pthread_mutex_lock(&watch.mutex);
  watch.stop = 1;
  pthread_mutex_unlock(&watch.mutex);
  pthread_join(thread, NULL);
  pthread_mutex_destroy(&watch.mutex);
  if (watch.grew == 0 && !last_try) {
    sqlite3_close(db);
    return 0;
  }
  const char *name = work->name;
  int lines = (int)ask(db, "SELECT count(*) FROM slots_progress");
  check(rc == (interrupt ? SQLITE_INTERRUPT : SQLITE_OK), "ends as it should", name, interrupt);
  check(watch.seen > 0 && watch.grew > 0, "is seen, and grows", name, interrupt);
  check(watch.wrong == 0 && watch.steps_back == 0, "is seen right", name, interrupt);
  check(lines == 0, "is not seen when it is over", name, interrupt);
  check(fingerprint(db) == wanted, "leaves the table as it was", name, interrupt);
  check(ask(db, "SELECT count(*) FROM c") == ROWS, "leaves the cache right", name, interrupt);
  must(db, "INSERT INTO t(t) VALUES('integrity-check')");
  check(sqlite3_close(db) == SQLITE_OK, "leaves nothing open", name, interrupt);
  return 1;
}

/* ---- random moments ------------------------------------------------------------------------- */

#define MOMENTS 2 /* of either kind */

typedef struct Moment {
  long nanoseconds; /* after the work began, or */
  long allocation;  /* its number; 0: by time */
} Moment;

static sqlite3 *allocating;            /* to be interrupted at the last one of its */
static long allocated, last_allocated; /* allocations */

static void note_allocation(void) {
  if (++allocated != last_allocated) return;
  Alarm alarm;
  alarm_set(&alarm, allocating, 0);
  alarm_end(&alarm);
}

/* The work up to its end, or an interrupt; with 0 as the last allocation there is none. */
static int run_to_allocation(sqlite3 *db, const Work *work, long last) {
  allocating = db;
  allocated = 0;
  last_allocated = last;
  allocation_watch = note_allocation;
  int rc = sqlite3_exec(db, work->sql, NULL, NULL, NULL);
  allocation_watch = NULL;
  return rc;
}

static int run_for_time(sqlite3 *db, const Work *work, long nanoseconds) {
  Alarm alarm;
  alarm_set(&alarm, db, nanoseconds);
  int rc = sqlite3_exec(db, work->sql, NULL, NULL, NULL);
  alarm_end(&alarm);
  return rc;
}

/* Runs the work with an interrupt at that moment; whether it came in time. */
static int interrupt_once(sqlite3 *db, const Work *work, const Moment *moment, int *right) {
  sqlite3_int64 start = fingerprint(db);
  must(db, work->before);
  sqlite3_int64 before = fingerprint(db);
  int rc = moment->allocation > 0 ? run_to_allocation(db, work, moment->allocation)
                                  : run_for_time(db, work, moment->nanoseconds);
  /* Core rolls back the whole transaction when a statement that writes is interrupted. */
  int undone = sqlite3_get_autocommit(db) && strncmp(work->before, "BEGIN", 5) == 0;
  if (!sqlite3_get_autocommit(db)) must(db, "COMMIT");
  *right = *right && (rc == SQLITE_OK || rc == SQLITE_INTERRUPT) &&
           fingerprint(db) == (undone ? start : before) &&
           fingerprint_of(db, "c") == fingerprint_of(db, "o") &&
           sqlite3_exec(db, "INSERT INTO t(t) VALUES('integrity-check')", NULL, NULL, NULL) == 0;
  return rc == SQLITE_INTERRUPT;
}

static void run_interrupted(const Work *work) {
  sqlite3 *db = prepare_tables();
  int right = 1, interrupted = 0;
  must(db, work->before);
  long began = now();
  right = run_to_allocation(db, work, 0) == SQLITE_OK;
  long taken = now() - began, all = allocated;
  if (!sqlite3_get_autocommit(db)) must(db, "COMMIT");
  if (taken > 900000000) taken = 900000000;
  for (int i = 0; i < MOMENTS; i++) {
    /* One after the other, each somewhere in its part of the time. */
    long part = taken / MOMENTS;
    Moment time = {.nanoseconds = part * i + rand() % (part + 1)};
    /* In the first half: the work must still ask whether it is to stop. */
    Moment allocation = {.allocation = 1 + rand() % (all / 2)};
    interrupt_once(db, work, &time, &right);
    interrupted += interrupt_once(db, work, &allocation, &right);
  }
  check(right, "is done or leaves all as it was, at any moment", work->name, 1);
  check(interrupted == MOMENTS, "is interrupted at each random allocation", work->name, 1);
  check(sqlite3_close(db) == SQLITE_OK, "leaves nothing open, at any moment", work->name, 1);
}

/* ---- two works ------------------------------------------------------------------------------ */

static atomic_int ended; /* of the two */

static void *optimize_elsewhere(void *argument) {
  sqlite3 *db = argument;
  must(db, "BEGIN; UPDATE t SET n = n + 1 WHERE id % 4 = 0; INSERT INTO t(t) VALUES('optimize')");
  atomic_fetch_add(&ended, 1);
  return NULL;
}

/* The most that a third connection sees at once. */
static sqlite3_int64 count_two(void) {
  sqlite3 *db[2] = {prepare_tables(), prepare_tables()};
  sqlite3 *third = open_slots(":memory:");
  pthread_t threads[2];
  sqlite3_int64 most = 0;
  atomic_store(&ended, 0);
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, optimize_elsewhere, db[i]);
  while (atomic_load(&ended) < 2 && most < 2) {
    sqlite3_int64 lines = ask(third, "SELECT count(*) FROM slots_progress");
    if (lines > most) most = lines;
  }
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < 2; i++) sqlite3_close(db[i]);
  sqlite3_close(third);
  return most;
}

/* On a busy machine one may be over before the other begins. */
static void run_two(void) {
  sqlite3_int64 most = 0;
  for (int tries = 0; tries < 5 && most < 2; tries++) most = count_two();
  check(most == 2, "both are seen", "two works", 0);
}

/* ---- the clock ------------------------------------------------------------------------------ */

static void run_clock(void) {
  sqlite3 *db = open_slots(":memory:");
  Progress progress = {.db = db, .work = "optimize", .target = "t"};
  progress_begin(&progress);
  progress.began += 3600000; /* as if the clock had been set back since */
  sqlite3_int64 right = ask(db, "SELECT seconds = 0 FROM slots_progress");
  progress_end(&progress);
  check(right == 1, "has taken no less than no time", "a clock that is set back", 0);
  sqlite3_close(db);
}

int main(void) {
  char folder[] = "/tmp/slots-progress-XXXXXX";
  install_failing_allocator();
  if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
    printf("cannot make %s\n", folder);
    return 1;
  }
  for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
    for (int interrupt = 0; interrupt < 2; interrupt++) {
      int tries = 1;
      while (!run_work(&works[i], interrupt, tries == TRIES)) tries++;
    }
    run_interrupted(&works[i]);
  }
  remove(FILE_SAVED);
  rmdir(folder);
  run_two();
  run_clock();
  fprintf(stderr, "%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
