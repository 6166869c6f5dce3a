/*
** advise.c: see advise.h.
*/
#include "advise.h"

#include "appraise.h"
#include "base/fetch.h"
#include "base/memory.h"

#define SMALL_TABLE ((double)(1 << 20)) /* bytes that are not worth the trouble */
#define SEALED_ERROR 2.0                /* percent: of an estimate that sealed all rows */
#define SAMPLE_ERROR 4.0                /* of one that did not, beside what its runs differ by */
#define INDEX_BYTES 3.6                 /* a row in an index over one segment (ext/README.md) */
#define INDEX_DOUBLING 0.105            /* more for each doubling: row numbers get longer */

/* A page of a b-tree: its header, and what core's page cache keeps beside it. */
#define PAGE_SIZE 4096.0
#define PAGE_HEADER 8.0
#define PAGE_CACHE 272.0
#define CELL_POINTER 2.0

enum { BALANCED, SMALL, FAST, PROFILES };

/* One line of the report; bytes a row. */
typedef struct Line {
  double ordinary;
  double slots[PROFILES];
  double error;
} Line;

typedef struct Advice {
  const Survey *survey;
  Appraisal appraisals[PROFILES];
  ReportRows *rows;
  Line total;
} Advice;

/* ---- estimating --------------------------------------------------------------------- */

/* What a cell of that size takes, pages being filled but for what no cell fits in. */
static double paged(double cell) {
  double capacity = PAGE_SIZE - PAGE_HEADER, whole = cell + CELL_POINTER;
  double wasted = whole < capacity ? whole / 2 : 0;
  return whole * (PAGE_SIZE + PAGE_CACHE) / (capacity - wasted);
}

/* The cell of an average row. */
static double cell_bytes(const Survey *survey) {
  double bytes = (double)(survey->rowid_bytes + survey->record_bytes);
  for (uint32_t i = 0; i < survey->column_count; i++) bytes += (double)survey->columns[i].bytes;
  return bytes / (double)survey->sampled;
}

/*
** Part number `part` of a row of the whole table: the first run for itself, the others like the
** last.
*/
static double estimate_balanced(const Advice *advice, uint32_t part) {
  const Survey *survey = advice->survey;
  const Appraisal *balanced = &advice->appraisals[BALANCED];
  double first = balanced->parts[0][part];
  if (survey->run_count < 2) return first;
  double share = (double)survey->runs[0].count / (double)survey->rows;
  return first * share + balanced->parts[1][part] * (1 - share);
}

/* The other profiles sealed the first run only. */
static double estimate(const Advice *advice, int profile, uint32_t part) {
  double balanced = estimate_balanced(advice, part);
  double first = advice->appraisals[BALANCED].parts[0][part];
  if (profile == BALANCED || first <= 0) return balanced;
  return advice->appraisals[profile].parts[0][part] * balanced / first;
}

static double difference(const Advice *advice, uint32_t from, uint32_t to) {
  double sums[SURVEY_RUNS] = {0};
  const Survey *survey = advice->survey;
  if (survey->sampled == survey->rows) return SEALED_ERROR;
  if (survey->run_count < 2) return 100;
  for (uint32_t i = 0; i < SURVEY_RUNS; i++) {
    for (uint32_t k = from; k < to; k++) sums[i] += advice->appraisals[BALANCED].parts[i][k];
  }
  double sum = sums[0] + sums[1], apart = sums[0] > sums[1] ? sums[0] - sums[1] : sums[1] - sums[0];
  return sum > 0 ? 100 * apart / sum + SAMPLE_ERROR : SAMPLE_ERROR;
}

static Line estimate_line(const Advice *advice, uint32_t part, double ordinary) {
  Line line = {.ordinary = ordinary, .error = difference(advice, part, part + 1)};
  for (int i = 0; i < PROFILES; i++) line.slots[i] = estimate(advice, i, part);
  return line;
}

/* ---- reporting ---------------------------------------------------------------------- */

static Cell rounded(double bytes) { return cell_real((double)(int64_t)(bytes * 100 + 0.5) / 100); }

static char *describe_ratio(const Line *line) {
  double ratio = line->slots[BALANCED] > 0 ? line->ordinary / line->slots[BALANCED] : 0;
  if (line->slots[BALANCED] < 0.05) return sqlite3_mprintf("next to nothing");
  if (ratio >= 1.5) return sqlite3_mprintf("%.1f times smaller", ratio);
  return sqlite3_mprintf(ratio > 1.05 ? "gains little" : "gains nothing");
}

static int report_line(Advice *advice, char *name, const char *type, const Line *line,
                       char *verdict) {
  ReportRow *row = report_add(advice->rows);
  if (row == NULL) {
    sqlite3_free(name);
    sqlite3_free(verdict);
    return SQLITE_NOMEM;
  }
  row->cells[0] = cell_made(name);
  row->cells[1] = cell_text(type);
  row->cells[2] = rounded(line->ordinary);
  for (int i = 0; i < PROFILES; i++) row->cells[3 + i] = rounded(line->slots[i]);
  row->cells[6] = rounded(line->error);
  row->cells[7] = cell_made(verdict);
  return SQLITE_OK;
}

static int add_part(Advice *advice, char *name, const char *type, const Line *line) {
  advice->total.ordinary += line->ordinary;
  for (int i = 0; i < PROFILES; i++) advice->total.slots[i] += line->slots[i];
  return report_line(advice, name, type, line, describe_ratio(line));
}

/* The columns; the rowid with the column that is its name; what is neither. */
static int report_parts(Advice *advice) {
  const Survey *survey = advice->survey;
  uint32_t columns = survey->column_count;
  double rows = (double)survey->sampled, cell = cell_bytes(survey);
  double overhead = (double)survey->record_bytes / rows + paged(cell) - cell;
  int rc = SQLITE_OK;
  Line rowids = estimate_line(advice, columns, (double)survey->rowid_bytes / rows);
  Line headers = estimate_line(advice, columns + 1, overhead);
  if (survey->rowid != NULL && survey->key < 0) {
    rc = add_part(advice, sqlite3_mprintf("%s", survey->rowid), "INTEGER", &rowids);
  }
  for (uint32_t i = 0; i < columns && rc == SQLITE_OK; i++) {
    const SurveyColumn *column = &survey->columns[i];
    Line line =
        (int)i == survey->key ? rowids : estimate_line(advice, i, (double)column->bytes / rows);
    rc = add_part(advice, sqlite3_mprintf("%s", column->name), column->type, &line);
  }
  if (rc != SQLITE_OK) return rc;
  return add_part(advice, sqlite3_mprintf("(headers, pages)"), "", &headers);
}

/* What an average row takes in an index of the table; below 0 where it has an expression. */
static int index_record(Advice *advice, const char *name, double *record) {
  const Survey *survey = advice->survey;
  sqlite3_stmt *statement;
  int rc = fetch_prepare(survey->db, &statement, "SELECT cid FROM pragma_index_info(%Q, %Q)", name,
                         survey->schema);
  *record = 2 + (double)survey->rowid_bytes / (double)survey->sampled + 2;
  while (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    int column = sqlite3_column_int(statement, 0);
    if (column < -1 || column >= (int)survey->column_count) *record = -1;
    if (*record < 0 || column < 0) continue;
    *record += (double)survey->columns[column].bytes / (double)survey->sampled;
  }
  return fetch_end(statement, rc);
}

static double index_bytes(uint64_t rows) {
  double bytes = INDEX_BYTES;
  for (uint64_t reach = SEGMENT_ROWS; reach < rows; reach *= 2) bytes += INDEX_DOUBLING;
  return bytes;
}

static int report_index(Advice *advice, const char *name) {
  double record = 0;
  int rc = index_record(advice, name, &record);
  if (rc != SQLITE_OK || record < 0) return rc;
  Line line = {.ordinary = paged(record), .error = SEALED_ERROR};
  for (int i = 0; i < PROFILES; i++) line.slots[i] = index_bytes(advice->survey->rows);
  return add_part(advice, sqlite3_mprintf("%s", name), "index", &line);
}

/* Indexes that slots has a counterpart of; a rowid is needed to know what their entries take. */
static int report_indexes(Advice *advice) {
  const Survey *survey = advice->survey;
  sqlite3_stmt *statement;
  if (survey->rowid == NULL) return SQLITE_OK;
  int rc = fetch_prepare(
      survey->db, &statement,
      "SELECT name FROM pragma_index_list(%Q, %Q) WHERE NOT partial ORDER BY seq DESC",
      survey->name, survey->schema);
  while (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(statement, 0);
    rc = name == NULL ? SQLITE_NOMEM : report_index(advice, name);
  }
  return fetch_end(statement, rc);
}

static char *judge(const Advice *advice) {
  const Line *total = &advice->total;
  double rows = (double)advice->survey->rows, mega = 1e6;
  double now = total->ordinary * rows, then = total->slots[BALANCED] * rows;
  double ratio = then > 0 ? now / then : 1;
  if (now < SMALL_TABLE) {
    return sqlite3_mprintf("not worth it: the table takes %.0f KB only", now / 1000);
  }
  const char *word = ratio < 1.5 ? "not worth it"
                     : ratio < 3 ? "worth it where memory is short"
                                 : "worth it";
  return sqlite3_mprintf("%s: %.1f times smaller, %.1f MB instead of %.1f MB", word, ratio,
                         then / mega, now / mega);
}

static int report_total(Advice *advice) {
  uint32_t columns = advice->survey->column_count;
  advice->total.error = difference(advice, 0, columns + 2);
  return report_line(advice, sqlite3_mprintf("total"), "", &advice->total, judge(advice));
}

static int report_empty(Advice *advice) {
  return report_line(advice, sqlite3_mprintf("total"), "", &advice->total,
                     sqlite3_mprintf("not worth it: no rows"));
}

static int advise(Advice *advice) {
  static const TextProfile profiles[PROFILES] = {TEXT_BALANCED, TEXT_SMALL, TEXT_FAST};
  if (advice->survey->sampled == 0) return report_empty(advice);
  int rc = SQLITE_OK;
  for (int i = 0; i < PROFILES && rc == SQLITE_OK; i++) {
    uint32_t runs = i == BALANCED ? advice->survey->run_count : 1;
    rc = appraise(advice->survey, profiles[i], runs, &advice->appraisals[i]);
  }
  if (rc == SQLITE_OK) rc = report_parts(advice);
  if (rc == SQLITE_OK) rc = report_indexes(advice);
  if (rc == SQLITE_OK) rc = report_total(advice);
  for (int i = 0; i < PROFILES; i++) appraisal_clear(&advice->appraisals[i]);
  return rc;
}

static int fill_advice(Registry *registry, sqlite3_value **arguments, int count, ReportRows *rows,
                       char **error) {
  const char *target = (const char *)sqlite3_value_text(arguments[0]);
  Survey survey;
  (void)count;
  int rc = survey_take(registry->db, target == NULL ? "" : target, &survey, error);
  if (rc != SQLITE_OK) return rc;
  Advice advice = {.survey = &survey, .rows = rows};
  rc = advise(&advice);
  memory_give_back(survey_clear(&survey));
  return rc;
}

const Report advise_report = {
    .name = "slots_advise",
    .columns = "part TEXT, type TEXT, ordinary REAL, balanced REAL, small REAL, fast REAL, "
               "error REAL, verdict TEXT, target HIDDEN",
    .column_count = 8,
    .argument_count = 1,
    .fill = fill_advice};
