/*
** prune.c: see prune.h.
*/
#include "prune.h"

#include <string.h>

#include "cost.h"

#define LOG2_E 369              /* in 1/256 bits */
#define ESCAPED (24 * COST_BIT) /* a byte without a token, about */
#define ROUNDS 2                /* what is dropped last makes what was kept before dearer */

typedef struct Pruner {
  const Grammar *grammar;
  uint32_t *uses;
  PruneTerms terms;
  uint32_t *cheapest; /* by token: to write it once, with its code or those of its parts */
  uint32_t *holders;  /* by token: those that it is a part of, and COUNTED */
  bool flat;
  uint32_t log_total; /* of all uses; of all tokens, where codes have one length */
  uint64_t crowding;  /* what all codes together cost more for one more token */
} Pruner;

#define COUNTED (1u << 31) /* the token holds its parts */

static uint32_t cost_once(const Pruner *p, uint32_t token) {
  return p->log_total - (p->flat ? 0 : cost_log2(p->uses[token]));
}

static void find_cheapest(Pruner *p) {
  for (uint32_t t = 0; t < SYMBOL_LIMIT; t++) {
    p->cheapest[t] = p->uses[t] != 0 ? cost_once(p, t) : ESCAPED;
  }
  for (uint32_t t = SYMBOL_LIMIT; t < p->grammar->count; t++) {
    TokenPair pair = p->grammar->pair[t];
    uint32_t own = p->uses[t] != 0 ? cost_once(p, t) : UINT32_MAX;
    uint32_t split = p->cheapest[pair.left] + p->cheapest[pair.right];
    p->cheapest[t] = own < split ? own : split;
  }
}

static void find_holders(Pruner *p) {
  memset(p->holders, 0, p->grammar->count * sizeof *p->holders);
  for (uint32_t t = p->grammar->count; t-- > SYMBOL_LIMIT;) {
    if (p->uses[t] == 0 && p->holders[t] == 0) continue;
    p->holders[t] |= COUNTED;
    p->holders[p->grammar->pair[t].left]++;
    p->holders[p->grammar->pair[t].right]++;
  }
}

static void find_totals(Pruner *p) {
  uint64_t total = 1, used = 1;
  for (uint32_t t = 0; t < p->grammar->count; t++) {
    total += p->uses[t];
    used += p->uses[t] != 0;
  }
  p->log_total = cost_log2(p->flat ? used : total);
  p->crowding = p->flat ? total * LOG2_E / used : 0;
}

/* The codes of a token that is used `more` times more often, by the entropy of all uses. */
static int64_t code_cost(const Pruner *p, uint64_t uses, uint64_t more) {
  int64_t cost = (int64_t)(more * p->log_total);
  if (p->flat) return cost;
  if (uses != 0) cost += (int64_t)(uses * cost_log2(uses));
  return cost - (int64_t)((uses + more) * cost_log2(uses + more));
}

/* Bits of the dictionary, for each time that the counted strings are seen. */
static int64_t share(const Pruner *p, uint64_t bits) {
  return (int64_t)(bits * COST_BIT * 256 / p->terms.scale);
}

static int64_t entry_cost(const Pruner *p, uint32_t token, bool held) {
  uint32_t fields = p->grammar->fields[token];
  uint64_t bits = held ? p->terms.held_bits : p->terms.entry_bits;
  if (fields != 0) bits += p->terms.record_bits + p->terms.field_bits * fields;
  return share(p, bits) + (int64_t)p->crowding;
}

/* What it costs to write a part `more` times by itself; `held`: another token holds it, too. */
static int64_t part_cost(const Pruner *p, uint32_t part, uint64_t more, bool held) {
  uint32_t uses = p->uses[part];
  int64_t cost = code_cost(p, uses, more);
  if (part < SYMBOL_LIMIT) return cost;
  if (!held) cost += share(p, (uint64_t)p->terms.part_text_bits * p->grammar->bytes[part]);
  if (uses != 0) return cost;
  cost += entry_cost(p, part, held);
  int64_t split = (int64_t)(more * p->cheapest[part]);
  return split < cost ? split : cost;
}

static bool pays(const Pruner *p, uint32_t token) {
  TokenPair pair = p->grammar->pair[token];
  uint64_t uses = p->uses[token];
  bool held = p->holders[token] != COUNTED;
  int64_t own = code_cost(p, 0, uses) + entry_cost(p, token, held);
  if (!held) own += share(p, (uint64_t)p->terms.text_bits * p->grammar->bytes[token]);
  uint32_t holding = COUNTED + (held ? 0 : pair.left == pair.right ? 2 : 1);
  int64_t parts = part_cost(p, pair.left, uses, p->holders[pair.left] > holding) +
                  part_cost(p, pair.right, uses, p->holders[pair.right] > holding);
  if (!p->flat) parts += (int64_t)uses * LOG2_E; /* more codes make all others longer */
  return parts > own;
}

static void drop(Pruner *p, uint32_t token) {
  TokenPair pair = p->grammar->pair[token];
  p->uses[pair.left] += p->uses[token];
  p->uses[pair.right] += p->uses[token];
  p->uses[token] = 0;
  if (p->holders[token] != COUNTED) return;
  p->holders[pair.left]--;
  p->holders[pair.right]--;
}

/* One look at all tokens, longer ones first; returns whether some were dropped. */
static bool prune(Pruner *p) {
  bool dropped = false;
  find_totals(p);
  find_cheapest(p);
  find_holders(p);
  for (uint32_t t = p->grammar->count; t-- > SYMBOL_LIMIT;) {
    if (p->uses[t] != 0 && pays(p, t)) continue;
    dropped = dropped || p->uses[t] != 0;
    drop(p, t);
  }
  return dropped;
}

void prune_tokens(const Grammar *grammar, uint32_t *uses, bool flat, PruneTerms terms,
                  uint32_t *work) {
  Pruner p = {.grammar = grammar, .uses = uses, .terms = terms, .flat = flat};
  p.cheapest = work;
  p.holders = work + grammar->count;
  for (int round = 0; round < ROUNDS && prune(&p); round++) {
  }
}
