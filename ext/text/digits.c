/*
** digits.c: see digits.h.
*/
#include "digits.h"

#define EACH_BYTE(x) ((x) * (uint64_t)0x0101010101010101)

/* The highest bit of each byte that is a decimal digit. */
static inline uint64_t digit_bits(uint64_t word) {
  uint64_t low = (word ^ EACH_BYTE('0')) & EACH_BYTE(0x7f);       /* digits become 0 to 9 */
  return ~(word | (low + EACH_BYTE(0x7f - 9))) & EACH_BYTE(0x80); /* bytes from 128 on are none */
}

uint32_t digits_find(const unsigned char *bytes, uint32_t at, uint32_t end) {
  for (; end - at >= 8; at += 8) {
    uint64_t digits = digit_bits(load_u64(bytes + at));
    if (digits != 0) return at + bits_lowest(digits) / 8;
  }
  while (at < end && !ascii_is_digit(bytes[at])) at++;
  return at;
}

uint32_t digits_end(const unsigned char *bytes, uint32_t at, uint32_t end) {
  for (; end - at >= 8; at += 8) {
    uint64_t others = digit_bits(load_u64(bytes + at)) ^ EACH_BYTE(0x80);
    if (others != 0) return at + bits_lowest(others) / 8;
  }
  while (at < end && ascii_is_digit(bytes[at])) at++;
  return at;
}

static inline bool is_hex(unsigned char c, FieldForm form) {
  unsigned char a = form == FIELD_HEX_LOWER ? 'a' : 'A';
  return ascii_is_digit(c) || (unsigned char)(c - a) < 6;
}

/* The run of digits around bytes[at], which is one; none of it lies before `first`. */
static HexRun run_around(const unsigned char *bytes, uint32_t size, uint32_t first, uint32_t at,
                         FieldForm form) {
  HexRun run = {at, at + 1};
  while (run.begin > first && is_hex(bytes[run.begin - 1], form)) run.begin--;
  while (run.end < size && is_hex(bytes[run.end], form)) run.end++;
  return run;
}

static bool is_coded(const unsigned char *bytes, HexRun run) {
  uint32_t width = run.end - run.begin, decimals = 0;
  if (width < HEX_RUN_MIN) return false;
  for (uint32_t i = run.begin; i < run.end; i++) decimals += ascii_is_digit(bytes[i]);
  return decimals >= 2 && decimals < width;
}

/* One byte in HEX_RUN_MIN tells that no run is around it. */
bool hex_find(const unsigned char *bytes, uint32_t size, uint32_t at, uint32_t limit,
              FieldForm form, HexRun *run) {
  while (at < limit && size - at >= HEX_RUN_MIN) {
    uint32_t first = at, last = at + HEX_RUN_MIN - 1;
    at = last + 1;
    if (!is_hex(bytes[last], form)) continue;
    *run = run_around(bytes, size, first, last, form);
    if (run->begin >= limit) return false;
    if (is_coded(bytes, *run)) return true;
    at = run->end;
  }
  return false;
}
