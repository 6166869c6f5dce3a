/*
** superstring.h: one text in which the texts of all coded tokens lie.
**
** Only texts that are not part of another take room, and each only for what the text before it does
** not end with already. Digits of fields are written as zeros.
**
** Owns nothing. Calls dictionary.h, overlap.h, base/.
*/
#ifndef SLOTS_TEXT_SUPERSTRING_H
#define SLOTS_TEXT_SUPERSTRING_H

#include "dictionary.h"

#define SUPERSTRING_NONE UINT32_MAX

/*
** Appends the texts of tokens t with coded[t] != 0 to `text`, which is empty.
** offset[t] becomes the place of t, or SUPERSTRING_NONE for some others.
*/
int superstring_build(const Dictionary *dictionary, const uint8_t *coded, uint32_t *offset,
                      Buffer *text);

#endif
