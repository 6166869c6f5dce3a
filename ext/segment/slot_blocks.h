/*
** slot_blocks.h: integers as distances from a base that each block of 64 rows has for itself, for
** values that grow or stay together: times of events, sequence numbers, keys of parents whose rows
** are neighbours.
**
** The section, in units of `step` above the header's `base`:
**
**     u32[]  base of rows 0 to 63, of 64 to 127 ...: the least of their integers, or near it
**     u32    the largest of these
**
** integer = base + step * (base of its block + code). Calls frame.h, draft.h,
** base/.
*/
#ifndef SLOTS_SLOT_BLOCKS_H
#define SLOTS_SLOT_BLOCKS_H

#include "frame.h"

#define SLOT_BLOCK_ROWS 64

/* Bytes of the section of so many rows. */
static inline uint32_t slot_blocks_size(uint32_t rows) {
  return 4 * ((rows + SLOT_BLOCK_ROWS - 1) / SLOT_BLOCK_ROWS + 1);
}

/*
** Drafts the column of which `frame` is the best single one, if blocks take less: *smaller tells.
** What the frame leaves out stays out. SQLITE_OK or SQLITE_NOMEM.
*/
int slot_blocks_draft(const Frame *frame, const Integers *integers, Draft *draft, bool *smaller);

/* What to count from, in units above the header's base, in a row of an open slot. */
static inline uint64_t slot_blocks_base(const Slot *slot, uint32_t row) {
  return load_u32(slot->bases + 4 * (size_t)(row / SLOT_BLOCK_ROWS));
}

/* The most that any row may count, in units above the header's base. */
static inline uint64_t slot_blocks_most(const Slot *slot, uint32_t rows) {
  return load_u32(slot->bases + slot_blocks_size(rows) - 4) + bits_mask(slot->header.width);
}

static inline int64_t slot_blocks_read(const Slot *slot, uint32_t row, uint64_t code) {
  uint64_t units = slot_blocks_base(slot, row) + code;
  return (int64_t)((uint64_t)slot->header.base + slot->header.step * units);
}

#endif
