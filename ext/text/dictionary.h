/*
** dictionary.h: what the encoder knows of a codec: how to parse with it.
**
** Made by training on a sample, or out of a codec that an earlier section was
** coded with. Tokens below SYMBOL_LIMIT are the symbols; a trained one's others
** are the grammar's, a reopened one's others are the codec's items.
**
** Owns all of it. Calls grammar.h, lexer.h, parse.h, prune.h, sample.h, codec.h.
*/
#ifndef SLOTS_TEXT_DICTIONARY_H
#define SLOTS_TEXT_DICTIONARY_H

#include "codec.h"
#include "grammar.h"
#include "lexer.h"
#include "parse.h"
#include "prune.h"
#include "sample.h"

#define NO_ITEM UINT16_MAX

typedef struct Dictionary {
  FieldSet fields;
  Grammar grammar;
  Sequences spelled; /* the symbols of each token */
  Parser parser;
  uint32_t block_shift; /* log2 of the strings that decode together */
  uint32_t *uses;       /* by token */
  uint32_t *cost;       /* by token, 1/256 bits */
  uint32_t *work;       /* two values per token */
} Dictionary;

typedef struct TrainOptions {
  uint32_t sample_bytes;
  uint32_t tokens;       /* at most, symbols included */
  uint32_t block_shift;  /* for text */
  uint32_t number_shift; /* where numbers abound */
  bool fields;           /* look for numbers */
  PruneTerms prune;
} TrainOptions;

/*
** Trains on a sample. *bits becomes an estimate of the code for all strings,
** in bits.
*/
int dictionary_train(Dictionary *dictionary, const Strings *strings, const TrainOptions *options,
                     uint64_t *bits);

/*
** The dictionary that made the codec, as far as parsing needs it. *item
** becomes an array, to be freed, of the item of each token or NO_ITEM.
*/
int dictionary_reopen(Dictionary *dictionary, const TextCodec *codec, uint16_t **item);

/* Sets the costs of all tokens from their uses; those not used cannot be. */
void dictionary_set_costs(Dictionary *dictionary);

/* Bits that follow each code of the token. */
uint32_t dictionary_payload_bits(const Dictionary *dictionary, uint32_t token);

void dictionary_clear(Dictionary *dictionary);

#endif
