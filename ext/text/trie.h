/*
** trie.h: finds all tokens that begin at a place in a run of symbols.
**
** A double array (Aoe, "An Efficient Digital Search Algorithm by Using a Double-Array Structure",
** 1989) in the variant where a node's base and a symbol are combined by XOR: the child by symbol s
** of a node is at slot base ^ s, if the node there says that it is reached by s. That is enough,
** since no two nodes have the same base. Eight bytes a node, siblings close to each other: a walk
** seldom misses the cache. Where tokens go on alike for a while and none ends, a *chain* stands for
** the nodes, and says which symbols follow in all of them: long tokens, such as the first half of
** an url, are walked in a few steps.
**
** Owns the nodes; borrows the symbols. Calls grammar.h (its types) and cost.h (its units).
*/
#ifndef SLOTS_TEXT_TRIE_H
#define SLOTS_TEXT_TRIE_H

#include <stdbool.h>
#include <string.h>

#include "cost.h"
#include "grammar.h"

#define TRIE_SYMBOL_BITS 9
#define TRIE_BLOCK (1u << TRIE_SYMBOL_BITS) /* slots that hold the children of one node */
#define TRIE_NONE (TRIE_BLOCK - 1)          /* a symbol that leads nowhere */
#define TRIE_FREE (TRIE_BLOCK - 2)          /* the symbol of a slot without a node */
#define TRIE_NO_SLOT UINT32_MAX

/*
** A node, from the most significant bit down:
**
**    23 bits  base
**     9 bits  symbol that leads here
**    17 bits  cost of the token that ends here in 1/32 bits, TRIE_NEVER for none
**    15 bits  that token
**
** Of a node that begins a chain: the base TRIE_CHAIN, TRIE_NEVER, and the chain's number.
*/
typedef uint64_t TrieNode;

#define TRIE_TOKEN_BITS 15
#define TRIE_LINK_SHIFT 32
#define TRIE_BASE_SHIFT (TRIE_LINK_SHIFT + TRIE_SYMBOL_BITS)
#define TRIE_COST_BIT 32u
#define TRIE_NEVER ((1u << 17) - 1) /* more than symbol after symbol costs, for any token */

/*
** The bases of nodes without children: slots near them belong to single symbols, other ones each.
*/
enum { TRIE_LEAF = 1, TRIE_CHAIN = 2 };

#define TRIE_CHAIN_MIN 4 /* symbols that are worth a chain: those of a word of 64 bits */

typedef struct TrieChain {
  uint32_t symbols; /* where they are among those of all tokens */
  uint32_t length;
  uint32_t slot; /* of the node behind them */
} TrieChain;

typedef struct Trie {
  TrieNode *nodes; /* those of single symbols come first: symbol s at slot s */
  uint32_t slots;
  const uint16_t *symbols; /* of all tokens */
  TrieChain *chains;
  uint32_t *slot; /* by token: where it ends, TRIE_NO_SLOT for none */
} Trie;

/*
** A trie of the tokens that `tokens` spells, of those with uses[t] != 0 and of the
** symbols, which spell themselves or nothing. All costs are TRIE_NEVER. `tokens` must
** stay as long as the trie. SQLITE_OK or SQLITE_NOMEM; trie_clear is to be called even then.
*/
int trie_build(Trie *trie, const Sequences *tokens, const uint32_t *uses);

static inline uint32_t trie_symbol(TrieNode node) {
  return (uint32_t)(node >> TRIE_LINK_SHIFT) % TRIE_BLOCK;
}

/* Where the node's child by `symbol` is, if that is what the node there is reached by. */
static inline uint32_t trie_child(TrieNode node, uint32_t symbol) {
  return (uint32_t)(node >> TRIE_BASE_SHIFT) ^ symbol;
}

/* The token that ends there under its cost: cost << TRIE_TOKEN_BITS | token. */
static inline uint32_t trie_offer(TrieNode node) { return (uint32_t)node; }

/* The chain that the node begins, or NULL. */
static inline const TrieChain *trie_chain(const Trie *trie, TrieNode node) {
  if (node >> TRIE_BASE_SHIFT != TRIE_CHAIN) return NULL;
  return &trie->chains[node & ((1u << TRIE_TOKEN_BITS) - 1)];
}

/* Whether a chain's symbols, TRIE_CHAIN_MIN or more, are `symbols`. */
static inline bool trie_follows(const Trie *trie, const TrieChain *chain, const uint16_t *symbols) {
  const uint16_t *wanted = trie->symbols + chain->symbols;
  uint32_t last = chain->length - TRIE_CHAIN_MIN;
  for (uint32_t i = 0; i < last; i += TRIE_CHAIN_MIN) {
    if (memcmp(symbols + i, wanted + i, TRIE_CHAIN_MIN * sizeof *symbols) != 0) return false;
  }
  return memcmp(symbols + last, wanted + last, TRIE_CHAIN_MIN * sizeof *symbols) == 0;
}

/* Sets the cost of a token in 1/256 bits, COST_NEVER for none. */
void trie_set_cost(Trie *trie, uint32_t token, uint32_t cost);

void trie_clear(Trie *trie);

#endif
