/*
** coded.h: strings as codes of a dictionary's tokens.
**
** Blocks of R strings, R a power of two, each of which decodes on its own.
** Layout behind the section header; offsets in bytes, n strings:
**
**    8  u8   log2 of R, 0 to 6
**    9  u8   of the offsets, as 2 and 20
**   10       2 zero bytes
**   12  u32  check: of the codec's bytes
**   16  u32  bytes of code
**   20  u32
**   24       where blocks begin (offsets.h)
**       ...  code, see bitstream.h, and its padding
**
** Within a block tokens follow each other, and each token is followed by the payloads
** of its fields, an escape by its byte.
**
** Owns nothing. Calls decode.h, expand.h, offsets.h, section.h, bits.h.
*/
#ifndef SLOTS_TEXT_CODED_H
#define SLOTS_TEXT_CODED_H

#include "offsets.h"
#include "section.h"

enum { CODED_AT_CHECK = 12, CODED_AT_CODE_SIZE = 16, CODED_FIXED_SIZE = OFFSETS_BEGIN };

/* Uses of TextView.layout, behind those of the offsets; the code begins at their end. */
enum { CODED_SHIFT = OFFSETS_SHIFT, CODED_CODE = OFFSETS_END, CODED_CODE_SIZE = OFFSETS_USED };

extern const SectionReader coded_reader;

#endif
