/*
** tables.c: fuzz target: the same statements on a slots table and on an ordinary one.
**
** After each statement both have the same answer, error, changes and transaction
** state, and now and then the same rows. Some statements run out of memory or are
** interrupted on the slots table: they either succeed, or leave no trace. A
** walker reads on while rows change. Input: shape of the table (u8), then steps of
** a byte that says what, and what that reads (one_step).
*/
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#include "../failing_allocator.h"
#include "input.h"

#define STEPS_MAX 40

int sqlite3_slots_init(sqlite3 *db, char **error, const void *api);

static sqlite3 *db, *ref; /* with the slots table t, and with the ordinary one */
static sqlite3_stmt *walker, *ref_walker;

/* ---- faults ---------------------------------------------------------------------------- */

static bool interrupted;

/* What db was when the statement began. */
typedef struct Before {
  int changes, autocommit;
} Before;

/* Core asks once more when a statement is over and its changes are kept, which is too late. */
static int interrupt(void *context) {
  const Before *before = context;
  interrupted = sqlite3_total_changes(db) == before->changes &&
                sqlite3_get_autocommit(db) == before->autocommit;
  return interrupted;
}

/* ---- both ------------------------------------------------------------------------------- */

static void check_same(bool same, const char *what, const char *sql) {
  expect(same, "%s: %s\n  slots: %s\n  ordinary: %s", what, sql, sqlite3_errmsg(db),
         sqlite3_errmsg(ref));
}

static bool same_value(sqlite3_stmt *left, sqlite3_stmt *right, int column) {
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
static int step_both(sqlite3_stmt *left, sqlite3_stmt *right, const char *sql) {
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

static void check_state(const char *sql) {
  check_same(sqlite3_get_autocommit(db) == sqlite3_get_autocommit(ref), "transaction", sql);
  check_same(sqlite3_last_insert_rowid(db) == sqlite3_last_insert_rowid(ref), "last rowid", sql);
}

/* Runs a statement in both. Frees the SQL. */
static void run_both(char *sql) {
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

static void run_one(sqlite3 *connection, const char *sql) {
  int rc = sqlite3_exec(connection, sql, NULL, NULL, NULL);
  expect(rc == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(connection));
}

static void close_walker(void) {
  sqlite3_finalize(walker);
  sqlite3_finalize(ref_walker);
  walker = ref_walker = NULL;
}

static void compare_tables(void) {
  run_both(sqlite3_mprintf("SELECT rowid, * FROM t ORDER BY rowid"));
  run_both(sqlite3_mprintf("SELECT rowid, * FROM t ORDER BY rowid DESC"));
}

/* With a failure on the slots table; what succeeds is done on the ordinary one too. Frees the SQL.
 */
static void run_with_fault(Input *input, char *sql) {
  bool memory = input_below(input, 2) == 0, in_transaction = !sqlite3_get_autocommit(db);
  int when = (int)input_byte(input) * (input_below(input, 4) == 0 ? 30 : 1);
  Before before = {sqlite3_total_changes(db), sqlite3_get_autocommit(db)};
  allocations_failed = 0;
  interrupted = false;
  failing_lasts = input_below(input, 2) == 0;
  if (memory)
    allocations_left = when;
  else
    sqlite3_progress_handler(db, 1 + when * 10, interrupt, &before);
  int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
  allocations_left = -1;
  sqlite3_progress_handler(db, 0, NULL, NULL);
  if (rc != SQLITE_NOMEM && rc != SQLITE_INTERRUPT) {
    int wanted = sqlite3_exec(ref, sql, NULL, NULL, NULL);
    check_same(rc == wanted, "result after a fault", sql);
  } else {
    expect(allocations_failed > 0 || interrupted, "%s: %d, %s, without a fault", sql, rc,
           sqlite3_errmsg(db));
    /* Core may have rolled back the transaction, and with it the walker's view. */
    if (in_transaction && sqlite3_get_autocommit(db)) {
      close_walker();
      run_one(ref, "ROLLBACK");
    }
  }
  sqlite3_free(sql);
  run_both(sqlite3_mprintf("REPLACE INTO other VALUES(1)")); /* the same last rowid */
  compare_tables();
}

/* ---- SQL ---------------------------------------------------------------------------------- */

static const char *const shapes[][2] = {
    {"id INTEGER PRIMARY KEY, a TEXT, n INT, r REAL, x", ""},
    {"id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE, n INT UNIQUE, r REAL, x",
     ", INDEX(a), INDEX(x, a)"},
    {"id INTEGER PRIMARY KEY, a TEXT NOT NULL, n INT CHECK(n < 900), r REAL, x, UNIQUE(a, r)",
     ", compress='small'"},
    {"id INT, a VARCHAR(9) PRIMARY KEY, n NUMERIC, r, x COLLATE RTRIM", ", compress='fast'"},
};

static const char *text_of(Input *input) {
  static const char *const texts[] = {"'word'",      "'Word'",    "'a view of the river'",
                                      "'12'",        "' 3.0 '",   "'http://example.org/T01_8.jpg'",
                                      "''",          "'word '",   "'Größe'",
                                      "char(0, 98)", "'see 12a'", "hex(zeroblob(90))"};
  return texts[input_below(input, sizeof texts / sizeof texts[0])];
}

/* A literal, in sqlite3_malloc's memory. */
static char *value(Input *input) {
  static const char *const special[] = {"9223372036854775807",
                                        "-9223372036854775808",
                                        "9007199254740993",
                                        "1e300",
                                        "-1e999",
                                        "0.1",
                                        "-0.0",
                                        "x'00ff'",
                                        "x''",
                                        "4294967296"};
  switch (input_below(input, 6)) {
  case 0:
    return sqlite3_mprintf("NULL");
  case 1:
  case 2:
    return sqlite3_mprintf("%s", text_of(input));
  case 3:
    return sqlite3_mprintf("%d.25", input_byte(input));
  case 4:
    return sqlite3_mprintf("%s", special[input_below(input, 10)]);
  default:
    return sqlite3_mprintf("%d", (int)input_byte(input) - 20);
  }
}

static int id(Input *input) {
  return (int)input_byte(input) * (input_below(input, 4) == 0 ? 40 : 1);
}

static const char *mode(Input *input) {
  static const char *const modes[] = {"",        "",         "OR IGNORE",  "OR REPLACE",
                                      "OR FAIL", "OR ABORT", "OR ROLLBACK"};
  return modes[input_below(input, 7)];
}

/* Puts values in for the %z of a format of up to four, which are freed. */
static char *with_values(Input *input, const char *format) {
  char *v[4] = {value(input), value(input), value(input), value(input)};
  char *sql = sqlite3_mprintf(format, v[0], v[1], v[2], v[3]);
  for (int i = 0; i < 4; i++) sqlite3_free(v[i]);
  return sql;
}

static char *condition(Input *input) {
  static const char *const columns[] = {"a", "n", "r", "x", "id"};
  static const char *const operators[] = {"=", "<", ">=", "IS", "<>"};
  const char *column = columns[input_below(input, 5)];
  char *first, *second, *sql;
  int low = id(input);
  switch (input_below(input, 8)) {
  case 0:
    return sqlite3_mprintf("id = %d", low);
  case 1:
    return sqlite3_mprintf("id BETWEEN %d AND %d", low, low + id(input));
  case 2:
    return sqlite3_mprintf("id %% 7 = %d", low % 7);
  case 3:
    return sqlite3_mprintf("a LIKE '%%' || %s", text_of(input));
  case 4:
    return sqlite3_mprintf("%s GLOB '*%d*'", column, low % 30);
  case 5:
    first = value(input);
    second = value(input);
    sql = sqlite3_mprintf("%s IN (%s, %s, %d)", column, first, second, low);
    sqlite3_free(first);
    sqlite3_free(second);
    return sql;
  case 6:
    return sqlite3_mprintf("%s IS %s NULL", column, low % 2 ? "NOT" : "");
  default:
    first = value(input);
    sql = sqlite3_mprintf("%s %s %s", column, operators[low % 5], first);
    sqlite3_free(first);
    return sql;
  }
}

static char *change(Input *input) {
  static const char *const columns[] = {"a", "n", "r", "x"};
  const char *how = mode(input), *column = columns[input_below(input, 4)];
  char *values, *where, *sql;
  int at = id(input);
  switch (input_below(input, 7)) {
  case 0:
  case 1:
    values = with_values(input, "%s, %s, %s, %s");
    sql = sqlite3_mprintf("INSERT %s INTO t VALUES(%d, %s)", how, at, values);
    sqlite3_free(values);
    return sql;
  case 2:
    return sqlite3_mprintf(
        "WITH RECURSIVE s(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM s WHERE i < %d) INSERT %s "
        "INTO t SELECT i, 'text ' || (i %% %d), i + %d, i / 4.0, i %% 3 FROM s",
        at, at + (int)(input_byte(input) * input_byte(input)) / 50, how,
        1 + (int)input_byte(input) * 8, (int)input_byte(input));
  case 3:
    /* Of one row, as core reads all rows before it replaces any. */
    return sqlite3_mprintf("UPDATE %s t SET %s = %s, n = %d WHERE id = %d", how, column,
                           text_of(input), (int)input_byte(input), at);
  case 4:
    where = condition(input);
    sql = sqlite3_mprintf("UPDATE %s t SET %s = %s WHERE %s",
                          strcmp(how, "OR REPLACE") == 0 ? "" : how, column, text_of(input), where);
    sqlite3_free(where);
    return sql;
  case 5:
    return sqlite3_mprintf("UPDATE OR IGNORE t SET id = id + %d WHERE id = %d", id(input), at);
  default:
    where = condition(input);
    sql = sqlite3_mprintf("DELETE FROM t WHERE %s", where);
    sqlite3_free(where);
    return sql;
  }
}

static void query(Input *input) {
  static const char *const formats[] = {
      "SELECT rowid, * FROM t WHERE %s ORDER BY rowid",
      "SELECT count(*), max(id), min(n), sum(length(a)) FROM t WHERE %s",
      "SELECT a, id FROM t WHERE %s ORDER BY rowid DESC LIMIT 5 OFFSET 2",
      "SELECT y.a, x.id FROM t AS x JOIN t AS y ON y.id = x.n WHERE x.%s ORDER BY 2, 1"};
  const char *format = formats[input_below(input, 4)];
  char *where = condition(input);
  run_both(sqlite3_mprintf(format, where));
  sqlite3_free(where);
}

static void transaction(Input *input) {
  static const char *const statements[] = {"BEGIN",         "COMMIT",      "ROLLBACK",
                                           "SAVEPOINT a",   "SAVEPOINT b", "ROLLBACK TO a",
                                           "ROLLBACK TO b", "RELEASE a",   "RELEASE b"};
  run_both(sqlite3_mprintf("%s", statements[input_below(input, 9)]));
}

static void walk(Input *input) {
  static const char *const orders[] = {"SELECT id, a, n, r, x FROM t ORDER BY rowid",
                                       "SELECT id, a, n, r, x FROM t ORDER BY rowid DESC"};
  uint32_t steps = input_byte(input);
  if (walker == NULL) {
    const char *sql = orders[input_below(input, 2)];
    expect(sqlite3_prepare_v2(db, sql, -1, &walker, NULL) == SQLITE_OK, "prepare");
    expect(sqlite3_prepare_v2(ref, sql, -1, &ref_walker, NULL) == SQLITE_OK, "prepare");
  }
  for (uint32_t i = 0; i < steps; i++) {
    if (step_both(walker, ref_walker, "walker") == SQLITE_ROW) continue;
    close_walker();
    return;
  }
}

static void change_schema(Input *input) {
  static const char *const statements[] = {"ALTER TABLE t RENAME TO u",
                                           "ALTER TABLE u RENAME TO t",
                                           "SAVEPOINT z",
                                           "DROP TABLE t",
                                           "ROLLBACK TO z",
                                           "RELEASE z"};
  uint32_t first = input_below(input, 2) * 2, last = first == 0 ? 2 : 6;
  close_walker();
  for (uint32_t i = first; i < last; i++) {
    run_one(db, statements[i]);
    run_one(ref, statements[i]);
  }
  run_both(sqlite3_mprintf("REPLACE INTO other VALUES(1)"));
}

/* Sealing everything changes nothing to be seen, whether it succeeds or not. */
static void command(Input *input) {
  static const char *const commands[] = {"INSERT INTO t(t) VALUES('optimize')",
                                         "INSERT INTO t(t) VALUES('integrity-check')"};
  run_one(db, commands[input_below(input, 2)]);
  run_both(sqlite3_mprintf("REPLACE INTO other VALUES(1)"));
}

static void one_step(Input *input) {
  switch (input_below(input, 12)) {
  case 0:
    query(input);
    break;
  case 1:
    transaction(input);
    break;
  case 2:
    walk(input);
    break;
  case 3:
    run_with_fault(input, input_below(input, 4) == 0 ? sqlite3_mprintf("COMMIT") : change(input));
    break;
  case 4:
    command(input);
    break;
  case 5:
    change_schema(input);
    break;
  case 6:
    compare_tables();
    break;
  default:
    run_both(change(input));
    break;
  }
}

/* ---- one input ------------------------------------------------------------------------------ */

static sqlite3 *open_database(const char *before, const char *columns, const char *options) {
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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  Input input = {bytes, size};
  install_failing_allocator();
  const char *const *shape = shapes[input_below(&input, 4)];
  db = open_database("CREATE VIRTUAL TABLE t USING slots", shape[0], shape[1]);
  ref = open_database("CREATE TABLE t", shape[0], "");
  for (int i = 0; i < STEPS_MAX && input.size > 0; i++) one_step(&input);
  compare_tables();
  close_walker();
  run_one(db, "INSERT INTO t(t) VALUES('integrity-check')");
  expect(sqlite3_close(db) == SQLITE_OK && sqlite3_close(ref) == SQLITE_OK, "something is open");
  expect(sqlite3_memory_used() == 0, "%lld bytes are leaked", sqlite3_memory_used());
  return 0;
}
