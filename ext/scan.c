/*
** scan.c: see scan.h.
*/
#include "scan.h"

#include "sqlite.h"

int scan_open(Scan *scan, Table *table) {
  *scan = (Scan){.table = table, .eof = true};
  return reader_open(&scan->reader, table->columns);
}

void scan_close(Scan *scan) {
  rowid_list_clear(&scan->list);
  reader_close(&scan->reader);
}

/* ---- sealed rows ------------------------------------------------------------ */

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Decodes rowids around the place, more of them the longer the scan goes on. */
static void read_rowids(Scan *scan) {
  const Segment *segment = table_segment(scan->table, scan->segment);
  uint32_t count = scan->rowids_count == 0 ? 8 : smaller(scan->rowids_count * 4, SCAN_ROWIDS);
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

static void settle_sealed(Scan *scan) {
  if (!scan->sealed_valid) return;
  uint32_t at = scan->row - scan->rowids_first; /* wraps around below rowids_first */
  if (scan->rowids_segment != scan->segment || at >= scan->rowids_count) {
    read_rowids(scan);
    at = scan->row - scan->rowids_first;
  }
  scan->sealed_rowid = scan->rowids[at];
}

static void seek_sealed(Scan *scan, int64_t rowid) {
  const Table *table = scan->table;
  uint32_t segments = table_segments(table);
  bool found = false;
  scan->rowids_count = 0;
  scan->segment = table_seek_segment(table, rowid);
  scan->row = 0;
  if (scan->segment < segments) {
    scan->row = rowids_seek(&table_segment(table, scan->segment)->rowids, rowid, &found);
  }
  scan->sealed_valid = scan->segment < segments;
  if (scan->descending && !found) {
    /* The row before the first one that is not below `rowid`. */
    scan->sealed_valid = scan->row > 0 || scan->segment > 0;
    if (scan->row > 0) {
      scan->row--;
    } else if (scan->segment > 0) {
      scan->row = table_segment(table, --scan->segment)->rows - 1;
    }
  }
  settle_sealed(scan);
}

static void advance_sealed(Scan *scan) {
  const Table *table = scan->table;
  if (scan->descending) {
    if (scan->row > 0) {
      scan->row--;
    } else if (scan->segment > 0) {
      scan->row = table_segment(table, --scan->segment)->rows - 1;
    } else {
      scan->sealed_valid = false;
    }
  } else if (++scan->row == table_segment(table, scan->segment)->rows) {
    scan->row = 0;
    scan->segment++;
    scan->sealed_valid = scan->segment < table_segments(table);
  }
  settle_sealed(scan);
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

/* Makes the nearer of both sides the current row, skipping what was deleted. */
static void settle(Scan *scan) {
  while (scan->sealed_valid || scan->open_valid) {
    if (!scan->open_valid) {
      scan->rowid = scan->sealed_rowid;
      scan->ref = (RowRef){.segment = scan->segment, .row = scan->row};
      break;
    }
    const OpenEntry *entry = open_at(&scan->table->open, &scan->place);
    if (scan->sealed_valid && comes_first(scan, scan->sealed_rowid, entry->rowid)) {
      scan->rowid = scan->sealed_rowid;
      scan->ref = (RowRef){.segment = scan->segment, .row = scan->row};
      break;
    }
    scan->rowid = entry->rowid;
    scan->ref = (RowRef){.open = entry->row};
    if (entry->row != OPEN_TOMBSTONE) break;
    if (scan->sealed_valid && scan->sealed_rowid == entry->rowid) advance_sealed(scan);
    advance_open(scan);
  }
  scan->eof = !(scan->sealed_valid || scan->open_valid) || scan->rowid < scan->lower ||
              scan->rowid > scan->upper;
}

static void seek(Scan *scan, int64_t rowid) {
  scan->version = scan->table->version;
  scan->gone = false;
  seek_sealed(scan, rowid);
  seek_open(scan, rowid);
  settle(scan);
}

/* A single row needs no place among the others. */
static void start_single(Scan *scan, int64_t rowid) {
  scan->version = scan->table->version;
  scan->gone = false;
  scan->rowid = rowid;
  scan->eof = !table_find(scan->table, rowid, &scan->ref);
  scan->sealed_valid = scan->open_valid = false;
}

void scan_start(Scan *scan, int64_t lower, int64_t upper, bool descending) {
  if (scan->version != scan->table->version) reader_forget(&scan->reader);
  scan->listed = false;
  scan->lower = lower;
  scan->upper = upper;
  scan->descending = scan->reader.descending = descending;
  if (lower > upper) {
    scan->eof = true;
  } else if (lower == upper) {
    start_single(scan, lower);
  } else {
    seek(scan, descending ? upper : lower);
  }
}

/* The next row of the list that is still there. */
static void next_listed(Scan *scan) {
  scan->eof = true;
  while (scan->eof && scan->list_at < scan->list.count) {
    size_t at = scan->list_at++;
    if (scan->descending) at = scan->list.count - 1 - at;
    if (scan->version != scan->table->version) reader_forget(&scan->reader);
    start_single(scan, scan->list.items[at]);
  }
}

int scan_lookup(Scan *scan, uint32_t index, const Value *key, bool descending) {
  if (scan->version != scan->table->version) reader_forget(&scan->reader);
  scan->version = scan->table->version;
  scan->reader.descending = false;
  scan->descending = descending;
  scan->listed = true;
  scan->list_at = 0;
  int rc = lookup_rows(scan->table, index, key, SIZE_MAX, &scan->reader, &scan->list);
  if (rc == SQLITE_OK) next_listed(scan);
  return rc;
}

/* The next sealed row where no open one can come between, and its rowid is decoded. */
static bool step_sealed(Scan *scan) {
  uint32_t next = scan->row + 1 - scan->rowids_first;
  if (!scan->sealed_valid || scan->open_valid || scan->descending || scan->listed) return false;
  if (scan->version != scan->table->version || scan->rowids_segment != scan->segment) return false;
  if (next >= scan->rowids_count) return false;
  scan->ref.row = ++scan->row;
  scan->rowid = scan->sealed_rowid = scan->rowids[next];
  scan->eof = scan->rowid > scan->upper;
  return true;
}

void scan_next(Scan *scan) {
  int64_t rowid = scan->rowid;
  if (step_sealed(scan)) return;
  if (scan->listed) {
    next_listed(scan);
  } else if (scan->lower == scan->upper ||
             rowid == (scan->descending ? scan->lower : scan->upper)) {
    scan->eof = true;
  } else if (scan->version != scan->table->version) {
    reader_forget(&scan->reader);
    seek(scan, scan->descending ? rowid - 1 : rowid + 1);
  } else {
    bool open = scan->open_valid && open_at(&scan->table->open, &scan->place)->rowid == rowid;
    if (scan->sealed_valid && scan->sealed_rowid == rowid) advance_sealed(scan);
    if (open) advance_open(scan);
    settle(scan);
  }
}

/* ---- values ------------------------------------------------------------------- */

/* Finds the current row again after the table changed. */
static void find_again(Scan *scan) {
  int64_t rowid = scan->rowid;
  reader_forget(&scan->reader);
  if (scan->listed || scan->lower == scan->upper) {
    scan->gone = !table_find(scan->table, rowid, &scan->ref);
    scan->version = scan->table->version;
    return;
  }
  /* The place must stay at or before the row, for scan_next to go on from it. */
  seek(scan, rowid);
  scan->gone = scan->eof || scan->rowid != rowid;
  scan->rowid = rowid;
  scan->eof = false;
  if (scan->gone) scan->version--; /* scan_next seeks once more */
}

int scan_value(Scan *scan, uint32_t column, Value *value) {
  if (scan->version != scan->table->version) find_again(scan);
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
