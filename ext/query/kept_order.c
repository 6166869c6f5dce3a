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

/* Rows with equal values ascend by rowid, which may be said. */
static bool is_order_of_column(const SortOrder *order) {
  if (order->count == 0 || !order->terms[0].indexed) return false;
  return order->count == 1 || (order->terms[1].column < 0 && !order->terms[1].descending);
}

/* Whether most rows have their order: then it is worth making for the others, at once. */
static bool is_kept_of_most(const Table *table, uint32_t column) {
  uint64_t kept = 0, rows = 0;
  for (uint32_t i = 0; i < table_segments(table); i++) {
    const Segment *segment = table_segment(table, i);
    rows += segment->rows;
    kept += column_order_is_there(segment, column) ? segment->rows : 0;
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
  bool now = is_kept_of_most(table, (uint32_t)term->column);
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

bool kept_order_serves(const SortOrder *order, const Scan *scan, uint32_t most) {
  const Filter *filter = &scan->filter;
  if (most == 0 || most > scan->table->rows / FEW || !is_order_of_column(order)) return false;
  return range_is_all(filter->predicates, filter->count - filter->ordered,
                      (uint32_t)order->terms[0].column);
}

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
