/*
** candidates.c: see candidates.h.
*/
#include "candidates.h"

#include <string.h>

#include "base/bits.h"
#include "base/sqlite.h"
#include "segment/limits.h"

#define INSERTED 64 /* rows, at most, that are sorted one by one */

static int make_room(Candidates *candidates, uint32_t room) {
  if (room <= candidates->room) return SQLITE_OK;
  uint32_t *rows = sqlite3_realloc64(candidates->rows, (uint64_t)room * sizeof *rows);
  if (rows == NULL) return SQLITE_NOMEM;
  candidates->rows = rows;
  candidates->room = room;
  return SQLITE_OK;
}

int candidates_reserve(Candidates *candidates, uint32_t most) {
  candidates->count = 0;
  return make_room(candidates, most);
}

int candidates_add(Candidates *candidates, uint32_t row) {
  bool full = candidates->count == candidates->room;
  int rc = full ? make_room(candidates, 2 * candidates->room + 8) : SQLITE_OK;
  if (rc == SQLITE_OK) candidates->rows[candidates->count++] = row;
  return rc;
}

uint32_t candidates_left(Candidates *candidates, bool descending, uint32_t *row) {
  uint32_t low = 0, high = candidates->count, past = descending ? *row + 1 : *row;
  uint32_t at = candidates->next; /* where it mostly is, as rows are asked for one by one */
  if (!descending && at < high && candidates->rows[at] >= past) {
    high = at;
    if (at > 0 && candidates->rows[at - 1] < past) low = at;
  }
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (candidates->rows[middle] < past) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  uint32_t left = descending ? low : candidates->count - low;
  candidates->next = low + 1;
  if (left > 0) *row = candidates->rows[descending ? low - 1 : low];
  return left;
}

static void sort_few(Candidates *candidates) {
  uint32_t *rows = candidates->rows;
  for (uint32_t i = 1; i < candidates->count; i++) {
    uint32_t row = rows[i], at = i;
    for (; at > 0 && rows[at - 1] > row; at--) rows[at] = rows[at - 1];
    rows[at] = row;
  }
}

static void sort_many(Candidates *candidates, uint32_t segment_rows) {
  uint64_t set[SEGMENT_ROWS / 64];
  uint32_t words = (segment_rows + 63) / 64, count = 0;
  memset(set, 0, words * sizeof *set);
  for (uint32_t i = 0; i < candidates->count; i++) {
    uint32_t row = candidates->rows[i];
    set[row / 64] |= (uint64_t)1 << row % 64;
  }
  for (uint32_t k = 0; k < words; k++) {
    for (uint64_t word = set[k]; word != 0; word &= word - 1) {
      candidates->rows[count++] = 64 * k + bits_lowest(word);
    }
  }
  candidates->count = count;
}

void candidates_sort(Candidates *candidates, uint32_t segment_rows) {
  if (candidates->count <= INSERTED) {
    sort_few(candidates);
  } else {
    sort_many(candidates, segment_rows);
  }
}

void candidates_clear(Candidates *candidates) {
  sqlite3_free(candidates->rows);
  *candidates = (Candidates){0};
}
