/*
** script.c: fuzz target: SQL scripts, with an ordinary table as oracle.
**
** Input: a byte for the shape of the table, then a statement a line; the line `optimize` seals
** the slots table. What both tables can prepare runs in both (both.h): the same rows come back,
** as a multiset where no order is asked for, and after a change the tables are the same. Left
** out is what asks for one of several right answers: see `unlike` and `any_order`. A script ends
** where core may evaluate terms in another order (an error in an expression), or takes too long.
*/
#include "both.h"

#define LINES_MAX 40
#define STEPS_MAX 200 /* of the progress handler, 1,000 instructions each */

/* ---- which statements can be compared ------------------------------------------------------ */

static bool contains_any(const char *sql, const char *const *patterns) {
  while (*patterns != NULL && sqlite3_strlike(*patterns, sql, 0) != 0) patterns++;
  return *patterns != NULL;
}

/*
** About the schema, the connection or the time; documented differences (UPDATE OR REPLACE,
** RETURNING, lists of row values).
*/
static const char *const unlike[] = {
    "%sqlite_%",  "%slots_%",  "%pragma%",  "%random%",   "%changes%",        "%last_insert%",
    "%date(%",    "%time(%",   "%julian%",  "%strftime%", "%epoch%",          "%current_%",
    "%load_ext%", "%create%",  "%drop%",    "%alter%",    "%analyze%",        "%reindex%",
    "%vacuum%",   "%tach%",    "%explain%", "%return%",   "%update%replace%", "%) in%",
    "%subtype%",  "%indexed%", "%match%",   NULL};

/* The rows that are found first make a difference. */
static const char *const any_order[] = {"%limit%",       "%over%",     "%group_%",
                                        "%group by%",    "%distinct%", "%from%from%set%",
                                        "%update%from%", NULL};
static const char *const any_order_of_changes[] = {"%or ignore%", "%or fail%", "%replace%", NULL};

/* An ordinary table with a UNIQUE column may be read in that order. */
static bool comparable(const char *sql, uint32_t shape) {
  if (contains_any(sql, unlike)) return false;
  bool many = sqlite3_strlike("%select%", sql, 0) == 0 || sqlite3_strlike("%update%", sql, 0) == 0;
  return shape == 0 || !many || !contains_any(sql, any_order_of_changes);
}

/* A virtual table refuses some statements, and has a column of its own name. */
static bool may_differ(int rc, int wanted) {
  const char *message = rc != SQLITE_OK ? sqlite3_errmsg(db) : sqlite3_errmsg(ref);
  if (rc != SQLITE_OK && wanted != SQLITE_OK) return true;
  return rc != SQLITE_OK ? strstr(message, "virtual") != NULL || strstr(message, "UPSERT") != NULL
                         : strstr(message, "no such column") != NULL ||
                               strstr(message, "has no column") != NULL;
}

/* ---- running ------------------------------------------------------------------------------- */

static int count_steps(void *context) {
  int *steps = context;
  return ++*steps > STEPS_MAX;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 29;
}

static uint64_t hash_text(uint64_t hash, const unsigned char *bytes, int size) {
  for (int i = 0; i < size; i++) hash = mix(hash, bytes[i]);
  return hash;
}

/* Of a real the first digits only: a sum depends on the order of its terms. */
static uint64_t hash_row(sqlite3_stmt *statement) {
  uint64_t hash = 1;
  for (int i = 0; i < sqlite3_column_count(statement); i++) {
    int type = sqlite3_column_type(statement, i);
    hash = mix(hash, (uint64_t)type);
    if (type == SQLITE_FLOAT) {
      char digits[40];
      sqlite3_snprintf(sizeof digits, digits, "%.9g", sqlite3_column_double(statement, i));
      hash = hash_text(hash, (const unsigned char *)digits, (int)strlen(digits));
    } else {
      const unsigned char *bytes = sqlite3_column_blob(statement, i);
      hash = hash_text(hash, bytes, sqlite3_column_bytes(statement, i));
    }
  }
  return hash;
}

/* What a statement answered. */
typedef struct Answer {
  int rc;
  uint64_t rows, sum, chain; /* the sum of the rows' hashes, and their hash in this order */
} Answer;

static Answer run_statement(sqlite3 *connection, sqlite3_stmt *statement) {
  Answer answer = {0};
  int steps = 0;
  sqlite3_progress_handler(connection, 1000, count_steps, &steps);
  while ((answer.rc = sqlite3_step(statement)) == SQLITE_ROW) {
    uint64_t hash = hash_row(statement);
    answer.rows++;
    answer.sum += hash;
    answer.chain = mix(answer.chain, hash);
  }
  sqlite3_progress_handler(connection, 0, NULL, NULL);
  return answer;
}

/* Beside an aggregate a column that is in none may be of any row. */
static bool has_bare_column(sqlite3_stmt *statement) {
  static const char *const aggregates[] = {"%count(%", "%sum(%", "%total(%", "%avg(%",
                                           "%max(%",   "%min(%", NULL};
  bool bare = false;
  for (int i = 0; i < sqlite3_column_count(statement); i++) {
    bare = bare || strchr(sqlite3_column_name(statement, i), '(') == NULL;
  }
  return bare && contains_any(sqlite3_sql(statement), aggregates);
}

static void compare_answers(sqlite3_stmt *left, const Answer *answer, const Answer *wanted) {
  const char *sql = sqlite3_sql(left);
  bool ordered = sqlite3_strlike("select rowid, * from t %order by rowid", sql, 0) == 0 ||
                 sqlite3_strlike("select rowid, * from t %order by rowid desc", sql, 0) == 0;
  if (contains_any(sql, any_order) || has_bare_column(left)) return;
  check_same(answer->rows == wanted->rows && answer->sum == wanted->sum, "rows", sql);
  check_same(!ordered || answer->chain == wanted->chain, "order", sql);
}

static bool is_limit(int rc) {
  return rc == SQLITE_INTERRUPT || rc == SQLITE_NOMEM || rc == SQLITE_TOOBIG || rc == SQLITE_ERROR;
}

/* False: the two may have gone apart, rightly. */
static bool run_prepared(const char *sql, sqlite3_stmt *left, sqlite3_stmt *right) {
  bool reads = sqlite3_stmt_readonly(left) != 0;
  int changes = sqlite3_total_changes(db), ref_changes = sqlite3_total_changes(ref);
  Answer answer = run_statement(db, left), wanted = run_statement(ref, right);
  if (is_limit(answer.rc) || is_limit(wanted.rc)) return reads;
  check_same(answer.rc == wanted.rc, "result", sql);
  compare_answers(left, &answer, &wanted);
  sqlite3_reset(left);
  sqlite3_reset(right);
  changes = sqlite3_total_changes(db) - changes;
  check_same(changes == sqlite3_total_changes(ref) - ref_changes, "changes", sql);
  check_state(sql);
  if (!reads) compare_tables();
  return true;
}

static bool run_line(const char *sql, uint32_t shape) {
  sqlite3_stmt *left = NULL, *right = NULL;
  bool go_on = true;
  if (strcmp(sql, "optimize") == 0) {
    run_one(db, "INSERT INTO t(t) VALUES('optimize')");
    run_both(sqlite3_mprintf("REPLACE INTO other VALUES(1)")); /* the same last rowid */
    return true;
  }
  if (!comparable(sql, shape)) return true;
  int rc = sqlite3_prepare_v2(db, sql, -1, &left, NULL);
  int wanted = sqlite3_prepare_v2(ref, sql, -1, &right, NULL);
  check_same(rc == wanted || may_differ(rc, wanted), "prepare", sql);
  if (left != NULL && right != NULL) go_on = run_prepared(sql, left, right);
  sqlite3_finalize(left);
  sqlite3_finalize(right);
  return go_on;
}

/* Both, and whatever they were in the middle of. */
static void abandon(void) {
  expect(sqlite3_close(db) == SQLITE_OK && sqlite3_close(ref) == SQLITE_OK, "something is open");
  expect(sqlite3_memory_used() == 0, "%lld bytes are leaked", sqlite3_memory_used());
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  Input input = {bytes, size};
  uint32_t shape = input_below(&input, SHAPES);
  bool go_on = true;
  sqlite3_hard_heap_limit64(64 << 20);
  open_both(shape);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 100000);
  sqlite3_limit(ref, SQLITE_LIMIT_LENGTH, 100000);
  for (int i = 0; i < LINES_MAX && input.size > 0 && go_on; i++) {
    size_t length;
    const uint8_t *line = input_line(&input, &length);
    char *sql = sqlite3_mprintf("%.*s", (int)length, (const char *)line);
    go_on = run_line(sql, shape);
    sqlite3_free(sql);
  }
  if (go_on)
    close_both();
  else
    abandon();
  return 0;
}
