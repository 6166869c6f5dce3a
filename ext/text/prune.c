/*
** prune.c: see prune.h.
*/
#include "prune.h"

#include <stdbool.h>
#include <string.h>

#include "cost.h"

/* The cheapest way to write each token: its code, or those of its children. */
static void find_cheapest(const Grammar *grammar, const uint32_t *uses, const uint32_t *cost,
                          uint32_t *cheapest) {
  for (uint32_t t = 0; t < SYMBOL_LIMIT; t++) cheapest[t] = cost[t];
  for (uint32_t t = SYMBOL_LIMIT; t < grammar->count; t++) {
    TokenPair pair = grammar->pair[t];
    uint32_t split = cheapest[pair.left] + cheapest[pair.right];
    cheapest[t] = uses[t] != 0 && cost[t] < split ? cost[t] : split;
  }
}

static bool worth_keeping(const Grammar *grammar, uint32_t token, uint64_t uses, uint32_t saved,
                          PruneTerms terms, bool covered) {
  uint64_t entry = covered ? terms.covered_bits
                           : terms.entry_bits + terms.text_bits * (uint64_t)grammar->bytes[token];
  uint32_t fields = grammar->fields[token];
  if (fields != 0) entry += terms.record_bits + terms.field_bits * fields;
  return uses * saved * terms.scale / (COST_BIT * 256) > entry;
}

void prune_tokens(const Grammar *grammar, uint32_t *uses, const uint32_t *cost, PruneTerms terms,
                  uint32_t *work) {
  uint32_t *cheapest = work, *covered = work + grammar->count;
  memset(covered, 0, grammar->count * sizeof *covered);
  find_cheapest(grammar, uses, cost, cheapest);
  for (uint32_t t = grammar->count; t-- > SYMBOL_LIMIT;) {
    TokenPair pair = grammar->pair[t];
    uint32_t split = cheapest[pair.left] + cheapest[pair.right];
    uint32_t saved = split > cost[t] ? split - cost[t] : 0;
    bool keep = uses[t] != 0 && worth_keeping(grammar, t, uses[t], saved, terms, covered[t]);
    if (keep || covered[t]) covered[pair.left] = covered[pair.right] = 1;
    if (keep) continue;
    uses[pair.left] += uses[t];
    uses[pair.right] += uses[t];
    uses[t] = 0;
  }
}
