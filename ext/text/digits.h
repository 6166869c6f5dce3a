/*
** digits.h: runs of decimal and of hexadecimal digits in a string.
**
** Eight bytes are tested at a time, as most are no digits. Owns nothing. Calls ascii.h, bits.h and
** field.h.
*/
#ifndef SLOTS_TEXT_DIGITS_H
#define SLOTS_TEXT_DIGITS_H

#include <stdbool.h>

#include "base/ascii.h"
#include "base/bits.h"
#include "field.h"

#define HEX_RUN_MIN 8 /* shorter runs of hexadecimal digits are text */

/* The digit's value under a hexadecimal `form`, or 16. */
static inline uint32_t hex_value(unsigned char c, FieldForm form) {
  if (ascii_is_digit(c)) return c - '0';
  uint32_t letter = (uint32_t)c - (form == FIELD_HEX_LOWER ? 'a' : 'A');
  return letter < 6 ? letter + 10 : 16;
}

/* The place of the first decimal digit of bytes[at] up to bytes[end], or `end`. */
uint32_t digits_find(const unsigned char *bytes, uint32_t at, uint32_t end);

/* Where the run of decimal digits that begins at `at` ends; `at` where none does. */
uint32_t digits_end(const unsigned char *bytes, uint32_t at, uint32_t end);

/* bytes[begin] up to bytes[end]. */
typedef struct HexRun {
  uint32_t begin, end;
} HexRun;

/*
** Finds the first run of hexadecimal digits, from `at` on, that is better coded as fields:
** HEX_RUN_MIN or more, letters among them and at least two decimal ones. Runs that
** begin at `limit` or behind it are not looked for.
*/
bool hex_find(const unsigned char *bytes, uint32_t size, uint32_t at, uint32_t limit,
              FieldForm form, HexRun *run);

#endif
