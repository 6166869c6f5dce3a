/*
** kept_order.c: see kept_order.h.
*/
#include "kept_order.h"

#include <stdlib.h>

#include "base/integers.h"
#include "base/progress.h"
#include "base/sqlite.h"
#include "order_merge.h"
#include "ranges.h"

#define TIED 8 /* one row in so many is too many to be sorted by other columns */

/* ---- orders ------------------------------------------------------------------------------ */

/* What picking first rows of a segment takes without its order: it reads a dictionary's texts. */
static uint32_t picking_takes(const Segment *segment, uint32_t column) {
  const Slot *slot = &segment->slots[column];
  return slot_has_strings(&slot->header) || slot->text.count > 0 ? ORDER_TEXT : ORDER_PACKED;
}

static int want_one(const Table *table, uint32_t number, const RangeFinder *finder, bool now,
                    bool *there) {
  Segment *segment = table->list->items[number];
  uint32_t column = finder->column;
  int rc = table_ready(table, number);
  if (rc != SQLITE_OK) return rc;
  bool before = column_order_is_there(segment, column);
  uint32_t taken = now ? ORDER_MAKING : picking_takes(segment, column);
  rc = column_order_want(segment, column, finder->collation, taken, there);
  if (rc != SQLITE_OK || before || !*there) return rc;
  return progress_is_interrupted(table->undo->db) ? SQLITE_INTERRUPT : SQLITE_OK;
}

/* All are asked, so that all will be there at the same time. */
static int want_all(const Table *table, const RangeFinder *finder, bool *there) {
  bool now = kept_of_most(table, finder->column, false);
  int rc = SQLITE_OK;
  *there = true;
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK; i++) {
    bool one = false;
    rc = want_one(table, i, finder, now, &one);
    *there = *there && one;
  }
  return rc;
}

/* How rows with equal values follow one another. */
typedef enum Ties { TIES_UP, TIES_DOWN, TIES_SORTED } Ties;

/* What is taken. */
typedef struct Taking {
  Sorter *sorter;
  RangeFinder *finder;
  const OrderKey *key;
  Ties ties;
  uint32_t most;
  uint32_t tied_most; /* where those that follow the last one are sorted: hidden ones count */
  uint64_t sorted;    /* rows that the sorter sorts */
} Taking;

/* ---- rows of a segment ------------------------------------------------------------------- */

static Ties ties_of(const SortOrder *order) {
  if (order->count == 1) return TIES_UP;
  if (order->terms[1].column >= 0) return TIES_SORTED;
  return order->terms[1].descending ? TIES_DOWN : TIES_UP;
}

/* Rows of a segment that are picked out of its order. */
typedef struct Pick {
  const Table *table;
  const Segment *segment;
  uint32_t order; /* its number */
  bool whole;     /* all rows with leaders' values are picked: in no order, and untested */
  uint16_t *rows;
  uint32_t count;
  uint32_t most;
  bool more; /* than those */
} Pick;

/* Takes the row of the place, unless an open row hides it. */
static void pick_place(Pick *pick, uint32_t place) {
  const OpenRows *open = &pick->table->open;
  uint32_t row = column_order_row(pick->segment, pick->order, place);
  if (open->count > 0) {
    int64_t rowid;
    rowids_read(&pick->segment->rowids, row, 1, &rowid);
    if (open_find(open, rowid) != NULL) return;
  }
  pick->more = pick->count == pick->most;
  if (!pick->more) pick->rows[pick->count++] = (uint16_t)row;
}

static void pick_up(Pick *pick, uint32_t first, uint32_t end) {
  for (uint32_t place = first; place < end && !pick->more; place++) pick_place(pick, place);
}

static void pick_down(Pick *pick, uint32_t first, uint32_t end) {
  for (uint32_t place = end; place > first && !pick->more; place--) pick_place(pick, place - 1);
}

/* From value to value upwards, and down the rows that have the same one. */
static void pick_up_ties_down(Pick *pick, uint32_t first, uint32_t end) {
  for (uint32_t start = first; start < end && !pick->more;) {
    uint32_t stop = column_order_behind(pick->segment, pick->order, start, end);
    pick_down(pick, start, stop);
    start = stop;
  }
}

static void pick_down_ties_up(Pick *pick, uint32_t first, uint32_t end) {
  while (end > first && !pick->more) {
    uint32_t start = column_order_first(pick->segment, pick->order, end - 1);
    pick_up(pick, start, end);
    end = start;
  }
}

static void pick(Pick *pick, const RangePlaces *places, bool descending, Ties ties) {
  if (descending) {
    (ties == TIES_DOWN ? pick_down : pick_down_ties_up)(pick, places->first, places->end);
  } else {
    (ties == TIES_DOWN ? pick_up_ties_down : pick_up)(pick, places->first, places->end);
  }
}

/* ---- rows that other columns sort -------------------------------------------------------- */

static int compare_rows(const void *a, const void *b) {
  return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static int add_row(Sorter *sorter, Reader *reader, const RowRef *ref) {
  const Segment *segment = table_segment(sorter->table, ref->segment);
  int64_t rowid;
  rowids_read(&segment->rowids, ref->row, 1, &rowid);
  int rc = sorter_add(sorter, ref, rowid);
  for (uint32_t i = 0; i < sorter->order.count && rc == SQLITE_OK; i++) {
    int column = sorter->order.terms[i].column;
    Value value = {.type = VALUE_INTEGER, .integer = rowid};
    if (column >= 0) rc = reader_value(reader, segment, ref->row, (uint32_t)column, &value);
    if (rc == SQLITE_OK) rc = sorter_set(sorter, i, &value);
  }
  return rc == SQLITE_OK ? sorter_done(sorter) : rc;
}

/* Leaves so many places, and all that have the value of the last one. */
static void leave_whole(const Pick *pick, uint32_t most, bool descending, RangePlaces *places) {
  if (places->end - places->first <= most) return;
  places->cut = true;
  if (descending) {
    places->first = column_order_first(pick->segment, pick->order, places->end - most);
  } else {
    uint32_t last = places->first + most - 1;
    places->end = column_order_behind(pick->segment, pick->order, last, places->end);
  }
}

/*
** Has the sorter sort what was picked. Rows that fail are left out of all, but not of the first:
** others would take their places before what comes next in another segment.
*/
static int add_picked(const Taking *taking, uint32_t number, const Pick *pick) {
  const RangeFinder *finder = taking->finder;
  int rc = SQLITE_OK;
  qsort(pick->rows, pick->count, sizeof *pick->rows, compare_rows);
  for (uint32_t i = 0; i < pick->count && rc == SQLITE_OK; i++) {
    bool passes = true;
    if (pick->whole) {
      rc = range_row_passes(finder, pick->segment, pick->rows[i], taking->key, &passes);
    }
    if (rc != SQLITE_OK || !passes) continue;
    RowRef ref = {.segment = number, .row = pick->rows[i]};
    rc = add_row(taking->sorter, finder->reader, &ref);
  }
  return rc;
}

/* ---- all segments ------------------------------------------------------------------------ */

/* Takes the rows of the places. */
static int take_places(Taking *taking, Pick *picked, uint32_t number, const RangePlaces *places,
                       bool sorted) {
  Sorter *sorter = taking->sorter;
  bool descending = taking->finder->descending;
  uint32_t count = places->end - places->first;
  picked->most = sorted ? count : smaller(taking->most, count);
  picked->rows = sqlite3_malloc64((uint64_t)picked->most * sizeof *picked->rows + 1);
  if (picked->rows == NULL) return SQLITE_NOMEM;
  pick(picked, places, descending, sorted ? TIES_UP : taking->ties);
  bool more = picked->more || places->cut;
  if (!sorted) return sorter_add_sorted(sorter, number, picked->rows, picked->count, more);
  int rc = add_picked(taking, number, picked);
  sqlite3_free(picked->rows);
  return rc == SQLITE_OK ? sorter_add_sorted(sorter, number, NULL, 0, more) : rc;
}

/*
** A part that was replaced, but is still held, would take the place of rows: then the order is
** taken apart.
*/
static void see_to_merged(const Taking *taking, Segment *segment) {
  const SegmentList *list = taking->sorter->table->list;
  uint32_t column = taking->finder->column;
  const MergedOrder *merged = merged_order_of(segment, column);
  if (merged == NULL || merged == taking->finder->merged) return;
  if (merged_order_is_within(merged, list->items, list->count)) return;
  segment_leave_merged(segment, column);
}

/* Of the rows with the leaders' values: by their compound order, as far as that is there. */
static int narrow_places(const Taking *taking, Segment *segment, RangePlaces *places) {
  OrderKey key = *taking->key;
  int rc = SQLITE_OK;
  for (key.count = 2; key.count <= taking->key->count && rc == SQLITE_OK; key.count++) {
    bool before = places->key.count == key.count - 1;
    if (!before || !places->known || places->first == places->end) break;
    rc = range_narrow(taking->finder, segment, &key, places);
  }
  return rc;
}

static int take_segment(Taking *taking, uint32_t number, bool *done) {
  const Table *table = taking->sorter->table;
  Segment *segment = table->list->items[number];
  RangePlaces places;
  see_to_merged(taking, segment);
  int rc = range_find(taking->finder, segment, &places);
  if (rc == SQLITE_OK && places.known) rc = narrow_places(taking, segment, &places);
  *done = places.known;
  if (rc != SQLITE_OK || !*done) return rc;
  bool ordered = places.key.count == taking->key->count;
  uint32_t order = range_places_order(segment, &places);
  Pick picked = {.table = table, .segment = segment, .order = order, .whole = !ordered};
  bool sorted = !ordered || taking->ties == TIES_SORTED;
  if (sorted) {
    if (ordered) leave_whole(&picked, taking->tied_most, taking->finder->descending, &places);
    taking->sorted += places.end - places.first;
    *done = taking->sorted <= table->rows / TIED;
    if (!*done) return SQLITE_OK;
  }
  if (places.first < places.end) return take_places(taking, &picked, number, &places, sorted);
  return sorter_add_sorted(taking->sorter, number, NULL, 0, places.cut);
}

/* So many that an open row hides each of them but `most`. */
static uint32_t most_with_hidden(const Table *table, uint32_t most) {
  uint64_t count = (uint64_t)most + table->open.count;
  return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

int kept_order_add(Sorter *sorter, Scan *scan, const OrderKey *key, uint32_t most, bool *done) {
  const Table *table = scan->table;
  const SortTerm *term = &sorter->order.terms[0];
  Ties ties = ties_of(&sorter->order);
  uint32_t tied_most = most_with_hidden(table, most);
  RangeFinder finder = {.predicates = scan->filter.predicates,
                        .count = scan->filter.count - scan->filter.ordered,
                        .column = key->columns[0],
                        .collation = key->collations[0],
                        .reader = &scan->reader,
                        .most = key->count == 1 ? tied_most : 0,
                        .descending = term->descending,
                        .whole = ties != (term->descending ? TIES_DOWN : TIES_UP)};
  Taking taking = {.sorter = sorter,
                   .finder = &finder,
                   .key = key,
                   .ties = ties,
                   .most = most,
                   .tied_most = tied_most};
  int rc = want_all(table, &finder, done);
  scan_catch_up(scan);
  reader_begin(&scan->reader, false);
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK && *done; i++) {
    rc = take_segment(&taking, i, done);
  }
  range_forget(&finder);
  if (rc == SQLITE_OK && finder.due) {
    rc = order_merge_make(table, finder.column, finder.collation);
  }
  return rc;
}
