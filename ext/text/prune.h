/*
** prune.h: drops tokens whose entry in the dictionary costs more than they save.
**
** Minimum description length. Without a token its two parts are written instead, each more often
** than before and so with a shorter code. The token's entry is saved, and its text unless a longer
** token contains it. But a part that no other token contains then needs text of its own, and one
** that was never written by itself needs an entry, or else its own parts are written.
**
** Owns nothing. Calls grammar.h and cost.h.
*/
#ifndef SLOTS_TEXT_PRUNE_H
#define SLOTS_TEXT_PRUNE_H

#include <stdbool.h>

#include "grammar.h"

typedef struct PruneTerms {
  uint32_t scale;          /* times that the counted strings are seen, in 1/256, not 0 */
  uint32_t entry_bits;     /* of a token in the dictionary */
  uint32_t held_bits;      /* of one that is part of another */
  uint32_t text_bits;      /* of a byte of text that is part of no other token's */
  uint32_t part_text_bits; /* of one of a part left alone, which may be found elsewhere */
  uint32_t record_bits;    /* of what tells that a token has fields */
  uint32_t field_bits;     /* of what tells where each of them is */
} PruneTerms;

/*
** uses[t]: times that token t is used; 0 on return for those dropped, whose
** uses have become their parts'. `flat`: all codes have one length, which grows with the
** number of tokens. `work` has room for two values a token.
*/
void prune_tokens(const Grammar *grammar, uint32_t *uses, bool flat, PruneTerms terms,
                  uint32_t *work);

#endif
