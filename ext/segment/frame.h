/*
** frame.h: a frame of reference: the integers of a column as distances from a base, in units of
** their greatest common divisor.
**
** A few values far from the others are left out, to become exceptions, where that saves bits.
** Serves integers, decimal reals (slot_real.c) and blocks (slot_blocks.c). Calls draft.h,
** base/.
*/
#ifndef SLOTS_FRAME_H
#define SLOTS_FRAME_H

#include <stdbool.h>

#include "base/integers.h"
#include "draft.h"

/* A column's integers; borrowed. */
typedef struct Integers {
  const int64_t *values;
  const unsigned char *usable; /* 0: the row has none */
  uint32_t rows;
} Integers;

/* Integers lowest .. highest as base + step * code in `width` bits. */
typedef struct Frame {
  int64_t lowest;
  int64_t highest;
  uint64_t step;
  unsigned width;
} Frame;

/* Whether the row has an integer inside the frame. */
static inline bool frame_has(const Frame *frame, const Integers *integers, uint32_t row) {
  int64_t value = integers->values[row];
  return integers->usable[row] && value >= frame->lowest && value <= frame->highest;
}

/* How many steps above its lowest an integer of the frame is. */
static inline uint64_t frame_units(const Frame *frame, int64_t integer) {
  return integer_distance(frame->lowest, integer) / frame->step;
}

/* The frame with the fewest bits; others become exceptions. False: no row has an integer. */
bool frame_choose(const Integers *integers, Frame *frame);

/* Bits of `rows` codes, and of `outside` exceptions. */
uint64_t frame_bits(unsigned width, uint32_t rows, uint32_t outside);

/* Fills base, step, width, codes and flags of `draft` by a frame. SQLITE_OK or SQLITE_NOMEM. */
int frame_encode(const Frame *frame, const Integers *integers, Draft *draft);

#endif
