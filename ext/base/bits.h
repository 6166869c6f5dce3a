/*
** bits.h: fields of 0 to 64 bits at any bit offset of a byte array.
**
** Bit k of the array is bit k % 8 (the least significant first) of byte k / 8,
** so the layout is the same on every machine. Reads and writes touch up to
** BITS_PADDING bytes behind the field's last one: whoever allocates such an
** array allocates those too. Calls nothing.
*/
#ifndef SLOTS_BITS_H
#define SLOTS_BITS_H

#include <stdint.h>
#include <string.h>

#define BITS_PADDING 9

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BITS_LITTLE_ENDIAN 1
#else
#define BITS_LITTLE_ENDIAN 0
#endif

/*
** Little-endian loads and stores. A memcpy is compiled to one instruction; compilers do not see
** that the loop is one.
*/
static inline uint64_t load_u64(const unsigned char *p) {
  uint64_t value = 0;
  if (BITS_LITTLE_ENDIAN) {
    memcpy(&value, p, sizeof value);
  } else {
    for (int i = 7; i >= 0; i--) value = value << 8 | p[i];
  }
  return value;
}

/* The first byte being the most significant. */
static inline uint64_t load_big_u64(const unsigned char *p) {
  return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 | (uint64_t)p[3] << 32 |
         (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 | (uint64_t)p[6] << 8 | p[7];
}

static inline void store_u64(unsigned char *p, uint64_t value) {
  if (BITS_LITTLE_ENDIAN) {
    memcpy(p, &value, sizeof value);
  } else {
    for (int i = 0; i < 8; i++) p[i] = (unsigned char)(value >> (8 * i));
  }
}

static inline uint32_t load_u32(const unsigned char *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline void store_u32(unsigned char *p, uint32_t value) {
  if (BITS_LITTLE_ENDIAN) {
    memcpy(p, &value, sizeof value);
  } else {
    for (int i = 0; i < 4; i++) p[i] = (unsigned char)(value >> (8 * i));
  }
}

static inline uint16_t load_u16(const unsigned char *p) { return (uint16_t)(p[0] | p[1] << 8); }

static inline void store_u16(unsigned char *p, uint16_t value) {
  p[0] = (unsigned char)value;
  p[1] = (unsigned char)(value >> 8);
}

/* Tells the processor that `address` will be read soon. */
static inline void prefetch(const void *address) {
#if defined(__GNUC__) || defined(__clang__)
  __builtin_prefetch(address);
#else
  (void)address;
#endif
}

/* All ones in the lowest `width` bits, 0 <= width <= 64. */
static inline uint64_t bits_mask(unsigned width) {
  return width >= 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
}

/* The number of bits that `value` needs: 0 for 0, 64 at most. */
static inline unsigned bits_width(uint64_t value) {
  unsigned width = 0;
  while (value != 0) {
    width++;
    value >>= 1;
  }
  return width;
}

/* The field of `width` bits (0 to 64) at bit offset `at`. */
static inline uint64_t bits_get(const unsigned char *bytes, uint64_t at, unsigned width) {
  const unsigned char *p = bytes + at / 8;
  unsigned shift = (unsigned)(at % 8);
  uint64_t value = load_u64(p) >> shift;
  if (shift + width > 64) value |= (uint64_t)p[8] << (64 - shift);
  return value & bits_mask(width);
}

/* Sets the field of `width` bits at bit offset `at`, whose bits are zero. */
static inline void bits_put(unsigned char *bytes, uint64_t at, unsigned width, uint64_t value) {
  unsigned char *p = bytes + at / 8;
  unsigned shift = (unsigned)(at % 8);
  if (width == 0) return;
  store_u64(p, load_u64(p) | value << shift);
  if (shift + width > 64) p[8] = (unsigned char)(p[8] | value >> (64 - shift));
}

/* The number of the lowest and of the highest bit that is set; `value` is not 0. */
static inline unsigned bits_lowest(uint64_t value) {
#if defined(__GNUC__)
  return (unsigned)__builtin_ctzll(value);
#else
  unsigned bit = 0;
  for (; !(value & 1); value >>= 1) bit++;
  return bit;
#endif
}

static inline unsigned bits_highest(uint64_t value) {
#if defined(__GNUC__)
  return 63 - (unsigned)__builtin_clzll(value);
#else
  return bits_width(value) - 1;
#endif
}

/*
** How many bits are set, by adding neighbours: quicker than a call where the machine has no such
** instruction, and known to compilers where it has.
*/
static inline unsigned bits_count(uint64_t value) {
  value -= value >> 1 & 0x5555555555555555u;
  value = (value & 0x3333333333333333u) + (value >> 2 & 0x3333333333333333u);
  value = (value + (value >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return (unsigned)(value * 0x0101010101010101u >> 56);
}

/*
** The position of set bit number `rank`, counted from 0, which must exist: found by halving, from
** the sums of bits_count. A loop over the bits before it takes three times as long, half of that
** for the mispredicted branch at its end.
*/
static inline unsigned bits_select(uint64_t value, unsigned rank) {
  uint64_t pairs = value - (value >> 1 & 0x5555555555555555u);
  uint64_t fours = (pairs & 0x3333333333333333u) + (pairs >> 2 & 0x3333333333333333u);
  uint64_t bytes = (fours + (fours >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  uint64_t sums = bytes * 0x0101010101010101u; /* in each byte the bits up to its end */
  uint64_t behind =
      ((rank * 0x0101010101010101u | 0x8080808080808080u) - sums) >> 7 & 0x0101010101010101u;
  unsigned at = (unsigned)(behind * 0x0101010101010101u >> 56) * 8; /* bytes that end before it */
  rank -= (unsigned)(sums << 8 >> at & 0xff);
  unsigned in = (unsigned)(fours >> at & 15), up = rank >= in;
  rank -= in & -up;
  at += 4 * up;
  in = (unsigned)(pairs >> at & 3);
  up = rank >= in;
  rank -= in & -up;
  at += 2 * up;
  return at + (rank >= (value >> at & 1));
}

#endif
