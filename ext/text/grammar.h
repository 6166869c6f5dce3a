/*
** grammar.h: tokens that are pairs of other tokens, down to symbols.
**
** Owns the tokens' pairs. Calls symbols.h only.
*/
#ifndef SLOTS_TEXT_GRAMMAR_H
#define SLOTS_TEXT_GRAMMAR_H

#include <stddef.h>

#include "symbols.h"

/* Sequences of symbols or other tokens: i is symbols[start[i]] up to symbols[start[i + 1]]. */
typedef struct Sequences {
  uint16_t *symbols;
  uint32_t *start;  /* count + 1 of them */
  uint32_t *weight; /* times that sequence i was seen; NULL: each once */
  uint32_t count;
} Sequences;

typedef struct TokenPair {
  uint16_t left, right;
} TokenPair;

/* Token t >= SYMBOL_LIMIT is pair[t] expanded; those below are symbols. */
typedef struct Grammar {
  TokenPair *pair;   /* by token; of symbols unused */
  uint8_t *bytes;    /* by token: length of its text, at most TOKEN_BYTES_MAX */
  uint8_t *symbols;  /* by token: symbols that it consists of */
  uint8_t *fields;   /* by token: field symbols among them */
  uint32_t count;    /* tokens, symbols included */
  uint32_t capacity; /* at most SYMBOL_LIMIT + TOKENS_MAX */
} Grammar;

/* An empty grammar with room for `capacity` tokens: the symbols, field f with field_bytes[f]. */
int grammar_init(Grammar *grammar, uint32_t capacity, const uint8_t *field_bytes,
                 uint32_t field_count);

/*
** Drops the tokens, symbols never among them, whose `number` is 0; those that stay, and their
** parts do, get the next numbers in order, and number[t] becomes that of t.
*/
void grammar_renumber(Grammar *grammar, uint32_t *number);

void grammar_clear(Grammar *grammar);

#endif
