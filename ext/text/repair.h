/*
** repair.h: learns tokens from sequences of symbols, or of other tokens.
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
** Adds tokens until no pair is seen `min_count` times or the capacity is used up. The
** sequences become what they consist of then, and uses[t] the number of tokens t in them.
** SQLITE_OK, or SQLITE_NOMEM with the sequences as they were.
*/
int repair(Grammar *grammar, Sequences *sequences, uint32_t min_count, uint32_t *uses);

#endif
