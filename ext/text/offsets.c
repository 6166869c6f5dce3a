/*
** offsets.c: see offsets.h.
*/
#include "offsets.h"

#include "base/sqlite.h"

#define NONE UINT32_MAX

typedef struct Offsets {
  const uint32_t *block_at;
  uint32_t blocks, groups;
  uint32_t shift; /* log2 of the blocks of a group */
} Offsets;

static uint32_t group_count(uint32_t strings) {
  return (strings + (1u << OFFSETS_GROUP_SHIFT) - 1) >> OFFSETS_GROUP_SHIFT;
}

static uint32_t record_count(uint32_t groups, uint32_t shift) {
  return shift == 0 ? 0 : (groups + (1u << OFFSETS_RECORD_SHIFT) - 1) >> OFFSETS_RECORD_SHIFT;
}

/* Residuals in all: those of full groups, and those of the last one. */
static uint32_t residual_count(uint32_t strings, uint32_t block_shift) {
  uint32_t blocks = (strings + (1u << block_shift) - 1) >> block_shift;
  return blocks - group_count(strings);
}

/* --- encoding ------------------------------------------------------------- */

/* Bit offset of base g: of a 64th string, or where a full last group would end. */
static uint32_t base_at(const Offsets *o, uint32_t g) {
  uint32_t block = g << o->shift;
  if (block < o->blocks) return o->block_at[block];
  if (o->groups == 0) return 0;
  uint32_t last = (g - 1) << o->shift;
  uint64_t size = o->block_at[o->blocks] - o->block_at[last];
  uint64_t full = o->block_at[last] + (size << o->shift) / (o->blocks - last);
  return full > UINT32_MAX ? UINT32_MAX : (uint32_t)full;
}

/* Bit offset of a block less what the line between the bases around it says. */
static int64_t residual(const Offsets *o, uint32_t block) {
  uint32_t g = block >> o->shift, base = base_at(o, g);
  uint64_t line = (uint64_t)(base_at(o, g + 1) - base) * (block & ((1u << o->shift) - 1));
  return (int64_t)o->block_at[block] - (int64_t)(base + (line >> o->shift));
}

/* Behind the last block of a group. */
static uint32_t group_end(const Offsets *o, uint32_t g) {
  uint32_t end = (g + 1) << o->shift;
  return end < o->blocks ? end : o->blocks;
}

/* Bits of a signed number that all residuals of a group need. */
static uint32_t width_of(const Offsets *o, uint32_t g) {
  uint64_t most = 0;
  for (uint32_t block = (g << o->shift) + 1; block < group_end(o, g); block++) {
    int64_t r = residual(o, block);
    uint64_t bits = 2 * (uint64_t)(r < 0 ? -(r + 1) : r) + (r != 0);
    if (bits > most) most = bits;
  }
  return bits_width(most);
}

/* Bits of the residuals with widths of their own, or UINT64_MAX where these cannot be written. */
static uint64_t bits_of_groups(const Offsets *o) {
  uint64_t bits = 0;
  for (uint32_t g = 0; g < o->groups; g++) {
    uint64_t width = width_of(o, g);
    if (width > OFFSETS_WIDTH_MAX) return UINT64_MAX;
    bits += (width << o->shift) - width;
  }
  return bits;
}

/* The width that all residuals take as numbers from 0 on, once `bias` is added. */
static uint32_t common_width(const Offsets *o, uint64_t *bias) {
  int64_t least = 0, most = 0;
  for (uint32_t block = 0; block < o->blocks; block++) {
    int64_t r = (block & ((1u << o->shift) - 1)) == 0 ? 0 : residual(o, block);
    if (r < least) least = r;
    if (r > most) most = r;
  }
  *bias = (uint64_t)-least;
  return bits_width((uint64_t)(most - least));
}

static void put_records(const Offsets *o, unsigned char *records) {
  uint64_t bits = 0;
  uint32_t sum = 0;
  for (uint32_t g = 0; g < o->groups; g++) {
    uint32_t width = width_of(o, g), nth = g & ((1u << OFFSETS_RECORD_SHIFT) - 1);
    unsigned char *record = records + OFFSETS_RECORD_SIZE * (size_t)(g >> OFFSETS_RECORD_SHIFT);
    if (nth == 0) {
      store_u32(record, (uint32_t)bits);
      sum = 0;
    }
    sum += width;
    record[4 + nth] = (unsigned char)sum;
    bits += ((uint64_t)width << o->shift) - width;
  }
}

/* Writes the residuals with `common` bits each, or where that is NONE those that groups need. */
static void put_residuals(const Offsets *o, uint32_t common, uint64_t bias, unsigned char *bytes) {
  uint64_t at = 0;
  for (uint32_t g = 0; g < o->groups; g++) {
    uint32_t width = common == NONE ? width_of(o, g) : common;
    for (uint32_t block = (g << o->shift) + 1; block < group_end(o, g); block++) {
      bits_put(bytes, at, width, ((uint64_t)residual(o, block) + bias) & bits_mask(width));
      at += width;
    }
  }
}

static int append_bases(const Offsets *o, Buffer *out) {
  size_t begin = out->size;
  int rc = buffer_append_zeros(out, 4 * ((size_t)o->groups + 1));
  for (uint32_t g = 0; rc == SQLITE_OK && g <= o->groups; g++) {
    store_u32(out->bytes + begin + 4 * (size_t)g, base_at(o, g));
  }
  return rc;
}

int offsets_append(const uint32_t *block_at, uint32_t count, uint32_t block_shift, size_t begin,
                   Buffer *out) {
  Offsets o = {.block_at = block_at,
               .blocks = (count + (1u << block_shift) - 1) >> block_shift,
               .groups = group_count(count),
               .shift = OFFSETS_GROUP_SHIFT - block_shift};
  uint64_t bias, bits = bits_of_groups(&o);
  uint32_t width = common_width(&o, &bias), records = record_count(o.groups, o.shift);
  uint64_t common = (uint64_t)residual_count(count, block_shift) * width;
  bool own = bits != UINT64_MAX && bits + 8 * OFFSETS_RECORD_SIZE * (uint64_t)records < common;
  if (!own && (width > OFFSETS_COMMON_MAX || bias > UINT32_MAX)) return SQLITE_TOOBIG;
  if (!own) bits = common;
  int rc = append_bases(&o, out);
  size_t record = out->size, residuals = record + (own ? OFFSETS_RECORD_SIZE * (size_t)records : 0);
  if (rc == SQLITE_OK) {
    rc = buffer_append_zeros(out, residuals - record + (size_t)(bits + 7) / 8 + BITS_PADDING);
  }
  if (rc != SQLITE_OK) return rc;
  if (own) put_records(&o, out->bytes + record);
  put_residuals(&o, own ? NONE : width, own ? 0 : bias, out->bytes + residuals);
  unsigned char *header = out->bytes + begin;
  header[OFFSETS_AT_VERSION] = own;
  header[OFFSETS_AT_SHIFT] = (unsigned char)block_shift;
  header[OFFSETS_AT_WIDTH] = (unsigned char)(own ? 0 : width);
  store_u32(header + OFFSETS_AT_BITS, (uint32_t)(own ? bits : bias));
  return SQLITE_OK;
}

/* --- reading -------------------------------------------------------------- */

bool offsets_open(TextView *view) {
  const unsigned char *header = view->section;
  uint32_t shift = header[OFFSETS_AT_SHIFT], width = header[OFFSETS_AT_WIDTH];
  uint32_t groups = group_count(view->count), version = header[OFFSETS_AT_VERSION];
  if (shift > OFFSETS_GROUP_SHIFT || width > OFFSETS_COMMON_MAX || version > 1) return false;
  uint64_t records = OFFSETS_BEGIN + 4 * ((uint64_t)groups + 1), residuals = records;
  uint64_t bits = (uint64_t)residual_count(view->count, shift) * width;
  if (version != 0) {
    bits = load_u32(header + OFFSETS_AT_BITS);
    residuals += OFFSETS_RECORD_SIZE * record_count(groups, OFFSETS_GROUP_SHIFT - shift);
  }
  uint64_t end = residuals + (bits + 7) / 8 + BITS_PADDING;
  if (end > view->size) return false;
  view->layout[OFFSETS_SHIFT] = shift;
  view->layout[OFFSETS_WIDTH] = width;
  view->layout[OFFSETS_RECORDS] = version == 0 ? 0 : (uint32_t)records;
  view->layout[OFFSETS_RESIDUALS] = (uint32_t)residuals;
  view->layout[OFFSETS_BITS] = load_u32(header + OFFSETS_AT_BITS);
  view->layout[OFFSETS_END] = (uint32_t)end;
  return true;
}
