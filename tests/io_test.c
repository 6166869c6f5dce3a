/*
** io_test.c: files fail, at every call in turn.
**
** Plan
**   1 Scripts over a database file: a cache over its table (rollback journal, WAL), one in
**     temp, the shadow table of a mapped table, a slots table in temp beside it. Each runs
**     while call number n of one kind fails (reading, writing, no space left, syncing,
**     opening, a lock that is held), once or from then on, for n = 0, 1, 2 ... until it
**     needs no more of them; what makes no such call is not reported.
**   2 A query under test answers with an error, or with what its source has: never with
**     stale rows.
**   3 Afterwards, with files that work: the cache c has the rows of p; the slots table t
**     those of the ordinary table o, whatever was committed or rolled back; both are sound;
**     nothing leaked.
*/
#define _POSIX_C_SOURCE 200809L
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cases.h"
#include "database.h"
#include "failing_vfs.h"

typedef struct Script {
  const char *name;
  const char *before; /* runs without failures, on p with its cache c, o and t */
  const char *other;  /* the same, in another connection */
  const char *tested;
  const char *query; /* is tested too: a row of c's, or NULL */
  const char *same;  /* the query of p that has the same answer */
} Script;

#define SUMS(table) "SELECT count(*), sum(id), sum(length(n)), max(n), sum(m) FROM " table

static const Script scripts[] = {
    {"first use of a cache", "", "", "", SUMS("c"), SUMS("p")},
    {"a cache, by key", "", "", "", "SELECT m FROM c WHERE n = 'photo 3'",
     "SELECT m FROM p WHERE n = 'photo 3'"},
    {"changes of another connection", SUMS("c"), "UPDATE p SET n = 'other' WHERE id % 3 = 0", "",
     SUMS("c"), SUMS("p")},
    {"another schema", SUMS("c"),
     "ALTER TABLE p ADD COLUMN more; CREATE INDEX i ON p(n); DELETE FROM p WHERE id = 9", "",
     SUMS("c"), SUMS("p")},
    {"a change, then the cache", SUMS("c"), "", "UPDATE p SET n = 'own' WHERE id % 3 = 0",
     SUMS("c"), SUMS("p")},
    {"a transaction, with the cache read in it", SUMS("c"), "",
     "BEGIN; UPDATE p SET n = 'own' WHERE id % 3 = 0; " SUMS(
         "c") "; INSERT INTO p SELECT id + 9000, "
              "n, m + 9000 FROM p; SAVEPOINT s; DELETE FROM p WHERE id < 20; " SUMS(
                  "c") "; ROLLBACK TO s; " SUMS("c") "; COMMIT",
     SUMS("c"), SUMS("p")},
    {"rebuild", SUMS("c") "; DELETE FROM p WHERE id % 2", "", "INSERT INTO c(c) VALUES('rebuild')",
     SUMS("c"), SUMS("p")},
    {"a cache in temp",
     "DROP TABLE c; CREATE VIRTUAL TABLE temp.c USING slots(content='p', INDEX(n)); " SUMS("c"),
     "UPDATE p SET n = 'other' WHERE id % 3 = 0", "UPDATE p SET m = -m", SUMS("c"), SUMS("p")},
    {"a cache made and dropped", "", "",
     "CREATE VIRTUAL TABLE d USING slots(content='p'); " SUMS(
         "d") "; ALTER TABLE d RENAME TO e; " SUMS("e") "; DROP TABLE e",
     SUMS("c"), SUMS("p")},
    {"a slots table in the same transaction", "", "",
     "BEGIN; INSERT INTO p SELECT id + 9000, n, m + 9000 FROM p; UPDATE t SET n = 'in'; UPDATE o "
     "SET n = 'in'; COMMIT; "
     "BEGIN; DELETE FROM p WHERE id % 2; DELETE FROM t WHERE id % 2; DELETE FROM o WHERE id % 2; "
     "COMMIT",
     SUMS("t"), SUMS("o")},
    {"a savepoint around both", "", "",
     "SAVEPOINT s; INSERT INTO p SELECT id + 9000, n, m + 9000 FROM p; UPDATE t SET n = 'in'; "
     "UPDATE o SET n = 'in'; "
     "ROLLBACK TO s; DELETE FROM t WHERE id = 5; DELETE FROM o WHERE id = 5; UPDATE p SET n = 'x'; "
     "RELEASE s",
     SUMS("t"), SUMS("o")},
    {"a mapped table made, renamed and dropped", "SELECT slots_save('t', 'io.slots')", "",
     "CREATE VIRTUAL TABLE u USING slots(snapshot='io.slots'); " SUMS(
         "u") "; ALTER TABLE u RENAME TO v; " SUMS("v") "; DROP TABLE v",
     SUMS("t"), SUMS("o")},
    {"a mapped table found again",
     "SELECT slots_save('t', 'io.slots'); CREATE VIRTUAL TABLE u USING slots(snapshot='io.slots')",
     "CREATE TABLE another(x)", "DELETE FROM u WHERE id % 2", SUMS("t"), SUMS("o")},
    {"a mapped table that the connection has forgotten",
     "SELECT slots_save('t', 'io.slots'); ATTACH 'io_side.db' AS f; "
     "CREATE VIRTUAL TABLE f.u USING slots(snapshot='io.slots'); DETACH f; "
     "CREATE VIRTUAL TABLE temp.forgets_u USING slots(a); DROP TABLE forgets_u; "
     "ATTACH 'io_side.db' AS f; SELECT * FROM f.u_store",
     "", "", SUMS("f.u"), SUMS("o")},
    {"VACUUM", SUMS("c") "; DELETE FROM p WHERE id % 3", "", "VACUUM", SUMS("c"), SUMS("p")},
};

static const char *const modes[] = {"delete", "wal"};

/* ---- one try ------------------------------------------------------------------------------- */

static void remove_files(void) {
  unlink("io.db");
  unlink("io.db-wal");
  unlink("io.db-shm");
  unlink("io.db-journal");
  unlink("io.slots");
  unlink("io_side.db");
}

/* Few pages are kept, so that statements read and spill. */
static sqlite3 *open_database(const Script *script, const char *mode) {
  remove_files();
  sqlite3 *db = open_slots("io.db");
  char *journal = sqlite3_mprintf("PRAGMA journal_mode = %s; PRAGMA cache_size = 4", mode);
  must(db, journal);
  sqlite3_free(journal);
  must(db, "CREATE TABLE p(id INTEGER PRIMARY KEY, n TEXT, m INT UNIQUE);"
           "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 400) "
           "INSERT INTO p SELECT i, 'photo ' || i % 9, i FROM s;"
           "CREATE VIRTUAL TABLE c USING slots(content='p', INDEX(n));"
           "CREATE TEMP TABLE o(id INTEGER PRIMARY KEY, n, m); INSERT INTO o SELECT * FROM p;"
           "CREATE VIRTUAL TABLE temp.t USING slots(id INTEGER PRIMARY KEY, n, m);"
           "INSERT INTO t SELECT * FROM p");
  must(db, script->before);
  sqlite3 *other = open_slots("io.db");
  must(other, script->other);
  sqlite3_close(other);
  return db;
}

/* The first row as text, in sqlite3_malloc's memory; NULL after an error, whose code is *rc. */
static char *answer(sqlite3 *db, const char *sql, int *rc) {
  sqlite3_stmt *statement = NULL;
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  while (statement != NULL && sqlite3_step(statement) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      sqlite3_str_appendf(text, "%s ", sqlite3_column_text(statement, i));
    }
  }
  *rc = statement == NULL ? sqlite3_errcode(db) : sqlite3_finalize(statement);
  char *all = sqlite3_str_finish(text);
  if (*rc == SQLITE_OK && all == NULL) all = sqlite3_mprintf("no row");
  if (*rc == SQLITE_OK) return all;
  sqlite3_free(all);
  return NULL;
}

static void compare(sqlite3 *db, int n, const char *left, const char *right) {
  int left_rc, right_rc;
  char *got = answer(db, left, &left_rc), *wanted = answer(db, right, &right_rc);
  if (got == NULL || wanted == NULL) {
    fail("failure %d: %s: %s", n, got == NULL ? left : right, sqlite3_errmsg(db));
  } else if (strcmp(got, wanted) != 0) {
    fail("failure %d: %s is %s not %s", n, left, got, wanted);
  }
  sqlite3_free(got);
  sqlite3_free(wanted);
}

static bool is_expected(int rc) {
  int primary = rc & 0xff;
  return primary == SQLITE_IOERR || primary == SQLITE_FULL || primary == SQLITE_BUSY ||
         primary == SQLITE_CANTOPEN || primary == SQLITE_ABORT;
}

static void check_rest(sqlite3 *db, int n) {
  must(db, "PRAGMA cache_size = 100");
  compare(db, n, SUMS("c"), SUMS("p"));
  compare(db, n, SUMS("t"), SUMS("o"));
  compare(db, n, "SELECT id, n, m FROM c EXCEPT SELECT id, n, m FROM p", "SELECT 1 WHERE 0");
  compare(db, n, "SELECT * FROM t EXCEPT SELECT * FROM o", "SELECT 1 WHERE 0");
  compare(db, n, "SELECT * FROM o EXCEPT SELECT * FROM t", "SELECT 1 WHERE 0");
  if (sqlite3_exec(db,
                   "INSERT INTO c(c) VALUES('integrity-check'); "
                   "INSERT INTO t(t) VALUES('integrity-check')",
                   NULL, NULL, NULL) != SQLITE_OK) {
    fail("failure %d: %s", n, sqlite3_errmsg(db));
  }
}

static void try_failure(const Script *script, const char *mode, int n) {
  sqlite3 *db = open_database(script, mode);
  int rc, query_rc = SQLITE_OK, same_rc;
  calls_failed = 0;
  calls_left = n;
  rc = sqlite3_exec(db, script->tested, NULL, NULL, NULL);
  if (rc != SQLITE_OK && !is_expected(rc))
    fail("failure %d: error %d, %s", n, rc, sqlite3_errmsg(db));
  char *got = answer(db, script->query, &query_rc);
  if (query_rc != SQLITE_OK && !is_expected(query_rc)) {
    fail("failure %d: the query, error %d, %s", n, query_rc, sqlite3_errmsg(db));
  }
  calls_left = -1;
  char *same = answer(db, script->same, &same_rc);
  if (got != NULL && same != NULL && strcmp(got, same) != 0) {
    fail("failure %d: %s gave %s not %s", n, script->query, got, same);
  }
  if ((rc != SQLITE_OK || query_rc != SQLITE_OK) && calls_failed == 0) {
    fail("failure %d: an error without a failure", n);
  }
  sqlite3_free(got);
  sqlite3_free(same);
  sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  check_rest(db, n);
  if (sqlite3_close(db) != SQLITE_OK) fail("failure %d: something is left open", n);
  long long leaked = sqlite3_memory_used();
  if (leaked != 0) fail("failure %d: %lld bytes leaked", n, leaked);
}

static bool reached[CALLS]; /* kinds of calls of which some failed */

static void run_script(const Script *script, const char *mode) {
  char name[160];
  snprintf(name, sizeof name, "%s, %s, %s %s", script->name, mode, call_names[failing_call],
           calls_keep_failing ? "fails from then on" : "fails once");
  calls_failed = 1;
  int step = 1, failed = 0;
  for (int n = 0; calls_failed > 0 && reason[0] == 0; n += step) {
    try_failure(script, mode, n);
    failed += calls_failed;
    if (n > 8) step = 1 + n / 3;
  }
  reached[failing_call] = reached[failing_call] || failed > 0;
  /* A script need not make every kind of call. */
  if (failed > 0 || reason[0] != 0) report(name);
}

static void every_kind_failed(void) {
  for (Call call = 0; call < CALLS; call++) {
    if (!reached[call]) fail("no call failed: %s", call_names[call]);
  }
}

int main(void) {
  const char *build = getenv("BUILD");
  if (chdir(build == NULL ? "build" : build) != 0) return 1;
  if (install_failing_vfs() != SQLITE_OK) return 1;
  for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
    for (failing_call = 0; failing_call < CALLS; failing_call++) {
      for (int lasts = 0; lasts < 2; lasts++) {
        calls_keep_failing = lasts;
        run_script(&scripts[i], modes[0]);
        /* Core waits ten seconds for a lock of the log before it gives up. */
        if (failing_call != LOCK || !lasts) run_script(&scripts[i], modes[1]);
      }
    }
  }
  run_case("every kind of call failed", every_kind_failed);
  remove_files();
  return failures > 0;
}
