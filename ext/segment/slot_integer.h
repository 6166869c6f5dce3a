/*
** slot_integer.h: integers as distances from a base, in units of their greatest
** common divisor (frame of reference), or as a run, which takes no bits.
**
** A few values far from the others become exceptions where that saves bits.
** The frame serves decimal reals and blocks (slot_blocks.h) too. Calls draft.h and below.
*/
#ifndef SLOTS_SLOT_INTEGER_H
#define SLOTS_SLOT_INTEGER_H

#include <stdbool.h>

#include "draft.h"

/* Integers lowest .. highest as base + step * code in `width` bits. */
typedef struct Frame {
  int64_t lowest;
  int64_t highest;
  uint64_t step;
  unsigned width;
} Frame;

/*
** The frame with the fewest bits for those of `rows` integers whose `usable`
** byte is not 0; what falls outside is to become an exception. False if none
** is usable.
*/
bool frame_choose(const int64_t *integers, const unsigned char *usable, uint32_t rows,
                  Frame *frame);

/* What `rows` codes take, and so many values beside them that do not fit. */
uint64_t frame_bits(unsigned width, uint32_t rows, uint32_t outside);

/* Fills codes and flags of `draft` by a frame. */
int frame_encode(const Frame *frame, const int64_t *integers, const unsigned char *usable,
                 uint32_t rows, Draft *draft);

/* Drafts a column that holds an integer; SQLITE_OK or SQLITE_NOMEM, SQLITE_TOOBIG. */
int slot_integer_draft(const Column *column, Draft *draft);

static inline int64_t slot_integer_read(const SlotHeader *header, uint32_t row, uint64_t code) {
  uint64_t count = header->encoding == SLOT_RUN ? row : code;
  return (int64_t)((uint64_t)header->base + header->step * count);
}

#endif
