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
static void read_rowids(SealedPlace *place, const Table *table, const Filter *filter) {
  const Segment *segment = table_segment(table, place->segment);
  uint32_t count = place->rowids_count * 16;
  if (count == 0) count = place->likely == 0 ? 1 : place->likely;
  count = smaller(count, SCAN_ROWIDS);
  if (filter->count > 0) {
    count = smaller(count, 8 * filter_left(filter, place->row, place->descending));
  }
  if (place->descending) {
    count = smaller(count, place->row + 1);
    place->rowids_first = place->row + 1 - count;
  } else {
    count = smaller(count, segment->rows - place->row);
    place->rowids_first = place->row;
  }
  place->rowids_segment = place->segment;
  place->rowids_count = count;
  rowids_read(&segment->rowids, place->rowids_first, count, place->rowids);
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

static void leave_segment(SealedPlace *place, const Table *table) {
  if (place->descending) {
    place->valid = place->segment > 0;
    if (place->valid) place->row = table_segment(table, --place->segment)->rows - 1;
  } else {
    place->row = 0;
    place->valid = ++place->segment < table_segments(table);
  }
}

static int merge_orders(Table *table, Filter *filter) {
  RangeFinder *ranges = &filter->ranges;
  ranges->due = false;
  return order_merge_make(table, ranges->column, ranges->collation);
}

/* Moves the place on to a row that may pass, if one is left. */
static int find_passing(SealedPlace *place, Table *table, Filter *filter) {
  bool found = false;
  int rc = SQLITE_OK;
  while (place->valid && !found && rc == SQLITE_OK) {
    Segment *segment = table->list->items[place->segment];
    uint32_t last = place->descending ? 0 : segment->rows - 1, end = place->last_segment;
    bool beyond = place->descending ? place->segment < end : place->segment > end;
    if (place->segment == end) last = place->last_row;
    if (beyond) {
      place->valid = false;
    } else {
      rc = table_ready(table, place->segment);
      if (rc != SQLITE_OK) return rc;
      rc = filter_find(filter, segment, last, place->descending, &place->row, &found);
      if (rc == SQLITE_OK && filter_wants_merge(filter)) rc = merge_orders(table, filter);
      if (!found) leave_segment(place, table);
    }
  }
  return rc;
}

static int settle_sealed(SealedPlace *place, Table *table, Filter *filter) {
  int rc = filter->count > 0 ? find_passing(place, table, filter) : SQLITE_OK;
  if (rc == SQLITE_OK && place->valid) rc = table_ready(table, place->segment);
  if (!place->valid || rc != SQLITE_OK) return rc;
  uint32_t at = place->row - place->rowids_first; /* wraps around below rowids_first */
  if (place->rowids_segment != place->segment || at >= place->rowids_count) {
    read_rowids(place, table, filter);
    at = place->row - place->rowids_first;
  }
  place->rowid = place->rowids[at];
  return SQLITE_OK;
}

int scan_sealed_seek(SealedPlace *place, Table *table, Filter *filter, int64_t rowid, int64_t end) {
  place->rowids_count = 0;
  int rc = find_place(table, rowid, place->descending, &place->segment, &place->row, &place->valid);
  if (rc == SQLITE_OK && filter->count > 0) {
    bool valid;
    filter_restart(filter);
    rc = find_place(table, end, !place->descending, &place->last_segment, &place->last_row, &valid);
    place->valid = place->valid && valid;
  }
  return rc == SQLITE_OK ? settle_sealed(place, table, filter) : rc;
}

int scan_sealed_advance(SealedPlace *place, Table *table, Filter *filter) {
  if (place->descending ? place->row == 0
                        : place->row + 1 == table_segment(table, place->segment)->rows) {
    leave_segment(place, table);
  } else {
    place->row += place->stride;
  }
  return settle_sealed(place, table, filter);
}

int scan_sealed_skip(SealedPlace *place, Table *table, Filter *filter, uint64_t rows) {
  while (rows > 0 && place->valid) {
    uint32_t count = table_segment(table, place->segment)->rows;
    uint32_t left = place->descending ? place->row : count - 1 - place->row;
    if (rows > left) {
      rows -= (uint64_t)left + 1;
      leave_segment(place, table);
    } else {
      place->row += (uint32_t)rows * place->stride;
      rows = 0;
    }
  }
  return settle_sealed(place, table, filter);
}
