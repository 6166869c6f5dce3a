/*
** tables.c: fuzz target: the same statements on a slots table and on an ordinary one.
**
** After each statement both have the same answer, error, changes and transaction
** state, and now and then the same rows. Some statements run out of memory or are
** interrupted on the slots table: they either succeed, or leave no trace. A
** walker reads on while rows change. Input: shape of the table (u8), then steps of
** a byte that says what, and what that reads (one_step).
*/
#include "../failing_allocator.h"
#include "both.h"

#define STEPS_MAX 40

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
  bool now = sqlite3_total_changes(db) == before->changes &&
             sqlite3_get_autocommit(db) == before->autocommit;
  interrupted = interrupted || now;
  return now;
}

static void close_walker(void) {
  sqlite3_finalize(walker);
  sqlite3_finalize(ref_walker);
  walker = ref_walker = NULL;
}

/*
** With a failure on the slots table; what succeeds is done on the ordinary one too. Frees the SQL.
*/
static void run_with_fault(Input *input, char *sql) {
  bool memory = input_below(input, 2) == 0, in_transaction = !sqlite3_get_autocommit(db);
  int when = (int)input_byte(input);
  if (input_below(input, 4) == 0) when *= 30;
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
  int near = (int)input_byte(input);
  return input_below(input, 4) == 0 ? near * 40 : near;
}

static const char *mode(Input *input) {
  static const char *const modes[] = {"",        "",         "OR IGNORE",  "OR REPLACE",
                                      "OR FAIL", "OR ABORT", "OR ROLLBACK"};
  return modes[input_below(input, 7)];
}

/* Puts values in for the %z of a format of up to four, which are freed. */
static char *with_values(Input *input, const char *format) {
  char *v[4];
  for (int i = 0; i < 4; i++) v[i] = value(input);
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
  const char *text;
  char *values, *where, *sql;
  int rows, words, number, at = id(input);
  switch (input_below(input, 7)) {
  case 0:
  case 1:
    values = with_values(input, "%s, %s, %s, %s");
    sql = sqlite3_mprintf("INSERT %s INTO t VALUES(%d, %s)", how, at, values);
    sqlite3_free(values);
    return sql;
  case 2:
    rows = (int)input_byte(input);
    rows = rows * (int)input_byte(input) / 50;
    words = 1 + (int)input_byte(input) * 8;
    number = (int)input_byte(input);
    return sqlite3_mprintf(
        "WITH RECURSIVE s(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM s WHERE i < %d) INSERT %s "
        "INTO t SELECT i, 'text ' || (i %% %d), i + %d, i / 4.0, i %% 3 FROM s",
        at, at + rows, how, words, number);
  case 3:
    /* Of one row, as core reads all rows before it replaces any. */
    text = text_of(input);
    number = (int)input_byte(input);
    return sqlite3_mprintf("UPDATE %s t SET %s = %s, n = %d WHERE id = %d", how, column, text,
                           number, at);
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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  Input input = {bytes, size};
  install_failing_allocator();
  open_both(input_below(&input, SHAPES));
  for (int i = 0; i < STEPS_MAX && input.size > 0; i++) one_step(&input);
  close_walker();
  close_both();
  return 0;
}
