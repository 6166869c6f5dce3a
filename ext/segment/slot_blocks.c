/*
** slot_blocks.c: see slot_blocks.h.
*/
#include "slot_blocks.h"

#include <string.h>

#include "base/integers.h"
#include "base/sqlite.h"

#define BITS_LESS 2   /* of each code, at least: a base takes half a bit a row, and time to read */
#define WIDTH_MOST 32 /* of codes and of bases */

/* The integers of a column inside a frame. */
typedef struct Framed {
  const Frame *frame;
  const int64_t *integers;
  const unsigned char *usable;
  uint32_t rows;
} Framed;

static bool has(const Framed *framed, uint32_t row) {
  return framed->usable[row] && framed->integers[row] >= framed->frame->lowest &&
         framed->integers[row] <= framed->frame->highest;
}

static uint64_t units(const Framed *framed, uint32_t row) {
  return integer_distance(framed->frame->lowest, framed->integers[row]) / framed->frame->step;
}

/* The least of a block; where it has none, that of the block before. */
static uint64_t least_of_block(const Framed *framed, uint32_t first, uint64_t before) {
  uint64_t least = UINT64_MAX;
  for (uint32_t row = first; row < framed->rows && row - first < SLOT_BLOCK_ROWS; row++) {
    if (has(framed, row) && units(framed, row) < least) least = units(framed, row);
  }
  return least == UINT64_MAX ? before : least;
}

/* Writes the section, and counts rows by the width of their codes. */
static void find_bases(const Framed *framed, unsigned char *section, uint32_t *by_width) {
  uint64_t base = 0, largest = 0;
  memset(by_width, 0, (WIDTH_MOST + 1) * sizeof *by_width);
  for (uint32_t row = 0; row < framed->rows; row++) {
    if (row % SLOT_BLOCK_ROWS == 0) {
      base = least_of_block(framed, row, base);
      if (base > largest) largest = base;
      store_u32(section + row / SLOT_BLOCK_ROWS * 4, (uint32_t)base);
    }
    if (has(framed, row)) by_width[bits_width(units(framed, row) - base)]++;
  }
  store_u32(section + slot_blocks_size(framed->rows) - 4, (uint32_t)largest);
}

/* The width of codes that takes the fewest bits, wider ones being exceptions; *bits is what it takes. */
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

static int encode(const Framed *framed, unsigned width, Draft *draft) {
  draft->header.encoding = SLOT_BLOCKS;
  draft->header.base = framed->frame->lowest;
  draft->header.step = framed->frame->step;
  draft->header.width = (uint8_t)width;
  int rc = width == 0 ? SQLITE_OK : draft_codes(draft, framed->rows);
  for (uint32_t row = 0; row < framed->rows && rc == SQLITE_OK; row++) {
    uint64_t base = load_u32(draft->section.bytes + row / SLOT_BLOCK_ROWS * 4);
    uint64_t code = has(framed, row) ? units(framed, row) - base : UINT64_MAX;
    if (code > bits_mask(width)) {
      rc = draft_flag(draft, framed->rows, row);
    } else if (width != 0) {
      draft->codes[row] = code;
    }
  }
  return rc;
}

int slot_blocks_draft(const Frame *frame, const int64_t *integers, const unsigned char *usable,
                      uint32_t rows, Draft *draft, bool *smaller) {
  Framed framed = {frame, integers, usable, rows};
  uint32_t by_width[WIDTH_MOST + 1];
  uint64_t bits;
  *smaller = false;
  if (frame->width <= BITS_LESS || frame->width > WIDTH_MOST) return SQLITE_OK;
  int rc = buffer_append_zeros(&draft->section, slot_blocks_size(rows));
  if (rc != SQLITE_OK) return rc;
  find_bases(&framed, draft->section.bytes, by_width);
  unsigned width = choose_width(by_width, rows, &bits);
  uint64_t saved = (uint64_t)rows * BITS_LESS + 8 * (uint64_t)slot_blocks_size(rows);
  *smaller = bits + saved <= (uint64_t)rows * frame->width;
  if (*smaller) return encode(&framed, width, draft);
  draft->section.size = 0;
  return SQLITE_OK;
}
