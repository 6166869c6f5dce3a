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

/* Whether the name is one word, and none that the plan has a use for. */
static bool is_plain(const char *name) {
  const char *at = name;
  Token token = token_next(&at);
  return token.kind == TOKEN_WORD && *at == 0 && token.text == name &&
         !token_is_word(&token, "WHERE") && !token_is_word(&token, "ORDER") &&
         !token_is_word(&token, "DISTINCT") && !token_is_word(&token, "rowid");
}

void plan_text_column(sqlite3_str *text, const Schema *schema, int column) {
  if (column < 0) {
    sqlite3_str_appendall(text, "rowid");
  } else {
    const char *name = schema->columns[column].name;
    sqlite3_str_appendf(text, is_plain(name) ? "%s" : "\"%w\"", name);
  }
}

void plan_text_test(sqlite3_str *text, const Schema *schema, const Predicate *test, bool first) {
  sqlite3_str_appendall(text, first ? " WHERE " : " AND ");
  plan_text_column(text, schema, (int)test->column);
  sqlite3_str_appendall(text, operators[test->op]);
  if (predicate_takes_value(test->op)) sqlite3_str_appendall(text, collations[test->collation]);
}

void plan_text_term(sqlite3_str *text, const Schema *schema, const SortTerm *term, bool first) {
  sqlite3_str_appendall(text, first ? " ORDER BY " : ", ");
  plan_text_column(text, schema, term->column < 0 ? schema->key : term->column);
  if (term->descending) sqlite3_str_appendall(text, " DESC");
}

void plan_text_distinct(sqlite3_str *text, const Schema *schema, const DistinctColumns *of) {
  for (uint32_t i = 0; i < of->count; i++) {
    sqlite3_str_appendall(text, i == 0 ? " DISTINCT " : ", ");
    plan_text_column(text, schema, (int)of->columns[i]);
  }
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
  Collation own;
  bool collated = collation_by_name(schema->columns[test->column].collation, &own) &&
                  (own == test->collation || test->op == PREDICATE_NOT_NULL);
  test->indexed = collated && schema_has_index(schema, test->column);
  if (collated) schema_list_prefixes(schema, test->column, &test->prefixes);
  return SQLITE_OK;
}

/* Behind the word; NULL where it is not there. */
static const char *find_word(const char *text, const char *word) {
  for (;;) {
    Token token = token_next(&text);
    if (token.kind == TOKEN_END) return NULL;
    if (token_is_word(&token, word)) return text;
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

static int read_term(const char **at, const Schema *schema, SortTerm *term) {
  Token token = token_next(at);
  uint32_t column;
  *term = (SortTerm){.column = -1};
  if (!token_is_word(&token, "rowid")) {
    int rc = read_column(&token, schema, &column);
    if (rc != SQLITE_OK) return rc;
    if ((int)column != schema->key) term->column = (int)column;
    if (!collation_by_name(schema->columns[column].collation, &term->collation)) {
      return SQLITE_INTERNAL;
    }
    term->indexed = term->column >= 0 && schema_has_index(schema, column);
    if (term->column >= 0) schema_list_prefixes(schema, column, &term->prefixes);
  }
  term->descending = strncmp(*at, " DESC", 5) == 0;
  if (term->descending) *at += 5;
  return SQLITE_OK;
}

static int read_order(const char *at, const Schema *schema, SortOrder *order) {
  for (at += strlen(" BY "); order->count < SORT_TERMS; at += 2) {
    int rc = read_term(&at, schema, &order->terms[order->count++]);
    if (rc != SQLITE_OK || strncmp(at, ", ", 2) != 0) return rc;
  }
  return SQLITE_OK;
}

/* A predicate that everything passes, until filter_precede makes something of it. */
static void add_last(const Schema *schema, const SortOrder *order, Filter *filter) {
  uint32_t column = (uint32_t)order->terms[0].column;
  filter->ordered = true;
  filter->predicates[filter->count - 1] =
      (Predicate){.column = column, .affinity = schema->columns[column].affinity, .all_pass = true};
}

int plan_text_read(const char *text, const Schema *schema, bool first, Filter *filter,
                   SortOrder *order) {
  const char *tests = find_word(text, "WHERE"), *terms = find_word(text, "ORDER");
  uint32_t count = 0;
  *order = (SortOrder){0};
  int rc = terms == NULL ? SQLITE_OK : read_order(terms, schema, order);
  bool last = first && order->count > 0 && order->terms[0].column >= 0;
  if (rc == SQLITE_OK && tests != NULL) rc = read_tests(tests, schema, NULL, &count);
  if (rc == SQLITE_OK) rc = filter_open(filter, count + last, (uint32_t)schema->count);
  if (rc == SQLITE_OK && tests != NULL) rc = read_tests(tests, schema, filter->predicates, &count);
  if (rc == SQLITE_OK && last) add_last(schema, order, filter);
  return rc;
}

int plan_text_read_distinct(const char *text, const Schema *schema, DistinctColumns *of) {
  const char *at = find_word(text, "DISTINCT");
  int rc = SQLITE_OK;
  of->count = 0;
  while (at != NULL && rc == SQLITE_OK) {
    Token token = token_next(&at);
    if (of->count == DISTINCT_COLUMNS) return SQLITE_INTERNAL;
    rc = read_column(&token, schema, &of->columns[of->count++]);
    at = strncmp(at, ", ", 2) == 0 ? at + 2 : NULL;
  }
  return rc;
}
