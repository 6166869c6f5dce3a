/*
** parse.c: see parse.h.
*/
#include "parse.h"

#include <string.h>

#include "base/sqlite.h"

#define TOKEN_MASK ((1u << TRIE_TOKEN_BITS) - 1)
#define NO_OFFER (TRIE_NEVER << TRIE_TOKEN_BITS) /* and more: where no token ends */

/*
** A position is tried if it is at most half a bit dearer than the furthest one reached, less a
** quarter of a bit for each symbol that it lies before that.
*/
#define SLACK ((int64_t)(TRIE_COST_BIT / 2) << TRIE_TOKEN_BITS)
#define SLACK_LESS ((int64_t)(TRIE_COST_BIT / 4) << TRIE_TOKEN_BITS)

int parser_init(Parser *parser, const Sequences *tokens, const uint32_t *uses) {
  *parser = (Parser){0};
  parser->symbols = sqlite3_malloc64(tokens->count);
  if (parser->symbols == NULL) return SQLITE_NOMEM;
  for (uint32_t t = 0; t < tokens->count; t++) {
    parser->symbols[t] = (uint8_t)(tokens->start[t + 1] - tokens->start[t]);
  }
  return trie_build(&parser->trie, tokens, uses);
}

void parser_set_cost(Parser *parser, uint32_t token, uint32_t cost) {
  trie_set_cost(&parser->trie, token, cost);
}

static inline uint64_t least_of(uint64_t a, uint64_t b) { return a < b ? a : b; }

/*
** Offers positions behind `at` all tokens that start there. Returns the furthest one,
** to which a single symbol leads at least. Free of branches but for chains and the
** walk's end.
*/
static inline size_t relax(const Parser *parser, uint64_t *best, const uint16_t *symbols, size_t at,
                           size_t count) {
  const TrieNode *nodes = parser->trie.nodes;
  uint64_t so_far = best[at] & ~(uint64_t)TOKEN_MASK;
  TrieNode node = nodes[symbols[at]];
  for (size_t furthest = 0;;) {
    at++;
    uint32_t offer = trie_offer(node);
    best[at] = least_of(best[at], so_far + offer);
    furthest = offer < NO_OFFER ? at : furthest;
    TrieNode child = nodes[trie_child(node, symbols[at])];
    if (trie_symbol(child) == symbols[at]) {
      node = child;
      continue;
    }
    const TrieChain *chain = trie_chain(&parser->trie, node);
    if (chain == NULL || chain->length > count - at) return furthest;
    if (!trie_follows(&parser->trie, chain, symbols + at)) return furthest;
    at += chain->length - 1;
    node = nodes[chain->slot];
  }
}

/*
** Fills in the best way to each position. A position that is dear beside the furthest one
** reached lies inside a token of nearly every good parse, and is passed over; so is everything
** when one token is all of the string.
*/
static void find_best(const Parser *parser, uint64_t *best, uint16_t *symbols, size_t count) {
  memset(best + 1, 0x7f, count * sizeof *best); /* dearer than any way, and positive */
  best[0] = 0;
  symbols[count] = TRIE_NONE;
  size_t far = relax(parser, best, symbols, 0, count);
  if (far == count) return;
  for (size_t at = 1; at < count; at++) {
    int64_t limit = (int64_t)best[far] + SLACK - (int64_t)(far - at) * SLACK_LESS;
    for (; (int64_t)best[at] > limit; at++) limit += SLACK_LESS; /* up to `far` at most */
    if (at == count) return;
    size_t reached = relax(parser, best, symbols, at, count);
    if (reached > far) far = reached;
  }
}

uint32_t parser_parse(const Parser *parser, ParseTable best, uint16_t *symbols, uint32_t count,
                      uint16_t *tokens) {
  find_best(parser, best, symbols, count);
  uint32_t out = count;
  for (uint32_t at = count; at != 0; at -= parser->symbols[tokens[out]]) {
    tokens[--out] = (uint16_t)(best[at] & TOKEN_MASK);
  }
  memmove(tokens, tokens + out, (count - out) * sizeof *tokens);
  return count - out;
}

/* Space for one chunk. */
typedef struct Chunk {
  ParseTable best;
  uint16_t symbols[PARSE_CHUNK + 1];
  uint16_t tokens[PARSE_CHUNK];
} Chunk;

int parser_parse_all(const Parser *parser, Sequences *sequences) {
  uint32_t at = 0, out = 0;
  Chunk *chunk = sqlite3_malloc64(sizeof *chunk);
  if (chunk == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < sequences->count; i++) {
    uint32_t end = sequences->start[i + 1];
    while (at < end) {
      uint32_t count = end - at < PARSE_CHUNK ? end - at : PARSE_CHUNK;
      memcpy(chunk->symbols, sequences->symbols + at, count * sizeof *chunk->symbols);
      at += count;
      count = parser_parse(parser, chunk->best, chunk->symbols, count, chunk->tokens);
      memcpy(sequences->symbols + out, chunk->tokens, count * sizeof *chunk->tokens);
      out += count;
    }
    sequences->start[i + 1] = out;
  }
  sqlite3_free(chunk);
  return SQLITE_OK;
}

void parser_clear(Parser *parser) {
  trie_clear(&parser->trie);
  sqlite3_free(parser->symbols);
  *parser = (Parser){0};
}
