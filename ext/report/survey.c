/*
** survey.c: see survey.h.
*/
#include "survey.h"

#include <string.h>

#include "base/fetch.h"
#include "base/message.h"
#include "base/rowid_column.h"

/* ---- what a value takes in a record ---------------------------------------------- */

/* Bytes of an SQLite varint, and of an integer in a record: fileformat2.html on sqlite.org. */
static uint32_t varint_bytes(uint64_t integer) {
  uint32_t bytes = 1;
  while (bytes < 9 && (integer >>= 7) != 0) bytes++;
  return bytes;
}

static uint32_t record_integer_bytes(int64_t integer) {
  static const uint8_t sizes[] = {1, 2, 3, 4, 6};
  uint64_t magnitude = integer < 0 ? ~(uint64_t)integer : (uint64_t)integer;
  if (magnitude <= 1 && integer >= 0) return 0;
  for (size_t i = 0; i < sizeof sizes; i++) {
    if (magnitude >> (8 * sizes[i] - 1) == 0) return sizes[i];
  }
  return 8;
}

static uint32_t value_bytes(const Value *value) {
  switch (value->type) {
  case VALUE_INTEGER:
    return 1 + record_integer_bytes(value->integer);
  case VALUE_REAL: /* core stores whole numbers as integers where the column is REAL */
    if (value->real > INT32_MIN && value->real < INT32_MAX &&
        value->real == (double)(int32_t)value->real) {
      return 1 + record_integer_bytes((int32_t)value->real);
    }
    return 9;
  case VALUE_TEXT:
  case VALUE_BLOB:
    return varint_bytes(2 * (uint64_t)value->size + 13) + value->size;
  default:
    return 1;
  }
}

/* ---- rows ------------------------------------------------------------------------- */

static void measure_row(Survey *survey, const Value *values, int64_t rowid) {
  uint64_t record = 1;
  for (uint32_t i = 0; i < survey->column_count; i++) {
    uint32_t bytes = (int)i == survey->key ? 1 : value_bytes(&values[i]);
    survey->columns[i].bytes += bytes;
    record += bytes;
  }
  survey->rowid_bytes += varint_bytes((uint64_t)rowid);
  survey->record_bytes += 1 + varint_bytes(record);
}

/* The statement's row as row number `count` of the run. */
static int add_row(Survey *survey, SurveyRun *run, sqlite3_stmt *statement, Value *values) {
  int64_t rowid = (int64_t)survey->sampled + 1;
  if (survey->rowid != NULL) rowid = sqlite3_column_int64(statement, 0);
  int rc = fetch_values(statement, (int)survey->column_count, values);
  if (rc != SQLITE_OK) return rc;
  if (survey->key >= 0) values[survey->key] = (Value){.type = VALUE_NULL};
  Row *row = row_create(values, (int)survey->column_count);
  if (row == NULL) return SQLITE_NOMEM;
  measure_row(survey, values, rowid);
  run->rows[run->count++] = (SealRow){.rowid = rowid, .open = row};
  run->bytes += row_memory(row);
  survey->sampled++;
  return SQLITE_OK;
}

/* Appends a run of the rows that `sql` yields; none where there are none. */
static int take_run(Survey *survey, char *sql) {
  sqlite3_stmt *statement = NULL;
  SurveyRun *run = &survey->runs[survey->run_count];
  Value *values = sqlite3_malloc64(survey->column_count * sizeof *values);
  run->rows = sqlite3_malloc64(SEGMENT_ROWS * sizeof *run->rows);
  int rc = sql == NULL || values == NULL || run->rows == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(survey->db, sql, -1, &statement, NULL);
  while (rc == SQLITE_OK && run->count < SEGMENT_ROWS && run->bytes < SURVEY_RUN_BYTES &&
         sqlite3_step(statement) == SQLITE_ROW) {
    rc = add_row(survey, run, statement, values);
  }
  sqlite3_free(values);
  sqlite3_free(sql);
  survey->run_count += run->count > 0;
  return fetch_end(statement, rc);
}

/* The one integer that a query gives; frees `sql`. */
static int ask(const Survey *survey, char *sql, int64_t *integer) {
  int rc = fetch_integer(survey->db, sql, integer);
  sqlite3_free(sql);
  return rc;
}

/* Whether a whole run begins at the rowid, and not the one before. */
static int begins_run(const Survey *survey, int64_t rowid, bool *begins) {
  int64_t rows = 0;
  const SurveyRun *before = &survey->runs[0];
  *begins = before->count == 0 || before->rows[0].rowid < rowid;
  if (!*begins) return SQLITE_OK;
  int rc = ask(survey,
               sqlite3_mprintf("SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s >= %lld LIMIT %d)",
                               survey->from, survey->rowid, (sqlite3_int64)rowid, SEGMENT_ROWS),
               &rows);
  *begins = rows == SEGMENT_ROWS;
  return rc;
}

/* The rowid of the row that `number` others precede, found by walking past them. */
static int find_row(const Survey *survey, uint64_t number, int64_t *rowid) {
  return ask(survey,
             sqlite3_mprintf("SELECT %s FROM %s ORDER BY 1 LIMIT 1 OFFSET %llu", survey->rowid,
                             survey->from, (sqlite3_uint64)number),
             rowid);
}

static int ask_rowid(const Survey *survey, const char *aggregate, int64_t *rowid) {
  return ask(survey,
             sqlite3_mprintf("SELECT %s(%s) FROM %s", aggregate, survey->rowid, survey->from),
             rowid);
}

/*
** The rowid `eighths` of the way from the first to the last; where rowids are too unevenly spread,
** that of the row so far through the table.
*/
static int find_rowid(const Survey *survey, uint32_t eighths, int64_t *rowid) {
  int64_t first = 0, last = 0;
  bool begins = false;
  int rc = ask_rowid(survey, "min", &first);
  if (rc == SQLITE_OK) rc = ask_rowid(survey, "max", &last);
  uint64_t distance = ((uint64_t)last - (uint64_t)first) / 8 * eighths;
  *rowid = (int64_t)((uint64_t)first + distance);
  if (rc != SQLITE_OK || eighths == 0) return rc;
  rc = begins_run(survey, *rowid, &begins);
  if (rc != SQLITE_OK || begins) return rc;
  return find_row(survey, survey->rows / 8 * eighths, rowid);
}

/* The rows whose rowid compares so, in its order. */
static char *select_from(const Survey *survey, const char *comparison, int64_t rowid) {
  return sqlite3_mprintf("SELECT %s, * FROM %s WHERE %s %s %lld ORDER BY 1", survey->rowid,
                         survey->from, survey->rowid, comparison, (sqlite3_int64)rowid);
}

static int take_run_at(Survey *survey, uint32_t eighths) {
  int64_t rowid = 0;
  if (survey->rowid == NULL) {
    sqlite3_uint64 offset = survey->rows / 8 * eighths;
    return take_run(survey, sqlite3_mprintf("SELECT NULL, * FROM %s LIMIT -1 OFFSET %llu",
                                            survey->from, offset));
  }
  int rc = find_rowid(survey, eighths, &rowid);
  if (rc != SQLITE_OK) return rc;
  return take_run(survey, select_from(survey, ">=", rowid));
}

/* The rows behind the first run. */
static int take_rest(Survey *survey) {
  const SurveyRun *run = &survey->runs[0];
  if (survey->rowid == NULL) {
    return take_run(survey, sqlite3_mprintf("SELECT NULL, * FROM %s LIMIT -1 OFFSET %u",
                                            survey->from, run->count));
  }
  sqlite3_int64 last = run->rows[run->count - 1].rowid;
  return take_run(survey, select_from(survey, ">", last));
}

static int take_runs(Survey *survey) {
  int64_t rows = 0;
  int rc = ask(survey, sqlite3_mprintf("SELECT count(*) FROM %s", survey->from), &rows);
  survey->rows = (uint64_t)rows;
  if (rc != SQLITE_OK) return rc;
  if (survey->rows > (uint64_t)SURVEY_RUNS * SEGMENT_ROWS) {
    rc = take_run_at(survey, 2);
    return rc == SQLITE_OK ? take_run_at(survey, 5) : rc;
  }
  rc = take_run_at(survey, 0);
  if (rc == SQLITE_OK && survey->sampled > 0 && survey->sampled < survey->rows) {
    rc = take_rest(survey);
  }
  return rc;
}

/* ---- names ------------------------------------------------------------------------- */

static int name_table(Survey *survey, const char *schema, int schema_size, const char *name) {
  sqlite3_free(survey->schema);
  sqlite3_free(survey->name);
  sqlite3_free(survey->from);
  survey->schema = schema == NULL ? NULL : sqlite3_mprintf("%.*s", schema_size, schema);
  survey->name = sqlite3_mprintf("%s", name);
  survey->from = NULL;
  if (survey->name == NULL || (schema != NULL && survey->schema == NULL)) return SQLITE_NOMEM;
  survey->from = schema == NULL ? sqlite3_mprintf("\"%w\"", survey->name)
                                : sqlite3_mprintf("\"%w\".\"%w\"", survey->schema, survey->name);
  return survey->from == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static int prepare_all(Survey *survey, const char *first, sqlite3_stmt **statement) {
  return fetch_prepare(survey->db, statement, "SELECT %s, * FROM %s", first, survey->from);
}

/*
** A statement over all columns; before them is the rowid, where there is one. Older hosts know that
** of a view too, which is NULL.
*/
static int prepare_named(Survey *survey, sqlite3_stmt **statement) {
  int rc = rowid_name(survey->db, survey->from, &survey->rowid);
  if (rc == SQLITE_OK && survey->rowid != NULL) {
    rc = prepare_all(survey, survey->rowid, statement);
    if (rc != SQLITE_OK) return rc;
    bool there = sqlite3_step(*statement) == SQLITE_ROW &&
                 sqlite3_column_type(*statement, 0) == SQLITE_INTEGER;
    rc = sqlite3_reset(*statement);
    if (rc != SQLITE_OK || there) return rc;
    survey->rowid = NULL;
    sqlite3_finalize(*statement);
  }
  return rc == SQLITE_OK ? prepare_all(survey, "NULL", statement) : rc;
}

static int prepare_target(Survey *survey, const char *target, sqlite3_stmt **statement,
                          char **error) {
  const char *dot = strchr(target, '.');
  int rc = name_table(survey, NULL, 0, target);
  if (rc == SQLITE_OK) rc = prepare_named(survey, statement);
  if (rc == SQLITE_ERROR && dot != NULL) {
    rc = name_table(survey, target, (int)(dot - target), dot + 1);
    if (rc == SQLITE_OK) rc = prepare_named(survey, statement);
  }
  return rc == SQLITE_OK ? rc : message_core(error, rc, survey->db);
}

static int note_schema(Survey *survey, const char *schema) {
  if (schema == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_table_column_metadata(survey->db, schema, survey->name, NULL, NULL, NULL, NULL,
                                         NULL, NULL);
  if (rc != SQLITE_OK) return rc == SQLITE_ERROR ? SQLITE_OK : rc;
  survey->schema = sqlite3_mprintf("%s", schema);
  return survey->schema == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* The database of a table that core found by its name alone; none of a view, which has no index. */
static int find_schema(Survey *survey) {
  static const char sql[] = "SELECT name FROM pragma_database_list ORDER BY name <> 'temp', seq";
  sqlite3_stmt *row = NULL;
  if (survey->schema != NULL) return SQLITE_OK;
  int rc = sqlite3_prepare_v2(survey->db, sql, -1, &row, NULL);
  while (rc == SQLITE_OK && survey->schema == NULL && sqlite3_step(row) == SQLITE_ROW) {
    rc = note_schema(survey, (const char *)sqlite3_column_text(row, 0));
  }
  return fetch_end(row, rc);
}

static int name_columns(Survey *survey, sqlite3_stmt *statement) {
  uint32_t count = (uint32_t)sqlite3_column_count(statement) - 1;
  survey->columns = sqlite_zeros(count * sizeof *survey->columns);
  if (survey->columns == NULL) return SQLITE_NOMEM;
  survey->column_count = count;
  for (uint32_t i = 0; i < count; i++) {
    const char *type = sqlite3_column_decltype(statement, (int)i + 1);
    survey->columns[i].name = sqlite3_mprintf("%s", sqlite3_column_name(statement, (int)i + 1));
    survey->columns[i].type = sqlite3_mprintf("%s", type == NULL ? "" : type);
    if (survey->columns[i].name == NULL || survey->columns[i].type == NULL) return SQLITE_NOMEM;
  }
  return SQLITE_OK;
}

static int find_key(Survey *survey) {
  char *name = NULL;
  if (survey->rowid == NULL) return SQLITE_OK;
  int rc = rowid_column(survey->db, survey->schema, survey->name, &name);
  for (uint32_t i = 0; name != NULL && i < survey->column_count; i++) {
    if (sqlite3_stricmp(survey->columns[i].name, name) == 0) survey->key = (int)i;
  }
  sqlite3_free(name);
  return rc;
}

int survey_take(sqlite3 *db, const char *target, Survey *survey, char **error) {
  sqlite3_stmt *statement = NULL;
  *survey = (Survey){.db = db, .key = -1};
  int rc = prepare_target(survey, target, &statement, error);
  if (rc == SQLITE_OK) rc = name_columns(survey, statement);
  sqlite3_finalize(statement);
  if (rc == SQLITE_OK) rc = find_schema(survey);
  if (rc == SQLITE_OK) rc = find_key(survey);
  if (rc == SQLITE_OK) rc = take_runs(survey);
  if (rc != SQLITE_OK && *error == NULL) rc = message_core(error, rc, db);
  if (rc != SQLITE_OK) survey_clear(survey);
  return rc;
}

uint64_t survey_clear(Survey *survey) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < SURVEY_RUNS; i++) {
    SurveyRun *run = &survey->runs[i];
    bytes += run->bytes;
    for (uint32_t k = 0; k < run->count; k++) row_free((Row *)(uintptr_t)run->rows[k].open);
    sqlite3_free(run->rows);
  }
  for (uint32_t i = 0; i < survey->column_count; i++) {
    sqlite3_free(survey->columns[i].name);
    sqlite3_free(survey->columns[i].type);
  }
  sqlite3_free(survey->columns);
  sqlite3_free(survey->schema);
  sqlite3_free(survey->name);
  sqlite3_free(survey->from);
  *survey = (Survey){0};
  return bytes;
}
