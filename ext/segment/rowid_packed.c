/*
** rowid_packed.c: see rowid_packed.h.
*/
#include "rowid_packed.h"

#include "base/bits.h"

#define GROUP_ROWS 64

static uint64_t rows_offset(uint32_t rows, unsigned base_width) {
  uint64_t groups = (rows + GROUP_ROWS - 1) / GROUP_ROWS;
  return (groups * base_width + 7) / 8 + BITS_PADDING;
}

static uint64_t size_of(uint32_t rows, const RowidHeader *header) {
  return rows_offset(rows, header->base_width) + ((uint64_t)rows * header->width + 7) / 8 +
         BITS_PADDING;
}

static unsigned width_of(const int64_t *rowids, uint32_t rows, uint64_t step) {
  unsigned width = 0;
  for (uint32_t i = 0; i < rows; i += GROUP_ROWS) {
    uint32_t last = i + GROUP_ROWS - 1 < rows ? i + GROUP_ROWS - 1 : rows - 1;
    unsigned needed = bits_width(integer_distance(rowids[i], rowids[last]) / step);
    if (needed > width) width = needed;
  }
  return width;
}

uint64_t rowid_packed_size(const int64_t *rowids, uint32_t rows, RowidHeader *header) {
  header->width = (uint8_t)width_of(rowids, rows, header->step);
  header->base_width = (uint8_t)bits_width(rowids_reach(header) / header->step);
  return size_of(rows, header);
}

int rowid_packed_encode(const int64_t *rowids, uint32_t rows, const RowidHeader *header,
                        Buffer *out) {
  unsigned char *bases = NULL;
  int rc = rowids_append_zeros(out, size_of(rows, header), &bases);
  if (rc != SQLITE_OK) return rc;
  unsigned char *distances = bases + rows_offset(rows, header->base_width);
  uint64_t base = 0;
  for (uint32_t i = 0; i < rows; i++) {
    uint64_t at = integer_distance(rowids[0], rowids[i]) / header->step;
    if (i % GROUP_ROWS == 0) {
      base = at;
      bits_put(bases, (uint64_t)(i / GROUP_ROWS) * header->base_width, header->base_width, base);
    }
    bits_put(distances, (uint64_t)i * header->width, header->width, at - base);
  }
  return SQLITE_OK;
}

bool rowid_packed_open(Rowids *rowids) {
  const RowidHeader *header = &rowids->header;
  if (header->width > 64 || header->base_width > 64) return false;
  if (header->size != size_of(rowids->rows, header)) return false;
  rowids->rows_at = rowids->section + rows_offset(rowids->rows, header->base_width);
  return true;
}

static uint64_t place_of(const Rowids *rowids, uint32_t row) {
  const RowidHeader *header = &rowids->header;
  uint64_t base = bits_get(rowids->section, (uint64_t)(row / GROUP_ROWS) * header->base_width,
                           header->base_width);
  return base + bits_get(rowids->rows_at, (uint64_t)row * header->width, header->width);
}

bool rowid_packed_ascends(const Rowids *rowids) {
  const RowidHeader *header = &rowids->header;
  uint64_t reach = rowids_reach(header), before = 0;
  if (reach % header->step != 0) return false;
  for (uint32_t row = 0; row < rowids->rows; row++) {
    uint64_t at = place_of(rowids, row);
    if (row == 0 ? at != 0 : at <= before) return false;
    before = at;
  }
  return before == reach / header->step;
}

uint32_t rowid_packed_seek(const Rowids *rowids, uint64_t units, bool *found) {
  uint32_t low = 0, high = rowids->rows;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (place_of(rowids, middle) < units) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  *found = low < rowids->rows && place_of(rowids, low) == units;
  return low;
}

void rowid_packed_read(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into) {
  const RowidHeader *header = &rowids->header;
  for (uint32_t i = 0; i < count; i++) {
    into[i] = rowid_advance(header->first, place_of(rowids, first + i) * header->step);
  }
}
