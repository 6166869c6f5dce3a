/*
** scan_sealed.c: see scan_sealed.h.
*/
#include "scan_sealed.h"

#include "base/integers.h"
#include "base/sqlite.h"
#include "order_merge.h"

/*
** Decodes rowids around the place: as many as are likely to be read, or more the longer the scan
** goes on, fewer where few rows pass.
*/
static void read_rowids(Scan *scan) {
  const Segment *segment = table_segment(scan->table, scan->segment);
  uint32_t count = scan->rowids_count * 16;
  if (count == 0) count = scan->reader.likely == 0 ? 1 : scan->reader.likely;
  count = smaller(count, SCAN_ROWIDS);
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

static int merge_orders(Scan *scan) {
  RangeFinder *ranges = &scan->filter.ranges;
  ranges->due = false;
  return order_merge_make(scan->table, ranges->column, ranges->collation);
}

/* Moves the place on to a row that may pass, if one is left. */
static int find_passing(Scan *scan) {
  bool found = false;
  int rc = SQLITE_OK;
  while (scan->sealed_valid && !found && rc == SQLITE_OK) {
    Segment *segment = scan->table->list->items[scan->segment];
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
      if (rc == SQLITE_OK && filter_wants_merge(&scan->filter)) rc = merge_orders(scan);
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

int scan_seek_sealed(Scan *scan, int64_t rowid) {
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

int scan_advance_sealed(Scan *scan) {
  if (scan->descending ? scan->row == 0
                       : scan->row + 1 == table_segment(scan->table, scan->segment)->rows) {
    leave_segment(scan);
  } else {
    scan->row += scan->stride;
  }
  return settle_sealed(scan);
}

int scan_skip_sealed(Scan *scan, uint64_t rows) {
  while (rows > 0 && scan->sealed_valid) {
    uint32_t count = table_segment(scan->table, scan->segment)->rows;
    uint32_t left = scan->descending ? scan->row : count - 1 - scan->row;
    if (rows > left) {
      rows -= (uint64_t)left + 1;
      leave_segment(scan);
    } else {
      scan->row += (uint32_t)rows * scan->stride;
      rows = 0;
    }
  }
  return settle_sealed(scan);
}
