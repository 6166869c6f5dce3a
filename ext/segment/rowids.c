/*
** rowids.c: see rowids.h.
*/
#include "rowids.h"

#include <string.h>

#include "base/bits.h"
#include "base/integers.h"
#include "base/sqlite.h"

#define SAMPLE_BITS 512
#define GROUP_ROWS 64

_Static_assert(sizeof(RowidHeader) == 40, "the header's layout is fixed");

static int64_t advance(int64_t from, uint64_t by) { return (int64_t)((uint64_t)from + by); }

static uint64_t common_step(const int64_t *rowids, uint32_t rows) {
  uint64_t step = 0;
  for (uint32_t i = 1; i < rows && step != 1; i++) {
    step = common_divisor(integer_distance(rowids[i - 1], rowids[i]), step);
  }
  return step == 0 ? 1 : step;
}

/* ---- sizes ---------------------------------------------------------------- */

static uint64_t bitmap_samples(uint64_t span) { return (span + SAMPLE_BITS - 1) / SAMPLE_BITS; }

static uint64_t bitmap_bits_offset(uint64_t span) {
  return (bitmap_samples(span) * 2 + 7) & ~(uint64_t)7;
}

static uint64_t bitmap_size(uint64_t span) {
  return bitmap_bits_offset(span) + (span + 7) / 8 + BITS_PADDING;
}

static uint64_t packed_rows_offset(uint32_t rows, unsigned base_width) {
  uint64_t groups = (rows + GROUP_ROWS - 1) / GROUP_ROWS;
  return (groups * base_width + 7) / 8 + BITS_PADDING;
}

static uint64_t packed_size(uint32_t rows, unsigned base_width, unsigned width) {
  return packed_rows_offset(rows, base_width) + ((uint64_t)rows * width + 7) / 8 + BITS_PADDING;
}

/* ---- encoding ------------------------------------------------------------- */

static int append_zeros_at(Buffer *out, uint64_t size, unsigned char **at) {
  if (size > BUFFER_LIMIT) return SQLITE_TOOBIG;
  int rc = buffer_append_zeros(out, (size_t)size);
  if (rc == SQLITE_OK) *at = out->bytes + out->size - (size_t)size;
  return rc;
}

static int encode_bitmap(const int64_t *rowids, uint32_t rows, uint64_t span, Buffer *out) {
  unsigned char *section = NULL;
  int rc = append_zeros_at(out, bitmap_size(span), &section);
  if (rc != SQLITE_OK) return rc;
  unsigned char *bits = section + bitmap_bits_offset(span);
  uint64_t sample = 0;
  for (uint32_t i = 0; i < rows; i++) {
    uint64_t at = integer_distance(rowids[0], rowids[i]);
    for (; sample <= at / SAMPLE_BITS; sample++) store_u16(section + sample * 2, (uint16_t)i);
    bits[at / 8] = (unsigned char)(bits[at / 8] | 1u << at % 8);
  }
  return SQLITE_OK;
}

static int encode_packed(const int64_t *rowids, uint32_t rows, const RowidHeader *header,
                         Buffer *out) {
  unsigned char *bases = NULL;
  int rc = append_zeros_at(out, packed_size(rows, header->base_width, header->width), &bases);
  if (rc != SQLITE_OK) return rc;
  unsigned char *distances = bases + packed_rows_offset(rows, header->base_width);
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

static unsigned packed_width(const int64_t *rowids, uint32_t rows, uint64_t step) {
  unsigned width = 0;
  for (uint32_t i = 0; i < rows; i += GROUP_ROWS) {
    uint32_t last = i + GROUP_ROWS - 1 < rows ? i + GROUP_ROWS - 1 : rows - 1;
    unsigned needed = bits_width(integer_distance(rowids[i], rowids[last]) / step);
    if (needed > width) width = needed;
  }
  return width;
}

int rowids_encode(const int64_t *rowids, uint32_t rows, RowidHeader *header, Buffer *out) {
  uint64_t reach = integer_distance(rowids[0], rowids[rows - 1]);
  *header = (RowidHeader){.first = rowids[0], .last = rowids[rows - 1]};
  header->step = common_step(rowids, rows);
  header->offset = (uint32_t)out->size;
  if (reach / header->step == rows - 1) {
    header->encoding = ROWIDS_RUN;
    return SQLITE_OK;
  }
  header->width = (uint8_t)packed_width(rowids, rows, header->step);
  header->base_width = (uint8_t)bits_width(reach / header->step);
  uint64_t packed = packed_size(rows, header->base_width, header->width);
  int rc;
  if (reach < (uint64_t)SEGMENT_ROWS * 128 && bitmap_size(reach + 1) <= packed) {
    header->encoding = ROWIDS_BITMAP;
    header->width = header->base_width = 0;
    rc = encode_bitmap(rowids, rows, reach + 1, out);
  } else {
    header->encoding = ROWIDS_PACKED;
    rc = encode_packed(rowids, rows, header, out);
  }
  header->size = (uint32_t)(out->size - header->offset);
  return rc;
}

/* ---- reading -------------------------------------------------------------- */

bool rowids_open(Rowids *rowids, const RowidHeader *header, uint32_t rows,
                 const unsigned char *section) {
  uint64_t reach = integer_distance(header->first, header->last);
  *rowids = (Rowids){.header = *header, .rows = rows, .section = section};
  if (rows == 0 || rows > SEGMENT_ROWS || header->first > header->last || header->step == 0) {
    return false;
  }
  switch (header->encoding) {
  case ROWIDS_RUN:
    return header->size == 0 && reach % header->step == 0 && reach / header->step == rows - 1;
  case ROWIDS_BITMAP:
    if (reach >= (uint64_t)SEGMENT_ROWS * 128 || header->size != bitmap_size(reach + 1)) {
      return false;
    }
    rowids->rows_at = section + bitmap_bits_offset(reach + 1);
    return true;
  case ROWIDS_PACKED:
    if (header->width > 64 || header->base_width > 64 ||
        header->size != packed_size(rows, header->base_width, header->width)) {
      return false;
    }
    rowids->rows_at = section + packed_rows_offset(rows, header->base_width);
    return true;
  default:
    return false;
  }
}

static uint64_t packed_at(const Rowids *rowids, uint32_t row) {
  const RowidHeader *header = &rowids->header;
  uint64_t base = bits_get(rowids->section, (uint64_t)(row / GROUP_ROWS) * header->base_width,
                           header->base_width);
  return base + bits_get(rowids->rows_at, (uint64_t)row * header->width, header->width);
}

/* The ends' bits are set, and the samples count those before them. */
static bool bitmap_counts(const Rowids *rowids) {
  uint64_t reach = integer_distance(rowids->header.first, rowids->header.last);
  uint64_t words = reach / 64 + 1;
  uint32_t count = 0;
  for (uint64_t word = 0; word < words; word++) {
    uint64_t bits = load_u64(rowids->rows_at + word * 8);
    bool last = word + 1 == words;
    if (last) bits &= bits_mask((unsigned)(reach % 64) + 1);
    if (word == 0 && (bits & 1) == 0) return false;
    if (last && (bits >> reach % 64) == 0) return false;
    if (word % (SAMPLE_BITS / 64) == 0 &&
        load_u16(rowids->section + word / (SAMPLE_BITS / 64) * 2) != count) {
      return false;
    }
    count += bits_count(bits);
  }
  return count == rowids->rows;
}

static bool packed_ascends(const Rowids *rowids) {
  const RowidHeader *header = &rowids->header;
  uint64_t reach = integer_distance(header->first, header->last), before = 0;
  if (reach % header->step != 0) return false;
  for (uint32_t row = 0; row < rowids->rows; row++) {
    uint64_t at = packed_at(rowids, row);
    if (row == 0 ? at != 0 : at <= before) return false;
    before = at;
  }
  return before == reach / header->step;
}

bool rowids_ascend(const Rowids *rowids) {
  switch (rowids->header.encoding) {
  case ROWIDS_BITMAP:
    return bitmap_counts(rowids);
  case ROWIDS_PACKED:
    return packed_ascends(rowids);
  default:
    return true; /* a run is what its header says */
  }
}

static uint32_t seek_packed(const Rowids *rowids, uint64_t at) {
  uint32_t low = 0, high = rowids->rows;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (packed_at(rowids, middle) < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* Bits of whole words. */
static uint32_t count_words(const Rowids *rowids, uint64_t from, uint64_t to) {
  uint32_t count = 0;
  for (uint64_t word = from; word < to; word++) {
    count += bits_count(load_u64(rowids->rows_at + word * 8));
  }
  return count;
}

/* Set bits before a place, counted from the sample before it or back from the one behind. */
static uint32_t bitmap_rank(const Rowids *rowids, uint64_t at) {
  uint64_t sample = at / SAMPLE_BITS, word = at / 64;
  uint64_t bits = load_u64(rowids->rows_at + word * 8);
  uint64_t below = bits & bits_mask((unsigned)(at % 64));
  uint64_t next = (sample + 1) * (SAMPLE_BITS / 64);
  uint64_t reach = integer_distance(rowids->header.first, rowids->header.last);
  if (at % SAMPLE_BITS < SAMPLE_BITS / 2 || next > reach / 64) {
    uint32_t rank = load_u16(rowids->section + sample * 2) + bits_count(below);
    return rank + count_words(rowids, sample * (SAMPLE_BITS / 64), word);
  }
  uint32_t rank = load_u16(rowids->section + sample * 2 + 2) - bits_count(bits ^ below);
  return rank - count_words(rowids, word + 1, next);
}

uint32_t rowids_seek(const Rowids *rowids, int64_t rowid, bool *found) {
  const RowidHeader *header = &rowids->header;
  *found = false;
  if (rowid < header->first) return 0;
  if (rowid > header->last) return rowids->rows;
  uint64_t at = integer_distance(header->first, rowid);
  if (header->encoding == ROWIDS_BITMAP) {
    *found = (rowids->rows_at[at / 8] >> at % 8 & 1) != 0;
    uint32_t rank = bitmap_rank(rowids, at);
    return rank < rowids->rows ? rank : rowids->rows - 1;
  }
  bool exact = true;
  uint64_t units = at;
  if (header->step > 1) { /* dividing takes as long as all the rest */
    exact = at % header->step == 0;
    units = at / header->step + (exact ? 0 : 1);
  }
  if (header->encoding == ROWIDS_RUN) {
    *found = exact;
    return (uint32_t)units;
  }
  uint32_t row = seek_packed(rowids, units);
  *found = exact && row < rowids->rows && packed_at(rowids, row) == units;
  return row;
}

/* The place of set bit number `row`: the last sample at or below it, then word by word. */
static uint64_t bitmap_select(const Rowids *rowids, uint32_t row) {
  uint64_t span = integer_distance(rowids->header.first, rowids->header.last) + 1;
  uint64_t low = 0, word, words = (span + 63) / 64;
  /* Without a branch: which half it is, is anybody's guess. */
  for (uint64_t left = bitmap_samples(span); left > 1;) {
    uint64_t half = left / 2;
    low += load_u16(rowids->section + (low + half) * 2) <= row ? half : 0;
    left -= half;
  }
  uint32_t left = row - load_u16(rowids->section + low * 2);
  for (word = low * (SAMPLE_BITS / 64); word < words; word++) {
    uint64_t bits = load_u64(rowids->rows_at + word * 8);
    uint32_t count = bits_count(bits);
    if (left < count) return word * 64 + bits_select(bits, left);
    left -= count;
  }
  return span - 1;
}

static void read_bitmap(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into) {
  uint64_t span = integer_distance(rowids->header.first, rowids->header.last) + 1;
  uint64_t words = (span + 63) / 64;
  uint64_t at = bitmap_select(rowids, first);
  uint64_t word = at / 64;
  uint64_t bits = load_u64(rowids->rows_at + word * 8) & ~bits_mask((unsigned)(at % 64));
  uint32_t i = 0;
  for (;;) {
    int64_t base = advance(rowids->header.first, word * 64);
    for (; bits != 0 && i < count; bits &= bits - 1) into[i++] = advance(base, bits_lowest(bits));
    if (i == count || word + 1 >= words) break;
    bits = load_u64(rowids->rows_at + ++word * 8);
  }
  /* A bitmap with too few bits set repeats its last rowid. */
  while (i < count) into[i++] = rowids->header.last;
}

void rowids_read(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into) {
  const RowidHeader *header = &rowids->header;
  if (count == 0) return;
  if (count == 1 && first + 1 == rowids->rows) {
    into[0] = header->last;
    return;
  }
  if (header->encoding == ROWIDS_BITMAP && count == 1) {
    into[0] = advance(header->first, bitmap_select(rowids, first));
    return;
  }
  if (header->encoding == ROWIDS_BITMAP) {
    read_bitmap(rowids, first, count, into);
    return;
  }
  for (uint32_t i = 0; i < count; i++) {
    uint64_t units = header->encoding == ROWIDS_RUN ? first + i : packed_at(rowids, first + i);
    into[i] = advance(header->first, units * header->step);
  }
}
