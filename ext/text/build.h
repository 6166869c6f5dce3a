/*
** build.h: the bytes of a codec out of a dictionary whose uses are counted.
**
** Owns nothing. Calls dictionary.h, classes.h, build_classes.h, superstring.h, codec.h, prefix.h,
** base/.
*/
#ifndef SLOTS_TEXT_BUILD_H
#define SLOTS_TEXT_BUILD_H

#include "classes.h"
#include "dictionary.h"

/*
** Makes a codec of the tokens used, which code `size` bytes of text, with codes of the
** classes if these pay; item[t] becomes the item of token t, or NO_ITEM.
*/
int build_codec(const Dictionary *dictionary, const Classes *classes, uint32_t size,
                TextCodec **codec, uint16_t *item);

#endif
