/*
** pairs.h: the pairs of neighbours in a sample: how often they are seen, and where.
**
** A pair comes to be in one pass only: the one that makes the newer of its two
** tokens. From then on it can but grow rarer. So the places where it is are kept
** in one run of an arena, written when that pass ends, for the pairs that are
** frequent enough; a place that has changed since is told by its cells. Counts are
** exact, but a pair that got rarer is moved to the list of its count only when it
** is met in an old one.
**
** Owns the cells and all about pairs. Calls grammar.h.
*/
#ifndef SLOTS_TEXT_PAIRS_H
#define SLOTS_TEXT_PAIRS_H

#include <stdbool.h>

#include "grammar.h"

#define PAIR_NONE UINT32_MAX
#define PAIR_COUNT_LISTS 2048u

/* What a cell's token says beside tokens: */
#define CELL_SEPARATOR UINT16_MAX
#define CELL_INNER 0x8000u /* inside a token; in its last cell: and so far back it begins */

/* A symbol of the sample. A token is in the cell of its first one. */
typedef struct Cell {
  uint16_t token;
  uint16_t weight; /* of the sequence */
} Cell;

typedef struct Pair {
  uint16_t left, right;
  uint32_t count; /* weighted occurrences; below the minimum: of no use any more */
  uint32_t begin; /* of its places in the arena, in order */
  uint32_t places;
  uint32_t next; /* in a list of a count that it had */
} Pair;

/* An array that grows. */
typedef struct Array {
  void *items;
  uint32_t count, capacity;
} Array;

typedef struct Pairs {
  const Grammar *grammar;
  uint32_t min_count;
  uint32_t taken;  /* pair that the pass under way replaces */
  uint32_t newest; /* token that the pass under way makes; PAIR_NONE before the first pass */
  Cell *cells;
  uint32_t cell_count;
  Array pairs;  /* Pair; those from `fresh` on are new in this pass */
  Array arena;  /* u32: cells where pairs are */
  Array events; /* where fresh pairs are */
  uint32_t fresh;
  uint32_t collected; /* places in use when the arena was tidied last */
  uint32_t *hash;     /* of pairs by their tokens, open addressing; PAIR_NONE is free */
  uint32_t hash_mask;
  uint32_t list[PAIR_COUNT_LISTS + 1]; /* first pair by count; the last: that and all above */
  uint32_t top;                        /* lists above this one are empty */
  uint32_t left_of[TOKENS_MAX];        /* by token: fresh pair of it and the newest */
  uint32_t right_of[TOKENS_MAX];       /* by token: fresh pair of the newest and it */
} Pairs;

/*
** Counts the pairs of symbols in the sample; those seen less than `min_count` times
** are forgotten. All that answer int: SQLITE_OK or SQLITE_NOMEM. pairs_free is to be
** called even then.
*/
int pairs_new(Pairs **pairs, const Grammar *grammar, const Sequences *sample, uint32_t min_count);

/* Takes the most frequent pair; false if there is none. Its places stay until pairs_settle. */
bool pairs_take(Pairs *pairs, Pair *most_frequent);

/* The cells where a pair was when its newer token was made. */
const uint32_t *pairs_places(const Pairs *pairs, const Pair *pair);

/* Whether the pair is still at that cell. */
static inline bool pairs_is_at(const Pairs *pairs, const Pair *pair, uint32_t at) {
  return pairs->cells[at].token == pair->left &&
         pairs->cells[at + pairs->grammar->symbols[pair->left]].token == pair->right;
}

/* Takes an occurrence of two neighbours away, either of which may be a separator. */
void pairs_drop(Pairs *pairs, uint32_t left, uint32_t right, uint32_t weight);

/* Adds an occurrence at a cell of two neighbours, one of which is the newest token. */
int pairs_add(Pairs *pairs, uint32_t left, uint32_t right, uint32_t at);

/* Ends a pass: forgets the pair that was taken, and new ones that are too rare. */
int pairs_settle(Pairs *pairs);

void pairs_free(Pairs *pairs);

#endif
