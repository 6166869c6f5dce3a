/*
** build.h: the bytes of a codec out of a dictionary whose uses are counted.
**
** Owns nothing. Calls dictionary.h, superstring.h, codec.h, prefix.h, buffer.h.
*/
#ifndef SLOTS_TEXT_BUILD_H
#define SLOTS_TEXT_BUILD_H

#include "dictionary.h"

/*
** Makes a codec of the tokens used, which code `size` bytes of text; item[t]
** becomes the item of token t, or NO_ITEM.
*/
int build_codec(const Dictionary *dictionary, uint32_t size, TextCodec **codec, uint16_t *item);

#endif
