/*
** parse.c: see parse.h.
*/
#include "parse.h"

#include <stdbool.h>
#include <string.h>

#include "../sqlite.h"

#define SYMBOL_BITS 9

_Static_assert(SYMBOL_LIMIT <= 1 << SYMBOL_BITS, "symbols fit their bits of a key");
_Static_assert(TOKENS_MAX < 1 << 16, "tokens fit 16 bits");

#define ROOT UINT32_MAX

/* Keys are never 0: the root counts as slot -1, so every parent adds one. */
static inline uint32_t key_of(uint32_t parent, uint32_t symbol) {
  return (parent + 1) << SYMBOL_BITS | (symbol + 1);
}

static inline uint32_t slot_of(const Parser *parser, uint32_t key) {
  return (key * 0x9e3779b1u >> 12) & parser->mask;
}

/* The slot of the node with that key, or the free one where it belongs. */
static inline uint32_t find(const Parser *parser, uint32_t key) {
  uint32_t slot = slot_of(parser, key);
  while (parser->nodes[slot].key != key && parser->nodes[slot].key != 0) {
    slot = (slot + 1) & parser->mask;
  }
  return slot;
}

/* Adds the nodes of a token; false when the table gets too full. */
static bool insert(Parser *parser, uint32_t token, const uint16_t *symbols, uint32_t count,
                   uint32_t *room) {
  uint32_t slot = ROOT;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t key = key_of(slot, symbols[i]), parent = slot;
    slot = find(parser, key);
    if (parser->nodes[slot].key == key) continue;
    if ((*room)-- == 0) return false;
    parser->nodes[slot] = (TrieNode){.key = key, .cost = COST_NEVER};
    if (parent != ROOT) parser->nodes[parent].children |= 1u << (symbols[i] & 31);
  }
  parser->node[token] = slot;
  if (slot != ROOT) parser->nodes[slot].token = (uint16_t)token;
  if (count == 1) parser->root[symbols[0]] = slot;
  return true;
}

static bool insert_all(Parser *parser, const Sequences *tokens, const uint32_t *uses) {
  uint32_t room = parser->mask / 3 * 2;
  for (uint32_t t = 0; t < tokens->count; t++) {
    parser->node[t] = ROOT;
    if (t >= SYMBOL_LIMIT && uses[t] == 0) continue;
    const uint16_t *symbols = tokens->symbols + tokens->start[t];
    uint32_t count = tokens->start[t + 1] - tokens->start[t];
    if (!insert(parser, t, symbols, count, &room)) return false;
  }
  return true;
}

static int build_trie(Parser *parser, const Sequences *tokens, const uint32_t *uses) {
  uint32_t slots = 1024;
  for (;; slots *= 2) {
    sqlite3_free(parser->nodes);
    parser->nodes = sqlite3_malloc64(slots * sizeof *parser->nodes);
    if (parser->nodes == NULL) return SQLITE_NOMEM;
    memset(parser->nodes, 0, slots * sizeof *parser->nodes);
    parser->mask = slots - 1;
    if (insert_all(parser, tokens, uses)) return SQLITE_OK;
  }
}

int parser_init(Parser *parser, const Sequences *tokens, const uint32_t *uses) {
  *parser = (Parser){0};
  parser->node = sqlite3_malloc64(tokens->count * sizeof *parser->node);
  parser->best = sqlite3_malloc64((PARSE_CHUNK + 1) * sizeof *parser->best);
  if (parser->node == NULL || parser->best == NULL) return SQLITE_NOMEM;
  return build_trie(parser, tokens, uses);
}

void parser_set_cost(Parser *parser, uint32_t token, uint32_t cost) {
  if (parser->node[token] == ROOT) return;
  parser->nodes[parser->node[token]].cost = (uint16_t)(cost < COST_NEVER ? cost : COST_NEVER);
}

static inline uint64_t least_of(uint64_t a, uint64_t b) { return a < b ? a : b; }

/*
** Offers positions behind `at` all tokens that start there. Returns the least
** cost that it offered, and in the lower half UINT32_MAX less the furthest
** position that it offered that to. Free of branches but for the walk's end.
*/
static inline uint64_t relax(Parser *parser, const uint16_t *symbols, uint32_t at, uint32_t count) {
  uint64_t *best = parser->best;
  uint64_t so_far = best[at] >> 32, least = UINT64_MAX;
  uint32_t slot = parser->root[symbols[at]], end = at + 1;
  const TrieNode *node = &parser->nodes[slot];
  for (;;) {
    uint64_t never = (uint64_t)(node->cost == COST_NEVER) << 63;
    uint64_t cost = (so_far + node->cost) << 32 | never;
    best[end] = least_of(best[end], cost | (end - at) << 16 | node->token);
    least = least_of(least, cost | (UINT32_MAX - end));
    if (end == count || (node->children >> (symbols[end] & 31) & 1) == 0) return least;
    uint32_t key = key_of(slot, symbols[end++]);
    slot = find(parser, key);
    node = &parser->nodes[slot];
    if (node->key != key) return least;
  }
}

/*
** Fills in the best way to each position. A position dearer than one behind it
** lies inside a token of nearly every good parse, and is passed over; so is
** everything when one token is all of the string.
*/
static void find_best(Parser *parser, const uint16_t *symbols, uint32_t count) {
  uint64_t *best = parser->best;
  memset(best + 1, 0xff, count * sizeof *best);
  best[0] = 0;
  uint64_t least = relax(parser, symbols, 0, count);
  if (best[count] >> 63 == 0 && (uint16_t)(best[count] >> 16) == count) return;
  for (uint32_t at = 1; at < count; at++) {
    bool behind = UINT32_MAX - (uint32_t)least > at;
    if (behind && best[at] >> 32 > least >> 32) continue;
    uint64_t offered = relax(parser, symbols, at, count);
    least = behind ? least_of(least, offered) : offered;
  }
}

uint32_t parser_parse(Parser *parser, const uint16_t *symbols, uint32_t count, uint16_t *tokens) {
  const uint64_t *best = parser->best;
  find_best(parser, symbols, count);
  uint32_t n = 0;
  for (uint32_t at = count; at != 0; at -= (uint32_t)(best[at] >> 16) & 0xffff) n++;
  uint32_t out = n;
  for (uint32_t at = count; at != 0; at -= (uint32_t)(best[at] >> 16) & 0xffff) {
    tokens[--out] = (uint16_t)best[at];
  }
  return n;
}

void parser_clear(Parser *parser) {
  sqlite3_free(parser->nodes);
  sqlite3_free(parser->node);
  sqlite3_free(parser->best);
  *parser = (Parser){0};
}
