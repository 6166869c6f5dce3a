/*
** rowid_bitmap.c: see rowid_bitmap.h.
*/
#include "rowid_bitmap.h"

#include "base/bits.h"

#define SAMPLE_BITS 512
#define SPAN_MAX ((uint64_t)SEGMENT_ROWS * 128)

static uint64_t samples_of(uint64_t span) { return (span + SAMPLE_BITS - 1) / SAMPLE_BITS; }

static uint64_t bits_offset(uint64_t span) { return (samples_of(span) * 2 + 7) & ~(uint64_t)7; }

uint64_t rowid_bitmap_size(uint64_t reach) {
  if (reach >= SPAN_MAX) return UINT64_MAX;
  return bits_offset(reach + 1) + reach / 8 + 1 + BITS_PADDING;
}

int rowid_bitmap_encode(const int64_t *rowids, uint32_t rows, Buffer *out) {
  uint64_t reach = integer_distance(rowids[0], rowids[rows - 1]), sample = 0;
  unsigned char *section = NULL;
  int rc = rowids_append_zeros(out, rowid_bitmap_size(reach), &section);
  if (rc != SQLITE_OK) return rc;
  unsigned char *bits = section + bits_offset(reach + 1);
  for (uint32_t i = 0; i < rows; i++) {
    uint64_t at = integer_distance(rowids[0], rowids[i]);
    for (; sample <= at / SAMPLE_BITS; sample++) store_u16(section + sample * 2, (uint16_t)i);
    bits[at / 8] = (unsigned char)(bits[at / 8] | 1u << at % 8);
  }
  return SQLITE_OK;
}

bool rowid_bitmap_open(Rowids *rowids) {
  uint64_t reach = rowids_reach(&rowids->header);
  if (reach >= SPAN_MAX || rowids->header.size != rowid_bitmap_size(reach)) return false;
  rowids->rows_at = rowids->section + bits_offset(reach + 1);
  return true;
}

/* The ends' bits are set, and the samples count those before them. */
bool rowid_bitmap_ascends(const Rowids *rowids) {
  uint64_t reach = rowids_reach(&rowids->header);
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

/* Bits of whole words. */
static uint32_t count_words(const Rowids *rowids, uint64_t from, uint64_t to) {
  uint32_t count = 0;
  for (uint64_t word = from; word < to; word++) {
    count += bits_count(load_u64(rowids->rows_at + word * 8));
  }
  return count;
}

/* Set bits before a place, counted from the sample before it or back from the one behind. */
static uint32_t rank_of(const Rowids *rowids, uint64_t at) {
  uint64_t sample = at / SAMPLE_BITS, word = at / 64;
  uint64_t bits = load_u64(rowids->rows_at + word * 8);
  uint64_t below = bits & bits_mask((unsigned)(at % 64));
  uint64_t next = (sample + 1) * (SAMPLE_BITS / 64);
  uint64_t reach = rowids_reach(&rowids->header);
  if (at % SAMPLE_BITS < SAMPLE_BITS / 2 || next > reach / 64) {
    uint32_t rank = load_u16(rowids->section + sample * 2) + bits_count(below);
    return rank + count_words(rowids, sample * (SAMPLE_BITS / 64), word);
  }
  uint32_t rank = load_u16(rowids->section + sample * 2 + 2) - bits_count(bits ^ below);
  return rank - count_words(rowids, word + 1, next);
}

uint32_t rowid_bitmap_seek(const Rowids *rowids, uint64_t at, bool *found) {
  *found = (rowids->rows_at[at / 8] >> at % 8 & 1) != 0;
  uint32_t rank = rank_of(rowids, at);
  return rank < rowids->rows ? rank : rowids->rows - 1;
}

/* The place of set bit number `row`: the last sample at or below it, then word by word. */
static uint64_t place_of(const Rowids *rowids, uint32_t row) {
  uint64_t span = rowids_reach(&rowids->header) + 1;
  uint64_t low = 0, word, words = (span + 63) / 64;
  /* Without a branch, as none could be predicted. */
  for (uint64_t left = samples_of(span); left > 1;) {
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

static void read_several(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into) {
  uint64_t span = rowids_reach(&rowids->header) + 1;
  uint64_t words = (span + 63) / 64;
  uint64_t at = place_of(rowids, first);
  uint64_t word = at / 64;
  uint64_t bits = load_u64(rowids->rows_at + word * 8) & ~bits_mask((unsigned)(at % 64));
  uint32_t i = 0;
  for (;;) {
    int64_t base = rowid_advance(rowids->header.first, word * 64);
    for (; bits != 0 && i < count; bits &= bits - 1)
      into[i++] = rowid_advance(base, bits_lowest(bits));
    if (i == count || word + 1 >= words) break;
    bits = load_u64(rowids->rows_at + ++word * 8);
  }
  /* A bitmap with too few bits set repeats its last rowid. */
  while (i < count) into[i++] = rowids->header.last;
}

void rowid_bitmap_read(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into) {
  if (count == 1) {
    into[0] = rowid_advance(rowids->header.first, place_of(rowids, first));
  } else {
    read_several(rowids, first, count, into);
  }
}
