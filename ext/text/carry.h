/*
** carry.h: makes a section of strings most of which are in sections with the same codec: their code
** is copied instead of being decoded and parsed again.
**
** What code means may depend on the strings before it in a block (walk.h). A string whose code
** would mean something else in its new place is decoded, and parsed like a new one.
**
** Owns its working space. Calls walk.h, tokenize.h, code_writer.h, coded.h, dictionary.h,
** types.h, buffer.h.
*/
#ifndef SLOTS_TEXT_CARRY_H
#define SLOTS_TEXT_CARRY_H

#include "dictionary.h"
#include "types.h"

/*
** Appends a section as text_carry does. The dictionary is `codec` reopened, item[t] the item of
** its token t. *size becomes the number of bytes of all strings.
*/
int carry_section(const TextOrigin *origins, const Strings *strings, const TextCodec *codec,
                  Dictionary *dictionary, const uint16_t *item, uint64_t *size, Buffer *out);

#endif
