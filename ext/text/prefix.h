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
** Owns nothing. Calls nothing.
*/
#ifndef SLOTS_TEXT_PREFIX_H
#define SLOTS_TEXT_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

#define PREFIX_MAX_BITS 16
#define PREFIX_FIRST_BITS_MAX 10

typedef struct PrefixCode {
  uint32_t limit[PREFIX_MAX_BITS + 1]; /* 16 bits below it: a code of at most that length */
  int32_t base[PREFIX_MAX_BITS + 1];   /* item number less code */
  uint8_t min_bits, max_bits;
  uint8_t first_bits; /* log2 of the entries of `first` */
  uint8_t *first;     /* by leading bits: least length of a code that starts so */
} PrefixCode;

/*
** Code lengths for `count` items seen weight[i] times; items never seen get
** length 0, no code. `work` has room for 2 * count values. At least two items
** must have been seen, and at most 65,536.
*/
void prefix_lengths(const uint32_t *weight, uint32_t count, uint8_t *length, uint64_t *work);

/*
** Fills in the code with per_length[l] items of length l, 1 <= l <= 16, except
** for `first`. False if that is not a complete code.
*/
bool prefix_define(PrefixCode *code, const uint16_t *per_length, uint32_t items);

/* Fills code->first, of 1 << code->first_bits bytes. */
void prefix_fill_first(PrefixCode *code);

/* The length of the code that the 16 bits `peek` start with. */
static inline uint32_t prefix_bits(const PrefixCode *code, uint32_t peek) {
  uint32_t bits = code->first[peek >> (PREFIX_MAX_BITS - code->first_bits)];
  while (peek >= code->limit[bits]) bits++;
  return bits;
}

/* The item that the 16 bits `peek` start with, its code being `bits` long. */
static inline uint32_t prefix_item(const PrefixCode *code, uint32_t peek, uint32_t bits) {
  return (uint32_t)(code->base[bits] + (int32_t)(peek >> (PREFIX_MAX_BITS - bits)));
}

/* The code of `item`, whose length is `bits`. */
static inline uint32_t prefix_code(const PrefixCode *code, uint32_t item, uint32_t bits) {
  return (uint32_t)((int32_t)item - code->base[bits]);
}

#endif
