/*
** trie.c: see trie.h.
**
** Tokens below a node are a range of a list, put in order node by node. Nodes get their
** children top down, the children of one node at once.
*/
#include "trie.h"

#include <string.h>

#include "base/sqlite.h"

_Static_assert(SYMBOL_LIMIT + TOKENS_MAX <= 1u << TRIE_TOKEN_BITS, "tokens fit a node");
_Static_assert(SYMBOL_LIMIT < TRIE_FREE, "symbols are told from what is none");
_Static_assert((uint64_t)TOKENS_MAX *TOKEN_BYTES_MAX * 2 < 1u << (32 - TRIE_SYMBOL_BITS),
               "bases fit a node");

#define PLACES_TRIED 64

#define FREE_NODE ((TrieNode)TRIE_FREE << TRIE_LINK_SHIFT | TRIE_NEVER << TRIE_TOKEN_BITS)

/* Tokens order[begin] up to order[end], whose first `depth` symbols lead to a node. */
typedef struct Subtree {
  uint32_t begin, end, depth, slot;
} Subtree;

typedef struct TrieBuilder {
  Trie *trie;
  const Sequences *tokens;
  uint32_t *order; /* tokens to be found, those of a subtree together */
  uint32_t *moved; /* likewise, while they are put in order */
  uint32_t count;
  Subtree *waiting; /* disjoint ranges: no more than tokens */
  uint32_t waiting_count;
  bool *taken; /* by base: some node has it */
  uint32_t chains;
  uint32_t first; /* slots below it are in use */
  uint32_t end;   /* slots from it on are free */
  uint32_t children;
  uint16_t symbol[SYMBOL_LIMIT]; /* of the children of the node under way */
  uint32_t end_of[SYMBOL_LIMIT]; /* by symbol: tokens that follow it, then where they end; else 0 */
} TrieBuilder;

/* --- nodes ---------------------------------------------------------------- */

static TrieNode make_node(uint32_t base, uint32_t symbol, uint32_t token) {
  return (TrieNode)base << TRIE_BASE_SHIFT | (TrieNode)symbol << TRIE_LINK_SHIFT |
         TRIE_NEVER << TRIE_TOKEN_BITS | token;
}

static bool grow(TrieBuilder *b) {
  Trie *trie = b->trie;
  uint32_t slots = trie->slots == 0 ? 16 * TRIE_BLOCK : 2 * trie->slots;
  TrieNode *nodes = sqlite3_realloc64(trie->nodes, slots * sizeof *nodes);
  if (nodes == NULL) return false;
  trie->nodes = nodes;
  bool *taken = sqlite3_realloc64(b->taken, slots * sizeof *taken);
  if (taken == NULL) return false;
  b->taken = taken;
  for (uint32_t s = trie->slots; s < slots; s++) {
    nodes[s] = FREE_NODE;
    taken[s] = false;
  }
  trie->slots = slots;
  return true;
}

static bool is_free(const TrieBuilder *b, uint32_t slot) {
  return b->trie->nodes[slot] == FREE_NODE;
}

/* Whether a node may have that base. */
static bool fits(const TrieBuilder *b, uint32_t base) {
  if (b->taken[base]) return false;
  for (uint32_t i = 0; i < b->children; i++) {
    if (!is_free(b, base ^ b->symbol[i])) return false;
  }
  return true;
}

/* A base for the children: by the first free slots, or soon behind all that are in use. */
static int find_base(TrieBuilder *b, uint32_t *base) {
  uint32_t tried = 0;
  while (b->first < b->end && !is_free(b, b->first)) b->first++;
  for (uint32_t slot = b->first;; slot++) {
    if (++tried == PLACES_TRIED && slot < b->end) slot = b->end;
    if (slot >= b->trie->slots && !grow(b)) return SQLITE_NOMEM;
    *base = slot ^ b->symbol[0];
    if (is_free(b, slot) && fits(b, *base)) return SQLITE_OK;
  }
}

static uint32_t token_length(const TrieBuilder *b, uint32_t token) {
  return b->tokens->start[token + 1] - b->tokens->start[token];
}

/* Notes the token that ends at a subtree's node; not one spelled the same, of a damaged codec. */
static void end_token(TrieBuilder *b, const Subtree *tree, uint32_t token) {
  TrieNode *node = &b->trie->nodes[tree->slot];
  if ((*node & (((TrieNode)1 << TRIE_TOKEN_BITS) - 1)) != 0) return;
  *node |= token;
  b->trie->slot[token] = tree->slot;
}

/*
** Finds the symbols that follow in the subtree, puts the tokens of each one behind those of the one
** before, and the token that ends at its node into that.
*/
static void find_children(TrieBuilder *b, const Subtree *tree) {
  const Sequences *tokens = b->tokens;
  b->children = 0;
  for (uint32_t i = tree->begin; i < tree->end; i++) {
    uint32_t token = b->order[i];
    if (token_length(b, token) == tree->depth) {
      end_token(b, tree, token);
      continue;
    }
    uint16_t symbol = tokens->symbols[tokens->start[token] + tree->depth];
    if (b->end_of[symbol]++ == 0) b->symbol[b->children++] = symbol;
  }
  uint32_t begin = tree->begin;
  for (uint32_t i = 0; i < b->children; i++) {
    uint32_t *end = &b->end_of[b->symbol[i]], count = *end;
    *end = begin; /* where the next one goes */
    begin += count;
  }
  if (b->children == 0) return;
  memcpy(b->moved, b->order + tree->begin, (tree->end - tree->begin) * sizeof *b->moved);
  for (uint32_t i = 0; i < tree->end - tree->begin; i++) {
    uint32_t token = b->moved[i];
    if (token_length(b, token) == tree->depth) continue;
    b->order[b->end_of[tokens->symbols[tokens->start[token] + tree->depth]]++] = token;
  }
}

/* How many symbols follow in all tokens of the subtree, as far as they may make a chain. */
static uint32_t common_length(const TrieBuilder *b, const Subtree *tree) {
  const Sequences *tokens = b->tokens;
  uint32_t first = b->order[tree->begin], same = token_length(b, first) - tree->depth;
  const uint16_t *x = tokens->symbols + tokens->start[first] + tree->depth;
  for (uint32_t i = tree->begin + 1; i < tree->end && same >= TRIE_CHAIN_MIN; i++) {
    const uint16_t *y = tokens->symbols + tokens->start[b->order[i]] + tree->depth;
    uint32_t length = token_length(b, b->order[i]) - tree->depth, alike = 0;
    if (length < same) same = length;
    while (alike < same && x[alike] == y[alike]) alike++;
    same = alike;
  }
  return same;
}

/* Makes a chain of the symbols that all tokens of the subtree have, and it what is behind. */
static int add_chain(TrieBuilder *b, Subtree *tree, uint32_t length) {
  Trie *trie = b->trie;
  uint32_t slot = b->first;
  while (slot < b->end && !is_free(b, slot)) slot++;
  if (slot >= trie->slots && !grow(b)) return SQLITE_NOMEM;
  if (slot >= b->end) b->end = slot + 1;
  trie->nodes[tree->slot] = make_node(TRIE_CHAIN, trie_symbol(trie->nodes[tree->slot]), b->chains);
  trie->nodes[slot] = make_node(TRIE_LEAF, TRIE_FREE, 0);
  uint32_t token = b->order[tree->begin];
  trie->chains[b->chains++] = (TrieChain){b->tokens->start[token] + tree->depth, length, slot};
  tree->depth += length;
  tree->slot = slot;
  return SQLITE_OK;
}

/* Places the nodes found, whose tokens begin at order[first], to be built. */
static void place_children(TrieBuilder *b, uint32_t base, uint32_t depth, uint32_t first) {
  for (uint32_t i = b->children; i-- > 0;) {
    uint16_t symbol = b->symbol[i];
    uint32_t slot = base ^ symbol, begin = i == 0 ? first : b->end_of[b->symbol[i - 1]];
    b->trie->nodes[slot] = make_node(TRIE_LEAF, symbol, 0);
    if (slot >= b->end) b->end = slot + 1;
    b->waiting[b->waiting_count++] = (Subtree){begin, b->end_of[symbol], depth, slot};
    b->end_of[symbol] = 0;
  }
  b->taken[base] = true;
}

/* Finds the tokens that are to be found. */
static void find_tokens(TrieBuilder *b, const uint32_t *uses) {
  for (uint32_t t = 0; t < b->tokens->count; t++) {
    if (token_length(b, t) == 0 || (t >= SYMBOL_LIMIT && uses[t] == 0)) continue;
    b->order[b->count++] = t;
  }
}

static int build_nodes(TrieBuilder *b) {
  if (!grow(b)) return SQLITE_NOMEM;
  Subtree all = {.end = b->count, .slot = TRIE_FREE};
  find_children(b, &all);
  place_children(b, 0, 1, 0);
  b->taken[TRIE_LEAF] = b->taken[TRIE_CHAIN] = true;
  while (b->waiting_count != 0) {
    Subtree tree = b->waiting[--b->waiting_count];
    uint32_t base, same = common_length(b, &tree);
    int rc = SQLITE_OK;
    if (same >= TRIE_CHAIN_MIN && b->chains < b->count) rc = add_chain(b, &tree, same);
    if (rc != SQLITE_OK) return rc;
    find_children(b, &tree);
    if (b->children == 0) continue;
    rc = find_base(b, &base);
    if (rc != SQLITE_OK) return rc;
    TrieNode *node = &b->trie->nodes[tree.slot];
    *node = make_node(base, trie_symbol(*node), trie_offer(*node) % (1u << TRIE_TOKEN_BITS));
    place_children(b, base, tree.depth + 1, tree.begin);
  }
  return SQLITE_OK;
}

int trie_build(Trie *trie, const Sequences *tokens, const uint32_t *uses) {
  *trie = (Trie){0};
  TrieBuilder *b = sqlite_zeros(sizeof *b);
  if (b == NULL) return SQLITE_NOMEM;
  b->trie = trie;
  b->tokens = tokens;
  b->order = sqlite3_malloc64(tokens->count * sizeof *b->order);
  b->moved = sqlite3_malloc64(tokens->count * sizeof *b->moved);
  b->waiting = sqlite3_malloc64(tokens->count * sizeof *b->waiting);
  trie->slot = sqlite3_malloc64(tokens->count * sizeof *trie->slot);
  trie->chains = sqlite3_malloc64(tokens->count * sizeof *trie->chains);
  trie->symbols = tokens->symbols;
  bool all = b->order && b->moved && b->waiting && trie->slot && trie->chains;
  int rc = all ? SQLITE_OK : SQLITE_NOMEM;
  if (rc == SQLITE_OK) {
    memset(trie->slot, 0xff, tokens->count * sizeof *trie->slot);
    find_tokens(b, uses);
    rc = build_nodes(b);
  }
  sqlite3_free(b->order);
  sqlite3_free(b->moved);
  sqlite3_free(b->waiting);
  sqlite3_free(b->taken);
  sqlite3_free(b);
  return rc;
}

void trie_set_cost(Trie *trie, uint32_t token, uint32_t cost) {
  uint32_t slot = trie->slot[token];
  if (slot == TRIE_NO_SLOT) return;
  uint32_t finest = cost / (COST_BIT / TRIE_COST_BIT);
  if (cost >= COST_NEVER || finest > TRIE_NEVER) finest = TRIE_NEVER;
  TrieNode others = trie->nodes[slot] & ~((TrieNode)TRIE_NEVER << TRIE_TOKEN_BITS);
  trie->nodes[slot] = others | (TrieNode)finest << TRIE_TOKEN_BITS;
}

void trie_clear(Trie *trie) {
  sqlite3_free(trie->nodes);
  sqlite3_free(trie->slot);
  sqlite3_free(trie->chains);
  *trie = (Trie){0};
}
