/*
** tokenize.h: the strings of a section as tokens, string by string.
**
** Owns its working space. Calls dictionary.h and sample.h.
*/
#ifndef SLOTS_TEXT_TOKENIZE_H
#define SLOTS_TEXT_TOKENIZE_H

#include "dictionary.h"
#include "sample.h"

typedef struct Tokenizer {
  const Strings *strings;
  const Dictionary *dictionary;
  uint32_t block; /* strings between places where decoding may start */
  Lexer lexer;
  bool same;      /* the string under way is SYMBOL_SAME, not given out yet */
  uint32_t count; /* tokens of the piece */
  uint16_t tokens[PARSE_CHUNK];
  SymbolRun run; /* its payloads are the piece's */
  ParseTable best;
} Tokenizer;

int tokenizer_new(Tokenizer **tokenizer, const Strings *strings, const Dictionary *dictionary,
                  uint32_t block);

/* Strings must be begun in order, but for those at the start of a block. */
void tokenizer_begin(Tokenizer *tokenizer, uint32_t string);

/* The next piece of the string, in `tokens`; false when there is none. */
bool tokenizer_next(Tokenizer *tokenizer);

void tokenizer_free(Tokenizer *tokenizer);

#endif
