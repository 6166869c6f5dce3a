/*
** ordered.c: see ordered.h.
*/
#include "ordered.h"

#include "base/progress.h"
#include "base/sqlite.h"
#include "numerals.h"

#define STEP 16384 /* rows, before an interrupt is asked for */
#define GROWTH 8   /* of the first rows of an order that is kept */
#define LAST 4096  /* rows of the last segment, and what is behind, that may tell a first bound */

/* Notes that an order would have served, when it is known how many rows were read. */
static void note_missed(Ordered *ordered) {
  const Sorter *sorter = &ordered->sorter;
  if (ordered->plan.missed && sorter->table != NULL && sorter->version == sorter->table->version) {
    kept_plan_miss(&sorter->order, sorter->table, sorter->given);
  }
  ordered->plan.missed = false;
}

void ordered_clear(Ordered *ordered) {
  Sorter *sorter = &ordered->sorter;
  note_missed(ordered);
  ordered->running = false;
  if (sorter->table != NULL) sorter_clear(sorter); /* each look-up gets here */
}

/* ---- sorting ---------------------------------------------------------------------------- */

/* The value of the scan's row that a term of the order is of. */
static int term_value(const Ordered *ordered, Scan *scan, uint32_t term, Value *value) {
  int column = ordered->sorter.order.terms[term].column;
  if (column >= 0) return scan_value(scan, (uint32_t)column, value);
  *value = (Value){.type = VALUE_INTEGER, .integer = scan->rowid};
  return SQLITE_OK;
}

static int add_row(Ordered *ordered, Scan *scan) {
  Sorter *sorter = &ordered->sorter;
  Value value;
  int rc = term_value(ordered, scan, 0, &value);
  if (rc != SQLITE_OK || sorter_leaves(sorter, &value)) return rc;
  bool counted = sorter->most > 0 || ordered->plan.missed;
  if (counted && scan->filter.count > scan->filter.ordered) {
    bool passes; /* as others would take the place of the first rows */
    rc = scan_test(scan, false, &passes);
    if (rc != SQLITE_OK || !passes) return rc;
    rc = term_value(ordered, scan, 0, &value); /* anew, as others were read */
    if (rc != SQLITE_OK) return rc;
  }
  rc = sorter_add(sorter, &scan->ref, scan->rowid);
  if (rc == SQLITE_OK) rc = sorter_set(sorter, 0, &value);
  for (uint32_t i = 1; i < sorter->order.count && rc == SQLITE_OK; i++) {
    rc = term_value(ordered, scan, i, &value);
    if (rc == SQLITE_OK) rc = sorter_set(sorter, i, &value);
  }
  return rc == SQLITE_OK ? sorter_done(sorter) : rc;
}

/* Has the filter pass only what may come before the sorter's bound. */
static int lower_bound(const Ordered *ordered, Scan *scan) {
  const Sorter *sorter = &ordered->sorter;
  Value value;
  if (!scan->filter.ordered) return SQLITE_OK;
  bool descending = sorter->order.terms[0].descending;
  bool known = sorter_bound(sorter, &value) && !(descending && value.type == VALUE_NULL);
  return filter_precede(&scan->filter, known ? &value : NULL, descending, sorter->order.count == 1);
}

/* Whether the rowid, above those asked for before, is one of the list, of which *at are below. */
static bool is_listed(const RowidList *list, int64_t rowid, size_t *at) {
  while (*at < list->count && list->items[*at].rowid < rowid) ++*at;
  return *at < list->count && list->items[*at].rowid == rowid;
}

static int add_rows(Ordered *ordered, Scan *scan, const RowidList *shown) {
  uint32_t bounds = 0, rows = 0;
  size_t at = 0;
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && !scan->eof) {
    if (!is_listed(shown, scan->rowid, &at)) rc = add_row(ordered, scan);
    if (rc == SQLITE_OK && bounds != ordered->sorter.bounds) {
      bounds = ordered->sorter.bounds;
      rc = lower_bound(ordered, scan);
    }
    if (rc == SQLITE_OK && ++rows % STEP == 0 && progress_is_interrupted(scan->table->undo->db)) {
      rc = SQLITE_INTERRUPT;
    }
    if (rc == SQLITE_OK) rc = scan_next(scan);
  }
  return rc;
}

/* ---- orders that are kept --------------------------------------------------------------- */

/* The value of an open row that a term is of. */
static Value open_value(const Table *table, const OpenEntry *entry, const SortTerm *term) {
  if (term->column >= 0) return row_value(entry->row, (int)table->columns, term->column);
  return (Value){.type = VALUE_INTEGER, .integer = entry->rowid};
}

static int add_open_row(Sorter *sorter, const Table *table, const OpenEntry *entry) {
  const SortOrder *order = &sorter->order;
  RowRef ref = {.open = entry->row};
  Value value = open_value(table, entry, &order->terms[0]);
  if (sorter_leaves(sorter, &value)) return SQLITE_OK;
  int rc = sorter_add(sorter, &ref, entry->rowid);
  for (uint32_t i = 0; i < order->count && rc == SQLITE_OK; i++) {
    value = open_value(table, entry, &order->terms[i]);
    rc = sorter_set(sorter, i, &value);
  }
  return rc == SQLITE_OK ? sorter_done(sorter) : rc;
}

static int add_open_rows(Ordered *ordered, Scan *scan) {
  Table *table = scan->table;
  OpenCursor *open = &scan->open;
  const OpenEntry *entry;
  int rc = open_cursor_start(open, table, &scan->filter, false);
  if (rc == SQLITE_OK) open_cursor_seek(open, INT64_MIN);
  while (rc == SQLITE_OK && (entry = open_cursor_entry(open)) != NULL) {
    if (entry->row != OPEN_TOMBSTONE && filter_passes(&scan->filter, entry->row, table->columns)) {
      rc = add_open_row(&ordered->sorter, table, entry);
    }
    open_cursor_next(open);
  }
  return rc;
}

/* How rows of an order that is kept are taken, if there is one. */
static int plan_kept(Ordered *ordered, Scan *scan, uint32_t likely) {
  Filter *filter = &scan->filter;
  ordered->plan = (KeptPlan){0};
  if (ordered->lower != INT64_MIN || ordered->upper != INT64_MAX) return SQLITE_OK;
  const SortTerm *term = &ordered->sorter.order.terms[0];
  if (!term->indexed && term->prefixes.count == 0) return SQLITE_OK;
  scan_catch_up(scan);
  reader_begin_range(&scan->reader, false, INT64_MAX, 0); /* numerals are looked for in all rows */
  int rc = numerals_settle_all(filter->predicates, filter->count, scan->table, &scan->reader);
  reader_begin(&scan->reader, false);
  if (rc == SQLITE_OK && filter->ordered) rc = filter_precede(filter, NULL, false, false);
  if (rc != SQLITE_OK) return rc;
  return kept_plan(&ordered->sorter.order, scan, likely, &ordered->plan);
}

/* Gives the sorter the first rows of it. */
static int take_kept(Ordered *ordered, Scan *scan, uint32_t most, bool *done) {
  *done = ordered->kept = false;
  if (most == 0 || most > ordered->plan.most) return SQLITE_OK;
  sorter_begin(&ordered->sorter, scan->table, most);
  int rc = kept_order_add(&ordered->sorter, scan, &ordered->plan.key, most, done);
  ordered->kept = *done;
  return rc == SQLITE_OK && *done ? add_open_rows(ordered, scan) : rc;
}

/* ---- all rows ----------------------------------------------------------------------------- */

/* Starts a scan of the last rows, downwards. */
static int start_last(const Ordered *ordered, Scan *scan, uint32_t most) {
  uint32_t number = table_segments(scan->table) - 1;
  const Segment *segment = table_segment(scan->table, number);
  int64_t lower;
  int rc = table_ready(scan->table, number);
  if (rc != SQLITE_OK) return rc;
  rowids_read(&segment->rowids, segment->rows > LAST ? segment->rows - LAST : 0, 1, &lower);
  if (lower < ordered->lower) lower = ordered->lower;
  return scan_start(scan, lower, ordered->upper, true, most);
}

/* Of the last rows that pass and are numbers, `most`: the one that comes last. */
static int find_last(const Ordered *ordered, Scan *scan, uint32_t most, Value *last, bool *found) {
  bool descending = ordered->sorter.order.terms[0].descending, texts = false;
  uint32_t numbers = 0;
  int rc = start_last(ordered, scan, most);
  while (rc == SQLITE_OK && !scan->eof && !texts && numbers < most) {
    Value value = {.type = VALUE_NULL};
    bool passes;
    rc = scan_test(scan, false, &passes);
    if (rc == SQLITE_OK && passes) rc = term_value(ordered, scan, 0, &value);
    if (rc == SQLITE_OK && value.type != VALUE_NULL) {
      int order = numbers == 0 ? 0 : key_compare(&value, last, COLLATION_BINARY);
      texts = value.type == VALUE_TEXT || value.type == VALUE_BLOB;
      if (numbers++ == 0 || (descending ? order < 0 : order > 0)) *last = value;
    }
    if (rc == SQLITE_OK) rc = scan_next(scan);
  }
  *found = rc == SQLITE_OK && !texts && numbers == most;
  return rc;
}

/*
** The last rows are often those that come first (ORDER BY added DESC): each row then would become
** one of the first for a while. So they tell a bound before any is added.
*/
static int begin_bound(Ordered *ordered, Scan *scan) {
  uint32_t most = ordered->sorter.most;
  Value value;
  bool found;
  int rc = lower_bound(ordered, scan);
  if (rc != SQLITE_OK || !scan->filter.ordered || table_segments(scan->table) == 0) return rc;
  if (most == 0 || most > LAST / 4) return SQLITE_OK;
  rc = find_last(ordered, scan, most, &value, &found);
  if (rc != SQLITE_OK || !found) return rc;
  ordered->sorter.cut = true;
  return filter_precede(&scan->filter, &value, ordered->sorter.order.terms[0].descending, false);
}

/* Gives it the rows of the scan that are not listed. */
static int sort_scan(Ordered *ordered, Scan *scan, uint32_t most, const RowidList *shown) {
  sorter_begin(&ordered->sorter, scan->table, most);
  int rc = begin_bound(ordered, scan);
  if (rc == SQLITE_OK) rc = scan_start(scan, ordered->lower, ordered->upper, false, 0);
  return rc == SQLITE_OK ? add_rows(ordered, scan, shown) : rc;
}

static int finish(Ordered *ordered, Scan *scan) {
  reader_begin(&scan->reader, ordered->sorter.order.terms[0].descending);
  return sorter_finish(&ordered->sorter);
}

/* ---- moving ----------------------------------------------------------------------------- */

/* Gives the sorter more of an order that is kept, and passes over the rows that were shown. */
static int take_more(Ordered *ordered, Scan *scan, uint64_t given, bool *done) {
  SortedRow row;
  uint32_t most = ordered->sorter.most;
  *done = false;
  if (!ordered->kept || most > UINT32_MAX / GROWTH) return SQLITE_OK;
  if (most == 1 && !ordered->plan.untested) return SQLITE_OK; /* max() */
  if (scan->table->version != ordered->sorter.version) return SQLITE_OK;
  int rc = take_kept(ordered, scan, most * GROWTH, done);
  if (rc != SQLITE_OK || !*done) return rc;
  rc = finish(ordered, scan);
  bool found = true;
  for (; given > 0 && rc == SQLITE_OK && found; given--) {
    rc = sorter_next(&ordered->sorter, &row, &found);
  }
  return rc;
}

/*
** Where core wants more rows than the sorter has kept, it is given all anew but for those that were
** shown: by rowid, since the table may have changed.
*/
static int next_row(Ordered *ordered, Scan *scan, SortedRow *row, bool *found) {
  Sorter *sorter = &ordered->sorter;
  int rc = sorter_next(sorter, row, found);
  if (rc != SQLITE_OK || *found || !sorter->cut) return rc;
  RowidList shown = {0};
  bool done = false;
  rc = sorter_list_given(sorter, &shown);
  rowid_list_sort(&shown);
  if (rc == SQLITE_OK) rc = take_more(ordered, scan, sorter->given, &done);
  if (rc == SQLITE_OK && !done) {
    rc = sort_scan(ordered, scan, 0, &shown);
    if (rc == SQLITE_OK) rc = finish(ordered, scan);
  }
  rowid_list_clear(&shown);
  return rc == SQLITE_OK ? sorter_next(sorter, row, found) : rc;
}

/* Moves the scan to the row, unless it is none to be shown by now. */
static int go_to(const Ordered *ordered, Scan *scan, const SortedRow *row, bool *there) {
  bool changed = scan->table->version != ordered->sorter.version;
  bool tested = !changed && (row->open || !(ordered->kept && ordered->plan.untested));
  int rc = SQLITE_OK;
  if (!changed && !row->open) {
    scan_go_to(scan, row->rowid, row->segment, row->row);
  } else {
    rc = scan_find(scan, row->rowid);
  }
  *there = !scan->eof;
  return rc == SQLITE_OK && *there && !tested ? scan_test(scan, true, there) : rc;
}

int ordered_next(Ordered *ordered, Scan *scan) {
  SortedRow row;
  bool found = true, there = false;
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && found && !there) {
    rc = next_row(ordered, scan, &row, &found);
    if (rc == SQLITE_OK && found) rc = go_to(ordered, scan, &row, &there);
  }
  scan->eof = rc != SQLITE_OK || !there;
  return rc;
}

int ordered_start(Ordered *ordered, Scan *scan, int64_t lower, int64_t upper, uint32_t likely) {
  note_missed(ordered);
  ordered->running = true;
  ordered->lower = lower;
  ordered->upper = upper;
  bool kept = false;
  int rc = plan_kept(ordered, scan, likely);
  if (rc == SQLITE_OK) rc = take_kept(ordered, scan, ordered->plan.first, &kept);
  if (rc == SQLITE_OK && !kept) rc = sort_scan(ordered, scan, likely, &(RowidList){0});
  if (rc == SQLITE_OK) rc = finish(ordered, scan);
  if (rc == SQLITE_OK) return ordered_next(ordered, scan);
  scan->eof = true;
  return rc;
}

bool ordered_value(const Ordered *ordered, const Scan *scan, uint32_t column, Value *value) {
  if (scan->table->version != ordered->sorter.version) return false;
  return sorter_value(&ordered->sorter, column, value);
}
