/*
** cost.h: what codes cost, in 1/256 bits.
**
** Integers only: the same strings give the same section on every machine. Calls bits.h.
*/
#ifndef SLOTS_TEXT_COST_H
#define SLOTS_TEXT_COST_H

#include <stdint.h>

#include "base/bits.h"

#define COST_BIT 256u
#define COST_NEVER UINT16_MAX /* of a token that must not be used */

/* log2(value) in 1/256 bits, for value >= 1. */
static inline uint32_t cost_log2(uint64_t value) {
  uint32_t whole = bits_highest(value);
  uint64_t mantissa = whole >= 31 ? value >> (whole - 31) : value << (31 - whole);
  uint32_t result = whole;
  for (int i = 0; i < 8; i++) {
    mantissa = mantissa * mantissa >> 31;
    uint32_t bit = (uint32_t)(mantissa >> 32); /* no branch, as none could be predicted */
    mantissa >>= bit;
    result = result << 1 | bit;
  }
  return result;
}

/* The ideal code of what is seen `count` times among `total`; 0 counts as half. */
static inline uint32_t cost_of(uint64_t count, uint64_t total) {
  return count == 0 ? cost_log2(total + 1) + COST_BIT
                    : cost_log2(total > count ? total : count) - cost_log2(count);
}

#endif
