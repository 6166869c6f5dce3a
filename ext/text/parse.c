/*
** parse.c: see parse.h.
*/
#include "parse.h"

#include <stdbool.h>
#include <string.h>

#include "base/sqlite.h"

#define TOKEN_MASK ((1u << TRIE_TOKEN_BITS) - 1)

_Static_assert(PARSE_CHUNK < TOKEN_MASK, "positions fit where tokens do");

int parser_init(Parser *parser, const Sequences *tokens, const uint32_t *uses) {
  *parser = (Parser){0};
  parser->best = sqlite3_malloc64((PARSE_CHUNK + 1) * sizeof *parser->best);
  parser->symbols = sqlite3_malloc64(tokens->count);
  if (parser->best == NULL || parser->symbols == NULL) return SQLITE_NOMEM;
  for (uint32_t t = 0; t < tokens->count; t++) {
    parser->symbols[t] = (uint8_t)(tokens->start[t + 1] - tokens->start[t]);
  }
  return trie_build(&parser->trie, tokens, uses);
}

void parser_set_cost(Parser *parser, uint32_t token, uint32_t cost) {
  trie_set_cost(&parser->trie, token, cost);
}

static inline uint64_t least_of(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* A cost, and below it a position, of which further ones make it less. */
static inline uint64_t with_position(uint64_t cost, uint32_t position) {
  return (cost | TOKEN_MASK) - position;
}

static inline uint32_t position_of(uint64_t cost) {
  return TOKEN_MASK - (uint32_t)(cost & TOKEN_MASK);
}

/*
** Offers positions behind `at` all tokens that start there. Returns the least
** cost that it offered, with the furthest position that it offered that to.
** Free of branches but for chains and the walk's end.
*/
static inline uint64_t relax(Parser *parser, const uint16_t *symbols, uint32_t at, uint32_t count) {
  const TrieNode *nodes = parser->trie.nodes;
  uint64_t *best = parser->best;
  uint64_t so_far = best[at] & ~(uint64_t)TOKEN_MASK, least = UINT64_MAX;
  TrieNode node = nodes[symbols[at]];
  for (;;) {
    at++;
    uint64_t cost = so_far + trie_offer(node);
    best[at] = least_of(best[at], cost);
    least = least_of(least, with_position(cost, at));
    TrieNode child = nodes[trie_child(node, symbols[at])];
    if (trie_symbol(child) == symbols[at]) {
      node = child;
      continue;
    }
    const TrieChain *chain = trie_chain(&parser->trie, node);
    if (chain == NULL || chain->length > count - at) return least;
    if (!trie_follows(&parser->trie, chain, symbols + at)) return least;
    at += chain->length - 1;
    node = nodes[chain->slot];
  }
}

/*
** Fills in the best way to each position. A position dearer than one behind it
** lies inside a token of nearly every good parse, and is passed over; so is
** everything when one token is all of the string.
*/
static void find_best(Parser *parser, uint16_t *symbols, uint32_t count) {
  uint64_t *best = parser->best;
  memset(best + 1, 0xff, count * sizeof *best);
  best[0] = 0;
  symbols[count] = TRIE_NONE;
  uint64_t least = relax(parser, symbols, 0, count);
  bool all = (best[count] >> TRIE_TOKEN_BITS) < TRIE_NEVER;
  if (all) return;
  for (uint32_t at = 1; at < count; at++) {
    bool behind = position_of(least) > at;
    if (behind && best[at] >> TRIE_TOKEN_BITS > least >> TRIE_TOKEN_BITS) continue;
    uint64_t offered = relax(parser, symbols, at, count);
    least = behind ? least_of(least, offered) : offered;
  }
}

uint32_t parser_parse(Parser *parser, uint16_t *symbols, uint32_t count, uint16_t *tokens) {
  const uint64_t *best = parser->best;
  find_best(parser, symbols, count);
  uint32_t n = 0;
  for (uint32_t at = count; at != 0; at -= parser->symbols[best[at] & TOKEN_MASK]) n++;
  uint32_t out = n;
  for (uint32_t at = count; at != 0; at -= parser->symbols[tokens[out]]) {
    tokens[--out] = (uint16_t)(best[at] & TOKEN_MASK);
  }
  return n;
}

void parser_clear(Parser *parser) {
  trie_clear(&parser->trie);
  sqlite3_free(parser->symbols);
  sqlite3_free(parser->best);
  *parser = (Parser){0};
}
