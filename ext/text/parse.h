/*
** parse.h: cuts a run of symbols into the tokens that cost least.
**
** Dynamic programming over all tokens at all places, which a trie of the
** tokens finds.
**
** Owns the trie. Calls trie.h.
*/
#ifndef SLOTS_TEXT_PARSE_H
#define SLOTS_TEXT_PARSE_H

#include "trie.h"

/* Symbols parsed at a time; a token never lies across two such runs. */
#define PARSE_CHUNK 4096

typedef struct Parser {
  Trie trie;
  uint8_t *symbols; /* by token: how many it has */
} Parser;

/* By position: cost of the best way there, as trie_offer(), its last token. */
typedef uint64_t ParseTable[PARSE_CHUNK + 1];

/*
** A parser for the tokens that `tokens` spells, of those with uses[t] != 0 and
** of the symbols. Costs are still to be set.
*/
int parser_init(Parser *parser, const Sequences *tokens, const uint32_t *uses);

void parser_set_cost(Parser *parser, uint32_t token, uint32_t cost);

/*
** Parses up to PARSE_CHUNK symbols, each of which is a token of finite cost; the
** place behind them is written to. `best` is space to work in: several threads may use a parser.
** Writes the tokens to `tokens`, which has room for `count`; returns how many.
*/
uint32_t parser_parse(const Parser *parser, ParseTable best, uint16_t *symbols, uint32_t count,
                      uint16_t *tokens);

/*
** Writes tokens in the place of the symbols of all sequences, as parser_parse does of
** PARSE_CHUNK of them at a time. SQLITE_OK, or SQLITE_NOMEM and nothing is done.
*/
int parser_parse_all(const Parser *parser, Sequences *sequences);

void parser_clear(Parser *parser);

#endif
