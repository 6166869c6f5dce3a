/*
** rowids.c: see rowids.h.
*/
#include "rowids.h"

#include "rowid_bitmap.h"
#include "rowid_packed.h"
#include "rowid_runs.h"

_Static_assert(sizeof(RowidHeader) == 40, "the header's layout is fixed");

static bool do_ascend(const int64_t *rowids, uint32_t rows) {
  for (uint32_t i = 1; i < rows; i++) {
    if (rowids[i] <= rowids[i - 1]) return false;
  }
  return true;
}

static uint64_t common_step(const int64_t *rowids, uint32_t rows) {
  uint64_t step = 0;
  for (uint32_t i = 1; i < rows && step != 1; i++) {
    step = common_divisor(integer_distance(rowids[i - 1], rowids[i]), step);
  }
  return step == 0 ? 1 : step;
}

static int encode_smallest(const int64_t *rowids, uint32_t rows, RowidHeader *header, Buffer *out) {
  RowidHeader packed = *header, runs = *header;
  uint64_t bitmap_size = rowid_bitmap_size(rowids_reach(header));
  uint64_t packed_size = rowid_packed_size(rowids, rows, &packed);
  uint64_t runs_size = rowid_runs_size(rowids, rows, &runs);
  if (runs_size < bitmap_size && runs_size < packed_size) {
    *header = runs;
    header->encoding = ROWIDS_RUNS;
    return rowid_runs_encode(rowids, rows, header, out);
  }
  if (packed_size < bitmap_size) {
    *header = packed;
    header->encoding = ROWIDS_PACKED;
    return rowid_packed_encode(rowids, rows, header, out);
  }
  header->encoding = ROWIDS_BITMAP;
  return rowid_bitmap_encode(rowids, rows, out);
}

int rowids_encode(const int64_t *rowids, uint32_t rows, RowidHeader *header, Buffer *out) {
  if (!do_ascend(rowids, rows)) return SQLITE_CORRUPT;
  *header = (RowidHeader){.first = rowids[0], .last = rowids[rows - 1]};
  header->step = common_step(rowids, rows);
  header->offset = (uint32_t)out->size;
  if (rowids_reach(header) / header->step == rows - 1) {
    header->encoding = ROWIDS_RUN;
    return SQLITE_OK;
  }
  int rc = encode_smallest(rowids, rows, header, out);
  header->size = (uint32_t)(out->size - header->offset);
  return rc;
}

bool rowids_open(Rowids *rowids, const RowidHeader *header, uint32_t rows,
                 const unsigned char *section) {
  *rowids = (Rowids){.header = *header, .rows = rows, .section = section};
  if (rows == 0 || rows > SEGMENT_ROWS || header->first > header->last || header->step == 0) {
    return false;
  }
  uint64_t reach = rowids_reach(header);
  switch (header->encoding) {
  case ROWIDS_RUN:
    return header->size == 0 && reach % header->step == 0 && reach / header->step == rows - 1;
  case ROWIDS_BITMAP:
    return rowid_bitmap_open(rowids);
  case ROWIDS_PACKED:
    return rowid_packed_open(rowids);
  case ROWIDS_RUNS:
    return rowid_runs_open(rowids);
  default:
    return false;
  }
}

bool rowids_ascend(const Rowids *rowids) {
  switch (rowids->header.encoding) {
  case ROWIDS_BITMAP:
    return rowid_bitmap_ascends(rowids);
  case ROWIDS_PACKED:
    return rowid_packed_ascends(rowids);
  case ROWIDS_RUNS:
    return rowid_runs_ascend(rowids);
  default:
    return true; /* a run is what its header says */
  }
}

/* Seeks a rowid between first and last, `at` behind the first one. */
static uint32_t seek_units(const Rowids *rowids, uint64_t at, bool *found) {
  const RowidHeader *header = &rowids->header;
  bool exact = true;
  uint64_t units = at;
  if (header->step > 1) { /* dividing takes as long as all the rest */
    exact = at % header->step == 0;
    units = at / header->step + (exact ? 0 : 1);
  }
  uint32_t row = (uint32_t)units;
  *found = true;
  if (header->encoding == ROWIDS_PACKED) row = rowid_packed_seek(rowids, units, found);
  if (header->encoding == ROWIDS_RUNS) row = rowid_runs_seek(rowids, units, found);
  *found = *found && exact;
  return row;
}

uint32_t rowids_seek(const Rowids *rowids, int64_t rowid, bool *found) {
  const RowidHeader *header = &rowids->header;
  *found = false;
  if (rowid < header->first) return 0;
  if (rowid > header->last) return rowids->rows;
  uint64_t at = integer_distance(header->first, rowid);
  if (header->encoding == ROWIDS_BITMAP) return rowid_bitmap_seek(rowids, at, found);
  return seek_units(rowids, at, found);
}

static void read_run(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into) {
  const RowidHeader *header = &rowids->header;
  for (uint32_t i = 0; i < count; i++) {
    into[i] = rowid_advance(header->first, (uint64_t)(first + i) * header->step);
  }
}

void rowids_read(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into) {
  if (count == 0) return;
  if (count == 1 && first + 1 == rowids->rows) {
    into[0] = rowids->header.last;
    return;
  }
  switch (rowids->header.encoding) {
  case ROWIDS_BITMAP:
    rowid_bitmap_read(rowids, first, count, into);
    return;
  case ROWIDS_PACKED:
    rowid_packed_read(rowids, first, count, into);
    return;
  case ROWIDS_RUNS:
    rowid_runs_read(rowids, first, count, into);
    return;
  default:
    read_run(rowids, first, count, into);
  }
}
