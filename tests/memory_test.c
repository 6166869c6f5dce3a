/*
** memory_test.c: what a process holds for itself alone once rows were sealed (base/memory.h).
**
** Plan
**   1 A load in the first thread of a process, and one in another thread, whose heap is another
**     one: of the many megabytes that coding takes little is left. tests/shell.test, 4, has the
**     small blocks.
**
** True with glibc's allocator, as it is; the sanitizers have others, which keep what is freed.
*/
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"
#include "database.h"
#include "first_value.h"

#define LEFT_KB 2500 /* half of it pages of the program and of the database file */

#define ROWS "memory_test.db" /* in a folder of the process */

static const char source[] =
    "CREATE TABLE p(id INTEGER PRIMARY KEY, caption TEXT, url TEXT);"
    "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 66000) INSERT INTO p "
    "SELECT i, 'a picture of ' || hex(i * 7919 % 65521) || substr('north south east west', i % "
    "17), "
    "printf('http://img%d.example.org/%d/%x/photo-%d.jpg', i % 4, 2000 + i % 20, i * 48271, i) "
    "FROM s";

/* KB of pages that are the process's alone; -1: the system does not say. */
static long private_kb(void) {
  char line[200];
  long sum = 0, part;
  FILE *file = fopen("/proc/self/smaps_rollup", "r");
  if (file == NULL) return -1;
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "Private_Clean: %ld", &part) == 1) sum += part;
    if (sscanf(line, "Private_Dirty: %ld", &part) == 1) sum += part;
  }
  fclose(file);
  return sum;
}

/* The rows lie in a file, as a table in memory would leave much behind that is freed by the load. */
static void make_rows(void) {
  remove(ROWS);
  sqlite3 *db = open_slots(ROWS);
  must(db, source);
  sqlite3_close(db);
}

/* KB that a load leaves beyond the table's own bytes. */
static long left_by_load(void) {
  sqlite3 *db = open_slots(":memory:");
  must(db, "ATTACH '" ROWS "' AS f; PRAGMA f.cache_size = 64; SELECT sum(length(url)) FROM p;"
           "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, caption TEXT, url TEXT)");
  long before = private_kb();
  must(db, "INSERT INTO t SELECT * FROM p");
  long grown = private_kb() - before;
  char *bytes = first_value(db, "SELECT value / 1024 FROM slots_stats('t') WHERE name = 'bytes'");
  if (bytes != NULL) grown -= atol(bytes);
  sqlite3_free(bytes);
  sqlite3_close(db);
  return grown;
}

static void *load(void *unused) {
  (void)unused;
  long left = left_by_load();
  if (left > LEFT_KB) fail("%ld KB are left", left);
  return NULL;
}

static void in_the_first_thread(void) { load(NULL); }

static void in_a_thread_of_its_own(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, load, NULL) != 0) abort();
  pthread_join(thread, NULL);
}

/* Where every page may be one of 2 MB, a byte of it keeps them all. */
static bool has_huge_pages(void) {
  char line[100] = "";
  FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");
  if (file == NULL) return false;
  bool always = fgets(line, sizeof line, file) != NULL && strstr(line, "[always]") != NULL;
  fclose(file);
  return always;
}

static bool has_own_allocator(void) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
  return true;
#else
  return getenv("LD_PRELOAD") != NULL || private_kb() < 0;
#endif
}

/* Each case in a process that has not done anything yet. */
static void run_apart(const char *name, void (*body)(void)) {
  int status = 0;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    body();
    report(name);
    exit(failures > 0);
  }
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) failures++;
}

int main(void) {
  if (has_own_allocator() || has_huge_pages()) {
    report("another allocator, huge pages, or no /proc: nothing to see");
    return 0;
  }
  run_apart("memory-1.rows", make_rows);
  run_apart("memory-1.first_thread", in_the_first_thread);
  run_apart("memory-1.other_thread", in_a_thread_of_its_own);
  remove(ROWS);
  return failures > 0;
}
