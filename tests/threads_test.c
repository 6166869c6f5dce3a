/*
** threads_test.c: connections of several threads, over what a process shares.
**
** A connection belongs to one thread at a time; what they share is the list of
** registries, of long works, of mapped files, and files. Meant for ThreadSanitizer
** (make check-tsan), and true without it.
**
** Plan
**   1 threads with tables of their own: created, filled, sealed, changed, rolled
**     back, dropped, connections opened and closed
**   2 caches over a table of a file that another thread changes, with a shared
**     snapshot and without: each read sees whole transactions
**   3 one thread saves a snapshot again and again, others map it: each statement
**     sees one version
**   4 a thread that looks at slots_progress all the while
*/
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "database.h"

#define ROUNDS 6
#define ROWS 3000

static char folder[] = "/tmp/slots-threads-XXXXXX";
static char database[64], image[64], snapshot[64];

/* ---- what the threads report ------------------------------------------------------------- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int passed, failed, working;

static void check(int right, const char *name, const char *what) {
  pthread_mutex_lock(&mutex);
  right ? passed++ : failed++;
  printf("%s %s: %s\n", right ? "ok" : "not ok", name, what);
  pthread_mutex_unlock(&mutex);
}

static int others_work(void) {
  pthread_mutex_lock(&mutex);
  int left = working;
  pthread_mutex_unlock(&mutex);
  return left > 0;
}

static void work_ended(void) {
  pthread_mutex_lock(&mutex);
  working--;
  pthread_mutex_unlock(&mutex);
}

/* ---- SQL ------------------------------------------------------------------------------------ */

static sqlite3 *open_database(const char *path) {
  sqlite3 *db = open_slots(path);
  sqlite3_busy_timeout(db, 60000);
  return db;
}

static void run_format(sqlite3 *db, const char *format, const char *path, int number) {
  char *sql = sqlite3_mprintf(format, path, number);
  must(db, sql);
  sqlite3_free(sql);
}

/* The first value of the first row. */
static sqlite3_int64 ask(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  sqlite3_int64 answer = -1;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    answer = sqlite3_column_int64(statement, 0);
  }
  if (sqlite3_finalize(statement) != SQLITE_OK) printf("# %s: %s\n", sql, sqlite3_errmsg(db));
  return answer;
}

#define NUMBERS "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "

/* ---- 1. tables of one's own ------------------------------------------------------------------ */

static void *keep_own_tables(void *argument) {
  (void)argument;
  int right = 0;
  for (int round = 0; round < ROUNDS; round++) {
    sqlite3 *db = open_database(":memory:");
    must(db, "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, a TEXT, n INT, INDEX(n))");
    must(db, NUMBERS "INSERT INTO t SELECT i, 'a row of words ' || i % 70, i FROM n");
    must(db, "INSERT INTO t(t) VALUES('optimize')");
    must(db, "BEGIN; UPDATE t SET n = n + 1; DELETE FROM t WHERE id % 3 = 0; ROLLBACK");
    must(db,
         "UPDATE t SET a = 'other' WHERE id % 5 = 0; INSERT INTO t(t) VALUES('integrity-check')");
    right += ask(db, "SELECT count(*) FROM t WHERE n = id AND (a = 'other' OR id % 5)") == ROWS;
    if (round % 2) must(db, "DROP TABLE t");
    right += sqlite3_close(db) == SQLITE_OK;
  }
  check(right == 2 * ROUNDS, "own tables", "are as they should be");
  work_ended();
  return NULL;
}

/* ---- 2. caches ------------------------------------------------ */

/* Moves one from a row to another: the sum stays. */
static void *change_source(void *argument) {
  (void)argument;
  sqlite3 *db = open_database(database);
  for (int round = 0; round < ROUNDS * 4; round++) {
    must(db, "BEGIN IMMEDIATE");
    run_format(db, "UPDATE photos SET n = n - 1 %sWHERE id = %d", "", 1 + round);
    run_format(db, "UPDATE photos SET n = n + 1 %sWHERE id = %d", "", 2000 + round);
    if (round % 8 == 0) must(db, "UPDATE photos SET caption = caption || '.' WHERE id % 4 = 0");
    must(db, "COMMIT");
    sqlite3_sleep(3);
  }
  check(sqlite3_close(db) == SQLITE_OK, "source", "is changed");
  work_ended();
  return NULL;
}

static void read_cache(const char *declaration) {
  int right = 0;
  sqlite3 *db = NULL;
  for (int round = 0; round < ROUNDS * 4; round++) {
    if (db == NULL) {
      db = open_database(database);
      run_format(db, declaration, image, 0);
    }
    right += ask(db, "SELECT sum(n) * 10000 + count(*) FROM c") == 3000LL * 10000 + ROWS;
    if (round % 6 == 5) {
      sqlite3_close(db);
      db = NULL;
    }
  }
  sqlite3_close(db);
  check(right == ROUNDS * 4, "cache", "sees whole transactions");
  work_ended();
}

/* With a file of its own, and with what connections of a process share without one. */
static void *read_cache_of_file(void *argument) {
  (void)argument;
  read_cache("CREATE VIRTUAL TABLE temp.c USING slots(content='photos', snapshot='%s')");
  return NULL;
}

static void *read_cache_of_process(void *argument) {
  (void)argument;
  read_cache("CREATE VIRTUAL TABLE temp.c USING slots(content='photos')");
  return NULL;
}

/* ---- 3. snapshots ------------------------------------------------ */

static void save_version(sqlite3 *db, int version) {
  run_format(db, "UPDATE t SET word = 'version %s' || %d", "", version);
  run_format(db, "SELECT slots_save('t', '%s') + %d", snapshot, 0);
}

static sqlite3 *open_saver(void) {
  sqlite3 *db = open_database(":memory:");
  must(db, "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, word TEXT, n INT)");
  must(db, NUMBERS "INSERT INTO t SELECT i, '', i FROM n");
  save_version(db, 0);
  return db;
}

static void *save_snapshots(void *argument) {
  sqlite3 *db = argument;
  for (int round = 1; round < ROUNDS * 2; round++) save_version(db, round);
  check(sqlite3_close(db) == SQLITE_OK, "snapshot", "is saved again and again");
  work_ended();
  return NULL;
}

static void *map_snapshots(void *argument) {
  (void)argument;
  int right = 0;
  sqlite3 *db = NULL;
  for (int round = 0; round < ROUNDS * 4; round++) {
    if (db == NULL) {
      db = open_database(":memory:");
      run_format(db, "CREATE VIRTUAL TABLE t USING slots(snapshot='%s', follow=on)", snapshot, 0);
    }
    right += ask(db, "SELECT count(*) = 3000 AND min(word) = max(word) FROM t") == 1;
    if (round % 5 == 4) {
      sqlite3_close(db);
      db = NULL;
    }
  }
  sqlite3_close(db);
  check(right == ROUNDS * 4, "mapped", "is one version");
  work_ended();
  return NULL;
}

/* ---- 4. progress ------------------------------------------------ */

static void *look_at_progress(void *argument) {
  (void)argument;
  sqlite3 *db = open_database(":memory:");
  int right = 1;
  while (others_work()) {
    right &= ask(db, "SELECT count(*) + sum(length(work) * 0) >= 0 FROM slots_progress") >= 0;
    sqlite3_sleep(1);
  }
  check(right && sqlite3_close(db) == SQLITE_OK, "progress", "is looked at");
  return NULL;
}

/* ---- all of them ------------------------------------------------ */

static void make_source(void) {
  sqlite3 *db = open_database(database);
  must(db, "PRAGMA journal_mode = wal");
  must(db, "CREATE TABLE photos(id INTEGER PRIMARY KEY, caption TEXT, n INT)");
  must(db, NUMBERS "INSERT INTO photos SELECT i, 'a photo of the river ' || i, 1 FROM n");
  sqlite3_close(db);
}

static void remove_files(void) {
  static const char *const ends[] = {"", "-wal", "-shm"};
  char path[80];
  for (int i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s%s", database, ends[i]);
    unlink(path);
  }
  unlink(image);
  unlink(snapshot);
  rmdir(folder);
}

int main(void) {
  if (mkdtemp(folder) == NULL) return 2;
  snprintf(database, sizeof database, "%s/database", folder);
  snprintf(image, sizeof image, "%s/image.slots", folder);
  snprintf(snapshot, sizeof snapshot, "%s/saved.slots", folder);
  make_source();
  sqlite3 *saver = open_saver();
  void *(*const bodies[])(void *) = {
      keep_own_tables,    keep_own_tables,       change_source,         read_cache_of_file,
      read_cache_of_file, read_cache_of_process, read_cache_of_process, save_snapshots,
      map_snapshots,      map_snapshots,         look_at_progress};
  enum { THREADS = sizeof bodies / sizeof bodies[0] };
  pthread_t threads[THREADS];
  working = THREADS - 1;
  for (int i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, bodies[i], saver) != 0) return 2;
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  remove_files();
  fprintf(stderr, "%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
