/*
** hints.c: see hints.h.
*/
#include "hints.h"

#include <string.h>

#include "base/sqlite.h"

/* 0 means free. */
static uint32_t stored_hash(uint64_t hash) {
  uint32_t upper = (uint32_t)(hash >> 32);
  return upper == 0 ? 1 : upper;
}

static void place_hint(Hints *hints, uint32_t hash, int64_t rowid) {
  size_t at = hash & (hints->size - 1);
  while (hints->table[at].hash != 0) {
    if (hints->table[at].hash == hash && hints->table[at].rowid == rowid) return;
    at = (at + 1) & (hints->size - 1);
  }
  hints->table[at] = (Hint){.rowid = rowid, .hash = hash};
  hints->count++;
}

int hints_reserve(Hints *hints, size_t more) {
  size_t needed = (hints->count + more) * 2;
  if (needed <= hints->size) return SQLITE_OK;
  Hints grown = {.size = hints->size == 0 ? 16 : hints->size};
  while (grown.size < needed) grown.size *= 2;
  grown.table = sqlite3_malloc64(grown.size * sizeof *grown.table);
  if (grown.table == NULL) return SQLITE_NOMEM;
  memset(grown.table, 0, grown.size * sizeof *grown.table);
  for (size_t i = 0; i < hints->size; i++) {
    if (hints->table[i].hash != 0) place_hint(&grown, hints->table[i].hash, hints->table[i].rowid);
  }
  sqlite3_free(hints->table);
  *hints = grown;
  return SQLITE_OK;
}

void hints_add(Hints *hints, uint64_t hash, int64_t rowid) {
  place_hint(hints, stored_hash(hash), rowid);
}

bool hints_next(const Hints *hints, uint64_t hash, size_t *place, int64_t *rowid) {
  uint32_t stored = stored_hash(hash);
  if (hints->size == 0) return false;
  for (;;) {
    const Hint *hint = &hints->table[(stored + (*place)++) & (hints->size - 1)];
    if (hint->hash == 0) return false;
    if (hint->hash != stored) continue;
    *rowid = hint->rowid;
    return true;
  }
}

void hints_empty(Hints *hints) {
  if (hints->size > 0) memset(hints->table, 0, hints->size * sizeof *hints->table);
  hints->count = 0;
}

void hints_clear(Hints *hints) {
  sqlite3_free(hints->table);
  *hints = (Hints){0};
}
