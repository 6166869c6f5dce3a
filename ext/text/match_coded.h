/*
** match_coded.h: matching strings of a coded section, token by token.
**
** A code's end is known only after a look-up, so each has to wait for the one before. Two halves of
** a batch take turns, so that their waits overlap. Bounds are decode.h's: no code is read behind
** the section's code and its padding, and every token takes a bit at least.
**
** Owns nothing. Calls match_steps.h, coded.h, decode.h, types.h, bits.h.
*/
#ifndef SLOTS_TEXT_MATCH_CODED_H
#define SLOTS_TEXT_MATCH_CODED_H

#include "match_steps.h"
#include "types.h"

/*
** text_match for a coded section of the codec that `steps` are for; `bits` are
** zeros, the strings are there, and count is not 0.
*/
int match_coded(MatchSteps *steps, const TextView *view, uint32_t first, uint32_t count,
                uint64_t *bits);

#endif
