/*
** loan_test.c: texts of single rows that core holds instead of copies (base/loan.h).
**
** Plan
**   1 A Buffer: a text that nobody holds gives its block to the next one; one that is held stays,
**     as often as it is held, behind the Buffer too; the last to return it frees it.
**   2 Rows found by id or index and held by a statement, while others of the same connection read
**     the same columns, change the row, delete it, seal, roll back or drop the table: as read.
**     Texts of every encoding: as coded, of a dictionary, derived, with a zero byte, empty, a blob,
**     longer than the reader keeps room for, beside values of other types; in UTF-8 and in UTF-16.
**     A column whose segments are of different encodings.
**   3 Values that a statement keeps while it looks up the next row: an ordinary table's answers.
**   4 A row looked up again and again takes no more allocations than without its texts.
**   5 Nothing is leaked: SQLite counts no memory once a connection is closed.
**   6 Out of memory at each allocation in turn: the row, or SQLITE_NOMEM.
*/
#include <stdlib.h>
#include <string.h>

#include "base/loan.h"
#include "cases.h"
#include "database.h"
#include "failing_allocator.h"
#include "first_value.h"

#define COLUMNS 9

/*
** In order: id, as coded, derived from it, of a dictionary, blob, zero byte, long, empty, of a
** dictionary with blobs and numbers.
*/
static const char rows[] =
    "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 2000) "
    "SELECT i, 'a picture of ' || (i * 7919), "
    "'http://x.org/a-picture-of-' || (i * 7919) || '/' || i, "
    "'kind number ' || (i % 7), CAST('blob ' || (i * 31) AS BLOB), "
    "'zero ' || i || char(0) || 'behind', printf('%d %.*c', i, 4500 + i, 'z'), '', CASE i % 3 "
    "WHEN 0 THEN CAST('bytes ' || (i % 5) AS BLOB) WHEN 1 THEN 'text ' || (i % 4) ELSE i % 6 END "
    "FROM s";

static const char columns[] = "id INTEGER PRIMARY KEY, name TEXT, url TEXT UNIQUE, kind TEXT, "
                              "data BLOB, zero TEXT, long TEXT, empty TEXT, mixed";

static void run(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    fail("%s: %.99s", sqlite3_errmsg(db), sql);
}

static void run_made(sqlite3 *db, char *sql) {
  if (sql == NULL) abort();
  run(db, sql);
  sqlite3_free(sql);
}

/* With the rows in a slots table t, and in an ordinary one, p. */
static sqlite3 *open_database(const char *encoding) {
  sqlite3 *db = open_slots(":memory:");
  run_made(db, sqlite3_mprintf("PRAGMA encoding='%s'; CREATE TABLE p(%s);"
                               "CREATE VIRTUAL TABLE t USING slots(%s);"
                               "INSERT INTO p %s; INSERT INTO t SELECT * FROM p;"
                               "INSERT INTO t(t) VALUES ('optimize')",
                               encoding, columns, columns, rows));
  return db;
}

static bool step(sqlite3_stmt *statement) { return sqlite3_step(statement) == SQLITE_ROW; }

/* ---- 1. a Buffer ------------------------------------------------------------------------------ */

static void put(Buffer *buffer, const char *text) {
  if (loan_prepare(buffer) != SQLITE_OK) abort();
  buffer->size = 0;
  if (buffer_append(buffer, text, strlen(text) + 1) != SQLITE_OK) abort();
}

static void a_text_that_nobody_holds(void) {
  Buffer buffer = {0};
  put(&buffer, "first");
  const unsigned char *block = buffer.bytes;
  put(&buffer, "second");
  if (buffer.bytes != block) fail("another block was taken");
  loan_take(buffer.bytes);
  loan_return(buffer.bytes);
  put(&buffer, "third");
  if (buffer.bytes != block) fail("another block was taken after the text was returned");
  loan_clear(&buffer);
}

static void a_text_that_is_held(void) {
  sqlite3_int64 before = sqlite3_memory_used();
  Buffer buffer = {0};
  put(&buffer, "first");
  unsigned char *held = buffer.bytes;
  loan_take(held);
  loan_take(held);
  put(&buffer, "second");
  loan_return(held);
  put(&buffer, "third");
  if (strcmp((const char *)held, "first") != 0) fail("the text is \"%s\"", held);
  loan_return(held);
  loan_clear(&buffer);
  if (sqlite3_memory_used() != before) fail("memory was lost");
}

static void a_text_that_outlives_its_buffer(void) {
  sqlite3_int64 before = sqlite3_memory_used();
  Buffer buffer = {0};
  put(&buffer, "first");
  unsigned char *held = buffer.bytes;
  loan_take(held);
  loan_clear(&buffer);
  if (buffer.bytes != NULL) fail("the Buffer is not empty");
  if (strcmp((const char *)held, "first") != 0) fail("the text is \"%s\"", held);
  loan_return(held);
  if (sqlite3_memory_used() != before) fail("memory was lost");
}

static void a_text_that_grows(void) {
  Buffer buffer = {0};
  put(&buffer, "first");
  buffer.size = 5;
  for (int i = 0; i < 1000; i++) {
    if (buffer_append(&buffer, "0123456789", 10) != SQLITE_OK) abort();
  }
  buffer_trim(&buffer);
  if (memcmp(buffer.bytes, "first0123", 9) != 0 || loan_is_out(&buffer)) fail("it is another one");
  loan_take(buffer.bytes);
  if (!loan_is_out(&buffer)) fail("its count was lost");
  loan_return(buffer.bytes);
  loan_clear(&buffer);
}

/* ---- 2. rows that are held -------------------------------------------------------------------- */

/* The statement's row is that of the ordinary table. */
static void expect_row(sqlite3 *db, sqlite3_stmt *held, int id, const char *when) {
  sqlite3_stmt *ordinary = prepare(db, "SELECT * FROM p WHERE id = ?1");
  sqlite3_bind_int(ordinary, 1, id);
  if (!step(ordinary)) fail("%s: no ordinary row %d", when, id);
  for (int i = 0; i < COLUMNS; i++) {
    const void *a = sqlite3_column_blob(held, i), *b = sqlite3_column_blob(ordinary, i);
    int size = sqlite3_column_bytes(held, i);
    if (sqlite3_column_type(held, i) != sqlite3_column_type(ordinary, i) ||
        size != sqlite3_column_bytes(ordinary, i) ||
        (size > 0 && memcmp(a, b, (size_t)size) != 0)) {
      fail("%s: column %d of row %d is another one", when, i, id);
    }
  }
  sqlite3_finalize(ordinary);
}

static void read_others(sqlite3 *db) {
  sqlite3_stmt *other = prepare(db, "SELECT * FROM t WHERE id = ?1");
  for (int id = 1; id < 60; id++) {
    sqlite3_bind_int(other, 1, id);
    if (!step(other)) fail("no row %d", id);
    expect_row(db, other, id, "read meanwhile");
    sqlite3_reset(other);
  }
  sqlite3_finalize(other);
}

/* By these ways a row is found that no other follows. */
static const char *const ways[] = {
    "SELECT * FROM t WHERE id = ?1",
    "SELECT * FROM t WHERE url = (SELECT url FROM p WHERE id = ?1)",
    "SELECT t.* FROM p CROSS JOIN t ON t.id = p.id WHERE p.id = ?1",
};
#define WAYS ((int)(sizeof ways / sizeof ways[0]))

static const char *const changes[] = {
    "UPDATE t SET name = 'changed', url = 'changed', kind = 'changed', long = 'x' WHERE id = 1234",
    "DELETE FROM t WHERE id = 1234",
    "BEGIN; DELETE FROM t WHERE id < 1300; SAVEPOINT a; UPDATE t SET name = 1; ROLLBACK TO a; END",
    "DELETE FROM t WHERE id % 3 = 1; INSERT INTO t(t) VALUES ('optimize')",
    "SELECT sum(length(name) + length(url) + length(long)) FROM t",
    "CREATE TABLE another(x); ALTER TABLE another RENAME TO other",
};
#define CHANGES (sizeof changes / sizeof changes[0])

/* A text, and a blob of the dictionary. */
static const int held_rows[] = {1234, 1236};
#define HELD (WAYS * 2)

static void hold_rows(const char *encoding) {
  for (size_t i = 0; i < CHANGES; i++) {
    sqlite3 *db = open_database(encoding);
    sqlite3_stmt *held[HELD];
    for (int j = 0; j < HELD; j++) {
      held[j] = prepare(db, ways[j / 2]);
      sqlite3_bind_int(held[j], 1, held_rows[j % 2]);
      if (!step(held[j])) fail("%s: no row", ways[j / 2]);
    }
    read_others(db);
    run(db, changes[i]);
    for (int j = 0; j < HELD; j++) {
      expect_row(db, held[j], held_rows[j % 2], changes[i]);
      sqlite3_finalize(held[j]);
    }
    sqlite3_close(db);
  }
}

static void rows_held_in_utf8(void) { hold_rows("UTF-8"); }
static void rows_held_in_utf16(void) { hold_rows("UTF-16le"); }

/* The cursor goes with the table; the texts stay in the registers of a statement that is not reset. */
static void a_row_of_a_table_that_goes(void) {
  sqlite3 *db = open_database("UTF-8");
  sqlite3_stmt *held = prepare(db, "SELECT * FROM t WHERE id = 1234");
  if (!step(held)) fail("no row");
  sqlite3_stmt *copy = prepare(db, "CREATE TABLE copy AS SELECT * FROM t WHERE id = 1234");
  if (sqlite3_step(copy) != SQLITE_DONE) fail("not copied");
  sqlite3_finalize(copy);
  if (sqlite3_close_v2(db) != SQLITE_OK) fail("not closed");
  if (strcmp((const char *)sqlite3_column_text(held, 3), "kind number 2") != 0) fail("changed");
  sqlite3_finalize(held);
}

/* A column's buffer serves its texts in one segment, and its dictionary in the other. */
static void a_column_of_two_encodings(void) {
  sqlite3 *db = open_database("UTF-8");
  run(db, "CREATE VIRTUAL TABLE u USING slots(id INTEGER PRIMARY KEY, name TEXT);"
          "INSERT INTO u SELECT id, name FROM p UNION ALL SELECT id + 2000, url FROM p LIMIT 2200;"
          "INSERT INTO u SELECT id + 5000, kind FROM p LIMIT 1050");
  char *encodings = first_value(db, "SELECT group_concat(encoding) FROM (SELECT encoding FROM "
                                    "slots_layout('u', 0) WHERE slot = 'name' UNION SELECT "
                                    "encoding FROM slots_layout('u', 1) WHERE slot = 'name')");
  sqlite3_stmt *found = prepare(db, "SELECT name FROM u WHERE id = ?1 AND name <> 'x'");
  static const int ids[] = {5, 5001, 5, 5002, 5001, 5};
  for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
    const char *expected = ids[i] == 5      ? "a picture of 39595"
                           : ids[i] == 5001 ? "kind number 1"
                                            : "kind number 2";
    sqlite3_bind_int(found, 1, ids[i]);
    if (!step(found) || strcmp((const char *)sqlite3_column_text(found, 0), expected) != 0) {
      fail("row %d has %s", ids[i], sqlite3_column_text(found, 0));
    }
    sqlite3_reset(found);
  }
  sqlite3_finalize(found);
  if (encodings != NULL && strchr(encodings, ',') == NULL) fail("all is %s", encodings);
  sqlite3_free(encodings);
  sqlite3_close(db);
}

/* ---- 3. values that are kept ------------------------------------------------------------------ */

static const char *const keeping[] = {
    "SELECT max(t.name), min(t.url), max(t.kind), max(t.long) FROM p CROSS JOIN t ON t.id = p.id",
    "SELECT group_concat(t.name || t.kind) FROM p CROSS JOIN t ON t.id = p.id WHERE p.id < 90",
    "SELECT (SELECT name FROM t WHERE id = 7) || (SELECT name FROM t WHERE id = 9)"
    " || (SELECT kind FROM t WHERE id = 7) || (SELECT kind FROM t WHERE id = 9)",
    "SELECT group_concat(x) FROM (SELECT lag(t.url) OVER (ORDER BY p.id DESC) || t.url AS x"
    " FROM p CROSS JOIN t ON t.id = p.id WHERE p.id < 40)",
    "SELECT a.name || b.name || a.kind || b.kind FROM t AS a CROSS JOIN t AS b ON b.id = a.id + 1"
    " WHERE a.id = 500",
    "SELECT group_concat(y) FROM (SELECT DISTINCT t.kind AS y FROM p JOIN t ON t.id = p.id * 3)",
    "SELECT max(name, url, kind) || min(name, url) || coalesce(NULL, long) FROM t WHERE id = 77",
    "SELECT min(id) || name || url || kind || mixed || long FROM t WHERE id IN (5, 9, 700, 1400) "
    "AND name <> 'x' AND url <> 'x' AND kind <> 'x' AND mixed <> 'x' AND long <> 'x'",
    "SELECT group_concat(x) FROM (SELECT id || name || url || kind AS x FROM t WHERE id IN "
    "(5, 8, 13, 1777) AND name <> 'x' AND url <> 'x' AND kind <> 'x' GROUP BY id)",
    "SELECT name || url || kind FROM t WHERE id = 5 UNION ALL SELECT kind FROM t WHERE id = 6",
};

static void values_that_are_kept(void) {
  sqlite3 *db = open_database("UTF-8");
  for (size_t i = 0; i < sizeof keeping / sizeof keeping[0]; i++) {
    char *answer = first_value(db, keeping[i]);
    run(db, "CREATE TEMP VIEW t AS SELECT * FROM main.p");
    char *expected = first_value(db, keeping[i]);
    run(db, "DROP VIEW temp.t");
    if (answer != NULL && expected != NULL && strcmp(answer, expected) != 0) {
      fail("%s: %.50s, not %.50s", keeping[i], answer, expected);
    }
    sqlite3_free(answer);
    sqlite3_free(expected);
  }
  sqlite3_close(db);
}

/* ---- 4. allocations ----------------------------------------------------------------------------- */

static int allocations;
static void count_allocation(void) { allocations++; }

/* Of a hundred lookups by id, once the cursor has its room. */
static int allocations_of(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = prepare(db, sql);
  for (int i = 0; i < 200; i++) {
    if (i == 100) allocations = 0, allocation_watch = count_allocation;
    sqlite3_bind_int(statement, 1, 1 + i * 7);
    if (!step(statement)) fail("no row");
    sqlite3_reset(statement);
  }
  allocation_watch = NULL;
  sqlite3_finalize(statement);
  return allocations;
}

static void lookups_again_and_again(void) {
  sqlite3 *db = open_database("UTF-8");
  int without = allocations_of(db, "SELECT id FROM t WHERE id = ?1");
  int with = allocations_of(db, "SELECT id, name, url, kind FROM t WHERE id = ?1");
  if (with > without) fail("%d allocations, %d without texts", with, without);
  sqlite3_close(db);
}

/* ---- 6. out of memory --------------------------------------------------------------------------- */

static void out_of_memory(void) {
  sqlite3 *db = open_database("UTF-8");
  for (int left = 0, done = 0; !done && left < 1000; left++) {
    sqlite3_stmt *statement = prepare(db, ways[left % WAYS]);
    sqlite3_bind_int(statement, 1, 1234);
    allocations_failed = 0;
    allocations_left = left / WAYS;
    int rc = sqlite3_step(statement);
    allocations_left = -1;
    done = allocations_failed == 0;
    if (rc == SQLITE_ROW) {
      expect_row(db, statement, 1234, "without memory");
    } else if (rc != SQLITE_NOMEM) {
      fail("%s", sqlite3_errmsg(db));
    }
    sqlite3_finalize(statement);
  }
  sqlite3_close(db);
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();
  run_case("loan-1.free", a_text_that_nobody_holds);
  run_case("loan-1.held", a_text_that_is_held);
  run_case("loan-1.outlives", a_text_that_outlives_its_buffer);
  run_case("loan-1.grows", a_text_that_grows);
  run_case("loan-2.utf8", rows_held_in_utf8);
  run_case("loan-2.utf16", rows_held_in_utf16);
  run_case("loan-2.closed", a_row_of_a_table_that_goes);
  run_case("loan-2.encodings", a_column_of_two_encodings);
  run_case("loan-3.kept", values_that_are_kept);
  run_case("loan-4.allocations", lookups_again_and_again);
  run_case("loan-6.memory", out_of_memory);
  if (sqlite3_memory_used() != 0) fail("%lld bytes are left", sqlite3_memory_used());
  report("loan-5.leaks");
  return failures > 0;
}
