/*
** kept_order.c: see kept_order.h.
*/
#include "kept_order.h"

#include "base/integers.h"
#include "base/progress.h"
#include "base/sqlite.h"
#include "order_merge.h"
#include "ranges.h"

#define FEW 8 /* one row in so many: each is read where it lies */

/* The same beside conditions of other columns, as sorting tests these first. */
#define FEW_PACKED 128
#define FEW_TEXT 16
#define SAMPLE 64 /* rows */

/* Where nobody knows how many are wanted. */
#define TRIED_FIRST 64
#define TRIED_MOST 4096
#define TRIED_SHARE 64 /* of the rows: no more were wanted */
#define WANTED 16      /* of rows that pass */

/* Rows with equal values ascend by rowid, which may be said. */
static bool is_order_of_column(const SortOrder *order) {
  if (order->count == 0 || !order->terms[0].indexed) return false;
  return order->count == 1 || (order->terms[1].column < 0 && !order->terms[1].descending);
}

/*
** Whether most rows have their order, then it is worth making for the others, at once; or, `due`,
** whether they have it or have missed it so often.
*/
static bool is_kept_of_most(const Table *table, uint32_t column, bool due) {
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

/* Sorting reads the texts of a dictionary, too. */
static uint32_t sorting_takes(const Segment *segment, uint32_t column) {
  const Slot *slot = &segment->slots[column];
  return slot_has_strings(&slot->header) || slot->text.count > 0 ? ORDER_TEXT : ORDER_PACKED;
}

static int want_one(const Table *table, uint32_t number, const SortTerm *term, bool now,
                    bool *there) {
  Segment *segment = table->list->items[number];
  uint32_t column = (uint32_t)term->column;
  int rc = table_ready(table, number);
  if (rc != SQLITE_OK) return rc;
  bool before = column_order_is_there(segment, column);
  uint32_t taken = now ? ORDER_MAKING : sorting_takes(segment, column);
  rc = column_order_want(segment, column, term->collation, taken, there);
  if (rc != SQLITE_OK || before || !*there) return rc;
  return progress_is_interrupted(table->undo->db) ? SQLITE_INTERRUPT : SQLITE_OK;
}

/* All are asked, so that all will be there at the same time. */
static int want_all(const Table *table, const SortTerm *term, bool *there) {
  bool now = is_kept_of_most(table, (uint32_t)term->column, false);
  int rc = SQLITE_OK;
  *there = true;
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK; i++) {
    bool one = false;
    rc = want_one(table, i, term, now, &one);
    *there = *there && one;
  }
  return rc;
}

/* Rows of a segment that are picked out of its order. */
typedef struct Pick {
  const Table *table;
  const Segment *segment;
  uint32_t column;
  uint16_t *rows;
  uint32_t count;
  uint32_t most;
  bool more; /* than those */
} Pick;

/* Takes the rows of places first to end - 1 that no open row hides. */
static void pick_places(Pick *pick, uint32_t first, uint32_t end) {
  const OpenRows *open = &pick->table->open;
  for (uint32_t place = first; place < end && !pick->more; place++) {
    uint32_t row = column_order_row(pick->segment, pick->column, place);
    if (open->count > 0) {
      int64_t rowid;
      rowids_read(&pick->segment->rowids, row, 1, &rowid);
      if (open_find(open, rowid) != NULL) continue;
    }
    pick->more = pick->count == pick->most;
    if (!pick->more) pick->rows[pick->count++] = (uint16_t)row;
  }
}

/* Downwards it goes from value to value, and up the rows that have the same one. */
static void pick_down(Pick *pick, uint32_t first, uint32_t end) {
  while (end > first && !pick->more) {
    uint32_t start = column_order_first(pick->segment, pick->column, end - 1);
    pick_places(pick, start, end);
    end = start;
  }
}

static int add_segment(Sorter *sorter, RangeFinder *finder, uint32_t number, uint32_t most,
                       bool *known) {
  Segment *segment = sorter->table->list->items[number];
  Pick pick = {.table = sorter->table, .segment = segment, .column = finder->column};
  RangePlaces places;
  int rc = range_find(finder, segment, &places);
  *known = places.known;
  if (rc != SQLITE_OK || !places.known) return rc;
  pick.most = smaller(most, places.end - places.first);
  pick.rows = sqlite3_malloc64((uint64_t)pick.most * sizeof *pick.rows + 1);
  if (pick.rows == NULL) return SQLITE_NOMEM;
  if (finder->descending) {
    pick_down(&pick, places.first, places.end);
  } else {
    pick_places(&pick, places.first, places.end);
  }
  return sorter_add_sorted(sorter, number, pick.rows, pick.count, pick.more || places.cut);
}

/* ---- how many ---------------------------------------------------------------------------- */

/* Whether the filter tests the row by the predicate when it has been found by the order. */
static bool is_other(const Predicate *predicate, uint32_t column) {
  return predicate->column != column || !range_is_of(predicate);
}

/* Whether a sealed row passes what is no comparison of the column. */
static int passes_others(Scan *scan, const Segment *segment, uint32_t row, uint32_t column,
                         bool *passes) {
  const Filter *filter = &scan->filter;
  int rc = SQLITE_OK;
  *passes = true;
  for (uint32_t i = 0; i + filter->ordered < filter->count && *passes && rc == SQLITE_OK; i++) {
    const Predicate *predicate = &filter->predicates[i];
    Value value;
    if (!is_other(predicate, column)) continue;
    rc = reader_value(&scan->reader, segment, row, predicate->column, &value);
    *passes = rc == SQLITE_OK && predicate_passes(predicate, &value);
  }
  return rc;
}

/* How many of some rows from all of the table do. */
static int sample(Scan *scan, uint32_t column, uint32_t *count) {
  const Table *table = scan->table;
  uint64_t step = table->rows / SAMPLE + 1, next = step / 2;
  int rc = SQLITE_OK;
  *count = 0;
  if (scan->version != table->version) reader_forget(&scan->reader);
  scan->version = table->version;
  reader_begin(&scan->reader, false);
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK; i++) {
    const Segment *segment = table_segment(table, i);
    rc = table_ready(table, i);
    for (; rc == SQLITE_OK && next < segment->rows; next += step) {
      bool passes;
      rc = passes_others(scan, segment, (uint32_t)next, column, &passes);
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
  int rc = sample(scan, column, &passed);
  if (rc != SQLITE_OK || passed == 0) return rc;
  uint64_t rows = scan->table->rows / (reads_text(scan, column) ? FEW_TEXT : FEW_PACKED);
  uint64_t most = plan->most < rows ? plan->most : rows;
  uint64_t first = (uint64_t)likely * 2 * SAMPLE / passed;
  if (first > most) return SQLITE_OK;
  *plan = (KeptPlan){.first = (uint32_t)first, .most = (uint32_t)most, .untested = true};
  return SQLITE_OK;
}

static int plan_rows(const SortOrder *order, Scan *scan, uint32_t likely, KeptPlan *plan) {
  const Filter *filter = &scan->filter;
  uint32_t column = (uint32_t)order->terms[0].column;
  uint64_t few = scan->table->rows / FEW;
  uint32_t most = likely == 0 ? TRIED_MOST : UINT32_MAX;
  plan->most = few < most ? (uint32_t)few : most;
  if (!range_is_all(filter->predicates, filter->count - filter->ordered, column)) {
    return plan_untested(scan, column, likely == 0 ? WANTED : likely, plan);
  }
  uint32_t first = likely == 0 ? TRIED_FIRST : likely;
  if (first <= plan->most) plan->first = first;
  return SQLITE_OK;
}

int kept_order_plan(const SortOrder *order, Scan *scan, uint32_t likely, KeptPlan *plan) {
  const Table *table = scan->table;
  *plan = (KeptPlan){0};
  if (!is_order_of_column(order) || table_segments(table) == 0) return SQLITE_OK;
  int rc = plan_rows(order, scan, likely, plan);
  if (likely > 0 || plan->first == 0 || rc != SQLITE_OK) return rc;
  if (is_kept_of_most(table, (uint32_t)order->terms[0].column, true)) return SQLITE_OK;
  *plan = (KeptPlan){.missed = true};
  return SQLITE_OK;
}

void kept_order_miss(const SortOrder *order, const Table *table, uint64_t given) {
  uint32_t column = (uint32_t)order->terms[0].column;
  if (given > TRIED_FIRST && given > table->rows / TRIED_SHARE) return;
  for (uint32_t i = 0; i < table_segments(table); i++) {
    Segment *segment = table->list->items[i];
    if (table_ready(table, i) == SQLITE_OK) {
      column_order_miss(segment, column, sorting_takes(segment, column));
    }
  }
}

/* ---- taking them ------------------------------------------------------------------------- */

/* So many that an open row hides each of them but `most`. */
static uint32_t most_with_hidden(const Table *table, uint32_t most) {
  uint64_t count = (uint64_t)most + table->open.count;
  return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

int kept_order_add(Sorter *sorter, Scan *scan, uint32_t most, bool *done) {
  const Table *table = scan->table;
  const SortTerm *term = &sorter->order.terms[0];
  RangeFinder finder = {.predicates = scan->filter.predicates,
                        .count = scan->filter.count - scan->filter.ordered,
                        .column = (uint32_t)term->column,
                        .collation = term->collation,
                        .reader = &scan->reader,
                        .most = most_with_hidden(table, most),
                        .descending = term->descending,
                        .list = table->list};
  int rc = want_all(table, term, done);
  if (scan->version != table->version) reader_forget(&scan->reader);
  scan->version = table->version;
  reader_begin(&scan->reader, false);
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK && *done; i++) {
    rc = add_segment(sorter, &finder, i, most, done);
  }
  range_forget(&finder);
  if (rc == SQLITE_OK && finder.due) {
    rc = order_merge_make(table, finder.column, finder.collation);
  }
  return rc;
}
