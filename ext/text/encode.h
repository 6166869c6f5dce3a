/*
** encode.h: writes a coded section (coded.h has its layout).
**
** Owns its working space. Calls tokenize.h, build.h, codec.h, bitstream.h.
*/
#ifndef SLOTS_TEXT_ENCODE_H
#define SLOTS_TEXT_ENCODE_H

#include "build.h"
#include "dictionary.h"

typedef struct EncodeOptions {
  uint32_t block_shift; /* log2 of the strings of a block */
  PruneTerms prune;     /* of a codec made for this section */
} EncodeOptions;

/*
** Appends a section of all strings. With *codec NULL makes one out of the
** dictionary; else the dictionary is *codec reopened, and item[t] the item of
** its token t.
*/
int encode_section(const Strings *strings, Dictionary *dictionary, EncodeOptions options,
                   TextCodec **codec, uint16_t *item, Buffer *out);

#endif
