/*
** prefix.h: prefix codes of 1 to 16 bits.
**
** Huffman's lengths, limited to 16 bits, handed out canonically (Schwartz and
** Kallick, 1964): codes of one length are consecutive numbers, shorter codes
** come first, so the number of codes of each length is all there is to store.
** Item i of the code is the i-th in that order. Bits are read from the most
** significant one down. A code is complete: every run of 16 bits starts with
** an item, and a decoder needs no check.
**
** Owns nothing. Calls order.h.
*/
#ifndef SLOTS_TEXT_PREFIX_H
#define SLOTS_TEXT_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

#define PREFIX_MAX_BITS 16
#define PREFIX_FIRST_BITS_MAX 10

/* Codes of one length. */
typedef struct PrefixLength {
  uint32_t limit; /* 16 bits below it start with a code of at most this length */
  int32_t base;   /* item number less code */
} PrefixLength;

typedef struct PrefixCode {
  PrefixLength length[PREFIX_MAX_BITS + 1];
  uint8_t min_bits, max_bits;
  uint8_t first_bits; /* log2 of the entries of the first table */
} PrefixCode;

/*
** Code lengths for `count` items seen weight[i] times, at most `most` (up to 16) bits;
** items never seen get length 0, no code. `work` has room for 2 * count values. At least
** two items must have been seen, and at most 2^most.
*/
void prefix_lengths(const uint32_t *weight, uint32_t count, uint32_t most, uint8_t *length,
                    uint64_t *work);

/* The same with codes of two lengths only, one apart: not as short, quicker to read. */
void prefix_flat_lengths(const uint32_t *weight, uint32_t count, uint8_t *length, uint64_t *work);

/*
** Fills in the code with per_length[l] items of length l, 1 <= l <= 16, and
** all but first_bits. False if that is not a complete code.
*/
bool prefix_define(PrefixCode *code, const uint16_t *per_length, uint32_t items);

/* Fills the first table: by leading bits, the least length of a code that starts so. */
void prefix_fill_first(const PrefixCode *code, uint8_t *first);

/* The code of `item`, whose length is `bits`. */
static inline uint32_t prefix_code(const PrefixCode *code, uint32_t item, uint32_t bits) {
  return (uint32_t)((int32_t)item - code->length[bits].base);
}

#endif
