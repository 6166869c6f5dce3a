/*
** kept.h: the tokens of all strings, between the pass that counts them and the
** one that writes their codes.
**
** Given up, and found anew by the second pass, when they take too much room.
** Finds for a string an earlier equal one, whose tokens then serve again.
**
** Owns its copies. Calls tokenize.h and buffer.h.
*/
#ifndef SLOTS_TEXT_KEPT_H
#define SLOTS_TEXT_KEPT_H

#include "tokenize.h"

#define KEPT_NONE UINT32_MAX

typedef struct Kept {
  bool complete;           /* nothing was given up: the rest is valid */
  Buffer tokens;           /* u16 each */
  Buffer payloads;         /* u64 each */
  uint32_t *token_start;   /* by string: of its tokens among those of all; and the end */
  uint32_t *payload_start; /* of its payloads, likewise */
  uint32_t count;          /* strings ended */
  uint32_t *seen;          /* by hash of the text: 1 + the last string */
  uint32_t looked;         /* strings for which a twin was looked for */
  uint32_t found;
} Kept;

/* Makes ready for `strings` strings. */
int kept_init(Kept *kept, uint32_t strings);

/* Adds the piece that the tokenizer has just made to the string under way. */
int kept_add(Kept *kept, const Tokenizer *tokenizer);

/* Adds the tokens of an earlier string to the one under way. */
int kept_add_again(Kept *kept, uint32_t string);

/* Ends the string under way. */
void kept_end(Kept *kept);

/*
** An earlier string that equals string i and has no payloads, or KEPT_NONE;
** then string i, to be tokenized next, is one to be found later. Where hardly any
** string has one, none is looked for after a while.
*/
uint32_t kept_twin(Kept *kept, const Strings *strings, uint32_t i);

/* The tokens of all strings, in place, for one that joins some to longer ones. */
Sequences kept_sequences(Kept *kept);

static inline const uint16_t *kept_tokens(const Kept *kept) {
  return (const uint16_t *)(const void *)kept->tokens.bytes;
}

static inline const uint64_t *kept_payloads(const Kept *kept) {
  return (const uint64_t *)(const void *)kept->payloads.bytes;
}

void kept_clear(Kept *kept);

#endif
