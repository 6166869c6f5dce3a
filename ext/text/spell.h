/*
** spell.h: the symbols that a codec's token stands for.
**
** Owns nothing. Calls codec.h.
*/
#ifndef SLOTS_TEXT_SPELL_H
#define SLOTS_TEXT_SPELL_H

#include "codec.h"

/*
** Writes the symbols of a token to `symbols`, which has room for
** TOKEN_BYTES_MAX; returns how many. SYMBOL_SAME and SYMBOL_ESCAPE alone have
** none: codec_special tells them.
*/
uint32_t spell_token(const TextCodec *codec, uint32_t token, uint16_t *symbols);

#endif
