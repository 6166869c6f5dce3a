/*
** query.c: see query.h.
*/
#include "query.h"

#include "base/host.h"
#include "interval.h"
#include "outer_join.h"
#include "plan_text.h"
#include "base/sqlite.h"

int query_open(Query *query, Table *table, const Schema *schema) {
  *query = (Query){.schema = schema};
  return scan_open(&query->scan, table);
}

void query_close(Query *query) {
  scan_close(&query->scan);
  ordered_clear(&query->ordered);
  distinct_clear(&query->distinct);
  keys_close(&query->keys);
}

/* ---- rowids ------------------------------------------------------------------------- */

/* The integers that compare so with an argument, which takes the rowid's affinity. */
static int meet_argument(Comparison comparison, sqlite3_value *argument, IntegerInterval *rowids) {
  Value value;
  sqlite3_value *owned;
  int rc = affinity_apply(AFFINITY_INTEGER, argument, &value, &owned);
  if (rc != SQLITE_OK) return rc;
  *rowids = interval_meet(*rowids, interval_of_integers(comparison, &value));
  sqlite3_value_free(owned);
  return SQLITE_OK;
}

/* The range of a plan without PLAN_IN, from argument *used on, which is counted on. */
static int read_range(int plan, sqlite3_value **arguments, IntegerInterval *rowids, int *used) {
  int rc = SQLITE_OK;
  *rowids = all_integers;
  if (plan & PLAN_EQUAL) rc = meet_argument(COMPARE_EQUAL, arguments[(*used)++], rowids);
  if (rc == SQLITE_OK && plan & PLAN_ABOVE) {
    Comparison above = plan & PLAN_ABOVE_STRICT ? COMPARE_ABOVE : COMPARE_ABOVE_EQUAL;
    rc = meet_argument(above, arguments[(*used)++], rowids);
  }
  if (rc == SQLITE_OK && plan & PLAN_BELOW) {
    Comparison below = plan & PLAN_BELOW_STRICT ? COMPARE_BELOW : COMPARE_BELOW_EQUAL;
    rc = meet_argument(below, arguments[(*used)++], rowids);
  }
  return rc;
}

static int list_rowid(Query *query, int64_t rowid) {
  ListedRow row = {.rowid = rowid, .segment = LISTED_ANYWHERE};
  return rowid_list_add(&query->scan.list, row);
}

static int list_rowids(Query *query, sqlite3_value *list) {
  sqlite3_value *item;
  int rc = host_in_first(list, &item);
  query->scan.list.count = 0;
  while (rc == SQLITE_OK && item != NULL) {
    if (sqlite3_value_type(item) == SQLITE_INTEGER) {
      rc = list_rowid(query, sqlite3_value_int64(item));
    } else {
      IntegerInterval rowid = all_integers;
      rc = meet_argument(COMPARE_EQUAL, item, &rowid);
      bool one = rc == SQLITE_OK && rowid.lower <= rowid.upper;
      if (one) rc = list_rowid(query, rowid.lower);
    }
    if (rc == SQLITE_OK) rc = host_in_next(list, &item);
  }
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- keys of an index ---------------------------------------------------------------- */

/* Bounds of the rowid come behind the key. */
static int start_key(Query *query, int plan, sqlite3_value **arguments) {
  int number = plan >> PLAN_INDEX_SHIFT;
  bool descending = (plan & PLAN_DESCENDING) != 0;
  KeyLookup lookup = {.schema = query->schema, .scan = &query->scan, .index = (uint32_t)number};
  IntegerInterval rowids = all_integers;
  int used = (int)query->schema->indexes[number].count, rc = SQLITE_OK;
  if (plan & PLAN_IN) return keys_start_list(&query->keys, &lookup, arguments[0], descending);
  if (plan & (PLAN_ABOVE | PLAN_BELOW)) rc = read_range(plan, arguments, &rowids, &used);
  if (rc != SQLITE_OK) return rc;
  return keys_start(&query->keys, &lookup, arguments, rowids, descending);
}

/* ---- tests --------------------------------------------------------------------------- */

static bool may_be_of_on(const Filter *filter) {
  bool may = false;
  for (uint32_t i = 0; i < filter->count; i++) {
    may = may || outer_join_may_offer(filter->predicates[i].op);
  }
  return may;
}

/* Reads the tests and the order of a plan, unless those are there. */
static int read_text(Query *query, int plan, const char *text) {
  Filter *filter = &query->scan.filter;
  if (query->text == text) return SQLITE_OK;
  filter_clear(filter);
  query->text = NULL;
  bool first = (plan & (PLAN_LIMIT | PLAN_FIRST)) != 0;
  int rc = plan_text_read(text, query->schema, first, filter, &query->ordered.sorter.order);
  if (rc == SQLITE_OK) rc = plan_text_read_distinct(text, query->schema, &query->distinct.of);
  if (rc != SQLITE_OK) filter_clear(filter); /* without a text there is no filter */
  if (rc == SQLITE_OK) query->text = text;
  query->waived = may_be_of_on(filter) && outer_join_is_running(query->scan.table->undo->db);
  return rc;
}

/* Gives the tests their values. */
static int bind_tests(Query *query, sqlite3_value **arguments, int *used) {
  Filter *filter = &query->scan.filter;
  sqlite3 *db = query->scan.table->undo->db;
  int rc = SQLITE_OK, most = sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
  for (uint32_t i = 0; i + filter->ordered < filter->count && rc == SQLITE_OK; i++) {
    Predicate *predicate = &filter->predicates[i];
    rc = predicate_bind(predicate, arguments[(*used)++], most);
    if (query->schema->utf16) predicate_pass_utf16(predicate);
    if (query->waived && outer_join_may_offer(predicate->op)) predicate_waive(predicate);
  }
  return rc == SQLITE_OK ? filter_start(filter, query->scan.table->list) : rc;
}

static void drop_tests(Query *query) {
  if (query->text == NULL) return;
  filter_clear(&query->scan.filter);
  query->text = NULL;
}

void query_park(Query *query) {
  drop_tests(query);
  scan_park(&query->scan);
  ordered_clear(&query->ordered);
  /* Most queries have neither, and a look-up by id takes no longer than a few of such calls. */
  if (query->distinct.bits != NULL) distinct_clear(&query->distinct);
  keys_park(&query->keys);
}

/* ---- starting ------------------------------------------------------------------------- */

int query_move(Query *query) {
  return query->ordered.running ? ordered_next(&query->ordered, &query->scan)
                                : distinct_next(&query->distinct, &query->scan);
}

/* Passes over the rows of OFFSET; a negative one is none. */
static int skip_rows(Query *query, sqlite3_value *offset) {
  int64_t rows = sqlite3_value_int64(offset);
  int rc = SQLITE_OK;
  if (!query->ordered.running) {
    return rows > 0 ? scan_skip(&query->scan, (uint64_t)rows) : SQLITE_OK;
  }
  for (; rows > 0 && !query->scan.eof && rc == SQLITE_OK; rows--) rc = query_next(query);
  return rc;
}

/* How many rows are likely to be read, 0 if nobody knows. */
static uint32_t read_limit(int plan, sqlite3_value **arguments) {
  int64_t rows = sqlite3_value_int64(arguments[0]);
  int64_t behind = plan & PLAN_LIMIT_BEHIND ? sqlite3_value_int64(arguments[1]) : 0;
  if (rows <= 0 || rows > INT32_MAX || behind > INT32_MAX) return 0;
  return (uint32_t)rows + (behind > 0 ? (uint32_t)behind : 0);
}

static int start_list(Query *query, int plan, sqlite3_value **arguments) {
  int rc = list_rowids(query, arguments[0]);
  if (rc != SQLITE_OK) return rc;
  rowid_list_sort(&query->scan.list);
  return scan_start_listed(&query->scan, NULL, (plan & PLAN_DESCENDING) != 0);
}

static int start_scan(Query *query, int plan, IntegerInterval rowids, uint32_t likely) {
  Scan *scan = &query->scan;
  bool descending = (plan & PLAN_DESCENDING) != 0;
  if (plan & PLAN_SORTED) {
    return ordered_start(&query->ordered, scan, rowids.lower, rowids.upper, likely);
  }
  return scan_start(scan, rowids.lower, rowids.upper, descending, likely);
}

/* Arguments come in this order: bounds, values of tests, LIMIT, OFFSET. */
static int start_range(Query *query, int plan, const char *text, sqlite3_value **arguments) {
  IntegerInterval rowids = all_integers;
  uint32_t likely = plan & PLAN_FIRST ? 1 : 0;
  int used = 0, rc = read_range(plan, arguments, &rowids, &used);
  if (rc == SQLITE_OK && plan & PLAN_TEXT) rc = read_text(query, plan, text);
  if (rc == SQLITE_OK && plan & PLAN_TESTS) rc = bind_tests(query, arguments, &used);
  if (rc == SQLITE_OK && plan & PLAN_LIMIT) likely = read_limit(plan, arguments + used++);
  if (rc == SQLITE_OK) rc = start_scan(query, plan, rowids, likely);
  if (rc == SQLITE_OK && plan & PLAN_DISTINCT) rc = distinct_start(&query->distinct, &query->scan);
  if (rc == SQLITE_OK && plan & PLAN_OFFSET) rc = skip_rows(query, arguments[used]);
  return rc;
}

int query_start(Query *query, int plan, const char *text, sqlite3_value **arguments) {
  if (!(plan & PLAN_TEXT)) drop_tests(query);
  query->ordered.running = query->distinct.running = false;
  if (plan == PLAN_EQUAL && sqlite3_value_type(arguments[0]) == SQLITE_INTEGER) {
    return scan_start_single(&query->scan, sqlite3_value_int64(arguments[0]));
  }
  if (plan & PLAN_INDEX) return start_key(query, plan, arguments);
  if (plan & PLAN_IN) return start_list(query, plan, arguments);
  return start_range(query, plan, text, arguments);
}
