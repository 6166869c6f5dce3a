/*
** trie.c: see trie.h.
**
** Tokens are sorted, so that those below a node are a range. Nodes get their
** children top down, the children of one node at once.
*/
#include "trie.h"

#include <stdlib.h>

#include "base/sqlite.h"

_Static_assert(SYMBOL_LIMIT + TOKENS_MAX <= 1u << TRIE_TOKEN_BITS, "tokens fit a node");
_Static_assert(SYMBOL_LIMIT < TRIE_FREE, "symbols are told from what is none");
_Static_assert((uint64_t)TOKENS_MAX *TOKEN_BYTES_MAX * 2 < 1u << (32 - TRIE_SYMBOL_BITS),
               "bases fit a node");

#define KEY_SYMBOLS 7 /* that fit a sort key */
#define PLACES_TRIED 64

#define FREE_NODE ((TrieNode)TRIE_FREE << TRIE_LINK_SHIFT | TRIE_NEVER << TRIE_TOKEN_BITS)

/* A token and its first symbols, the first one on top. */
typedef struct SortKey {
  uint64_t symbols;
  const uint16_t *more; /* those behind */
  uint32_t more_count;
  uint32_t token;
} SortKey;

/* Tokens sorted[begin] up to sorted[end], whose first `depth` symbols lead to a node. */
typedef struct Subtree {
  uint32_t begin, end, depth, slot;
} Subtree;

typedef struct TrieBuilder {
  Trie *trie;
  const Sequences *tokens;
  SortKey *sorted;
  uint32_t count;
  Subtree *waiting; /* disjoint ranges: no more than tokens */
  uint32_t waiting_count;
  bool *taken; /* by base: some node has it */
  uint32_t chains;
  uint32_t first; /* slots below it are in use */
  uint32_t end;   /* slots from it on are free */
  uint32_t children;
  uint16_t symbol[SYMBOL_LIMIT];    /* of the children of the node under way */
  uint32_t begin[SYMBOL_LIMIT + 1]; /* where their ranges begin */
} TrieBuilder;

/* --- sorting -------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b) {
  const SortKey *x = a, *y = b;
  if (x->symbols != y->symbols) return x->symbols < y->symbols ? -1 : 1;
  for (uint32_t i = 0; i < x->more_count && i < y->more_count; i++) {
    if (x->more[i] != y->more[i]) return x->more[i] < y->more[i] ? -1 : 1;
  }
  return (x->more_count > y->more_count) - (x->more_count < y->more_count);
}

static SortKey key_of(const Sequences *tokens, uint32_t token) {
  const uint16_t *symbols = tokens->symbols + tokens->start[token];
  uint32_t count = tokens->start[token + 1] - tokens->start[token];
  uint32_t first = count < KEY_SYMBOLS ? count : KEY_SYMBOLS;
  SortKey key = {.more = symbols + first, .more_count = count - first, .token = token};
  for (uint32_t i = 0; i < KEY_SYMBOLS; i++) {
    /* one more than the symbol, so that a token comes before those it begins */
    key.symbols = key.symbols << TRIE_SYMBOL_BITS | (i < first ? symbols[i] + 1u : 0);
  }
  return key;
}

/* Sorts the tokens to be found. */
static void sort_tokens(TrieBuilder *b, const uint32_t *uses) {
  for (uint32_t t = 0; t < b->tokens->count; t++) {
    uint32_t count = b->tokens->start[t + 1] - b->tokens->start[t];
    if (count == 0 || (t >= SYMBOL_LIMIT && uses[t] == 0)) continue;
    b->sorted[b->count++] = key_of(b->tokens, t);
  }
  qsort(b->sorted, b->count, sizeof *b->sorted, compare_keys);
}

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

/* Finds the symbols that follow in the subtree, and the token that ends at its node. */
static void find_children(TrieBuilder *b, const Subtree *tree) {
  b->children = 0;
  for (uint32_t i = tree->begin; i < tree->end; i++) {
    uint32_t token = b->sorted[i].token, start = b->tokens->start[token];
    if (b->tokens->start[token + 1] - start == tree->depth) {
      if (i != tree->begin) continue; /* spelled as the first: of a damaged codec */
      b->trie->nodes[tree->slot] |= token;
      b->trie->slot[token] = tree->slot;
      continue;
    }
    uint16_t symbol = b->tokens->symbols[start + tree->depth];
    if (b->children != 0 && b->symbol[b->children - 1] == symbol) continue;
    b->begin[b->children] = i;
    b->symbol[b->children++] = symbol;
  }
  b->begin[b->children] = tree->end;
}

/* How many symbols of all tokens of the subtree are the same, unless one ends at its node. */
static uint32_t common_length(const TrieBuilder *b, const Subtree *tree) {
  const Sequences *tokens = b->tokens;
  uint32_t first = b->sorted[tree->begin].token, last = b->sorted[tree->end - 1].token;
  const uint16_t *x = tokens->symbols + tokens->start[first];
  const uint16_t *y = tokens->symbols + tokens->start[last];
  uint32_t x_length = tokens->start[first + 1] - tokens->start[first];
  uint32_t y_length = tokens->start[last + 1] - tokens->start[last], same = tree->depth;
  while (same < x_length && same < y_length && x[same] == y[same]) same++;
  return same - tree->depth;
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
  uint32_t token = b->sorted[tree->begin].token;
  trie->chains[b->chains++] = (TrieChain){b->tokens->start[token] + tree->depth, length, slot};
  tree->depth += length;
  tree->slot = slot;
  return SQLITE_OK;
}

static void place_children(TrieBuilder *b, uint32_t base, uint32_t depth) {
  for (uint32_t i = b->children; i-- > 0;) {
    uint32_t slot = base ^ b->symbol[i];
    b->trie->nodes[slot] = make_node(TRIE_LEAF, b->symbol[i], 0);
    if (slot >= b->end) b->end = slot + 1;
    b->waiting[b->waiting_count++] = (Subtree){b->begin[i], b->begin[i + 1], depth, slot};
  }
  b->taken[base] = true;
}

static int build_nodes(TrieBuilder *b) {
  if (!grow(b)) return SQLITE_NOMEM;
  Subtree all = {.end = b->count, .slot = TRIE_FREE};
  find_children(b, &all);
  place_children(b, 0, 1);
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
    place_children(b, base, tree.depth + 1);
  }
  return SQLITE_OK;
}

int trie_build(Trie *trie, const Sequences *tokens, const uint32_t *uses) {
  *trie = (Trie){0};
  TrieBuilder *b = sqlite3_malloc64(sizeof *b);
  if (b == NULL) return SQLITE_NOMEM;
  memset(b, 0, sizeof *b);
  b->trie = trie;
  b->tokens = tokens;
  b->sorted = sqlite3_malloc64(tokens->count * sizeof *b->sorted);
  b->waiting = sqlite3_malloc64(tokens->count * sizeof *b->waiting);
  trie->slot = sqlite3_malloc64(tokens->count * sizeof *trie->slot);
  trie->chains = sqlite3_malloc64(tokens->count * sizeof *trie->chains);
  trie->symbols = tokens->symbols;
  int rc = b->sorted && b->waiting && trie->slot && trie->chains ? SQLITE_OK : SQLITE_NOMEM;
  if (rc == SQLITE_OK) {
    memset(trie->slot, 0xff, tokens->count * sizeof *trie->slot);
    sort_tokens(b, uses);
    rc = build_nodes(b);
  }
  sqlite3_free(b->sorted);
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
