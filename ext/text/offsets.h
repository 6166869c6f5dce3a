/*
** offsets.h: where the blocks of a coded section begin.
**
** Each 64 strings, a *group*, have a base, the bit offset of the first one; the other
** blocks of the group a *residual*: their bit offset less what lies on the straight
** line between two bases. Layout at byte 24 of a section, n strings:
**
**       u32  base[n / 64 rounded up, + 1]; the last one is where a full group would end
**            if blocks have fewer than 64 strings, a record for each 8 groups:
**              u32  bits of all residuals before theirs
**              u8   for each group the width of its residuals in bits, plus those of the
**                   groups before it in the record
**            residuals, group by group, one for each block but the first, as signed numbers
**            BITS_PADDING bytes
**
** and in the section's header:
**
**    2  u8   version: 1
**    9  u8   0
**   20  u32  bits of the residuals of all groups
**
** In version 0, which is smaller where groups have few blocks, all residuals have the width
** at 9, stand right behind the bases, and are numbers from 0 on, too large by the u32 at 20.
**
** Owns nothing. Calls types.h, bits.h and buffer.h.
*/
#ifndef SLOTS_TEXT_OFFSETS_H
#define SLOTS_TEXT_OFFSETS_H

#include "base/bits.h"
#include "types.h"

#define OFFSETS_BEGIN 24
#define OFFSETS_GROUP_SHIFT 6  /* strings between bases */
#define OFFSETS_RECORD_SHIFT 3 /* groups of a record */
#define OFFSETS_RECORD_SIZE 12
#define OFFSETS_WIDTH_MAX 31  /* so that 8 widths together fit a byte */
#define OFFSETS_COMMON_MAX 32 /* in version 0 */

enum {
  OFFSETS_AT_VERSION = 2,
  OFFSETS_AT_SHIFT = 8, /* log2 of the strings of a block */
  OFFSETS_AT_WIDTH = 9,
  OFFSETS_AT_BITS = 20
};

/* Uses of TextView.layout; OFFSETS_RECORDS is 0 in version 0. */
enum {
  OFFSETS_SHIFT,
  OFFSETS_WIDTH,
  OFFSETS_RECORDS,
  OFFSETS_RESIDUALS,
  OFFSETS_BITS,
  OFFSETS_END, /* what follows begins there */
  OFFSETS_USED
};

/*
** Appends the layout above for `count` strings to `out`, whose bytes from `begin` on are the
** section's header, and fills in its fields. block_at has the bit offset of each block and
** the end of all. SQLITE_OK, SQLITE_NOMEM, or SQLITE_TOOBIG.
*/
int offsets_append(const uint32_t *block_at, uint32_t count, uint32_t block_shift, size_t begin,
                   Buffer *out);

/* Finds the parts of a section of at least OFFSETS_BEGIN bytes; false if they end behind it. */
bool offsets_open(TextView *view);

/* The residual of block k of group g, in an open view; UINT64_MAX from damaged bytes. */
static inline uint64_t offsets_residual(const TextView *view, uint32_t g, uint32_t k) {
  const uint32_t *layout = view->layout;
  uint32_t shift = OFFSETS_GROUP_SHIFT - layout[OFFSETS_SHIFT], width = layout[OFFSETS_WIDTH];
  const unsigned char *residuals = view->section + layout[OFFSETS_RESIDUALS];
  if (layout[OFFSETS_RECORDS] == 0) {
    uint64_t index = ((uint64_t)g << shift) - g + k - 1;
    return bits_get(residuals, index * width, width) - layout[OFFSETS_BITS];
  }
  const unsigned char *record = view->section + layout[OFFSETS_RECORDS] +
                                OFFSETS_RECORD_SIZE * (size_t)(g >> OFFSETS_RECORD_SHIFT);
  uint32_t byte = 8 * (g & ((1u << OFFSETS_RECORD_SHIFT) - 1));
  uint64_t sums = load_u64(record + 4);
  uint32_t before = (uint32_t)(sums << 8 >> byte & 255);
  width = ((uint32_t)(sums >> byte & 255) - before) & 63;
  uint64_t at = (uint64_t)load_u32(record) + (((uint64_t)before << shift) - before) +
                (uint64_t)(k - 1) * width;
  if (at > layout[OFFSETS_BITS]) return UINT64_MAX;
  uint64_t sign = (uint64_t)1 << width >> 1;
  return (bits_get(residuals, at, width) ^ sign) - sign;
}

/*
** Bit offset of a block of an open view; of damaged bytes, any number. The code of most blocks
** is near the line, so it is fetched while the residual is still to be found.
*/
static inline uint64_t offsets_block_at(const TextView *view, uint32_t block) {
  uint32_t shift = OFFSETS_GROUP_SHIFT - view->layout[OFFSETS_SHIFT];
  uint32_t g = block >> shift, k = block & ((1u << shift) - 1);
  uint64_t bases = load_u64(view->section + OFFSETS_BEGIN + 4 * (size_t)g);
  uint64_t base = (uint32_t)bases, line = ((bases >> 32) - base) * k >> shift;
  uintptr_t code = (uintptr_t)view->section + view->layout[OFFSETS_END];
  prefetch((const void *)(code + (uintptr_t)((base + line) / 8)));
  return k == 0 ? base : base + line + offsets_residual(view, g, k);
}

#endif
