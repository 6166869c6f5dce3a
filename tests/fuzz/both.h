/*
** both.h: a connection with a slots table t, and one with an ordinary table t of the same
** columns: the same statements go to both, and have to have the same answer, error, changes and
** transaction state. For tables.c and script.c. Calls input.h.
*/
#ifndef FUZZ_BOTH_H
#define FUZZ_BOTH_H

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#include "input.h"

int sqlite3_slots_init(sqlite3 *db, char **error, const void *api);

static sqlite3 *db, *ref; /* with the slots table, and with the ordinary one */

/* Columns, and what a slots table has besides. */
#define SHAPES 4
static const char *const shapes[SHAPES][2] = {
    {"id INTEGER PRIMARY KEY, a TEXT, n INT, r REAL, x", ""},
    {"id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE, n INT UNIQUE, r REAL, x",
     ", INDEX(a), INDEX(x, a)"},
    {"id INTEGER PRIMARY KEY, a TEXT NOT NULL, n INT CHECK(n < 900), r REAL, x, UNIQUE(a, r)",
     ", compress='small'"},
    {"id INT, a VARCHAR(9) PRIMARY KEY, n NUMERIC, r, x COLLATE RTRIM", ", compress='fast'"},
};

static inline void check_same(bool same, const char *what, const char *sql) {
  expect(same, "%s: %s\n  slots: %s\n  ordinary: %s", what, sql, sqlite3_errmsg(db),
         sqlite3_errmsg(ref));
}

static inline bool same_value(sqlite3_stmt *left, sqlite3_stmt *right, int column) {
  int type = sqlite3_column_type(left, column);
  if (type != sqlite3_column_type(right, column)) return false;
  if (type == SQLITE_FLOAT) {
    return sqlite3_column_double(left, column) == sqlite3_column_double(right, column);
  }
  const void *a = sqlite3_column_blob(left, column), *b = sqlite3_column_blob(right, column);
  int size = sqlite3_column_bytes(left, column);
  return size == sqlite3_column_bytes(right, column) &&
         (size == 0 || memcmp(a, b, (size_t)size) == 0);
}

/* Steps both; what they answer. */
static inline int step_both(sqlite3_stmt *left, sqlite3_stmt *right, const char *sql) {
  int rc = sqlite3_step(left), wanted = sqlite3_step(right);
  if (wanted == SQLITE_ABORT_ROLLBACK) return wanted; /* a walker; over slots it may read on */
  check_same(rc == wanted, "result", sql);
  for (int i = 0; rc == SQLITE_ROW && i < sqlite3_column_count(left); i++) {
    check_same(same_value(left, right, i), "row", sql);
  }
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
    check_same(strcmp(sqlite3_errmsg(db), sqlite3_errmsg(ref)) == 0, "message", sql);
  }
  return rc;
}

static inline void check_state(const char *sql) {
  check_same(sqlite3_get_autocommit(db) == sqlite3_get_autocommit(ref), "transaction", sql);
  check_same(sqlite3_last_insert_rowid(db) == sqlite3_last_insert_rowid(ref), "last rowid", sql);
}

/* Runs a statement in both. Frees the SQL. */
static inline void run_both(char *sql) {
  sqlite3_stmt *left = NULL, *right = NULL;
  expect(sql != NULL, "no memory");
  int changes = sqlite3_total_changes(db), ref_changes = sqlite3_total_changes(ref);
  int rc = sqlite3_prepare_v2(db, sql, -1, &left, NULL);
  int wanted = sqlite3_prepare_v2(ref, sql, -1, &right, NULL);
  check_same(rc == wanted, "prepare", sql);
  while (rc == SQLITE_OK && step_both(left, right, sql) == SQLITE_ROW) {
  }
  sqlite3_finalize(left);
  sqlite3_finalize(right);
  check_same(sqlite3_total_changes(db) - changes == sqlite3_total_changes(ref) - ref_changes,
             "changes", sql);
  check_state(sql);
  sqlite3_free(sql);
}

static inline void run_one(sqlite3 *connection, const char *sql) {
  int rc = sqlite3_exec(connection, sql, NULL, NULL, NULL);
  expect(rc == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(connection));
}

static inline void compare_tables(void) {
  run_both(sqlite3_mprintf("SELECT rowid, * FROM t ORDER BY rowid"));
  run_both(sqlite3_mprintf("SELECT rowid, * FROM t ORDER BY rowid DESC"));
}
static inline sqlite3 *open_database(const char *before, const char *columns, const char *options) {
  sqlite3 *opened = NULL;
  expect(sqlite3_open(":memory:", &opened) == SQLITE_OK, "sqlite3_open");
  expect(sqlite3_slots_init(opened, NULL, NULL) == SQLITE_OK, "sqlite3_slots_init");
  sqlite3_extended_result_codes(opened, 1);
  char *sql = sqlite3_mprintf("%s(%s%s); CREATE TABLE other(id INTEGER PRIMARY KEY);"
                              "INSERT INTO other VALUES(1)",
                              before, columns, options);
  run_one(opened, sql);
  sqlite3_free(sql);
  return opened;
}
static inline void open_both(uint32_t shape) {
  const char *const *columns = shapes[shape];
  db = open_database("CREATE VIRTUAL TABLE t USING slots", columns[0], columns[1]);
  ref = open_database("CREATE TABLE t", columns[0], "");
}

/* Are both tables the same to the end, and does nothing stay behind? */
static inline void close_both(void) {
  compare_tables();
  run_one(db, "INSERT INTO t(t) VALUES('integrity-check')");
  expect(sqlite3_close(db) == SQLITE_OK && sqlite3_close(ref) == SQLITE_OK, "something is open");
  expect(sqlite3_memory_used() == 0, "%lld bytes are leaked", sqlite3_memory_used());
}

#endif
