/*
** parse.c: see parse.h.
*/
#include "parse.h"

#include <stdbool.h>
#include <string.h>

#include "../sqlite.h"

#define NO_TOKEN TOKENS_MAX
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

/* Adds the nodes of all tokens; false when the table gets too full. */
static bool insert_all(Parser *parser, const Sequences *tokens) {
  uint32_t used = 0, most = parser->mask - parser->mask / 3;
  for (uint32_t t = 0; t < tokens->count; t++) {
    uint32_t slot = ROOT;
    for (uint32_t i = tokens->start[t]; i < tokens->start[t + 1]; i++) {
      uint32_t key = key_of(slot, tokens->symbols[i]);
      slot = find(parser, key);
      if (parser->nodes[slot].key == key) continue;
      if (++used > most) return false;
      parser->nodes[slot] = (TrieNode){key, NO_TOKEN, COST_NEVER};
    }
    parser->node[t] = slot;
    if (slot != ROOT) parser->nodes[slot].token = (uint16_t)t;
  }
  return true;
}

static int build_trie(Parser *parser, const Sequences *tokens) {
  uint32_t slots = 1024;
  while (slots < tokens->start[tokens->count] / 2) slots *= 2;
  for (;; slots *= 2) {
    sqlite3_free(parser->nodes);
    parser->nodes = sqlite3_malloc64(slots * sizeof *parser->nodes);
    if (parser->nodes == NULL) return SQLITE_NOMEM;
    memset(parser->nodes, 0, slots * sizeof *parser->nodes);
    parser->mask = slots - 1;
    if (insert_all(parser, tokens)) return SQLITE_OK;
  }
}

int parser_init(Parser *parser, const Sequences *tokens) {
  *parser = (Parser){0};
  parser->node = sqlite3_malloc64(tokens->count * sizeof *parser->node);
  parser->best = sqlite3_malloc64((PARSE_CHUNK + 1) * sizeof *parser->best);
  if (parser->node == NULL || parser->best == NULL) return SQLITE_NOMEM;
  return build_trie(parser, tokens);
}

void parser_set_cost(Parser *parser, uint32_t token, uint32_t cost) {
  if (parser->node[token] == ROOT) return;
  parser->nodes[parser->node[token]].cost = (uint16_t)(cost < COST_NEVER ? cost : COST_NEVER);
}

/* Offers position `at` + 1, 2 ... all tokens that start at `at`. */
static inline void relax(Parser *parser, const uint16_t *symbols, uint32_t at, uint32_t count) {
  uint64_t *best = parser->best;
  uint64_t so_far = best[at] >> 32;
  uint32_t slot = ROOT;
  for (uint32_t end = at; end < count;) {
    uint32_t key = key_of(slot, symbols[end]);
    slot = find(parser, key);
    const TrieNode *node = &parser->nodes[slot];
    if (node->key != key) return;
    end++;
    if (node->cost == COST_NEVER) continue;
    uint64_t offer = (so_far + node->cost) << 32 | (end - at) << 16 | node->token;
    if (offer < best[end]) best[end] = offer;
  }
}

uint32_t parser_parse(Parser *parser, const uint16_t *symbols, uint32_t count,
                      uint16_t *tokens) {
  uint64_t *best = parser->best;
  memset(best + 1, 0xff, count * sizeof *best);
  best[0] = 0;
  for (uint32_t at = 0; at < count; at++) relax(parser, symbols, at, count);
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
