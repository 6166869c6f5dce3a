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
  sqlite3_free(query->key);
  buffer_clear(&query->key_bytes);
  predicate_clear(&query->in);
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

/* How a key that is compared with the columns of an index can be looked up. */
typedef enum KeyUse {
  KEY_EXACT,
  KEY_NOTHING, /* no row is equal: a NULL */
  KEY_UNKNOWN  /* read all rows, and let core compare */
} KeyUse;

/* One value of such a key, as a column of the affinity is compared with it. */
static int read_key(Affinity affinity, sqlite3_value *argument, Value *value, sqlite3_value **owned,
                    KeyUse *use) {
  int type = sqlite3_value_type(argument);
  bool number = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
  *owned = NULL;
  *value = (Value){.type = VALUE_NULL};
  if (type == SQLITE_NULL) {
    *use = KEY_NOTHING;
    return SQLITE_OK;
  }
  /* Beside a numeric column the stored text is converted, beside a literal it is not. */
  *use = number && affinity < AFFINITY_NUMERIC ? KEY_UNKNOWN : KEY_EXACT;
  if (affinity > AFFINITY_NUMERIC) affinity = AFFINITY_NUMERIC; /* REAL would round integers */
  return *use == KEY_EXACT ? affinity_apply(affinity, argument, value, owned) : SQLITE_OK;
}

static int reserve_key(Query *query, uint32_t columns) {
  if (columns <= query->key_columns) return SQLITE_OK;
  Value *key = sqlite3_realloc64(query->key,
                                 (uint64_t)columns * (sizeof *query->key + sizeof *query->owned));
  if (key == NULL) return SQLITE_NOMEM;
  query->key = key;
  query->owned = (sqlite3_value **)(void *)(key + columns);
  query->key_columns = columns;
  return SQLITE_OK;
}

/* Keeps the key that was read, as rows are compared with it only when they are reached. */
static int keep_key(Query *query, uint32_t columns) {
  size_t at = 0;
  int rc = SQLITE_OK;
  query->key_bytes.size = 0;
  for (uint32_t i = 0; i < columns && rc == SQLITE_OK; i++) {
    const Value *value = &query->key[i];
    if (value_has_bytes(value)) rc = buffer_append(&query->key_bytes, value->bytes, value->size);
  }
  for (uint32_t i = 0; i < columns && rc == SQLITE_OK; i++) {
    Value *value = &query->key[i];
    if (!value_has_bytes(value)) continue;
    value->bytes = value->size == 0 ? NULL : query->key_bytes.bytes + at;
    at += value->size;
  }
  return rc;
}

static void free_owned(Query *query, uint32_t columns) {
  for (uint32_t i = 0; i < columns; i++) sqlite3_value_free(query->owned[i]);
}

/* Reads a key; *read values of it may own memory, to be freed in any case. */
static int read_keys(Query *query, const IndexDef *def, sqlite3_value **arguments, KeyUse *use,
                     uint32_t *read) {
  int rc = reserve_key(query, def->count);
  *read = 0;
  *use = KEY_EXACT;
  while (*read < def->count && rc == SQLITE_OK && *use == KEY_EXACT) {
    Affinity affinity = query->schema->columns[def->columns[*read]].affinity;
    rc = read_key(affinity, arguments[*read], &query->key[*read], &query->owned[*read], use);
    ++*read;
  }
  return rc;
}

static const IndexDef *index_of(const Query *query, int plan) {
  return &query->schema->indexes[plan >> PLAN_INDEX_SHIFT];
}

/* Adds the rows of one key to the scan's list. */
static int add_rows_of_key(Query *query, int plan, sqlite3_value **arguments, KeyUse *use) {
  uint32_t read;
  int rc = read_keys(query, index_of(query, plan), arguments, use, &read);
  if (rc == SQLITE_OK && *use == KEY_EXACT) {
    rc = scan_lookup(&query->scan, (uint32_t)plan >> PLAN_INDEX_SHIFT, query->key);
  }
  free_owned(query, read);
  return rc;
}

/* Rows of a list of numbers may change while it is read, and core does not test them again. */
static int start_listed(Query *query, int plan, sqlite3_value *list) {
  bool descending = (plan & PLAN_DESCENDING) != 0;
  const IndexDef *def = index_of(query, plan);
  uint32_t column = def->columns[0];
  Affinity affinity = query->schema->columns[column].affinity;
  if (affinity < AFFINITY_NUMERIC) return scan_start_listed(&query->scan, NULL, descending);
  query->in.op = PREDICATE_IN;
  query->in.column = column;
  query->in.affinity = affinity;
  query->in.collation = def->collations[0];
  int rc = predicate_bind(&query->in, list, 0);
  return rc == SQLITE_OK ? scan_start_listed(&query->scan, &query->in, descending) : rc;
}

static int start_keys(Query *query, int plan, sqlite3_value *list) {
  bool descending = (plan & PLAN_DESCENDING) != 0;
  KeyUse use = KEY_EXACT;
  sqlite3_value *item;
  int rc = host_in_first(list, &item);
  query->scan.list.count = 0;
  while (rc == SQLITE_OK && item != NULL && use != KEY_UNKNOWN) {
    rc = add_rows_of_key(query, plan, &item, &use);
    if (rc == SQLITE_OK) rc = host_in_next(list, &item);
  }
  if (rc != SQLITE_OK && rc != SQLITE_DONE) return rc;
  if (use == KEY_UNKNOWN) return scan_start(&query->scan, INT64_MIN, INT64_MAX, descending, 0);
  rowid_list_sort(&query->scan.list);
  return start_listed(query, plan, list);
}

/* Bounds of the rowid come behind the key. */
static int start_read_key(Query *query, int plan, sqlite3_value **arguments, KeyUse use) {
  const IndexDef *def = index_of(query, plan);
  Scan *scan = &query->scan;
  bool descending = (plan & PLAN_DESCENDING) != 0;
  IntegerInterval rowids = all_integers;
  int used = (int)def->count, rc = SQLITE_OK;
  if (plan & (PLAN_ABOVE | PLAN_BELOW)) rc = read_range(plan, arguments, &rowids, &used);
  if (rc != SQLITE_OK) return rc;
  if (use == KEY_NOTHING) rowids = (IntegerInterval){.lower = 1, .upper = 0};
  if (use != KEY_EXACT) return scan_start(scan, rowids.lower, rowids.upper, descending, 0);
  rc = scan_start_key(scan, (uint32_t)plan >> PLAN_INDEX_SHIFT, query->key, rowids.lower,
                      rowids.upper, descending);
  bool more = rc == SQLITE_OK && scan_may_go_on(scan);
  return more ? keep_key(query, def->count) : rc;
}

static int start_key(Query *query, int plan, sqlite3_value **arguments) {
  KeyUse use;
  uint32_t read;
  int rc = read_keys(query, index_of(query, plan), arguments, &use, &read);
  if (rc == SQLITE_OK) rc = start_read_key(query, plan, arguments, use);
  free_owned(query, read);
  return rc;
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
  if (query->in.values != NULL) predicate_clear(&query->in);
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
  if (plan & PLAN_INDEX && plan & PLAN_IN) return start_keys(query, plan, arguments[0]);
  if (plan & PLAN_INDEX) return start_key(query, plan, arguments);
  if (plan & PLAN_IN) return start_list(query, plan, arguments);
  return start_range(query, plan, text, arguments);
}
