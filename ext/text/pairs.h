/*
** pairs.h: the pairs of neighbours in sequences of tokens: how often they are seen, and
** where.
**
** A pair appears in one pass only: the one that makes the newer of its two tokens. From then on it
** can only become rarer. So the places where it is are kept in one run of an arena, written when
** that pass ends, for the pairs that are frequent enough; a place that has changed since is told by
** its cells. A pair's count is as of its last recount, so an upper bound: the most frequent pair is
** the first, by these counts, whose recount changes nothing.
**
** Owns the cells and all about pairs. Calls grammar.h, bits.h.
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

/* A token of the sequences as they were. One made since is in the cell of its first one. */
typedef struct Cell {
  uint16_t token;
  uint16_t weight; /* of the sequence */
} Cell;

typedef struct Pair {
  uint16_t left, right;
  uint32_t count; /* weighted occurrences, when last counted; below the minimum: useless by now */
  uint32_t begin; /* of its places in the arena, in order */
  uint32_t places;
  uint32_t next; /* in the list of its count */
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
  uint32_t newest; /* token that it makes */
  Cell *cells;
  uint32_t cell_count;
  uint8_t *width;                      /* by token: cells that it takes */
  Array pairs;                         /* Pair */
  Array arena;                         /* u32: cells where pairs are */
  Array events;                        /* where the newest token has a neighbour */
  uint32_t collected;                  /* places in use when the arena was tidied last */
  uint32_t list[PAIR_COUNT_LISTS + 1]; /* first pair by count; the last: that and all above */
  uint32_t top;                        /* lists above this one are empty */
  uint64_t beside[2 * TOKENS_MAX];     /* by neighbour: see pairs.c */
  uint16_t neighbours[2 * TOKENS_MAX]; /* those that the newest token has */
  uint32_t neighbour_count;
} Pairs;

/*
** Counts the pairs of tokens in the sequences; those seen less than `min_count` times
** are forgotten. All that answer int: SQLITE_OK or SQLITE_NOMEM. pairs_free is to be
** called even then.
*/
int pairs_new(Pairs **pairs, const Grammar *grammar, const Sequences *sequences,
              uint32_t min_count);

/*
** Takes the most frequent pair; *found is false if there is none. Its places stay until
** pairs_settle.
*/
int pairs_take(Pairs *pairs, Pair *most_frequent, bool *found);

/* The cells where a pair was when it was counted. */
const uint32_t *pairs_places(const Pairs *pairs, const Pair *pair);

/* Whether the pair is still at that cell. */
static inline bool pairs_is_at(const Pairs *pairs, const Pair *pair, uint32_t at) {
  return pairs->cells[at].token == pair->left &&
         pairs->cells[at + pairs->width[pair->left]].token == pair->right;
}

/*
** Adds an occurrence at a cell of two neighbours, one of which is the newest token. There are no
** more in a pass than two for each place of the pair that was taken.
*/
void pairs_add(Pairs *pairs, uint32_t left, uint32_t right, uint32_t at);

/* Ends a pass: forgets the pair that was taken, and new ones that are too rare. */
int pairs_settle(Pairs *pairs);

void pairs_free(Pairs *pairs);

#endif
