/*
** scan.c: see scan.h.
*/
#include "scan.h"

#include "base/sqlite.h"

#define LIST_KEPT 64 /* rowids that a resting scan keeps room for */

int scan_open(Scan *scan, Table *table) {
  *scan = (Scan){.table = table, .eof = true};
  return reader_open(&scan->reader, table->columns);
}

void scan_close(Scan *scan) {
  rowid_list_clear(&scan->list);
  filter_clear(&scan->filter);
  reader_close(&scan->reader);
}

void scan_rest(Scan *scan) {
  if (scan->list.capacity > LIST_KEPT) rowid_list_clear(&scan->list);
  reader_rest(&scan->reader);
}

/* ---- sealed rows ------------------------------------------------------------ */

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Decodes rowids around the place: more the longer the scan goes on, fewer where few rows pass. */
static void read_rowids(Scan *scan) {
  const Segment *segment = table_segment(scan->table, scan->segment);
  uint32_t count = scan->rowids_count == 0 ? 1 : smaller(scan->rowids_count * 16, SCAN_ROWIDS);
  if (scan->filter.count > 0) {
    count = smaller(count, 8 * filter_left(&scan->filter, scan->row, scan->descending));
  }
  if (scan->descending) {
    count = smaller(count, scan->row + 1);
    scan->rowids_first = scan->row + 1 - count;
  } else {
    count = smaller(count, segment->rows - scan->row);
    scan->rowids_first = scan->row;
  }
  scan->rowids_segment = scan->segment;
  scan->rowids_count = count;
  rowids_read(&segment->rowids, scan->rowids_first, count, scan->rowids);
}

/* The first row from `rowid` on, or, downwards, the last one up to it; *valid: there is one. */
static int find_place(const Table *table, int64_t rowid, bool downwards, uint32_t *segment,
                      uint32_t *row, bool *valid) {
  bool found = false;
  uint32_t segments = table_segments(table);
  *segment = table_seek_segment(table, rowid);
  *row = 0;
  *valid = *segment < segments;
  if (*valid) {
    int rc = table_ready(table, *segment);
    if (rc != SQLITE_OK) return rc;
    *row = rowids_seek(&table_segment(table, *segment)->rowids, rowid, &found);
  }
  if (!downwards || found) return SQLITE_OK;
  /* The row before the first one that is not below `rowid`. */
  *valid = *row > 0 || *segment > 0;
  if (*row > 0) {
    --*row;
  } else if (*segment > 0) {
    *row = table_segment(table, --*segment)->rows - 1;
  }
  return SQLITE_OK;
}

static void leave_segment(Scan *scan) {
  const Table *table = scan->table;
  if (scan->descending) {
    scan->sealed_valid = scan->segment > 0;
    if (scan->sealed_valid) scan->row = table_segment(table, --scan->segment)->rows - 1;
  } else {
    scan->row = 0;
    scan->sealed_valid = ++scan->segment < table_segments(table);
  }
}

/* Moves the place on to a row that may pass, if one is left. */
static int find_passing(Scan *scan) {
  bool found = false;
  int rc = SQLITE_OK;
  while (scan->sealed_valid && !found && rc == SQLITE_OK) {
    const Segment *segment = table_segment(scan->table, scan->segment);
    uint32_t last = scan->descending ? 0 : segment->rows - 1;
    bool beyond =
        scan->descending ? scan->segment < scan->last_segment : scan->segment > scan->last_segment;
    if (scan->segment == scan->last_segment) last = scan->last_row;
    if (beyond) {
      scan->sealed_valid = false;
    } else {
      rc = table_ready(scan->table, scan->segment);
      if (rc != SQLITE_OK) return rc;
      rc = filter_find(&scan->filter, segment, last, scan->descending, &scan->row, &found);
      if (!found) leave_segment(scan);
    }
  }
  return rc;
}

static int settle_sealed(Scan *scan) {
  int rc = scan->filter.count > 0 ? find_passing(scan) : SQLITE_OK;
  if (rc == SQLITE_OK && scan->sealed_valid) rc = table_ready(scan->table, scan->segment);
  if (!scan->sealed_valid || rc != SQLITE_OK) return rc;
  uint32_t at = scan->row - scan->rowids_first; /* wraps around below rowids_first */
  if (scan->rowids_segment != scan->segment || at >= scan->rowids_count) {
    read_rowids(scan);
    at = scan->row - scan->rowids_first;
  }
  scan->sealed_rowid = scan->rowids[at];
  return SQLITE_OK;
}

static int seek_sealed(Scan *scan, int64_t rowid) {
  int64_t end = scan->descending ? scan->lower : scan->upper;
  scan->rowids_count = 0;
  int rc = find_place(scan->table, rowid, scan->descending, &scan->segment, &scan->row,
                      &scan->sealed_valid);
  if (rc == SQLITE_OK && scan->filter.count > 0) {
    bool valid;
    filter_restart(&scan->filter);
    rc = find_place(scan->table, end, !scan->descending, &scan->last_segment, &scan->last_row,
                    &valid);
    scan->sealed_valid = scan->sealed_valid && valid;
  }
  return rc == SQLITE_OK ? settle_sealed(scan) : rc;
}

static int advance_sealed(Scan *scan) {
  if (scan->descending ? scan->row == 0
                       : scan->row + 1 == table_segment(scan->table, scan->segment)->rows) {
    leave_segment(scan);
  } else {
    scan->row = scan->descending ? scan->row - 1 : scan->row + 1;
  }
  return settle_sealed(scan);
}

/* ---- open rows -------------------------------------------------------------- */

static void seek_open(Scan *scan, int64_t rowid) {
  const OpenRows *open = &scan->table->open;
  bool found = open_seek(open, rowid, &scan->place);
  if (scan->descending && !found) {
    scan->open_valid = open_previous(open, &scan->place);
  } else {
    scan->open_valid = open_at(open, &scan->place) != NULL;
  }
}

static void advance_open(Scan *scan) {
  const OpenRows *open = &scan->table->open;
  scan->open_valid =
      scan->descending ? open_previous(open, &scan->place) : open_next(open, &scan->place);
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
  if (scan->open_valid || scan->filter.count > 0) return 0;
  uint32_t first = 0, last = scan->rowids_count - 1;
  if (scan->descending) {
    while (first < scan->at && scan->rowids[first] < scan->lower) first++;
    return scan->at - first;
  }
  while (last > scan->at && scan->rowids[last] > scan->upper) last--;
  return last - scan->at;
}

static void take_sealed(Scan *scan) {
  scan->rowid = scan->sealed_rowid;
  scan->ref = (RowRef){.segment = scan->segment, .row = scan->row};
  scan->at = scan->row - scan->rowids_first;
  scan->steps = count_steps(scan);
}

/* Steps moved the current row on; the place follows. */
static void follow_steps(Scan *scan) {
  scan->steps = 0;
  if (!scan->sealed_valid || scan->ref.open != NULL) return;
  scan->row = scan->ref.row;
  scan->sealed_rowid = scan->rowid;
}

static bool is_shown(const Scan *scan, const Row *row) {
  if (row == OPEN_TOMBSTONE) return false;
  return scan->filter.count == 0 || filter_passes(&scan->filter, row, scan->table->columns);
}

/* Makes the nearer of both sides the current row, skipping what was deleted or does not pass. */
static int settle(Scan *scan) {
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && (scan->sealed_valid || scan->open_valid)) {
    const OpenEntry *entry = scan->open_valid ? open_at(&scan->table->open, &scan->place) : NULL;
    if (entry == NULL ||
        (scan->sealed_valid && comes_first(scan, scan->sealed_rowid, entry->rowid))) {
      take_sealed(scan);
      break;
    }
    scan->rowid = entry->rowid;
    scan->ref = (RowRef){.open = entry->row};
    if (is_outside(scan) || is_shown(scan, entry->row)) break;
    if (scan->sealed_valid && scan->sealed_rowid == entry->rowid) rc = advance_sealed(scan);
    advance_open(scan);
  }
  scan->eof = rc != SQLITE_OK || !(scan->sealed_valid || scan->open_valid) || is_outside(scan);
  return rc;
}

/* Finds the place anew, at `rowid` or behind it. */
static int seek(Scan *scan, int64_t rowid) {
  scan->version = scan->row_version = scan->table->version;
  scan->gone = false;
  scan->steps = 0;
  int rc = seek_sealed(scan, rowid);
  if (rc != SQLITE_OK) {
    scan->eof = true;
    return rc;
  }
  seek_open(scan, rowid);
  return settle(scan);
}

/* A single row needs no place among the others. */
static int find_single(Scan *scan, int64_t rowid) {
  bool found;
  if (scan->version != scan->table->version) reader_forget(&scan->reader);
  scan->version = scan->row_version = scan->table->version;
  scan->gone = false;
  scan->rowid = rowid;
  scan->sealed_valid = scan->open_valid = false;
  scan->steps = 0;
  int rc = table_look(scan->table, rowid, &scan->ref, &found);
  scan->eof = !found;
  return rc;
}

int scan_start_single(Scan *scan, int64_t rowid) {
  scan->listed = false;
  scan->lower = scan->upper = rowid;
  scan->descending = scan->reader.descending = false;
  return find_single(scan, rowid);
}

int scan_start(Scan *scan, int64_t lower, int64_t upper, bool descending) {
  if (scan->version != scan->table->version) reader_forget(&scan->reader);
  scan->listed = false;
  scan->lower = lower;
  scan->upper = upper;
  scan->descending = scan->reader.descending = descending;
  scan->stride = descending ? UINT32_MAX : 1;
  scan->eof = true;
  return lower > upper ? SQLITE_OK : seek(scan, descending ? upper : lower);
}

/* The next row of the list that is still there. */
static int next_listed(Scan *scan) {
  int rc = SQLITE_OK;
  scan->eof = true;
  while (rc == SQLITE_OK && scan->eof && scan->list_at < scan->list.count) {
    size_t at = scan->list_at++;
    if (scan->descending) at = scan->list.count - 1 - at;
    rc = find_single(scan, scan->list.items[at]);
  }
  return rc;
}

int scan_start_listed(Scan *scan, bool descending) {
  scan->descending = scan->reader.descending = descending;
  scan->listed = true;
  scan->list_at = 0;
  return next_listed(scan);
}

int scan_lookup(Scan *scan, uint32_t index, const Value *key) {
  if (scan->version != scan->table->version) reader_forget(&scan->reader);
  scan->version = scan->table->version;
  return lookup_more(scan->table, index, key, SIZE_MAX, &scan->reader, &scan->list);
}

/* Past the current row, where nothing has changed. */
static int advance(Scan *scan) {
  int64_t rowid = scan->rowid;
  int rc = SQLITE_OK;
  bool open = scan->open_valid && open_at(&scan->table->open, &scan->place)->rowid == rowid;
  if (scan->sealed_valid && scan->sealed_rowid == rowid) rc = advance_sealed(scan);
  if (open) advance_open(scan);
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

int scan_value(Scan *scan, uint32_t column, Value *value) {
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
