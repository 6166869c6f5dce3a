/*
** reopen.h: a dictionary out of the codec that was made of one.
**
** Owns nothing. Calls dictionary.h, codec.h, spell.h, buffer.h.
*/
#ifndef SLOTS_TEXT_REOPEN_H
#define SLOTS_TEXT_REOPEN_H

#include "dictionary.h"

/*
** The dictionary that made the codec, as far as parsing needs it. *item
** becomes an array, to be freed, of the item of each token or NO_ITEM.
*/
int dictionary_reopen(Dictionary *dictionary, const TextCodec *codec, uint16_t **item);

#endif
