/*
** kept.h: the tokens of all strings, between the pass that counts them and the
** one that writes their codes.
**
** When they take too much room they are dropped, and the second pass finds them anew. Finds for a
** string an earlier equal one, whose tokens then serve again.
**
** Owns its copies. Calls tokenize.h, base/.
*/
#ifndef SLOTS_TEXT_KEPT_H
#define SLOTS_TEXT_KEPT_H

#include "tokenize.h"

#define KEPT_NONE UINT32_MAX
#define KEPT_TEXT (12u << 20) /* bytes of which tokens are kept, most likely */

typedef struct Kept {
  bool complete;           /* nothing was given up: the rest is valid */
  Buffer tokens;           /* u16 each */
  Buffer payloads;         /* u64 each */
  uint32_t *token_start;   /* by string: of its tokens among those of all; and the end */
  uint32_t *payload_start; /* of its payloads, likewise */
  uint32_t count;          /* strings ended: number of the next one */
  uint32_t *seen;          /* by hash of the text: 1 + the last string noted */
  uint32_t *slot;          /* in it: of the string last looked for, or NULL */
  uint32_t looked;         /* strings for which a twin was looked for */
  uint32_t found;
} Kept;

/* Makes ready for `strings` strings. */
int kept_init(Kept *kept, uint32_t strings);

/* The next string is number i, above all before: the strings between are counted by others. */
void kept_begin_at(Kept *kept, uint32_t i);

/* Adds the piece that the tokenizer has just made to the string under way. */
int kept_add(Kept *kept, const Tokenizer *tokenizer);

/* Adds the tokens of an earlier string to the one under way. */
int kept_add_again(Kept *kept, uint32_t string);

/* Ends the string under way. */
void kept_end(Kept *kept);

/* Adds strings first up to end - 1 of another one. */
int kept_append(Kept *kept, const Kept *other, uint32_t first, uint32_t end);

/*
** An earlier string that equals string i, of those noted, or KEPT_NONE. Where hardly any string has
** one, none is looked for after a while.
*/
uint32_t kept_twin(Kept *kept, const Strings *strings, uint32_t i);

/*
** Has string i, for which none was found, be found later: any that equals it becomes the same
** tokens, which have no payloads, wherever it stands.
*/
void kept_note(Kept *kept, uint32_t i);

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
