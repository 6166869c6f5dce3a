/*
** fault_scripts.h: what fault_test.c runs without memory. Included once, by that file. Calls
** nothing.
*/
#ifndef TESTS_FAULT_SCRIPTS_H
#define TESTS_FAULT_SCRIPTS_H

typedef struct Script {
  const char *name;
  const char *before; /* runs without failures, on t */
  const char *tested;
} Script;

typedef struct Refusal {
  Script script;
  int error; /* that it ends with where memory is enough */
} Refusal;

#define ROWS(from, to, text)                                                                       \
  "WITH RECURSIVE n(i) AS (SELECT " #from " UNION ALL SELECT i + 1 FROM n WHERE i < " #to ") "     \
  "INSERT INTO t SELECT i, b, i % 7, i / 4.0, 'see ' || lower(b) FROM (SELECT i, " text            \
  " AS b FROM n);"

#define NUMBERS(count)                                                                             \
  "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < " #count ") "

#define SAVE "SELECT slots_save('t', 'fault.slots');"
#define MAP                                                                                        \
  SAVE "DROP TABLE t; CREATE VIRTUAL TABLE t USING slots(snapshot='fault.slots', readonly=off);"

#define MAP_READONLY "CREATE VIRTUAL TABLE u USING slots(snapshot='fault.slots', readonly=on);"

#define CACHE                                                                                      \
  "CREATE TABLE p(id INTEGER PRIMARY KEY, n TEXT, m INT UNIQUE);" NUMBERS(                         \
      120) "INSERT INTO p SELECT i, 'photo ' || i % 9, i FROM s;"                                  \
           "CREATE VIRTUAL TABLE c USING slots(content='p', INDEX(n));"
/* Enough rows to be worth a file. */
#define MANY_CACHE "CREATE VIRTUAL TABLE temp.d USING slots(content='p', snapshot='fault.cache');"
#define MANY                                                                                       \
  "CREATE TABLE p(id INTEGER PRIMARY KEY, n TEXT);" NUMBERS(                                       \
      1100) "INSERT INTO p SELECT i, 'photo ' || i FROM s;" MANY_CACHE
#define CACHE_LOADED CACHE "SELECT count(*) FROM c;"

/* Of the order of b. */
#define ASK "SELECT id FROM t ORDER BY b LIMIT 5; SELECT id FROM t WHERE b > 'caption 99';"

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

/* A mapped table in a database file, both of which are read anew: t's rows are in the snapshot. */
#define ATTACHED                                                                                   \
  SAVE "ATTACH 'fault.db' AS f; PRAGMA f.synchronous = off;"                                       \
       "CREATE VIRTUAL TABLE f.u USING slots(snapshot='fault.slots'); DETACH f; "                  \
       "CREATE VIRTUAL TABLE forgets_u USING slots(a); DROP TABLE forgets_u; "                     \
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
    {"look up a key of many rows",
     ROWS(1, 900, "'caption ' || i % 5") "INSERT INTO t(t) VALUES('optimize');"
                                         "UPDATE t SET b = 'caption 3' WHERE id % 90 = 5;",
     "SELECT id, e FROM t WHERE b = 'caption 3' AND id > 40 ORDER BY id DESC; SELECT id, "
     "nested('UPDATE t SET d = d WHERE id = ' || (id + 10)) FROM t WHERE b = 'caption 3' AND id "
     "BETWEEN 8 AND 90 ORDER BY id"},
    {"make an order that is kept",
     ROWS(1, 900, "'caption ' || i") "INSERT INTO t(t) VALUES('optimize');"
                                     "UPDATE t SET b = 'caption 3' WHERE id % 90 = 5;" ASK ASK,
     "SELECT id, b FROM t ORDER BY b DESC LIMIT 9; SELECT id, b FROM t ORDER BY b LIMIT 9; SELECT "
     "id FROM t WHERE b > 'caption 98' UNION ALL SELECT id FROM t WHERE b GLOB 'caption 77*'; "
     "SELECT id, nested('UPDATE t SET b = b WHERE id % 100 = 7') FROM t WHERE (b, id) > "
     "('caption 2', 9) AND d + 0 < 90 ORDER BY b, id LIMIT 5; SELECT max(b) FROM t"},
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
    {"look in a mapped table first", ROWS(1, 30, "'caption ' || i") ATTACHED,
     "SELECT slots_count('f.u'), count(*) FROM slots_layout('f.u')"},
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
    {"a cache that writes its file", MANY, "SELECT count(*), max(n) FROM d"},
    {"a cache that finds its file", MANY "SELECT count(*) FROM d; DROP TABLE d; " MANY_CACHE,
     "SELECT count(*), max(n) FROM d; UPDATE p SET n = 'x' WHERE id % 3; SELECT max(n) FROM d"},
    {"caches of a process",
     "ATTACH 'fault.db' AS f; PRAGMA f.synchronous = off; CREATE TABLE f.q(id INTEGER PRIMARY KEY, "
     "n);" NUMBERS(
         1100) "INSERT INTO f.q SELECT i, 'row ' || i FROM s;"
               "CREATE VIRTUAL TABLE f.d USING slots(content='q');"
               "CREATE VIRTUAL TABLE f.g USING slots(content='q'); SELECT 1 FROM f.g LIMIT 0;",
     "SELECT count(*) FROM f.d; SELECT count(*) FROM f.g; UPDATE f.q SET n = 'x' WHERE id % 2; "
     "SELECT max(n) FROM f.g; SELECT max(n) FROM f.d"},
    {"progress, seen from a view",
     CACHE "CREATE VIEW w AS SELECT id, nested('SELECT count(work), max(target) FROM "
           "slots_progress') AS n FROM p WHERE id < 4;"
           "CREATE VIRTUAL TABLE d USING slots(id INTEGER PRIMARY KEY, n, content='w');",
     "SELECT count(*) FROM d"},
    {"a cache over a view in temp",
     CACHE "CREATE TEMP VIEW w AS SELECT id, n FROM p;"
           "CREATE VIRTUAL TABLE temp.d USING slots(id INTEGER PRIMARY KEY, n, content='w');",
     "SELECT count(*), max(n) FROM d; SELECT count(*), max(n) FROM d"},
    {"a cache over a view that is made again",
     CACHE
     "CREATE VIEW w AS SELECT id, n FROM p; CREATE VIRTUAL TABLE d USING slots(content='w');"
     "SELECT count(*) FROM d; DROP VIEW w; CREATE VIEW w AS SELECT id, n, n || 'x' AS m FROM p;",
     "INSERT INTO d(d) VALUES('refresh'); SELECT count(*), max(m) FROM d"},
    {"checks that are off",
     "CREATE VIRTUAL TABLE u USING slots(a CHECK(a > 0)); PRAGMA ignore_check_constraints = on;",
     "INSERT INTO u VALUES(-1); INSERT INTO u(u) VALUES('integrity-check')"},
    {"create after a database was detached",
     "ATTACH ':memory:' AS g; CREATE VIRTUAL TABLE g.u USING slots(a); ATTACH ':memory:' AS h;"
     "CREATE VIRTUAL TABLE h.v USING slots(a); INSERT INTO h.v VALUES(1); DETACH g;"
     "PRAGMA writable_schema = RESET;",
     "CREATE VIRTUAL TABLE w USING slots(a); SELECT count(*) FROM h.v"},
    {"drop a table whose file may not be opened",
     ROWS(1, 30, "'caption ' || i") ATTACHED "PRAGMA trusted_schema = off;",
     "ALTER TABLE f.u RENAME TO w; DROP TABLE f.w"},
};

/* In a database of UTF-16. */
static const Script scripts_utf16[] = {
    {"texts",
     "INSERT INTO t VALUES(1, 'caption one', 1, 1.5, 'see'), (2, 'caption two', '3', 2.5, x'00');",
     "SELECT slots_count('t') FROM t WHERE b LIKE 'CAPTION %' AND e GLOB '*e*' AND b NOT IN ('x', "
     "'y') ORDER BY b = 'caption one'; SELECT e FROM t WHERE b IN ('caption one', 'z'); "
     "INSERT INTO t SELECT id + 10, b || 'x', '17', d, e || b FROM t"},
    {"changes of texts",
     "INSERT INTO t VALUES(1, 'caption one', 1, 1.5, 'see'), (2, 'caption two', '3', 2.5, x'00');",
     "UPDATE t SET c = '17', b = b || e WHERE b IN ('caption one', 'caption two')"},
    {"declarations", "",
     "CREATE VIRTUAL TABLE u USING slots(a INT CHECK(a > 0), b TEXT NOT NULL DEFAULT 'one', "
     "UNIQUE(a, b)); INSERT INTO u(a) VALUES('1'); ALTER TABLE u RENAME TO v; DROP TABLE v"},
    {"a cache", CACHE,
     "SELECT count(*), max(n) FROM c; UPDATE p SET n = 'x' WHERE id % 40 = 1; SELECT max(n) FROM "
     "c"},
};

static const Refusal refusals[] = {
    {{"a file that may not be opened",
      ROWS(1, 30, "'caption ' || i") ATTACHED "PRAGMA trusted_schema = off;", "SELECT * FROM f.u"},
     SQLITE_ERROR},
    {{"no snapshot", "ATTACH 'fault.db' AS f; CREATE TABLE f.o(a);",
      "CREATE VIRTUAL TABLE u USING slots(snapshot='fault.db')"},
     SQLITE_NOTADB},
    {{"no file", "", "CREATE VIRTUAL TABLE u USING slots(snapshot='fault.none')"}, SQLITE_CANTOPEN},
    {{"a table in a database file", "ATTACH 'fault.db' AS f;",
      "CREATE VIRTUAL TABLE f.u USING slots(a)"},
     SQLITE_ERROR},
    {{"REFERENCES where foreign keys are on", "PRAGMA foreign_keys = on;",
      "CREATE VIRTUAL TABLE u USING slots(a REFERENCES t)"},
     SQLITE_ERROR},
    {{"a cache with CHECK", CACHE,
      "CREATE VIRTUAL TABLE d USING slots(id INTEGER PRIMARY KEY, n CHECK(n > 0), content='p')"},
     SQLITE_ERROR},
    {{"a cache with a file, not in temp", CACHE,
      "CREATE VIRTUAL TABLE d USING slots(content='p', snapshot='fault.cache')"},
     SQLITE_ERROR},
    {{"a cache of a column that is not there", CACHE,
      "CREATE VIRTUAL TABLE d USING slots(id INTEGER PRIMARY KEY, z, content='p')"},
     SQLITE_ERROR},
    {{"a cache of nothing", "", "CREATE VIRTUAL TABLE d USING slots(content='none')"},
     SQLITE_ERROR},
    {{"a cache of a view that cannot be read", "CREATE VIEW w AS SELECT * FROM none;",
      "CREATE VIRTUAL TABLE d USING slots(content='w')"},
     SQLITE_ERROR},
    {{"a shadow table that is there", "CREATE TABLE u_store(a);",
      "CREATE VIRTUAL TABLE u USING slots(a)"},
     SQLITE_ERROR},
    {{"a cache of a virtual table", "", "CREATE VIRTUAL TABLE d USING slots(content='t')"},
     SQLITE_ERROR},
    {{"a cache that reads itself",
      CACHE "CREATE VIEW w AS SELECT id, nested('SELECT count(*) FROM d') AS n FROM p;"
            "CREATE VIRTUAL TABLE d USING slots(id INTEGER PRIMARY KEY, n, content='w');",
      "SELECT count(*) FROM d"},
     SQLITE_ERROR},
    {{"a key that is not unique",
      CACHE "CREATE VIEW w AS SELECT m % 7 AS id, n FROM p;"
            "CREATE VIRTUAL TABLE d USING slots(id INTEGER PRIMARY KEY, n, content='w');",
      "SELECT count(*) FROM d"},
     SQLITE_CONSTRAINT},
    {{"a cache that is written to", CACHE_LOADED, "DELETE FROM c WHERE id = 3"}, SQLITE_READONLY},
    {{"a row that has a rowid already", ROWS(1, 3, "'x'"), "INSERT INTO t(id) VALUES(2)"},
     SQLITE_CONSTRAINT},
    {{"a row whose key is there", ROWS(1, 3, "'x'"), "INSERT INTO t(d, c) VALUES(0.5, 2)"},
     SQLITE_CONSTRAINT},
    {{"a rowid that is none", "", "INSERT INTO t(id) VALUES('text')"}, SQLITE_MISMATCH},
    {{"a row that CHECK refuses", "CREATE VIRTUAL TABLE u USING slots(a CHECK(a > 0), b NOT NULL);",
      "INSERT INTO u VALUES(-1, 1)"},
     SQLITE_CONSTRAINT},
    {{"a row without a value", "CREATE VIRTUAL TABLE u USING slots(a CHECK(a > 0), b NOT NULL);",
      "INSERT INTO u VALUES(1, NULL)"},
     SQLITE_CONSTRAINT},
    {{"CHECK with a subquery", "", "CREATE VIRTUAL TABLE u USING slots(a CHECK(a > (SELECT 1)))"},
     SQLITE_ERROR},
    {{"a table that CHECK names", "CREATE VIRTUAL TABLE u USING slots(a CHECK(u.a > 0));",
      "ALTER TABLE u RENAME TO v"},
     SQLITE_ERROR},
    {{"an unknown collation", "", "CREATE VIRTUAL TABLE u USING slots(a COLLATE other)"},
     SQLITE_ERROR},
    {{"an unknown command", "", "INSERT INTO t(t) VALUES('other')"}, SQLITE_ERROR},
    {{"a table that is read only", ROWS(1, 30, "'x'") SAVE MAP_READONLY,
      "INSERT INTO u(u) VALUES('optimize')"},
     SQLITE_READONLY},
    {{"a segment that is not there", "", "SELECT * FROM slots_layout('t', 99)"}, SQLITE_ERROR},
    {{"stats of nothing", "", "SELECT * FROM slots_stats('none')"}, SQLITE_ERROR},
    {{"advice without an argument", "", "SELECT * FROM slots_advise"}, SQLITE_ERROR},
    {{"advice on nothing", "", "SELECT * FROM slots_advise('none')"}, SQLITE_ERROR},
    {{"a slots table that is none", "", "SELECT slots_count('none')"}, SQLITE_ERROR},
};

#endif
