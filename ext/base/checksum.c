/*
** checksum.c: see checksum.h.
*/
#include "checksum.h"

#include "bits.h"

/* The names are the specification's. */
#define PRIME64_1 0x9e3779b185ebca87u
#define PRIME64_2 0xc2b2ae3d27d4eb4fu
#define PRIME64_3 0x165667b19e3779f9u
#define PRIME64_4 0x85ebca77c2b2ae63u
#define PRIME64_5 0x27d4eb2f165667c5u
#define STRIPE 32 /* bytes, a word for each of four accumulators */

static uint64_t rotate(uint64_t value, unsigned bits) {
  return value << bits | value >> (64 - bits);
}

static uint64_t round_word(uint64_t accumulator, uint64_t word) {
  return rotate(accumulator + word * PRIME64_2, 31) * PRIME64_1;
}

static uint64_t merge(uint64_t hash, uint64_t accumulator) {
  return (hash ^ round_word(0, accumulator)) * PRIME64_1 + PRIME64_4;
}

/* All whole stripes; *bytes moves behind them. */
static uint64_t hash_stripes(const unsigned char **bytes, size_t size) {
  uint64_t a = PRIME64_1 + PRIME64_2, b = PRIME64_2, c = 0, d = 0 - PRIME64_1;
  const unsigned char *at = *bytes;
  for (; size >= STRIPE; size -= STRIPE, at += STRIPE) {
    a = round_word(a, load_u64(at));
    b = round_word(b, load_u64(at + 8));
    c = round_word(c, load_u64(at + 16));
    d = round_word(d, load_u64(at + 24));
  }
  *bytes = at;
  uint64_t hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  return merge(merge(merge(merge(hash, a), b), c), d);
}

static uint64_t hash_rest(uint64_t hash, const unsigned char *at, size_t size) {
  for (; size >= 8; size -= 8, at += 8) {
    hash = rotate(hash ^ round_word(0, load_u64(at)), 27) * PRIME64_1 + PRIME64_4;
  }
  if (size >= 4) {
    hash = rotate(hash ^ load_u32(at) * PRIME64_1, 23) * PRIME64_2 + PRIME64_3;
    size -= 4, at += 4;
  }
  for (; size > 0; size--, at++) hash = rotate(hash ^ *at * PRIME64_5, 11) * PRIME64_1;
  return hash;
}

uint64_t checksum(const unsigned char *bytes, size_t size) {
  const unsigned char *at = bytes;
  uint64_t hash = size < STRIPE ? PRIME64_5 : hash_stripes(&at, size);
  hash = hash_rest(hash + size, at, size % STRIPE);
  hash = (hash ^ hash >> 33) * PRIME64_2;
  hash = (hash ^ hash >> 29) * PRIME64_3;
  return hash ^ hash >> 32;
}
