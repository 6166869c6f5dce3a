/*
** fault_test.c: memory runs out, at every allocation in turn.
**
** Plan
**   1 For each script (fault_scripts.h): prepare a fresh connection, let one allocation fail (once,
**     then that and all that follow), run the statement; for each place that allocates, on
**     every way to it (allocation_sites.h). And again in a savepoint, and with the statement
**     prepared before. Some scripts end with an error of their own.
**   2 After each failure: the error is SQLITE_NOMEM, or the script's own in its own words; the
**     table holds the rows of before, and ROLLBACK leaves what an ordinary table has; a cache has
**     the rows of its table.
**   3 The same for loading the extension, which then is loaded again.
**   4 Nothing is leaked: SQLite counts no memory once all is closed.
*/
#define _POSIX_C_SOURCE 200809L
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocation_sites.h"
#include "cases.h"
#include "database.h"
#include "fault_scripts.h"

/* ---- running ------------------------------------------------------------------------- */

#define UTF16 "PRAGMA encoding = 'UTF-16le'"
#define SEE (-1L) /* in place of an allocation's number */

/* PREPARED: the numbers begin with what the first statement allocates while it runs. */
typedef enum Mode { AUTOCOMMIT, IN_SAVEPOINT, PREPARED, MODES } Mode;

static const char *const mode_names[MODES] = {"autocommit", "in a savepoint", "prepared"};

static void remove_files(void) {
  unlink("fault.slots");
  unlink("fault.cache");
  unlink("fault.db");
}

/* nested(SQL): runs it in the middle of another statement. */
static void nested(sqlite3_context *context, int argc, sqlite3_value **argv) {
  (void)argc;
  sqlite3 *db = sqlite3_context_db_handle(context);
  const char *sql = (const char *)sqlite3_value_text(argv[0]);
  int rc = sql == NULL ? SQLITE_NOMEM : sqlite3_exec(db, sql, NULL, NULL, NULL);
  if (rc != SQLITE_OK) sqlite3_result_error_code(context, rc);
}

/* A script, and how it is run. */
typedef struct Trial {
  const Script *script;
  int error;           /* that it ends with where memory is enough; 0: none */
  const char *pragmas; /* run before t is made, or NULL */
  Mode mode;
} Trial;

static sqlite3 *open_database(const Trial *trial) {
  remove_files();
  sqlite3 *db = open_slots(":memory:");
  if (sqlite3_create_function(db, "nested", 1, SQLITE_UTF8, NULL, nested, NULL, NULL)) abort();
  if (trial->pragmas != NULL) must(db, trial->pragmas);
  must(db, "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, b, c INT, d REAL, e TEXT, "
           "INDEX(b), UNIQUE(d, c))");
  must(db, trial->script->before);
  return db;
}

/* All rows as one text, in sqlite3_malloc's memory. */
static char *contents(sqlite3 *db) {
  static const char sql[] =
      "SELECT group_concat(id || quote(b) || quote(c) || quote(d) || quote(e), ';') FROM t";
  sqlite3_stmt *statement = NULL;
  char *text = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    text = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
  }
  if (sqlite3_finalize(statement) != SQLITE_OK || text == NULL) {
    text = sqlite3_mprintf("error: %s", sqlite3_errmsg(db));
  }
  return text;
}

/* The first value of the first row, -1 after an error. */
static int ask(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  int answer = -1;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    answer = sqlite3_column_int(statement, 0);
  }
  return sqlite3_finalize(statement) == SQLITE_OK ? answer : -1;
}

/*
** Whether the cache c, if there is one, has the rows of p. A failed CREATE TRIGGER leaves core a
** temp schema to be read again, which may end the first statement with an error, never with old
** rows.
*/
static int cache_is_fresh(sqlite3 *db) {
  static const char there[] = "SELECT count(*) FROM sqlite_schema WHERE name = 'c'";
  static const char fresh[] = "SELECT (SELECT count(*) FROM p) = (SELECT count(*) FROM c) AND "
                              "NOT EXISTS (SELECT * FROM p EXCEPT SELECT * FROM c)";
  if (ask(db, there) == 0) return 1;
  int answer = ask(db, fresh);
  return (answer == -1 ? ask(db, fresh) : answer) == 1;
}

/*
** Runs the statements, the first of them prepared before memory runs out where `prepared` says so.
** With SEE, none fails, and those that are worth it are chosen.
*/
static int run_without_memory(sqlite3 *db, const char *sql, long n, bool prepared) {
  sqlite3_stmt *statement = NULL;
  const char *rest = sql;
  int rc = SQLITE_OK;
  if (prepared) rc = sqlite3_prepare_v2(db, sql, -1, &statement, &rest);
  allocations_failed = 0;
  allocations_left = n;
  if (n == SEE) begin_to_see();
  if (statement != NULL) {
    do rc = sqlite3_step(statement);
    while (rc == SQLITE_ROW);
    if (rc == SQLITE_DONE) rc = SQLITE_OK;
    sqlite3_finalize(statement);
  }
  if (rc == SQLITE_OK) rc = sqlite3_exec(db, rest, NULL, NULL, NULL);
  allocations_left = -1;
  if (n == SEE) end_seeing();
  return rc;
}

static char words[400]; /* that the script's error has where memory is enough */

static void keep_words(sqlite3 *db) { snprintf(words, sizeof words, "%s", sqlite3_errmsg(db)); }

/* One try with allocation number `n` failing; what is wrong then is the reason of the case. */
static void try_failure(const Trial *trial, long n) {
  bool in_transaction = trial->mode == IN_SAVEPOINT;
  sqlite3 *db = open_database(trial);
  char *before = contents(db);
  if (in_transaction) sqlite3_exec(db, "BEGIN; SAVEPOINT s", NULL, NULL, NULL);
  int rc = run_without_memory(db, trial->script->tested, n, trial->mode == PREPARED);
  if (rc != trial->error && rc != SQLITE_NOMEM) {
    fail("failure %ld: error %d, %s", n, rc, sqlite3_errmsg(db));
  }
  if (n == SEE) keep_words(db);
  /* Without any memory core has none for the words. */
  if (rc == trial->error && !failing_lasts && strcmp(sqlite3_errmsg(db), words) != 0) {
    fail("failure %ld: error %d says %s", n, rc, sqlite3_errmsg(db));
  }
  /* A statement of the extension's own that fails rolls back, which has to be told. */
  if (in_transaction && rc == SQLITE_OK && sqlite3_get_autocommit(db)) {
    fail("failure %ld: the transaction ended without an error", n);
  }
  /* After some errors core has rolled everything back by itself. */
  if (in_transaction) sqlite3_exec(db, "ROLLBACK TO s", NULL, NULL, NULL);
  if (in_transaction || rc != SQLITE_OK) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  if (rc != SQLITE_OK || in_transaction) {
    char *after = contents(db);
    if (strcmp(before, after) != 0) fail("failure %ld: rows changed to %.60s", n, after);
    sqlite3_free(after);
  }
  if (!cache_is_fresh(db)) fail("failure %ld: the cache is stale, or %s", n, sqlite3_errmsg(db));
  sqlite3_free(before);
  sqlite3_close(db);
  if (rc != trial->error && allocations_failed == 0) {
    fail("failure %ld: an error without a failure", n);
  }
  long long leaked = sqlite3_memory_used();
  if (leaked != 0) fail("failure %ld: %lld bytes leaked", n, leaked);
}

static void run_trial(const Trial *trial) {
  char name[160];
  snprintf(name, sizeof name, "%s%s, %s, %s", trial->script->name,
           trial->pragmas == NULL ? "" : " in UTF-16",
           failing_lasts ? "no memory from then on" : "one allocation fails",
           mode_names[trial->mode]);
  /* Under valgrind and the sanitizers, where MEMORY is set, a few of them. */
  size_t step = getenv("MEMORY") == NULL ? 1 : 8;
  try_failure(trial, SEE);
  for (size_t i = 0; i < chosen_count && reason[0] == 0; i += step) try_failure(trial, chosen[i]);
  report(name);
}

/* ---- loading the extension ------------------------------------------------------------- */

/* Where it fails, loading it again makes up for all that is missing. */
static void try_loading(long n) {
  sqlite3 *db = NULL;
  char *error = NULL;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK) abort();
  allocations_failed = 0;
  allocations_left = n;
  if (n == SEE) begin_to_see();
  int rc = sqlite3_slots_init(db, &error, NULL);
  allocations_left = -1;
  if (n == SEE) end_seeing();
  if (rc != SQLITE_OK && (rc != SQLITE_NOMEM || allocations_failed == 0)) {
    fail("failure %ld: error %d", n, rc);
  }
  sqlite3_free(error);
  /* Core goes on without a larger hash table: then all is there. */
  if (rc != SQLITE_OK) rc = sqlite3_slots_init(db, NULL, NULL);
  if (rc != SQLITE_OK) fail("failure %ld: not loaded again", n);
  must(db, "CREATE VIRTUAL TABLE t USING slots(a); INSERT INTO t VALUES(1);"
           "SELECT slots_count('t') FROM slots_stats('t'), slots_progress");
  sqlite3_close(db);
  long long leaked = sqlite3_memory_used();
  if (leaked != 0) fail("failure %ld: %lld bytes leaked", n, leaked);
}

static void load_the_extension(void) {
  try_loading(SEE);
  for (size_t i = 0; i < chosen_count; i++) try_loading(chosen[i]);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void run_all(Mode modes) {
  for (Mode mode = 0; mode < modes; mode++) {
    for (size_t i = 0; i < COUNT(scripts); i++) {
      run_trial(&(Trial){.script = &scripts[i], .mode = mode});
    }
    for (size_t i = 0; i < COUNT(scripts_utf16); i++) {
      run_trial(&(Trial){.script = &scripts_utf16[i], .pragmas = UTF16, .mode = mode});
    }
    for (size_t i = 0; i < COUNT(refusals); i++) {
      const Refusal *refusal = &refusals[i];
      run_trial(&(Trial){.script = &refusal->script, .error = refusal->error, .mode = mode});
    }
  }
}

int main(void) {
  /* Where files are in memory, as none of them has to last. */
  char folder[] = "/dev/shm/slots-fault-XXXXXX";
  const char *build = getenv("BUILD");
  bool in_memory = mkdtemp(folder) != NULL;
  if (chdir(in_memory ? folder : build != NULL ? build : "build") != 0) return 1;
  install_failing_allocator();
  run_case("the extension is loaded, one allocation fails", load_the_extension);
  run_all(MODES);
  failing_lasts = true;
  run_case("the extension is loaded, no memory from then on", load_the_extension);
  run_all(PREPARED);
  remove_files();
  if (in_memory) rmdir(folder);
  return failures > 0;
}
