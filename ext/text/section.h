/*
** section.h: what all encodings of a section share.
**
** A section begins with this header; what follows is the encoding's own.
** Offsets are in bytes, integers little-endian:
**
**    0  u8   encoding, a SectionEncoding
**    1  u8   flags: bit 0, some string contains a zero byte
**    2  u8   version of the encoding's layout
**    3  u8   0, reserved
**    4  u32  count of strings, 0 to 65,536
**    8       payload
**
** Each encoding is one value of type SectionReader; text.c picks by number.
** Calls types.h, buffer.h, bits.h.
*/
#ifndef SLOTS_TEXT_SECTION_H
#define SLOTS_TEXT_SECTION_H

#include "types.h"

#define SECTION_HEADER 8
#define SECTION_FLAG_NUL 1u
#define SECTION_MAX_ROWS 65536u

typedef enum SectionEncoding { SECTION_PLAIN = 0, SECTION_CODED = 1 } SectionEncoding;

/* How one encoding is read. `open` may rely on nothing but the header. */
typedef struct SectionReader {
  int (*open)(TextView *view);
  int (*read)(const TextView *view, uint32_t row, TextExpansion *expansion, Buffer *into);
  int (*read_batch)(const TextView *view, uint32_t first, uint32_t count, TextExpansion *expansion,
                    TextBatch *into);
  void (*describe)(const TextView *view, TextInfo *info);
} SectionReader;

/* Whether some string contains a zero byte. */
bool strings_have_nul(const Strings *strings);

/* Appends the header of a section of so many strings. */
int section_begin(uint32_t count, bool has_nul, SectionEncoding encoding, Buffer *out);

#endif
