/*
** expand.h: the tokens of a codec of pairs as pieces of text, for as long as strings are read.
**
** Pairs are small, but a token is put together anew each time that it comes: strings take six
** to ten times as long to decode as with text. So whoever reads many has the text of all tokens
** made, some 250 KB, until it is done (text_expansion_clear).
**
** Owns nothing but what a TextExpansion refers to. Calls spell.h, codec.h, base/.
*/
#ifndef SLOTS_TEXT_EXPAND_H
#define SLOTS_TEXT_EXPAND_H

#include "codec.h"

/*
** A codec in the form of text with the items of `pairs`, which must outlive it, as fields and
** classes are still those of `pairs`. SQLITE_OK, SQLITE_NOMEM, SQLITE_TOOBIG, or SQLITE_CORRUPT for
** tokens that no encoder makes.
*/
int codec_expand(const TextCodec *pairs, TextCodec **expanded);

/*
** The codec to decode `strings` more strings with: `codec` itself or, once enough strings were
** decoded to pay for it, its expansion. `expansion` may be NULL.
*/
const TextCodec *expansion_use(TextExpansion *expansion, const TextCodec *codec, uint32_t strings);

#endif
