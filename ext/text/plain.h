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

#include "section.h"

extern const SectionReader plain_reader;

/* The bytes that plain_encode would append. */
uint64_t plain_size(const Strings *strings);

/* Appends a whole section. */
int plain_encode(const Strings *strings, Buffer *out);

#endif
