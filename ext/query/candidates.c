/*
** candidates.c: see candidates.h.
*/
#include "candidates.h"

#include <stddef.h>

#include "base/sqlite.h"

int candidates_reserve(Candidates *candidates, uint32_t most) {
  candidates->count = 0;
  if (most <= candidates->room) return SQLITE_OK;
  uint32_t *rows = sqlite3_realloc64(candidates->rows, (uint64_t)most * sizeof *rows);
  if (rows == NULL) return SQLITE_NOMEM;
  candidates->rows = rows;
  candidates->room = most;
  return SQLITE_OK;
}

uint32_t candidates_left(const Candidates *candidates, bool descending, uint32_t *row) {
  uint32_t low = 0, high = candidates->count, past = descending ? *row + 1 : *row;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (candidates->rows[middle] < past) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  uint32_t left = descending ? low : candidates->count - low;
  if (left > 0) *row = candidates->rows[descending ? low - 1 : low];
  return left;
}

void candidates_clear(Candidates *candidates) {
  sqlite3_free(candidates->rows);
  *candidates = (Candidates){0};
}
