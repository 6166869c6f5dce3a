/*
** hints.c: see hints.h.
*/
#include "hints.h"

#include <string.h>

#include "base/sqlite.h"

static uint32_t upper(uint64_t hash) { return (uint32_t)(hash >> 32); }

/* Where the hint is, or may be put. */
static uint32_t *place_of(const Hints *hints, uint32_t hash, int64_t rowid) {
  size_t mask = hints->size - 1;
  size_t at = (hash ^ upper((uint64_t)rowid * 0x9e3779b97f4a7c15u)) & mask;
  for (; hints->place[at] != 0; at = (at + 1) & mask) {
    const Hint *hint = &hints->items[hints->place[at] - 1];
    if (hint->hash == hash && hint->rowid == rowid) break;
  }
  return &hints->place[at];
}

static void add(Hints *hints, uint32_t hash, int64_t rowid) {
  uint32_t *place = place_of(hints, hash, rowid), *first = &hints->first[hash & (hints->size - 1)];
  if (*place != 0) return;
  hints->items[hints->count++] = (Hint){.rowid = rowid, .hash = hash, .next = *first};
  *place = *first = (uint32_t)hints->count;
}

uint64_t hints_memory(const Hints *hints) {
  return hints->size / 2 * sizeof *hints->items + 2 * hints->size * sizeof *hints->place;
}

bool hints_have_room(const Hints *hints, size_t more) {
  return hints->count + more <= hints->size / 2;
}

int hints_reserve(Hints *hints, size_t more) {
  if (hints_have_room(hints, more)) return SQLITE_OK;
  Hints grown = {.size = hints->size == 0 ? 16 : hints->size};
  while (grown.size / 2 < hints->count + more) grown.size *= 2;
  grown.items = sqlite3_malloc64(hints_memory(&grown));
  if (grown.items == NULL) return SQLITE_NOMEM;
  grown.place = (uint32_t *)(grown.items + grown.size / 2);
  grown.first = grown.place + grown.size;
  hints_empty(&grown);
  for (size_t i = 0; i < hints->count; i++)
    add(&grown, hints->items[i].hash, hints->items[i].rowid);
  sqlite3_free(hints->items);
  *hints = grown;
  return SQLITE_OK;
}

void hints_add(Hints *hints, uint64_t hash, int64_t rowid) { add(hints, upper(hash), rowid); }

bool hints_has(const Hints *hints, uint64_t hash, int64_t rowid) {
  return hints->size > 0 && *place_of(hints, upper(hash), rowid) != 0;
}

bool hints_next(const Hints *hints, uint64_t hash, size_t *place, int64_t *rowid) {
  uint32_t wanted = upper(hash);
  if (hints->size == 0) return false;
  size_t at =
      *place == 0 ? hints->first[wanted & (hints->size - 1)] : hints->items[*place - 1].next;
  while (at != 0 && hints->items[at - 1].hash != wanted) at = hints->items[at - 1].next;
  if (at == 0) return false;
  *place = at;
  *rowid = hints->items[at - 1].rowid;
  return true;
}

void hints_empty(Hints *hints) {
  if (hints->size > 0) memset(hints->place, 0, 2 * hints->size * sizeof *hints->place);
  hints->count = 0;
}

void hints_clear(Hints *hints) {
  sqlite3_free(hints->items);
  *hints = (Hints){0};
}
