/*
** repair.h: learns a grammar from sample strings.
**
** RePair (Larsson and Moffat, "Offline Dictionary-Based Compression", 1999):
** the most frequent pair of neighbours becomes a token, again and again. A
** sequence counts as often as its weight says, so that repeated strings are
** kept once. No pair lies across the end of a sequence.
**
** Owns nothing. Calls pairs.h and grammar.h.
*/
#ifndef SLOTS_TEXT_REPAIR_H
#define SLOTS_TEXT_REPAIR_H

#include "grammar.h"

/*
** Adds tokens until no pair is seen `min_count` times or the capacity is used up.
** uses[t] becomes the number of tokens t that the sample consists of then.
** SQLITE_OK or SQLITE_NOMEM.
*/
int repair(Grammar *grammar, const Sequences *sample, uint32_t min_count, uint32_t *uses);

#endif
