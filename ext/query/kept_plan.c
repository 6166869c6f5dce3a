/*
** kept_plan.c: see kept_plan.h.
*/
#include "kept_plan.h"

#include "base/integers.h"
#include "base/sqlite.h"
#include "ranges.h"

#define TAKEN 8 /* one row in so many: each is read where it lies */

/* The same beside conditions of other columns, as sorting tests these first. */
#define TAKEN_PACKED 128
#define TAKEN_TEXT 16
#define SAMPLE 64 /* rows */

/* Where nobody knows how many are wanted. */
#define TRIED_FIRST 64
#define TRIED_MOST 4096
#define TRIED_SHARE 64 /* of the rows: no more were wanted */
#define WANTED 16      /* of rows that pass */

#define LED_FIRST 16 /* with a leader, at least: so few take no longer than one */
#define LED_SHARE 16 /* of its rows at least one in so many has to pass */

/* ---- which order ------------------------------------------------------------------------- */

bool kept_of_most(const Table *table, uint32_t column, bool due) {
  uint64_t kept = 0, rows = 0;
  for (uint32_t i = 0; i < table_segments(table); i++) {
    Segment *segment = table->list->items[i];
    bool there =
        column_order_is_there(segment, column) || (due && column_order_miss(segment, column, 0));
    rows += segment->rows;
    kept += there ? segment->rows : 0;
  }
  return kept > rows / 2;
}

/* ---- how many ---------------------------------------------------------------------------- */

/* Whether the filter tests the row by the predicate when it has been found by the order. */
static bool is_other(const Predicate *predicate, uint32_t column) {
  return predicate->column != column || !range_is_of(predicate);
}

/* Whether a sealed row passes what is no comparison of the column, nor the leader. */
static int passes_others(Scan *scan, const Segment *segment, uint32_t row, uint32_t column,
                         const Predicate *leader, bool *passes) {
  const Filter *filter = &scan->filter;
  int rc = SQLITE_OK;
  *passes = true;
  for (uint32_t i = 0; i + filter->ordered < filter->count && *passes && rc == SQLITE_OK; i++) {
    const Predicate *predicate = &filter->predicates[i];
    if (predicate == leader || !is_other(predicate, column)) continue;
    rc = predicate_passes_row(predicate, &scan->reader, segment, row, passes);
  }
  return rc;
}

/* How many of some rows from all of the table do. */
static int sample(Scan *scan, uint32_t column, const Predicate *leader, uint32_t *count) {
  const Table *table = scan->table;
  uint64_t step = table->rows / SAMPLE + 1, next = step / 2;
  int rc = SQLITE_OK;
  *count = 0;
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK; i++) {
    const Segment *segment = table_segment(table, i);
    rc = table_ready(table, i);
    for (; rc == SQLITE_OK && next < segment->rows; next += step) {
      bool passes;
      rc = passes_others(scan, segment, (uint32_t)next, column, leader, &passes);
      *count += passes;
    }
    next -= segment->rows;
  }
  return rc;
}

/* Whether some of the tests read texts. */
static bool reads_text(const Scan *scan, uint32_t column) {
  const Filter *filter = &scan->filter;
  const Segment *segment = table_segment(scan->table, 0);
  uint32_t i = 0;
  while (i < filter->count && !(is_other(&filter->predicates[i], column) &&
                                segment_has_text(segment, filter->predicates[i].column))) {
    i++;
  }
  return i < filter->count;
}

/* So many are taken that twice as many as are wanted are likely to pass. */
static int plan_untested(Scan *scan, uint32_t column, uint32_t likely, KeptPlan *plan) {
  uint32_t passed;
  int rc = sample(scan, column, NULL, &passed);
  if (rc != SQLITE_OK || passed == 0) return rc;
  uint64_t rows = scan->table->rows / (reads_text(scan, column) ? TAKEN_TEXT : TAKEN_PACKED);
  uint64_t most = plan->most < rows ? plan->most : rows;
  uint64_t first = (uint64_t)likely * 2 * SAMPLE / passed;
  if (first > most) return SQLITE_OK;
  *plan = (KeptPlan){.first = (uint32_t)first, .most = (uint32_t)most, .untested = true};
  return SQLITE_OK;
}

/* How many are taken if the order is there. */
static int plan_rows(const SortOrder *order, Scan *scan, uint32_t likely, KeptPlan *plan) {
  const Filter *filter = &scan->filter;
  uint32_t column = (uint32_t)order->terms[0].column;
  uint64_t few = scan->table->rows / TAKEN;
  uint32_t most = likely == 0 ? TRIED_MOST : UINT32_MAX;
  plan->most = few < most ? (uint32_t)few : most;
  if (!range_is_all(filter->predicates, filter->count - filter->ordered, column, column)) {
    return plan_untested(scan, column, likely == 0 ? WANTED : likely, plan);
  }
  uint32_t first = likely == 0 ? TRIED_FIRST : likely;
  if (first <= plan->most) plan->first = first;
  return SQLITE_OK;
}

/* An equality of the column that the first term follows in an index, or NULL. */
static const Predicate *find_leader(const SortTerm *term, const Filter *filter) {
  for (uint32_t i = 0; i + filter->ordered < filter->count; i++) {
    const Predicate *leader = &filter->predicates[i];
    bool equal = leader->as == PREDICATE_EQUAL && leader->indexed && range_is_of(leader);
    if (equal && index_firsts_have(&term->firsts, leader->column)) return leader;
  }
  return NULL;
}

/*
** How many rows with the leader's value are taken by their second order: not so where other
** conditions are likely to leave few of them.
*/
static int plan_led(const Predicate *leader, uint32_t column, Scan *scan, uint32_t likely,
                    KeptPlan *plan) {
  const Filter *filter = &scan->filter;
  uint32_t count = filter->count - filter->ordered, passed = SAMPLE;
  bool all = range_is_all(filter->predicates, count, leader->column, column);
  int rc = all ? SQLITE_OK : sample(scan, column, leader, &passed);
  if (rc != SQLITE_OK || passed < SAMPLE / LED_SHARE) return rc;
  uint64_t first = (uint64_t)(likely < LED_FIRST ? LED_FIRST : likely) * SAMPLE / passed;
  if (first > INT32_MAX) return SQLITE_OK;
  *plan =
      (KeptPlan){.leader = leader, .first = (uint32_t)first, .most = UINT32_MAX, .untested = !all};
  return SQLITE_OK;
}

int kept_plan(const SortOrder *order, Scan *scan, uint32_t likely, KeptPlan *plan) {
  const Table *table = scan->table;
  const SortTerm *term = &order->terms[0];
  *plan = (KeptPlan){0};
  if (table_segments(table) == 0) return SQLITE_OK;
  const Predicate *leader = find_leader(term, &scan->filter);
  int rc = SQLITE_OK;
  if (leader != NULL && (!term->indexed || kept_of_most(table, leader->column, false))) {
    rc = plan_led(leader, (uint32_t)term->column, scan, likely, plan);
  }
  if (rc != SQLITE_OK || plan->leader != NULL || !term->indexed) return rc;
  rc = plan_rows(order, scan, likely, plan);
  if (likely > 0 || plan->first == 0 || rc != SQLITE_OK) return rc;
  if (kept_of_most(table, (uint32_t)order->terms[0].column, true)) return SQLITE_OK;
  *plan = (KeptPlan){.missed = true};
  return SQLITE_OK;
}

void kept_plan_miss(const SortOrder *order, const Table *table, uint64_t given) {
  uint32_t column = (uint32_t)order->terms[0].column;
  if (given > TRIED_FIRST && given > table->rows / TRIED_SHARE) return;
  for (uint32_t i = 0; i < table_segments(table); i++) {
    Segment *segment = table->list->items[i];
    /* All rows were sorted, which takes as long of numbers as of texts. */
    if (table_ready(table, i) == SQLITE_OK) column_order_miss(segment, column, ORDER_TEXT);
  }
}
