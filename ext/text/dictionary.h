/*
** dictionary.h: the encoder's side of a codec: how to parse strings with its tokens.
**
** Made by training on a sample (train.h), or out of a codec that an earlier
** section was coded with (reopen.h). Tokens below SYMBOL_LIMIT are the symbols; a
** trained one's others are the grammar's, a reopened one's are the codec's items.
**
** Owns all of it. Calls grammar.h, lexer.h, parse.h, prune.h, codec.h.
*/
#ifndef SLOTS_TEXT_DICTIONARY_H
#define SLOTS_TEXT_DICTIONARY_H

#include "codec.h"
#include "grammar.h"
#include "lexer.h"
#include "parse.h"
#include "prune.h"

#define NO_ITEM UINT16_MAX

typedef struct Dictionary {
  FieldSet fields;
  Grammar grammar;
  Sequences spelled; /* the symbols of each token */
  Parser parser;
  uint32_t block_shift; /* log2 of the strings that decode together */
  CodecForm form;       /* of the codec to be made */
  bool flat;            /* its codes are to have (nearly) one length */
  bool refine;          /* strings are to be parsed again with tokens learned from all of them */
  uint32_t *uses;       /* by token */
  uint32_t *cost;       /* by token, 1/256 bits */
  uint32_t *work;       /* two values per token */
} Dictionary;

/*
** Begins with the symbols of its fields, all others being zeros, and room for so many tokens.
** SQLITE_OK or SQLITE_NOMEM; it is to be cleared even then.
*/
int dictionary_open(Dictionary *dictionary, uint32_t tokens);

/* Spells out all tokens of the grammar. */
int dictionary_spell(Dictionary *dictionary);

/* False for SYMBOL_SAME and SYMBOL_ESCAPE, which stand for no text of their own. */
static inline bool dictionary_has_text(uint32_t token) {
  return token != SYMBOL_SAME && token != SYMBOL_ESCAPE;
}

/* Sets the costs of all tokens from their uses. */
void dictionary_set_costs(Dictionary *dictionary);

/* Tells the parser these costs; tokens that are not used cannot be. */
void dictionary_set_parser_costs(Dictionary *dictionary);

/* Spells out the tokens, and makes a parser for those that are used, at what that costs them. */
int dictionary_set_parser(Dictionary *dictionary);

/*
** Drops tokens that do not pay by their uses, numbers the others and their parts anew, and makes
** a parser for them.
*/
int dictionary_settle(Dictionary *dictionary, PruneTerms terms);

/* Bits that follow each code of the token. */
uint32_t dictionary_payload_bits(const Dictionary *dictionary, uint32_t token);

void dictionary_clear(Dictionary *dictionary);

#endif
