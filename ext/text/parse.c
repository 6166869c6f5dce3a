/*
** parse.c: see parse.h.
*/
#include "parse.h"

#include <stdbool.h>
#include <string.h>

#include "../sqlite.h"

int parser_init(Parser *parser, const Sequences *tokens, const uint32_t *uses) {
  *parser = (Parser){0};
  parser->best = sqlite3_malloc64((PARSE_CHUNK + 1) * sizeof *parser->best);
  if (parser->best == NULL) return SQLITE_NOMEM;
  return trie_build(&parser->trie, tokens, uses);
}

void parser_set_cost(Parser *parser, uint32_t token, uint32_t cost) {
  uint32_t slot = parser->trie.slot[token];
  if (slot == TRIE_NO_SLOT) return;
  parser->trie.nodes[slot].cost = (uint16_t)(cost < COST_NEVER ? cost : COST_NEVER);
}

static inline uint64_t least_of(uint64_t a, uint64_t b) { return a < b ? a : b; }

/*
** Offers positions behind `at` all tokens that start there. Returns the least
** cost that it offered, and in the lower half UINT32_MAX less the furthest
** position that it offered that to. Free of branches but for the walk's end.
*/
static inline uint64_t relax(Parser *parser, const uint16_t *symbols, uint32_t at) {
  const TrieNode *nodes = parser->trie.nodes;
  uint64_t *best = parser->best;
  uint64_t so_far = best[at] >> 32, least = UINT64_MAX;
  uint32_t end = at;
  TrieNode node = nodes[symbols[at]];
  do {
    end++;
    uint64_t never = (uint64_t)(node.cost == COST_NEVER) << 63;
    uint64_t cost = (so_far + node.cost) << 32 | never;
    best[end] = least_of(best[end], cost | (end - at) << 16 | node.token);
    least = least_of(least, cost | (UINT32_MAX - end));
    node = nodes[trie_child(&node, symbols[end])];
  } while (trie_symbol(&node) == symbols[end]);
  return least;
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
  uint64_t least = relax(parser, symbols, 0);
  if (best[count] >> 63 == 0 && (uint16_t)(best[count] >> 16) == count) return;
  for (uint32_t at = 1; at < count; at++) {
    bool behind = UINT32_MAX - (uint32_t)least > at;
    if (behind && best[at] >> 32 > least >> 32) continue;
    uint64_t offered = relax(parser, symbols, at);
    least = behind ? least_of(least, offered) : offered;
  }
}

uint32_t parser_parse(Parser *parser, uint16_t *symbols, uint32_t count, uint16_t *tokens) {
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
  trie_clear(&parser->trie);
  sqlite3_free(parser->best);
  *parser = (Parser){0};
}
