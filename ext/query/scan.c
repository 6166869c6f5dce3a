/*
** scan.c: see scan.h.
*/
#include "scan.h"

#include "base/integers.h"
#include "base/sqlite.h"

#define LIST_KEPT 64 /* rowids that a resting scan keeps room for */

/* Rows of a key that are listed at a time: few, since LIMIT or EXISTS may want no more. */
#define LIST_LEAST 8
#define LIST_GROWTH 8
#define LIST_MOST 262144

int scan_open(Scan *scan, Table *table) {
  *scan = (Scan){.table = table, .eof = true};
  return reader_open(&scan->reader, table->columns);
}

void scan_close(Scan *scan) {
  rowid_list_clear(&scan->list);
  open_cursor_clear(&scan->open);
  filter_clear(&scan->filter);
  reader_close(&scan->reader);
}

void scan_park(Scan *scan) {
  if (scan->list.capacity > LIST_KEPT) rowid_list_clear(&scan->list);
  if (scan->open.list.capacity > LIST_KEPT) open_cursor_clear(&scan->open);
  reader_rest(&scan->reader);
}

/* ---- sealed rows ------------------------------------------------------------ */

static int seek_sealed(Scan *scan, int64_t rowid) {
  int64_t end = scan->descending ? scan->lower : scan->upper;
  return scan_sealed_seek(&scan->sealed, scan->table, &scan->filter, rowid, end);
}

static int advance_sealed(Scan *scan) {
  return scan_sealed_advance(&scan->sealed, scan->table, &scan->filter);
}

/* ---- merging ----------------------------------------------------------------- */

static bool comes_first(const Scan *scan, int64_t a, int64_t b) {
  return scan->descending ? a > b : a < b;
}

static bool is_outside(const Scan *scan) {
  return scan->rowid < scan->lower || scan->rowid > scan->upper;
}

/* Sealed rows behind the current one that nothing comes between, their rowids being decoded. */
static uint32_t count_steps(const Scan *scan) {
  const SealedPlace *sealed = &scan->sealed;
  uint32_t most = scan->descending ? scan->at : sealed->rowids_count - 1 - scan->at, steps = 0;
  int64_t lower = scan->lower, upper = scan->upper;
  if (scan->filter.count > 0) {
    most = smaller(most, filter_run(&scan->filter, sealed->row, scan->descending));
  }
  if (scan->open.listed) return 0; /* each may be hidden */
  if (scan->open.valid) {
    int64_t open = open_cursor_entry(&scan->open)->rowid;
    if (scan->descending && open >= lower) lower = open + 1;
    if (!scan->descending && open <= upper) upper = open - 1;
  }
  /* Either all of them, or, counted from here, as few as there are up to the bound. */
  uint32_t last = scan->at + most * sealed->stride;
  if (sealed->rowids[last] >= lower && sealed->rowids[last] <= upper) return most;
  for (uint32_t at = scan->at + sealed->stride; steps < most; at += sealed->stride, steps++) {
    if (sealed->rowids[at] < lower || sealed->rowids[at] > upper) break;
  }
  return steps;
}

static void take_sealed(Scan *scan) {
  scan->rowid = scan->sealed.rowid;
  scan->ref = (RowRef){.segment = scan->sealed.segment, .row = scan->sealed.row};
  scan->at = scan->sealed.row - scan->sealed.rowids_first;
  scan->steps = count_steps(scan);
}

/* Steps moved the current row on; the place follows. */
static void follow_steps(Scan *scan) {
  scan->steps = 0;
  if (!scan->sealed.valid || scan->ref.open != NULL) return;
  scan->sealed.row = scan->ref.row;
  scan->sealed.rowid = scan->rowid;
}

static bool is_shown(Scan *scan, const Row *row) {
  if (row == OPEN_TOMBSTONE) return false;
  if (scan->filter.count == 0) return true;
  scan->filter.automatic.tested += AUTOMATIC_OPEN;
  return filter_passes(&scan->filter, row, scan->table->columns);
}

/*
** Makes the nearer of the next sealed and the next open row the current one, skipping what was
** deleted or does not pass.
*/
static int settle(Scan *scan) {
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && (scan->sealed.valid || scan->open.valid)) {
    const OpenEntry *entry = open_cursor_entry(&scan->open);
    if (entry == NULL ||
        (scan->sealed.valid && comes_first(scan, scan->sealed.rowid, entry->rowid))) {
      take_sealed(scan);
      if (!open_cursor_hides(&scan->open, scan->rowid) || is_outside(scan)) break;
      rc = advance_sealed(scan);
      continue;
    }
    scan->rowid = entry->rowid;
    scan->ref = (RowRef){.open = entry->row};
    if (is_outside(scan) || is_shown(scan, entry->row)) break;
    if (scan->sealed.valid && scan->sealed.rowid == entry->rowid) rc = advance_sealed(scan);
    open_cursor_next(&scan->open);
  }
  scan->eof = rc != SQLITE_OK || !(scan->sealed.valid || scan->open.valid) || is_outside(scan);
  return rc;
}

/* Finds the place anew, at `rowid` or behind it. */
static int seek(Scan *scan, int64_t rowid) {
  if (scan->version != scan->table->version) open_cursor_see_all(&scan->open);
  scan->version = scan->row_version = scan->table->version;
  scan->gone = false;
  scan->steps = 0;
  int rc = seek_sealed(scan, rowid);
  if (rc != SQLITE_OK) {
    scan->eof = true;
    return rc;
  }
  open_cursor_seek(&scan->open, rowid);
  return settle(scan);
}

/* For a scan of a single row, which needs no place among the others. */
static void leave_place(Scan *scan, int64_t rowid) {
  scan_catch_up(scan);
  scan->row_version = scan->version;
  scan->gone = false;
  scan->rowid = rowid;
  scan->sealed.valid = scan->open.valid = false;
  scan->steps = 0;
}

int scan_find(Scan *scan, int64_t rowid) {
  bool found;
  leave_place(scan, rowid);
  int rc = table_look(scan->table, rowid, &scan->ref, &found);
  scan->eof = !found;
  return rc;
}

int scan_start_single(Scan *scan, int64_t rowid) {
  scan->listed = false;
  scan->lower = scan->upper = rowid;
  scan->descending = false;
  reader_begin(&scan->reader, false);
  return scan_find(scan, rowid);
}

/* Starts with those rows only that an index of the scan's own lists, if there is one. */
static int start_automatic(Scan *scan, int64_t lower, int64_t upper, bool descending,
                           bool *started) {
  Filter *filter = &scan->filter;
  *started = false;
  if (filter->count == 0) return SQLITE_OK;
  int rc = automatic_list_open(&filter->automatic, scan->table, lower, upper, &scan->list, started);
  if (rc != SQLITE_OK || !*started) return rc;
  scan->list_version = scan->table->version;
  return scan_start_listed(scan, NULL, descending);
}

int scan_start(Scan *scan, int64_t lower, int64_t upper, bool descending, uint32_t likely) {
  bool started;
  int rc = start_automatic(scan, lower, upper, descending, &started);
  if (rc != SQLITE_OK || started) return rc;
  if (scan->version != scan->table->version) reader_forget(&scan->reader);
  reader_begin_range(&scan->reader, descending, descending ? lower : upper, likely);
  scan->listed = false;
  scan->lower = lower;
  scan->upper = upper;
  scan->descending = descending;
  scan_sealed_begin(&scan->sealed, descending, scan->reader.likely);
  scan->eof = true;
  if (lower > upper) return SQLITE_OK;
  scan->version = scan->table->version;
  rc = open_cursor_start(&scan->open, scan->table, &scan->filter, descending);
  return rc == SQLITE_OK ? seek(scan, descending ? upper : lower) : rc;
}

void scan_go_to(Scan *scan, int64_t rowid, uint32_t segment, uint32_t row) {
  leave_place(scan, rowid);
  scan->ref = (RowRef){.segment = segment, .row = row};
  scan->eof = false;
}

static int test_value(Scan *scan, const Predicate *predicate, bool *passes) {
  Value value;
  int rc = scan_value(scan, predicate->column, &value);
  *passes = rc == SQLITE_OK && predicate_passes(predicate, &value);
  return rc;
}

int scan_test(Scan *scan, bool all, bool *passes) {
  const Filter *filter = &scan->filter;
  int rc = SQLITE_OK;
  *passes = true;
  for (uint32_t i = 0; i + filter->ordered < filter->count && *passes; i++) {
    const Predicate *predicate = &filter->predicates[i];
    if (!all && predicate_is_exact(predicate->op, predicate->affinity)) continue;
    rc = test_value(scan, predicate, passes);
  }
  return rc;
}

/* ---- lists -------------------------------------------------------------------- */

/* The next rows that may have the key; what is left of the range is behind them. */
static int list_candidates(Scan *scan) {
  LookupRange range = {scan->lower, scan->upper, scan->descending, scan->list_most};
  RowidList *list = &scan->list;
  scan_catch_up(scan);
  scan->list_version = scan->version;
  scan->list_at = 0;
  scan->list_code.segment = NULL;
  int rc = lookup_candidates(scan->table, scan->list_index, scan->list_key, &range, list);
  scan->list_more = false;
  if (rc != SQLITE_OK || list->count < scan->list_most) return rc;
  int64_t last = list->items[scan->descending ? 0 : list->count - 1].rowid;
  scan->list_more = last != (scan->descending ? scan->lower : scan->upper);
  if (scan->list_more && scan->descending) scan->upper = last - 1;
  if (scan->list_more && !scan->descending) scan->lower = last + 1;
  scan->list_most = scan->list_most < LIST_MOST ? scan->list_most * LIST_GROWTH : LIST_MOST;
  return SQLITE_OK;
}

/* Makes a listed row the current one, if it is there and has the key. */
static int take_listed(Scan *scan, const ListedRow *row) {
  bool same = scan->list_version == scan->table->version, matches = true;
  int rc = SQLITE_OK;
  if (same && row->segment != LISTED_ANYWHERE) {
    scan_go_to(scan, row->rowid, row->segment, row->row);
  } else {
    rc = scan_find(scan, row->rowid);
  }
  if (rc == SQLITE_OK && !scan->eof && scan->list_key != NULL) {
    if (!same) scan->list_code.segment = NULL;
    rc = lookup_matches(scan->table, scan->list_index, scan->list_key, &scan->ref, &scan->reader,
                        &scan->list_code, &matches);
  }
  if (rc == SQLITE_OK && !scan->eof && !same && scan->list_in != NULL) {
    rc = test_value(scan, scan->list_in, &matches);
  }
  if (rc == SQLITE_OK && !scan->eof && scan->filter.count > 0) rc = scan_test(scan, true, &matches);
  scan->eof = scan->eof || !matches;
  return rc;
}

static int next_listed(Scan *scan) {
  int rc = SQLITE_OK;
  scan->eof = true;
  while (rc == SQLITE_OK && scan->eof) {
    if (scan->list_at == scan->list.count) {
      if (!scan->list_more) return SQLITE_OK;
      rc = list_candidates(scan);
    } else {
      size_t at = scan->list_at++;
      if (scan->descending) at = scan->list.count - 1 - at;
      rc = take_listed(scan, &scan->list.items[at]);
    }
  }
  return rc;
}

int scan_start_listed(Scan *scan, const Predicate *in, bool descending) {
  reader_begin(&scan->reader, descending);
  scan->listed = true;
  scan->descending = descending;
  scan->list_in = in;
  scan->list_key = NULL;
  scan->list_more = false;
  scan->list_at = 0;
  return next_listed(scan);
}

int scan_start_key(Scan *scan, uint32_t index, const Value *key, int64_t lower, int64_t upper,
                   bool descending) {
  reader_begin(&scan->reader, descending);
  scan->listed = true;
  scan->lower = lower;
  scan->upper = upper;
  scan->descending = descending;
  scan->list_in = NULL;
  scan->list_key = key;
  scan->list_index = index;
  scan->list_most = LIST_LEAST;
  scan->list_more = lower <= upper;
  scan->list_at = scan->list.count = 0;
  return next_listed(scan);
}

int scan_lookup(Scan *scan, uint32_t index, const Value *key) {
  scan_catch_up(scan);
  scan->list_version = scan->version;
  return lookup_more(scan->table, index, key, &scan->reader, &scan->list);
}

/* ---- moving ------------------------------------------------------------------- */

/* Past the current row, where nothing has changed. */
static int advance(Scan *scan) {
  int64_t rowid = scan->rowid;
  int rc = SQLITE_OK;
  bool open = scan->open.valid && open_cursor_entry(&scan->open)->rowid == rowid;
  if (scan->sealed.valid && scan->sealed.rowid == rowid) rc = advance_sealed(scan);
  if (open) open_cursor_next(&scan->open);
  if (rc == SQLITE_OK) return settle(scan);
  scan->eof = true;
  return rc;
}

int scan_move(Scan *scan) {
  int64_t rowid = scan->rowid;
  follow_steps(scan);
  if (scan->listed) return next_listed(scan);
  if (rowid == (scan->descending ? scan->lower : scan->upper)) {
    scan->eof = true;
  } else if (scan->version != scan->table->version) {
    reader_forget(&scan->reader);
    return seek(scan, scan->descending ? rowid - 1 : rowid + 1);
  } else {
    return advance(scan);
  }
  return SQLITE_OK;
}

int scan_leave(Scan *scan) {
  if (scan->listed || !scan_is_sealed(scan)) return scan_next(scan);
  const Segment *segment = table_segment(scan->table, scan->ref.segment);
  int64_t last = scan->descending ? segment->first : segment->last;
  if (scan->open.valid) {
    int64_t open = open_cursor_entry(&scan->open)->rowid;
    if (!comes_first(scan, last, open)) return scan_next(scan);
  }
  bool more = scan->descending ? last > scan->lower : last < scan->upper;
  if (more) return seek(scan, scan->descending ? last - 1 : last + 1);
  scan->eof = true;
  return SQLITE_OK;
}

/* Steps over up to *rows rows at once, which are subtracted. */
static int skip(Scan *scan, uint64_t *rows) {
  if (scan->sealed.valid && !scan->open.valid && scan->filter.count == 0) {
    follow_steps(scan);
    int rc = scan_sealed_skip(&scan->sealed, scan->table, &scan->filter, *rows);
    *rows = 0;
    if (rc == SQLITE_OK) return settle(scan);
    scan->eof = true;
    return rc;
  }
  uint32_t steps = *rows < scan->steps ? (uint32_t)*rows : scan->steps;
  if (steps > 1) {
    scan->steps -= steps - 1;
    scan->ref.row += (steps - 1) * scan->sealed.stride;
    scan->at += (steps - 1) * scan->sealed.stride;
    *rows -= steps - 1;
  }
  --*rows;
  return scan_next(scan);
}

int scan_skip(Scan *scan, uint64_t rows) {
  int rc = SQLITE_OK;
  while (rows > 0 && !scan->eof && rc == SQLITE_OK) rc = skip(scan, &rows);
  return rc;
}

/* ---- values ------------------------------------------------------------------- */

/* Finds the current row again after the table changed, whatever it holds by now. */
static int find_again(Scan *scan) {
  bool found;
  reader_forget(&scan->reader);
  int rc = table_look(scan->table, scan->rowid, &scan->ref, &found);
  if (rc != SQLITE_OK) return rc;
  scan->gone = !found;
  scan->row_version = scan->table->version;
  return SQLITE_OK;
}

int scan_value_elsewhere(Scan *scan, uint32_t column, Value *value) {
  int rc = scan->row_version == scan->table->version ? SQLITE_OK : find_again(scan);
  if (rc != SQLITE_OK) return rc;
  if (scan->gone) {
    *value = (Value){.type = VALUE_NULL};
    return SQLITE_OK;
  }
  if (scan->ref.open != NULL) {
    *value = row_value(scan->ref.open, (int)scan->table->columns, (int)column);
    return SQLITE_OK;
  }
  const Segment *segment = table_segment(scan->table, scan->ref.segment);
  return reader_value(&scan->reader, segment, scan->ref.row, column, value);
}
