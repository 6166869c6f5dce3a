/*
** evaluation.c: see evaluation.h.
*/
#include "evaluation.h"

#include "expression.h"
#include "base/message.h"

/*
** A CHECK in a statement. Right behind the parenthesis, a column named WITH would begin a subquery.
*/
#define CHECKED "(0 OR %s)"

void evaluation_init(Evaluation *evaluation, Registry *registry, const Schema *schema,
                     const char *database, const char *table) {
  *evaluation = (Evaluation){.registry = registry, .schema = schema, .table = table};
  evaluation->foreign = schema->snapshot != NULL;
  evaluation->temporary = !evaluation->foreign && sqlite3_stricmp(database, "temp") == 0;
}

void evaluation_clear(Evaluation *evaluation) {
  sqlite3_finalize(evaluation->checks);
  for (int i = 0; evaluation->defaults != NULL && i < evaluation->schema->count; i++) {
    sqlite3_finalize(evaluation->defaults[i].statement);
    sqlite3_value_free(evaluation->defaults[i].value);
  }
  sqlite3_free(evaluation->defaults);
  row_source_close(evaluation->source);
  *evaluation = (Evaluation){0};
}

/* ---- compiling ------------------------------------------------------------------------- */

static int fail(const Evaluation *evaluation, int rc, char **error) {
  return message_core(error, rc, evaluation->registry->db);
}

static int refuse(const char *message, char **error) {
  return message_fail(error, SQLITE_ERROR, "%s", message);
}

/* Prepares `sql`, which it frees. */
static int prepare(const Evaluation *evaluation, char *sql, sqlite3_stmt **statement,
                   char **error) {
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_prepare_v3(evaluation->registry->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                              statement, NULL);
  sqlite3_free(sql);
  return rc == SQLITE_OK ? SQLITE_OK : fail(evaluation, rc, error);
}

static int open_source(Evaluation *evaluation, char **error) {
  if (evaluation->source != NULL) return SQLITE_OK;
  int rc = row_source_open(evaluation->registry, evaluation->schema, &evaluation->source);
  return rc == SQLITE_OK ? rc : fail(evaluation, rc, error);
}

/* In WHERE, as in a CHECK, there are neither aggregates nor window functions. */
static int compile_check(const Evaluation *evaluation, const char *table, const char *expression,
                         char **error) {
  sqlite3_stmt *statement = NULL;
  if (expression_has_subquery(expression)) {
    return refuse("subqueries prohibited in CHECK constraints", error);
  }
  int rc = prepare(evaluation,
                   sqlite3_mprintf("SELECT 1 FROM \"%w\" AS \"%w\" WHERE " CHECKED,
                                   evaluation->source->name, table, expression),
                   &statement, error);
  if (rc == SQLITE_OK && sqlite3_bind_parameter_count(statement) > 0) {
    rc = refuse("parameters prohibited in CHECK constraints", error);
  }
  sqlite3_finalize(statement);
  return rc;
}

/* Core checks functions when it compiles a statement: so after each change of trusted_schema. */
static int check_functions(Evaluation *evaluation, char **error) {
  const Schema *schema = evaluation->schema;
  sqlite3 *db = evaluation->registry->db;
  int trusted = 0, rc = SQLITE_OK;
  if (evaluation->temporary) return SQLITE_OK;
  if (!evaluation->foreign) sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, -1, &trusted);
  if (evaluation->checked && evaluation->trusted == (trusted != 0)) return SQLITE_OK;
  evaluation->checked = false;
  for (int i = 0; i < schema->check_count && rc == SQLITE_OK; i++) {
    rc = expression_check_functions(db, schema->checks[i].expression, trusted != 0, error);
  }
  for (int i = 0; i < schema->count && rc == SQLITE_OK; i++) {
    const DefaultDef *value = &schema->columns[i].value;
    if (!value->varies) continue;
    rc = expression_check_functions(db, value->expression, trusted != 0, error);
  }
  evaluation->checked = rc == SQLITE_OK;
  evaluation->trusted = trusted != 0;
  return rc;
}

int evaluation_compile(Evaluation *evaluation, const char *table, char **error) {
  const Schema *schema = evaluation->schema;
  int rc = schema->check_count > 0 ? open_source(evaluation, error) : SQLITE_OK;
  for (int i = 0; i < schema->check_count && rc == SQLITE_OK; i++) {
    rc = compile_check(evaluation, table, schema->checks[i].expression, error);
  }
  return rc == SQLITE_OK ? check_functions(evaluation, error) : rc;
}

/* ---- CHECK ------------------------------------------------------------------------------- */

/* Whether one of the columns that CHECKs read is NULL. */
static void append_sampling(const Evaluation *evaluation, sqlite3_str *sql) {
  const Schema *schema = evaluation->schema;
  sqlite3_str_appendall(sql, "0");
  for (int i = 0; i < schema->count; i++) {
    if (!row_source_is_used(evaluation->source, i)) continue;
    sqlite3_str_appendf(sql, " OR \"%w\".\"%w\" IS NULL", evaluation->table,
                        schema->columns[i].name);
  }
}

/*
** The statement gives one value: the number of the first CHECK that is false, or NULL. Its only
** parameter, as no CHECK has one, says which to evaluate; 0: none, but to sample the columns.
*/
static int prepare_checks(const Evaluation *evaluation, sqlite3_stmt **statement, char **error) {
  const Schema *schema = evaluation->schema;
  sqlite3_str *sql = sqlite3_str_new(NULL);
  sqlite3_str_appendall(sql, "SELECT CASE WHEN ?1 = 0 THEN ");
  append_sampling(evaluation, sql);
  for (int i = 0; i < schema->check_count; i++) {
    sqlite3_str_appendf(sql, " WHEN ?1 >> %d & 1 AND NOT " CHECKED " THEN %d", schema_check_bit(i),
                        schema->checks[i].expression, i);
  }
  sqlite3_str_appendf(sql, " END FROM \"%w\" AS \"%w\"", evaluation->source->name,
                      evaluation->table);
  return prepare(evaluation, sqlite3_str_finish(sql), statement, error);
}

static int ready_checks(Evaluation *evaluation, sqlite3_stmt **statement, char **error) {
  int rc = SQLITE_OK;
  if (evaluation->checks == NULL) {
    /* Again, since a schema may have been written by other means than CREATE. */
    rc = evaluation_compile(evaluation, evaluation->table, error);
    if (rc == SQLITE_OK) rc = prepare_checks(evaluation, &evaluation->checks, error);
    evaluation->sampled = -1;
  } else {
    rc = check_functions(evaluation, error);
  }
  if (rc != SQLITE_OK) return rc;
  *statement = evaluation->checks;
  return sqlite3_stmt_busy(*statement) ? prepare_checks(evaluation, statement, error) : rc;
}

/* An authorizer that says SQLITE_IGNORE has core compile NULL, or a statement without a row. */
static int refuse_hidden(const char *what, char **error) {
  return message_fail(error, SQLITE_AUTH, "not authorized: an authorizer hides what %s reads",
                      what);
}

/* What the statement yields for a row; -1 for NULL. */
static int run_checks(const Evaluation *evaluation, sqlite3_stmt *statement, uint64_t checks,
                      ShownRow row, int *answer, char **error) {
  ShownRow before = evaluation->source->row;
  evaluation->source->row = row;
  sqlite3_bind_int64(statement, 1, (sqlite3_int64)checks);
  bool found = sqlite3_step(statement) == SQLITE_ROW;
  bool is_null = !found || sqlite3_column_type(statement, 0) != SQLITE_INTEGER;
  *answer = is_null ? -1 : sqlite3_column_int(statement, 0);
  evaluation->source->row = before;
  int rc = sqlite3_reset(statement);
  if (rc != SQLITE_OK) return fail(evaluation, rc, error);
  return found ? SQLITE_OK : refuse_hidden("CHECK", error);
}

/* Core asks the authorizer whenever it compiles the statement, so also when it does so again. */
static int sample_columns(Evaluation *evaluation, sqlite3_stmt *statement, char **error) {
  bool own = statement != evaluation->checks;
  int prepared = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 0);
  int hidden = 0;
  if (!own && prepared == evaluation->sampled) return SQLITE_OK;
  int rc = run_checks(evaluation, statement, 0, (ShownRow){.is_sample = true}, &hidden, error);
  if (rc == SQLITE_OK && hidden != 0) rc = refuse_hidden("CHECK", error);
  if (rc == SQLITE_OK && !own) evaluation->sampled = prepared;
  return rc;
}

int evaluation_check(Evaluation *evaluation, uint64_t checks, const Value *values, int64_t rowid,
                     int *failed, char **error) {
  sqlite3_stmt *statement = NULL;
  *failed = -1;
  if (checks == 0) return SQLITE_OK;
  int rc = ready_checks(evaluation, &statement, error);
  if (rc != SQLITE_OK) return rc;
  ShownRow row = {.values = values, .rowid = rowid};
  rc = run_checks(evaluation, statement, checks, row, failed, error);
  if (rc == SQLITE_OK) rc = sample_columns(evaluation, statement, error);
  bool own = statement != evaluation->checks;
  if (own || rc == SQLITE_AUTH) sqlite3_finalize(statement);
  if (!own && rc == SQLITE_AUTH) evaluation->checks = NULL;
  return rc;
}

/* ---- DEFAULT ------------------------------------------------------------------------------ */

static int open_defaults(Evaluation *evaluation) {
  if (evaluation->defaults != NULL) return SQLITE_OK;
  size_t size = (size_t)evaluation->schema->count * sizeof *evaluation->defaults;
  evaluation->defaults = sqlite_zeros(size);
  return evaluation->defaults == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* The one value that the statement yields, as a copy. */
static int compute(const Evaluation *evaluation, sqlite3_stmt *statement, sqlite3_value **value,
                   char **error) {
  int rc = sqlite3_step(statement);
  if (rc == SQLITE_ROW) {
    *value = sqlite3_value_dup(sqlite3_column_value(statement, 0));
    rc = *value == NULL ? SQLITE_NOMEM : SQLITE_OK;
  }
  int end = sqlite3_reset(statement);
  if (rc == SQLITE_OK || rc == SQLITE_NOMEM) return rc;
  return end == SQLITE_OK ? refuse_hidden("DEFAULT", error) : fail(evaluation, end, error);
}

static int prepare_default(const Evaluation *evaluation, int column, sqlite3_stmt **statement,
                           char **error) {
  const char *expression = evaluation->schema->columns[column].value.expression;
  return prepare(evaluation, sqlite3_mprintf("SELECT %s", expression), statement, error);
}

/* By a statement of its own. */
static int compute_once(const Evaluation *evaluation, int column, sqlite3_value **value,
                        char **error) {
  sqlite3_stmt *statement = NULL;
  int rc = prepare_default(evaluation, column, &statement, error);
  if (rc == SQLITE_OK) rc = compute(evaluation, statement, value, error);
  sqlite3_finalize(statement);
  return rc;
}

static int compute_varying(const Evaluation *evaluation, int column, sqlite3_stmt **kept,
                           sqlite3_value **value, char **error) {
  int rc = *kept == NULL ? prepare_default(evaluation, column, kept, error) : SQLITE_OK;
  if (rc != SQLITE_OK) return rc;
  if (sqlite3_stmt_busy(*kept)) return compute_once(evaluation, column, value, error);
  rc = compute(evaluation, *kept, value, error);
  if (rc != SQLITE_AUTH) return rc;
  sqlite3_finalize(*kept);
  *kept = NULL;
  return rc;
}

int evaluation_default(Evaluation *evaluation, int column, sqlite3_value **value,
                       sqlite3_value **owned, char **error) {
  *owned = NULL;
  int rc = open_defaults(evaluation);
  if (rc != SQLITE_OK) return rc;
  DefaultValue *kept = &evaluation->defaults[column];
  if (evaluation->schema->columns[column].value.varies) {
    rc = check_functions(evaluation, error);
    if (rc == SQLITE_OK) rc = compute_varying(evaluation, column, &kept->statement, owned, error);
    *value = *owned;
    return rc;
  }
  if (kept->value == NULL) rc = compute_once(evaluation, column, &kept->value, error);
  *value = kept->value;
  return rc;
}
