/*
** slot_blocks.c: see slot_blocks.h.
*/
#include "slot_blocks.h"

#include <string.h>

#include "base/sqlite.h"

#define BITS_LESS 2   /* of each code, at least: a base takes half a bit a row, and time to read */
#define WIDTH_MOST 32 /* of codes and of bases */

/* In units of the frame, the least of a block; where it has none, that of the block before. */
static uint64_t least_of_block(const Frame *frame, const Integers *integers, uint32_t first,
                               uint64_t before) {
  int64_t least = frame->highest;
  bool found = false;
  for (uint32_t row = first; row < integers->rows && row - first < SLOT_BLOCK_ROWS; row++) {
    if (!frame_has(frame, integers, row)) continue;
    if (integers->values[row] < least) least = integers->values[row];
    found = true;
  }
  return found ? frame_units(frame, least) : before;
}

/* Writes the section, and counts rows by the width of their codes. */
static void find_bases(const Frame *frame, const Integers *integers, unsigned char *section,
                       uint32_t *by_width) {
  uint64_t base = 0, largest = 0;
  memset(by_width, 0, (WIDTH_MOST + 1) * sizeof *by_width);
  for (uint32_t row = 0; row < integers->rows; row++) {
    if (row % SLOT_BLOCK_ROWS == 0) {
      base = least_of_block(frame, integers, row, base);
      if (base > largest) largest = base;
      store_u32(section + row / SLOT_BLOCK_ROWS * 4, (uint32_t)base);
    }
    if (!frame_has(frame, integers, row)) continue;
    by_width[bits_width(frame_units(frame, integers->values[row]) - base)]++;
  }
  store_u32(section + slot_blocks_size(integers->rows) - 4, (uint32_t)largest);
}

/* The width of codes that takes the fewest bits, *bits, wider ones being exceptions. */
static unsigned choose_width(const uint32_t *by_width, uint32_t rows, uint64_t *bits) {
  uint32_t outside = 0;
  unsigned best = WIDTH_MOST;
  *bits = UINT64_MAX;
  for (unsigned width = WIDTH_MOST + 1; width-- > 0;) {
    uint64_t cost = frame_bits(width, rows, outside);
    if (cost < *bits) {
      *bits = cost;
      best = width;
    }
    outside += by_width[width];
  }
  return best;
}

static int encode(const Frame *frame, const Integers *integers, unsigned width, Draft *draft) {
  draft->header.encoding = SLOT_BLOCKS;
  draft->header.base = frame->lowest;
  draft->header.step = frame->step;
  draft->header.width = (uint8_t)width;
  int rc = width == 0 ? SQLITE_OK : draft_codes(draft, integers->rows);
  for (uint32_t row = 0; row < integers->rows && rc == SQLITE_OK; row++) {
    uint64_t base = load_u32(draft->section.bytes + row / SLOT_BLOCK_ROWS * 4), code = UINT64_MAX;
    if (frame_has(frame, integers, row)) code = frame_units(frame, integers->values[row]) - base;
    if (code > bits_mask(width)) {
      rc = draft_flag(draft, integers->rows, row);
    } else if (width != 0) {
      draft->codes[row] = code;
    }
  }
  return rc;
}

int slot_blocks_draft(const Frame *frame, const Integers *integers, Draft *draft, bool *smaller) {
  uint32_t by_width[WIDTH_MOST + 1], size = slot_blocks_size(integers->rows);
  uint64_t rows = integers->rows, bits;
  *smaller = false;
  if (frame->width <= BITS_LESS || frame->width > WIDTH_MOST) return SQLITE_OK;
  int rc = buffer_append_zeros(&draft->section, size);
  if (rc != SQLITE_OK) return rc;
  find_bases(frame, integers, draft->section.bytes, by_width);
  unsigned width = choose_width(by_width, integers->rows, &bits);
  *smaller = bits + rows * BITS_LESS + 8 * (uint64_t)size <= rows * frame->width;
  if (*smaller) return encode(frame, integers, width, draft);
  draft->section.size = 0;
  return SQLITE_OK;
}
