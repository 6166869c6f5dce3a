/*
** integers.h: arithmetic on integers that cannot overflow. Calls nothing.
*/
#ifndef SLOTS_INTEGERS_H
#define SLOTS_INTEGERS_H

#include <stdint.h>

/* `to` less `from`, where from <= to: the distance of any two int64 fits a uint64. */
static inline uint64_t integer_distance(int64_t from, int64_t to) {
  return (uint64_t)to - (uint64_t)from;
}

static inline uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

#define INTEGER_DIGITS_MAX 20 /* characters of an integer: a sign and 19 digits */

/* Writes the integer so that it ends before `end`; returns where it begins. */
static inline unsigned char *integer_write(int64_t integer, unsigned char *end) {
  uint64_t rest = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;
  do {
    *--end = (unsigned char)('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (integer < 0) *--end = '-';
  return end;
}

/* By Euclid's algorithm; where one is 0 it is the other. */
static inline uint64_t common_divisor(uint64_t a, uint64_t b) {
  while (b != 0) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

#endif
