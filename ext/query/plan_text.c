/*
** plan_text.c: see plan_text.h.
*/
#include "plan_text.h"

#include <string.h>

#include "base/sqlite.h"
#include "declare/tokens.h"

/* As they are written behind the column, and what xFilter's arguments are given to. */
static const char *const operators[PREDICATES] = {
    [PREDICATE_EQUAL] = "=?",          [PREDICATE_ABOVE] = ">?",
    [PREDICATE_ABOVE_EQUAL] = ">=?",   [PREDICATE_BELOW] = "<?",
    [PREDICATE_BELOW_EQUAL] = "<=?",   [PREDICATE_IS] = " IS ?",
    [PREDICATE_IN] = " IN ?",          [PREDICATE_LIKE] = " LIKE ?",
    [PREDICATE_GLOB] = " GLOB ?",      [PREDICATE_IS_NULL] = " IS NULL",
    [PREDICATE_NOT_NULL] = " NOT NULL"};

static const char *const collations[] = {[COLLATION_BINARY] = "",
                                         [COLLATION_NOCASE] = " COLLATE NOCASE",
                                         [COLLATION_RTRIM] = " COLLATE RTRIM"};

/* ---- writing -------------------------------------------------------------------- */

/* Whether the name is one word, and not the one that the tests begin with. */
static bool is_plain(const char *name) {
  const char *at = name;
  Token token = token_next(&at);
  return token.kind == TOKEN_WORD && *at == 0 && token.text == name &&
         !token_is_word(&token, "WHERE");
}

void plan_text_column(sqlite3_str *text, const Schema *schema, int column) {
  const char *name = column < 0 ? "rowid" : schema->columns[column].name;
  sqlite3_str_appendf(text, is_plain(name) ? "%s" : "\"%w\"", name);
}

void plan_text_test(sqlite3_str *text, const Schema *schema, const Predicate *test, bool first) {
  sqlite3_str_appendall(text, first ? " WHERE " : " AND ");
  plan_text_column(text, schema, (int)test->column);
  sqlite3_str_appendall(text, operators[test->op]);
  if (predicate_takes_value(test->op)) sqlite3_str_appendall(text, collations[test->collation]);
}

/* ---- reading --------------------------------------------------------------------- */

static int read_column(const Token *token, const Schema *schema, uint32_t *column) {
  char *name = token_name(token);
  if (name == NULL) return SQLITE_NOMEM;
  int at = 0;
  while (at < schema->count && strcmp(schema->columns[at].name, name) != 0) at++;
  sqlite3_free(name);
  *column = (uint32_t)at;
  return at < schema->count ? SQLITE_OK : SQLITE_INTERNAL;
}

/* The longest of `texts` that stands at *at, which moves behind it; `count`: none does. */
static size_t read_one_of(const char *const *texts, size_t count, const char **at) {
  size_t found = count, size = 0;
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(texts[i]);
    if (strncmp(*at, texts[i], length) != 0 || (found < count && length < size)) continue;
    found = i;
    size = length;
  }
  *at += size;
  return found;
}

static int read_test(const char **at, const Schema *schema, Predicate *test) {
  Token token = token_next(at);
  *test = (Predicate){0};
  int rc = read_column(&token, schema, &test->column);
  if (rc != SQLITE_OK) return rc;
  size_t op = read_one_of(operators, PREDICATES, at);
  if (op == PREDICATES) return SQLITE_INTERNAL;
  test->op = (PredicateOperator)op;
  test->affinity = schema->columns[test->column].affinity;
  test->collation = (Collation)read_one_of(collations, 3, at);
  return SQLITE_OK;
}

/* Behind WHERE; the end where there is none. */
static const char *find_tests(const char *text) {
  for (;;) {
    Token token = token_next(&text);
    if (token.kind == TOKEN_END || token_is_word(&token, "WHERE")) return text;
  }
}

/* Reads the tests into `tests`, unless that is NULL, and counts them. */
static int read_tests(const char *at, const Schema *schema, Predicate *tests, uint32_t *count) {
  for (*count = 0;; ++*count) {
    Predicate test;
    int rc = read_test(&at, schema, &test);
    if (rc != SQLITE_OK) return rc;
    if (tests != NULL) tests[*count] = test;
    if (strncmp(at, " AND ", 5) != 0) break;
    at += 5;
  }
  ++*count;
  return SQLITE_OK;
}

int plan_text_read(const char *text, const Schema *schema, Filter *filter) {
  uint32_t count;
  const char *tests = find_tests(text);
  int rc = read_tests(tests, schema, NULL, &count);
  if (rc == SQLITE_OK) rc = filter_open(filter, count, (uint32_t)schema->count);
  if (rc == SQLITE_OK) rc = read_tests(tests, schema, filter->predicates, &count);
  return rc;
}
