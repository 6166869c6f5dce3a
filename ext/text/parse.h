/*
** parse.h: cuts a run of symbols into the tokens that cost least.
**
** Dynamic programming over all tokens at all places, which a trie of the
** tokens finds. The trie is a hash table whose nodes are its slots: a child is
** found by its parent's slot and a symbol, in one probe mostly.
**
** Owns the trie and the tables of a parse. Calls grammar.h (its types) and cost.h.
*/
#ifndef SLOTS_TEXT_PARSE_H
#define SLOTS_TEXT_PARSE_H

#include "cost.h"
#include "grammar.h"

/* Symbols parsed at a time; a token never lies across two such runs. */
#define PARSE_CHUNK 4096

typedef struct TrieNode {
  uint32_t key;      /* parent's slot and symbol; 0 if the slot is free */
  uint32_t children; /* bit s % 32 set: some symbol s may lead on */
  uint16_t token;    /* that ends here */
  uint16_t cost;     /* of it in 1/256 bits, COST_NEVER for none */
} TrieNode;

typedef struct Parser {
  TrieNode *nodes;
  uint32_t mask;               /* slots - 1, a power of two - 1 */
  uint32_t *node;              /* by token: its slot */
  uint32_t root[SYMBOL_LIMIT]; /* by symbol: slot of the node below the root */
  uint64_t *best;              /* by position: cost, length of the last token, the token */
} Parser;

/*
** A parser for the tokens that `tokens` spells, of those with uses[t] != 0 and
** of the symbols. Costs are still to be set.
*/
int parser_init(Parser *parser, const Sequences *tokens, const uint32_t *uses);

void parser_set_cost(Parser *parser, uint32_t token, uint32_t cost);

/*
** Parses up to PARSE_CHUNK symbols, each of which is a token of finite cost.
** Writes the tokens to `tokens`, which has room for `count`; returns how many.
*/
uint32_t parser_parse(Parser *parser, const uint16_t *symbols, uint32_t count, uint16_t *tokens);

void parser_clear(Parser *parser);

#endif
