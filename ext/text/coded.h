/*
** coded.h: strings as codes of a dictionary's tokens.
**
** Blocks of R strings, R a power of two, each of which decodes on its own.
** Layout behind the section header; offsets in bytes, n strings:
**
**    8  u8   log2 of R, 0 to 6
**    9  u8   width: bits of a block's residual, 0 to 32
**   10       2 zero bytes
**   12  u32  check: of the codec's bytes
**   16  u32  bytes of code
**   20  u32  bias
**   24  u32  base[n / 64 rounded up, + 1]: bit offset of each 64th string; the
**            last one is where a full group would end
**       ...  a residual of `width` bits for each block but the first of every 64
**            strings: bit offset of block k of the group, less what lies on the
**            straight line between two bases, plus `bias`
**       ...  BITS_PADDING bytes
**       ...  code, see bitstream.h, and its padding
**
** Within a block tokens follow each other, and each token is followed by the payloads
** of its fields, an escape by its byte.
**
** Owns nothing. Calls dictionary.h, build.h, tokenize.h, decode.h, section.h.
*/
#ifndef SLOTS_TEXT_CODED_H
#define SLOTS_TEXT_CODED_H

#include "base/bits.h"
#include "section.h"

enum {
  CODED_AT_SHIFT = 8,
  CODED_AT_WIDTH = 9,
  CODED_AT_CHECK = 12,
  CODED_AT_CODE_SIZE = 16,
  CODED_AT_BIAS = 20,
  CODED_FIXED_SIZE = 24
};

/* Uses of TextView.layout */
enum { CODED_SHIFT, CODED_WIDTH, CODED_RESIDUALS, CODED_CODE, CODED_CODE_SIZE, CODED_BIAS };

#define CODED_GROUP_SHIFT 6 /* strings between bases */

extern const SectionReader coded_reader;

static inline uint32_t coded_groups(uint32_t count) {
  return (count + (1u << CODED_GROUP_SHIFT) - 1) >> CODED_GROUP_SHIFT;
}

/* Residuals in all: those of full groups, and those of the last one. */
static inline uint32_t coded_residuals(uint32_t count, uint32_t block_shift) {
  uint32_t blocks = (count + (1u << block_shift) - 1) >> block_shift;
  return blocks - coded_groups(count);
}

/* Where the code begins, in bytes from the section's begin. */
static inline uint64_t coded_code_offset(uint32_t count, uint32_t block_shift, uint32_t width) {
  uint64_t bits = (uint64_t)coded_residuals(count, block_shift) * width;
  return CODED_FIXED_SIZE + 4 * ((uint64_t)coded_groups(count) + 1) + (bits + 7) / 8 + BITS_PADDING;
}

/* Bit offset of a block of an open view; of damaged bytes, any number. */
static inline uint64_t coded_block_at(const TextView *view, uint32_t block) {
  uint32_t shift = CODED_GROUP_SHIFT - view->layout[CODED_SHIFT];
  uint32_t width = view->layout[CODED_WIDTH];
  uint32_t g = block >> shift, k = block & ((1u << shift) - 1);
  uint64_t bases = load_u64(view->section + CODED_FIXED_SIZE + 4 * (size_t)g);
  uint64_t base = (uint32_t)bases, line = ((bases >> 32) - base) * k >> shift;
  if (k == 0) return base;
  uint64_t index = ((uint64_t)g << shift) - g + k - 1;
  uint64_t residual = bits_get(view->section + view->layout[CODED_RESIDUALS], index * width, width);
  return base + line + residual - view->layout[CODED_BIAS];
}

#endif
