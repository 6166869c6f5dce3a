/*
** fault_test.c: memory runs out, at every allocation in turn.
**
** Plan
**   1 For each script below: prepare a fresh connection, let one allocation fail (once,
**     then that and all that follow), run the statement; for each place that allocates, on
**     every way to it (allocation_sites.h). And again in a savepoint, and with the statement
**     prepared before.
**   2 After each failure: the error is SQLITE_NOMEM, the table holds the rows of
**     before, and ROLLBACK leaves what an ordinary table has; a cache has the rows
**     of its table.
**   3 Nothing is leaked: SQLite counts no memory once all is closed.
*/
#define _POSIX_C_SOURCE 200809L
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cases.h"
#include "allocation_sites.h"

int sqlite3_slots_init(sqlite3 *db, char **error, const void *api);

/* ---- scripts ----------------------------------------------------------------------- */

typedef struct Script {
  const char *name;
  const char *before; /* runs without failures, on t */
  const char *tested;
} Script;

#define ROWS(from, to, text)                                                                       \
  "WITH RECURSIVE n(i) AS (SELECT " #from " UNION ALL SELECT i + 1 FROM n WHERE i < " #to ") "     \
  "INSERT INTO t SELECT i, b, i % 7, i / 4.0, 'see ' || lower(b) FROM (SELECT i, " text            \
  " AS b FROM n);"

#define SAVE "SELECT slots_save('t', 'fault.slots');"
#define MAP                                                                                        \
  SAVE "DROP TABLE t; CREATE VIRTUAL TABLE t USING slots(snapshot='fault.slots', readonly=off);"

#define CACHE                                                                                      \
  "CREATE TABLE p(id INTEGER PRIMARY KEY, n TEXT, m INT UNIQUE);"                                  \
  "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 120) "                 \
  "INSERT INTO p SELECT i, 'photo ' || i % 9, i FROM s;"                                           \
  "CREATE VIRTUAL TABLE c USING slots(content='p', INDEX(n));"
#define CACHE_LOADED CACHE "SELECT count(*) FROM c;"

/* A column for each way of sealing one, and texts that repeat other columns. */
#define KINDS                                                                                      \
  "CREATE VIRTUAL TABLE u USING slots(id INTEGER PRIMARY KEY, n INT, r REAL, k TEXT COLLATE "      \
  "NOCASE, w TEXT, x BLOB, url TEXT, any, INDEX(k), UNIQUE(n, w), compress='small');"
#define KINDS_ROWS(from, to)                                                                       \
  "WITH RECURSIVE n(i) AS (SELECT " #from " UNION ALL SELECT i + 1 FROM n WHERE i < " #to ") "     \
  "INSERT INTO u SELECT 3 * i, CASE WHEN i % 9 THEN i * 7919 ELSE 1 << 60 END, i / 8.0 + (i % "    \
  "50 = 0) / 3.0, 'Kind ' || i % 20, 'words of row ' || (i * i), zeroblob(i % 5), "                \
  "'http://example.org/words-of-row-' || (i * i) || '.jpg', CASE i % 4 WHEN 0 THEN i WHEN 1 THEN " \
  "i / 2.0 WHEN 2 THEN 'text' END FROM n;"

/* A mapped table in a database file, which is read anew: t's rows are in the snapshot. */
#define ATTACHED                                                                                   \
  SAVE "ATTACH 'fault.db' AS f; PRAGMA f.synchronous = off; DROP TABLE IF EXISTS f.u;"             \
       "CREATE VIRTUAL TABLE f.u USING slots(snapshot='fault.slots'); DETACH f; "                  \
       "ATTACH 'fault.db' AS f;"

static const Script scripts[] = {
    {"create", "",
     "CREATE VIRTUAL TABLE u USING slots(a INTEGER PRIMARY KEY, b TEXT COLLATE NOCASE)"},
    {"drop", ROWS(1, 3, "'x'"), "DROP TABLE t"},
    {"rename", ROWS(1, 3, "'x'"), "ALTER TABLE t RENAME TO u"},
    {"insert", ROWS(1, 3, "'x'"), "INSERT INTO t VALUES(NULL, 'text', 12, 1.5, 'see text')"},
    {"insert many", ROWS(1, 300, "'x'"), ROWS(301, 700, "'caption ' || i")},
    {"update open rows", ROWS(1, 300, "'x'"), "UPDATE t SET b = b || id, c = '12' WHERE id % 3"},
    {"move open rows", ROWS(1, 300, "'x'"), "UPDATE t SET id = id + 1000"},
    {"delete open rows", ROWS(1, 300, "'x'"), "DELETE FROM t WHERE id % 3"},
    {"replace", ROWS(1, 300, "'x'"),
     "REPLACE INTO t SELECT id + 150, 'new', NULL, NULL, NULL FROM t"},
    {"seal at commit", ROWS(1, 900, "'a caption of row ' || i"),
     ROWS(901, 1400, "'a caption of row ' || i")},
    {"optimize", ROWS(1, 900, "'http://www.example.org/' || i * 77 || '.jpg'"),
     "INSERT INTO t(t) VALUES('optimize')"},
    {"update sealed rows",
     ROWS(1, 900, "'caption ' || i % 50") "INSERT INTO t(t) VALUES('optimize');",
     "UPDATE t SET b = 'other ' || b, d = NULL"},
    {"delete sealed rows",
     ROWS(1, 900, "'caption ' || i % 50") "INSERT INTO t(t) VALUES('optimize');",
     "DELETE FROM t WHERE id % 2"},
    {"merge",
     ROWS(1, 900, "'caption ' || i % 50") "INSERT INTO t(t) VALUES('optimize');"
                                          "DELETE FROM t WHERE id % 20 = 1; UPDATE t SET b = 7 "
                                          "WHERE id % 30 = 5;",
     "INSERT INTO t(t) VALUES('optimize')"},
    {"query",
     ROWS(1, 900, "'caption ' || i * i") "INSERT INTO t(t) VALUES('optimize');"
                                         "DELETE FROM t WHERE id = 5;",
     "SELECT count(*), sum(length(b)), max(id), max(e) FROM t WHERE id > 3 ORDER BY id DESC"},
    {"look up",
     ROWS(1, 900, "'caption ' || i % 50") "INSERT INTO t(t) VALUES('optimize');"
                                          "UPDATE t SET b = 'caption 7' WHERE id = 5;",
     "SELECT count(*), max(e) FROM t WHERE b = 'caption 7' UNION ALL SELECT id, e FROM t WHERE c = "
     "1 AND d = 2"},
    {"create with CHECK and DEFAULT", "",
     "CREATE VIRTUAL TABLE u USING slots(a INTEGER PRIMARY KEY AUTOINCREMENT, b INT CHECK(b > 0) "
     "DEFAULT 7, c TEXT NOT NULL ON CONFLICT REPLACE DEFAULT (upper('x')), "
     "UNIQUE(b, c) ON CONFLICT REPLACE, CONSTRAINT named CHECK(u.c <> 'z'))"},
    {"insert with CHECK and DEFAULT",
     "CREATE VIRTUAL TABLE u USING slots(a INTEGER PRIMARY KEY AUTOINCREMENT, b INT CHECK(b > 0) "
     "DEFAULT 7, c TEXT NOT NULL ON CONFLICT REPLACE DEFAULT (upper('x')), d DEFAULT 'text', "
     "CHECK(u.c <> 'z'))",
     "INSERT INTO u(b) VALUES(NULL), (3); UPDATE u SET c = NULL"},
    {"filter",
     ROWS(1, 900, "'caption ' || i % 50") "INSERT INTO t(t) VALUES('optimize');"
                                          "UPDATE t SET b = 'caption 7' WHERE id = 5;",
     "SELECT count(*), max(e) FROM t WHERE b LIKE '%ion 7' AND c < 6 AND e IS NOT NULL UNION ALL "
     "SELECT id, e FROM t WHERE id IN (3, 5, 8) UNION ALL SELECT id, e FROM t WHERE b IN "
     "('caption 7', 'caption 8') AND d > 2"},
    {"a filter of several tests", ROWS(1, 300, "'caption ' || i % 50"),
     "SELECT count(*) FROM t WHERE d BETWEEN 1 AND 9 AND e GLOB '*caption 1*' AND b LIKE 'CAP%'"},
    {"save", ROWS(1, 300, "'caption ' || i % 50"), SAVE},
    {"map", ROWS(1, 300, "'caption ' || i % 50") SAVE,
     "CREATE VIRTUAL TABLE u USING slots(snapshot='fault.slots')"},
    {"read a mapped table", ROWS(1, 300, "'caption ' || i * i") MAP,
     "SELECT count(*), max(b), max(e) FROM t WHERE id > 3 UNION ALL SELECT id, c, e FROM t WHERE b "
     "= "
     "'caption 49'"},
    {"write to a mapped table", ROWS(1, 300, "'caption ' || i") MAP,
     "UPDATE t SET b = b || b WHERE id % 2"},
    {"seal a mapped table",
     ROWS(1, 300, "'caption ' || i") MAP "UPDATE t SET b = b || b WHERE id % 2;",
     "INSERT INTO t(t) VALUES('optimize')"},
    {"refresh", ROWS(1, 300, "'caption ' || i") MAP SAVE, "INSERT INTO t(t) VALUES('refresh')"},
    {"first use of a cache", CACHE, "SELECT count(*), max(m) FROM c WHERE n = 'photo 3'"},
    {"changes of a cached table", CACHE_LOADED,
     "UPDATE p SET n = 'x' WHERE id % 40 = 3; REPLACE INTO p VALUES(500, 'y', 7); "
     "DELETE FROM p WHERE id = 9; SELECT count(*) FROM c WHERE n = 'x'"},
    {"a cache after a rollback",
     CACHE_LOADED
     "BEGIN; UPDATE p SET n = 'x' WHERE id % 40 = 3; SELECT count(*) FROM c; ROLLBACK;",
     "SELECT count(*) FROM c WHERE n = 'photo 3'"},
    {"rebuild a cache", CACHE_LOADED "DELETE FROM p WHERE id % 2;",
     "INSERT INTO c(c) VALUES('rebuild')"},
    {"a cache over a view",
     CACHE "CREATE VIEW v AS SELECT id, n FROM p WHERE m % 2;"
           "CREATE VIRTUAL TABLE d USING slots(id INTEGER PRIMARY KEY, n, content='v');",
     "SELECT count(*), max(n) FROM d"},
    {"advise", CACHE, "SELECT count(verdict) FROM slots_advise('p')"},
    {"integrity-check",
     ROWS(1, 300,
          "'caption ' || i") "INSERT INTO t(t) VALUES('optimize'); DELETE FROM t WHERE id = 7;",
     "INSERT INTO t(t) VALUES('integrity-check')"},
    {"a list of keys", ROWS(1, 300, "'caption ' || i % 50") "INSERT INTO t(t) VALUES('optimize');",
     "SELECT count(e) FROM t WHERE b IN (SELECT 'caption ' || id FROM t WHERE id < 30) AND "
     "c NOT IN (1, 2) UNION ALL SELECT id FROM t WHERE (d, c) IN (VALUES(2.5, 3), (NULL, 1)) "
     "UNION ALL SELECT id FROM t WHERE e GLOB '*caption 1*' AND b LIKE 'CAP%' AND d BETWEEN 1 AND "
     "9"},
    {"seal every kind of column", KINDS KINDS_ROWS(1, 1200), "INSERT INTO u(u) VALUES('optimize')"},
    {"read every kind of column", KINDS KINDS_ROWS(1, 1200),
     "SELECT max(n), sum(r), max(k), max(w), max(x), max(url), max(any) FROM u WHERE id > 30 UNION "
     "ALL SELECT n, r, k, w, x, url, any FROM u WHERE k = 'KIND 3' AND r BETWEEN 3 AND 90 AND w "
     "LIKE "
     "'%7%' AND url GLOB '*-1*' AND (any IS NULL OR x > zeroblob(2)) UNION ALL SELECT n, r, k, w, "
     "x, "
     "url, any FROM u WHERE n IN (1 << 60, 7919) AND any IN (9, 4.5, 'text') ORDER BY 1 LIMIT 5"},
    {"insert what is there", ROWS(1, 300, "'x'"),
     "INSERT OR IGNORE INTO t SELECT id + 150, b, c, d, e FROM t; "
     "INSERT OR REPLACE INTO t SELECT id, b, c + 1, d, e FROM t WHERE id % 3 = 0"},
    {"insert returning", ROWS(1, 30, "'x'"),
     "INSERT INTO t(b, e) VALUES('one', 'more'), ('two', x'00') RETURNING id, b, e"},
    {"declared conflicts",
     "CREATE VIRTUAL TABLE u USING slots(a INTEGER PRIMARY KEY ON CONFLICT IGNORE, b TEXT UNIQUE "
     "ON "
     "CONFLICT REPLACE, c NOT NULL ON CONFLICT IGNORE, d TEXT COLLATE RTRIM DEFAULT 'd', "
     "UNIQUE(d COLLATE NOCASE, c) ON CONFLICT IGNORE);"
     "INSERT INTO u VALUES(1, 'one', 1, 'x'), (2, 'two', 2, 'y');",
     "INSERT INTO u VALUES(1, 'three', 3, 'z'), (4, 'one', 4, 'w'), (5, 'five', NULL, 'v'), (6, "
     "'six', "
     "4, 'W'); INSERT INTO u(b, c) VALUES('seven', 7); UPDATE u SET b = 'one' WHERE a = 2"},
    {"savepoints", ROWS(1, 900, "'caption ' || i % 50"),
     "SAVEPOINT a; UPDATE t SET b = 'inside' WHERE id % 2; SAVEPOINT b; INSERT INTO t(t) "
     "VALUES('optimize'); DELETE FROM t WHERE id % 5 = 0; ROLLBACK TO b; RELEASE b; RELEASE a"},
    {"other tables created, altered, dropped", ROWS(1, 30, "'x'"),
     "CREATE TABLE o(a); ALTER TABLE o ADD COLUMN b; SELECT count(*) FROM t; CREATE VIRTUAL TABLE "
     "u "
     "USING slots(a CHECK(a > 0)); INSERT INTO u VALUES(1); ALTER TABLE u RENAME TO v; "
     "SELECT a FROM v; DROP TABLE v; DROP TABLE o; SELECT count(*) FROM t"},
    {"a function that a schema may not call",
     "CREATE VIRTUAL TABLE u USING slots(a CHECK(abs(a) > 0), b DEFAULT (random()));"
     "INSERT INTO u(a) VALUES(1); PRAGMA trusted_schema = off;",
     "INSERT INTO u(a) VALUES(2); UPDATE u SET a = 3"},
    {"find a mapped table again", ROWS(1, 300, "'caption ' || i") ATTACHED,
     "SELECT count(*), max(b) FROM f.u; DELETE FROM f.u WHERE id % 3"},
    {"drop a mapped table", ROWS(1, 30, "'caption ' || i") ATTACHED, "DROP TABLE f.u"},
    {"follow a file",
     ROWS(1, 300, "'caption ' || i") SAVE
     "CREATE VIRTUAL TABLE u USING slots(snapshot='fault.slots', follow=on); SELECT count(*) FROM "
     "u;"
     "DELETE FROM t WHERE id % 2;" SAVE,
     "SELECT count(*), max(b) FROM u"},
    {"refresh, rename and drop a cache", CACHE_LOADED "DELETE FROM p WHERE id % 2;",
     "INSERT INTO c(c) VALUES('refresh'); ALTER TABLE c RENAME TO d; SELECT count(*) FROM d; "
     "DROP TABLE d; CREATE VIRTUAL TABLE c USING slots(content='p'); SELECT count(*) FROM c"},
    {"a cache over an attached table",
     CACHE "ATTACH ':memory:' AS f; CREATE TABLE f.q(id INTEGER PRIMARY KEY, a); INSERT INTO f.q "
           "SELECT id, n FROM p; CREATE VIRTUAL TABLE temp.d USING slots(content='f.q');",
     "SELECT count(*), max(a) FROM d; UPDATE f.q SET a = 'x' WHERE id % 3; SELECT max(a) FROM d"},
    {"a cache that shares a file",
     CACHE "CREATE VIRTUAL TABLE temp.d USING slots(content='p', snapshot='fault.cache');",
     "SELECT count(*), max(n) FROM d; UPDATE p SET n = 'x'; SELECT max(n) FROM d"},
    {"save a cache, look in one", CACHE_LOADED,
     "SELECT slots_save('c', 'fault.slots'), slots_count('main.c') FROM slots_layout('c'), "
     "slots_progress"},
    {"check a mapped table", ROWS(1, 300, "'caption ' || i") MAP "DELETE FROM t WHERE id = 7;",
     "INSERT INTO t(t) VALUES('integrity-check'); PRAGMA integrity_check"},
    {"look in", ROWS(1, 900, "'caption ' || i"),
     "SELECT count(*), slots_count('t') FROM slots_layout('t'), slots_stats('t')"},
};

/* ---- running ------------------------------------------------------------------------- */

#define SEE (-1L) /* in place of an allocation's number */

/* PREPARED: the numbers begin with what the first statement allocates while it runs. */
typedef enum Mode { AUTOCOMMIT, IN_SAVEPOINT, PREPARED, MODES } Mode;

static const char *const mode_names[MODES] = {"autocommit", "in a savepoint", "prepared"};

static sqlite3 *open_database(const char *before) {
  sqlite3 *db = NULL;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK) abort();
  if (sqlite3_slots_init(db, NULL, NULL) != SQLITE_OK) abort();
  if (sqlite3_exec(db,
                   "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, b, c INT, d REAL, "
                   "e TEXT, INDEX(b), UNIQUE(d, c))",
                   NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_exec(db, before, NULL, NULL, NULL) != SQLITE_OK) {
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    abort();
  }
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

/* One try with allocation number `n` failing; what is wrong then is the reason of the case. */
static void try_failure(const Script *script, long n, Mode mode) {
  bool in_transaction = mode == IN_SAVEPOINT;
  sqlite3 *db = open_database(script->before);
  char *before = contents(db);
  if (in_transaction) sqlite3_exec(db, "BEGIN; SAVEPOINT s", NULL, NULL, NULL);
  int rc = run_without_memory(db, script->tested, n, mode == PREPARED);
  if (rc != SQLITE_OK && rc != SQLITE_NOMEM) {
    fail("failure %ld: error %d, %s", n, rc, sqlite3_errmsg(db));
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
  if (rc != SQLITE_OK && allocations_failed == 0)
    fail("failure %ld: an error without a failure", n);
  long long leaked = sqlite3_memory_used();
  if (leaked != 0) fail("failure %ld: %lld bytes leaked", n, leaked);
}

static void run_script(const Script *script, Mode mode) {
  char name[120];
  snprintf(name, sizeof name, "%s, %s, %s", script->name,
           failing_lasts ? "no memory from then on" : "one allocation fails", mode_names[mode]);
  try_failure(script, SEE, mode);
  for (size_t i = 0; i < chosen_count && reason[0] == 0; i++) try_failure(script, chosen[i], mode);
  report(name);
}

static void run_all(void) {
  for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
    for (Mode mode = 0; mode < MODES; mode++) run_script(&scripts[i], mode);
  }
}

int main(void) {
  const char *build = getenv("BUILD");
  if (chdir(build == NULL ? "build" : build) != 0) return 1;
  install_failing_allocator();
  run_all();
  failing_lasts = true;
  run_all();
  unlink("fault.slots");
  unlink("fault.cache");
  unlink("fault.db");
  return failures > 0;
}
