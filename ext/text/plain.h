/*
** plain.h: strings as they are, for what does not compress.
**
** Layout behind the section header; n strings, groups of 64 of them:
**
**    8  u32  size of the text in bytes
**   12  u8   width: bits of a relative offset, 0 to 32
**   13       3 zero bytes
**   16  u32  base[n / 64 + 1]: offset of the first string of each group
**       ...  n + 1 fields of `width` bits: offset of string i less the base of
**            its group; the last one ends string n - 1
**       ...  BITS_PADDING bytes
**       ...  the text
**
** Owns nothing. Calls section.h, buffer.h and bits.h.
*/
#ifndef SLOTS_TEXT_PLAIN_H
#define SLOTS_TEXT_PLAIN_H

#include "base/bits.h"
#include "section.h"

#define PLAIN_GROUP_SHIFT 6 /* log2 of the strings of a group */
#define PLAIN_FIXED_SIZE 16 /* up to the bases */

/* Uses of TextView.layout */
enum { PLAIN_WIDTH, PLAIN_FIELDS, PLAIN_TEXT, PLAIN_TEXT_SIZE };

extern const SectionReader plain_reader;

/* The bytes that plain_encode would append. */
uint64_t plain_size(const Strings *strings);

/* Appends a whole section. */
int plain_encode(const Strings *strings, Buffer *out);

/* Where string `row` begins in the text, row <= count; of damaged bytes, any number. */
static inline uint64_t plain_offset(const TextView *view, uint32_t row) {
  unsigned width = view->layout[PLAIN_WIDTH];
  const unsigned char *fields = view->section + view->layout[PLAIN_FIELDS];
  uint32_t group = row >> PLAIN_GROUP_SHIFT;
  uint32_t base = load_u32(view->section + PLAIN_FIXED_SIZE + 4 * (size_t)group);
  return base + bits_get(fields, (uint64_t)row * width, width);
}

#endif
