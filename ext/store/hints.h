/*
** hints.h: which open rows may hold a key: pairs of (hash, rowid).
**
** A hint is added when a row is opened and stays until the table's hints are made anew, so undoing,
** which brings rows back, needs no room here. A hint may be out of date: the caller looks at the
** row. The hints of one hash are a list, and each hint is also found by hash and rowid together, so
** adding one takes no longer where all rows have the same key. Owns the hints. Calls nothing above
** SQLite.
*/
#ifndef SLOTS_HINTS_H
#define SLOTS_HINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Hint {
  int64_t rowid;
  uint32_t hash;
  uint32_t next; /* in its list: 1 + the number of the hint added before, or 0 */
} Hint;

typedef struct Hints {
  Hint *items;     /* as they were added; half of `size` fit */
  uint32_t *place; /* by hash and rowid, open addressing: 1 + number of the hint, 0: free */
  uint32_t *first; /* by hash: 1 + number of the hint of its list added last, or 0 */
  size_t size;     /* of both, a power of two, or 0 */
  size_t count;
} Hints;

/* Whether there is room for `more` calls of hints_add. */
bool hints_have_room(const Hints *hints, size_t more);

/* Makes that room. SQLITE_OK or SQLITE_NOMEM. */
int hints_reserve(Hints *hints, size_t more);

/* Infallible after hints_reserve. The same hint twice is kept once. */
void hints_add(Hints *hints, uint64_t hash, int64_t rowid);

bool hints_has(const Hints *hints, uint64_t hash, int64_t rowid);

/* The next hint with the hash; *place starts at 0. False when there is none. */
bool hints_next(const Hints *hints, uint64_t hash, size_t *place, int64_t *rowid);

/* Forgets all hints and keeps the room. */
void hints_empty(Hints *hints);
void hints_clear(Hints *hints);

/* Bytes of the room. */
uint64_t hints_memory(const Hints *hints);

#endif
