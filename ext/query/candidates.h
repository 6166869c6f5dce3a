/*
** candidates.h: rows of a segment that may pass, by number, ascending.
**
** Owns the numbers. Calls bits.h, limits.h.
*/
#ifndef SLOTS_CANDIDATES_H
#define SLOTS_CANDIDATES_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Candidates {
  uint32_t *rows;
  uint32_t count;
  uint32_t room;
  uint32_t next; /* behind the one that candidates_left found */
} Candidates;

/* Forgets the rows, and makes room for `most`. SQLITE_OK or SQLITE_NOMEM. */
int candidates_reserve(Candidates *candidates, uint32_t most);

/*
** How many of the rows are at `row` or behind it (before it, if `descending`); *row becomes the
** nearest.
*/
uint32_t candidates_left(Candidates *candidates, bool descending, uint32_t *row);

/* Adds one, in any order. SQLITE_OK or SQLITE_NOMEM. */
int candidates_add(Candidates *candidates, uint32_t row);

/* Has rows of a segment that were added in any order ascend. */
void candidates_sort(Candidates *candidates, uint32_t segment_rows);

void candidates_clear(Candidates *candidates);

#endif
