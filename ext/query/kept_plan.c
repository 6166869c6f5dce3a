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

/* Whether a sealed row passes what is no comparison of the key's columns. */
static int passes_others(Scan *scan, const Segment *segment, uint32_t row, const OrderKey *key,
                         bool *passes) {
  const Filter *filter = &scan->filter;
  int rc = SQLITE_OK;
  *passes = true;
  for (uint32_t i = 0; i + filter->ordered < filter->count && *passes && rc == SQLITE_OK; i++) {
    const Predicate *predicate = &filter->predicates[i];
    if (range_is_by(predicate, key)) continue;
    rc = predicate_passes_row(predicate, &scan->reader, segment, row, passes);
  }
  return rc;
}

/* How many of some rows from all of the table do. */
static int sample(Scan *scan, const OrderKey *key, uint32_t *count) {
  const Table *table = scan->table;
  uint64_t step = table->rows / SAMPLE + 1, next = step / 2;
  int rc = SQLITE_OK;
  *count = 0;
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK; i++) {
    const Segment *segment = table_segment(table, i);
    rc = table_ready(table, i);
    for (; rc == SQLITE_OK && next < segment->rows; next += step) {
      bool passes;
      rc = passes_others(scan, segment, (uint32_t)next, key, &passes);
      *count += passes;
    }
    next -= segment->rows;
  }
  return rc;
}

/* Whether some of the tests read texts. */
static bool reads_text(const Scan *scan, const OrderKey *key) {
  const Filter *filter = &scan->filter;
  const Segment *segment = table_segment(scan->table, 0);
  uint32_t i = 0;
  while (i < filter->count && !(!range_is_by(&filter->predicates[i], key) &&
                                segment_has_text(segment, filter->predicates[i].column))) {
    i++;
  }
  return i < filter->count;
}

/* So many are taken that twice as many as are wanted are likely to pass. */
static int plan_untested(Scan *scan, uint32_t likely, KeptPlan *plan) {
  uint32_t passed;
  int rc = sample(scan, &plan->key, &passed);
  if (rc != SQLITE_OK || passed == 0) return rc;
  uint64_t rows = scan->table->rows / (reads_text(scan, &plan->key) ? TAKEN_TEXT : TAKEN_PACKED);
  uint64_t most = plan->most < rows ? plan->most : rows;
  uint64_t first = (uint64_t)likely * 2 * SAMPLE / passed;
  if (first > most) return SQLITE_OK;
  plan->first = (uint32_t)first;
  plan->most = (uint32_t)most;
  plan->untested = true;
  return SQLITE_OK;
}

/* How many are taken if the order is there. */
static int plan_rows(Scan *scan, uint32_t likely, KeptPlan *plan) {
  const Filter *filter = &scan->filter;
  uint64_t few = scan->table->rows / TAKEN;
  uint32_t most = likely == 0 ? TRIED_MOST : UINT32_MAX;
  plan->most = few < most ? (uint32_t)few : most;
  if (!range_is_all(filter->predicates, filter->count - filter->ordered, &plan->key)) {
    return plan_untested(scan, likely == 0 ? WANTED : likely, plan);
  }
  uint32_t first = likely == 0 ? TRIED_FIRST : likely;
  if (first <= plan->most) plan->first = first;
  return SQLITE_OK;
}

/* An equality of the column, which an index begins with or has behind those of the key; or NULL. */
static const Predicate *find_equality(const Filter *filter, uint32_t column, const OrderKey *key) {
  for (uint32_t i = 0; i + filter->ordered < filter->count; i++) {
    const Predicate *predicate = &filter->predicates[i];
    if (predicate->column != column || predicate->as != PREDICATE_EQUAL) continue;
    bool behind = key->count == 0
                      ? predicate->indexed
                      : index_prefixes_have(&predicate->prefixes, key->columns, key->count);
    if (behind && range_is_of(predicate)) return predicate;
  }
  return NULL;
}

/* Makes a key of the columns before the first term's in an index; false where one has no leader. */
static bool lead(const IndexPrefix *prefix, const Filter *filter, OrderKey *key) {
  key->count = 0;
  for (uint32_t i = 0; i < prefix->count; i++) {
    const Predicate *leader = find_equality(filter, prefix->columns[i], key);
    if (leader == NULL) return false;
    order_key_add(key, leader->column, leader->collation);
  }
  return true;
}

/* The longest of such keys, of no column where there is none, and the column of the term. */
static OrderKey led_key(const SortTerm *term, const Filter *filter) {
  OrderKey key = {0};
  for (uint32_t i = 0; i < term->prefixes.count; i++) {
    OrderKey one;
    if (lead(&term->prefixes.items[i], filter, &one) && one.count > key.count) key = one;
  }
  order_key_add(&key, (uint32_t)term->column, term->collation);
  return key;
}

/*
** How many rows with the leaders' values are taken by their compound order: not so where other
** conditions are likely to leave few of them.
*/
static int plan_led(Scan *scan, uint32_t likely, KeptPlan *plan) {
  const Filter *filter = &scan->filter;
  uint32_t count = filter->count - filter->ordered, passed = SAMPLE;
  bool all = range_is_all(filter->predicates, count, &plan->key);
  int rc = all ? SQLITE_OK : sample(scan, &plan->key, &passed);
  if (rc != SQLITE_OK || passed < SAMPLE / LED_SHARE) return rc;
  uint64_t first = (uint64_t)(likely < LED_FIRST ? LED_FIRST : likely) * SAMPLE / passed;
  if (first > INT32_MAX) return SQLITE_OK;
  plan->first = (uint32_t)first;
  plan->most = UINT32_MAX;
  plan->untested = !all;
  return SQLITE_OK;
}

int kept_plan(const SortOrder *order, Scan *scan, uint32_t likely, KeptPlan *plan) {
  const Table *table = scan->table;
  const SortTerm *term = &order->terms[0];
  *plan = (KeptPlan){0};
  if (table_segments(table) == 0) return SQLITE_OK;
  plan->key = led_key(term, &scan->filter);
  int rc = SQLITE_OK;
  if (plan->key.count > 1 && (!term->indexed || kept_of_most(table, plan->key.columns[0], false))) {
    rc = plan_led(scan, likely, plan);
  }
  if (rc != SQLITE_OK || plan->first > 0 || !term->indexed) return rc;
  plan->key = (OrderKey){0};
  order_key_add(&plan->key, (uint32_t)term->column, term->collation);
  rc = plan_rows(scan, likely, plan);
  if (likely > 0 || plan->first == 0 || rc != SQLITE_OK) return rc;
  if (kept_of_most(table, (uint32_t)term->column, true)) return SQLITE_OK;
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
