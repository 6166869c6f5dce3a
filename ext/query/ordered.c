/*
** ordered.c: see ordered.h.
*/
#include "ordered.h"

#include "base/progress.h"
#include "base/sqlite.h"

#define STEP 16384 /* rows, before an interrupt is asked for */

void ordered_clear(Ordered *ordered) {
  sorter_clear(&ordered->sorter);
  ordered->running = false;
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
  bool known = sorter_bound(sorter, &value) && value.type != VALUE_NULL;
  return filter_precede(&scan->filter, known ? &value : NULL, sorter->order.terms[0].descending,
                        sorter->order.count == 1);
}

static int add_rows(Ordered *ordered, Scan *scan) {
  uint32_t bounds = 0, rows = 0;
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && !scan->eof) {
    rc = add_row(ordered, scan);
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

/* Gives the sorter all rows of the scan; it is to have the first `most` in order. */
static int sort_rows(Ordered *ordered, Scan *scan, uint32_t most) {
  sorter_begin(&ordered->sorter, scan->table, most);
  int rc = lower_bound(ordered, scan);
  if (rc == SQLITE_OK) rc = scan_start(scan, ordered->lower, ordered->upper, false, 0);
  if (rc == SQLITE_OK) rc = add_rows(ordered, scan);
  reader_begin(&scan->reader, ordered->sorter.order.terms[0].descending);
  return rc == SQLITE_OK ? sorter_finish(&ordered->sorter) : rc;
}

/* ---- moving ----------------------------------------------------------------------------- */

/* Where core wants more rows than the sorter has kept, it is given all of them anew. */
static int next_row(Ordered *ordered, Scan *scan, SortedRow *row, bool *found) {
  Sorter *sorter = &ordered->sorter;
  int rc = sorter_next(sorter, row, found);
  if (rc != SQLITE_OK || *found || !sorter->cut) return rc;
  uint64_t given = sorter->given;
  rc = sort_rows(ordered, scan, 0);
  for (uint64_t i = 0; i <= given && rc == SQLITE_OK; i++) rc = sorter_next(sorter, row, found);
  return rc;
}

int ordered_next(Ordered *ordered, Scan *scan) {
  SortedRow row;
  bool found = true, there = false;
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && found && !there) {
    rc = next_row(ordered, scan, &row, &found);
    if (rc != SQLITE_OK || !found) break;
    if (row.open || scan->table->version != ordered->sorter.version) {
      rc = scan_find(scan, row.rowid);
      there = !scan->eof;
    } else {
      scan_go_to(scan, row.rowid, row.segment, row.row);
      there = true;
    }
  }
  scan->eof = rc != SQLITE_OK || !there;
  return rc;
}

int ordered_start(Ordered *ordered, Scan *scan, int64_t lower, int64_t upper, uint32_t likely) {
  ordered->running = true;
  ordered->lower = lower;
  ordered->upper = upper;
  int rc = sort_rows(ordered, scan, likely);
  if (rc == SQLITE_OK) return ordered_next(ordered, scan);
  scan->eof = true;
  return rc;
}

bool ordered_value(const Ordered *ordered, const Scan *scan, uint32_t column, Value *value) {
  if (scan->table->version != ordered->sorter.version) return false;
  return sorter_value(&ordered->sorter, column, value);
}
