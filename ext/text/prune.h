/*
** prune.h: drops tokens whose entry in the dictionary costs more than they save.
**
** Minimum description length: a token saves, each time it is used, the
** difference between its code and those of its two children; its entry takes
** some bits, and its text as well unless a longer token contains it.
**
** Owns nothing. Calls grammar.h and cost.h.
*/
#ifndef SLOTS_TEXT_PRUNE_H
#define SLOTS_TEXT_PRUNE_H

#include "grammar.h"

typedef struct PruneTerms {
  uint32_t scale;        /* times that the counted strings are seen, in 1/256 */
  uint32_t entry_bits;   /* of a token in the dictionary */
  uint32_t covered_bits; /* of one that is part of another */
  uint32_t text_bits;    /* of a byte of text, where it is not covered */
  uint32_t record_bits;  /* of what tells that a token has fields */
  uint32_t field_bits;   /* of what tells where each of them is */
} PruneTerms;

/*
** uses[t]: times that token t is used; 0 on return for those dropped, whose
** uses have become their children's. cost[t]: of its code in 1/256 bits, work
** space beside. `work` has room for two values per token.
*/
void prune_tokens(const Grammar *grammar, uint32_t *uses, const uint32_t *cost, PruneTerms terms,
                  uint32_t *work);

#endif
