/*
** notes.c: see notes.h.
*/
#include "notes.h"

#include <string.h>

#include "base/sqlite.h"

static bool grow(Notes *notes) {
  size_t capacity = notes->capacity * 2 + 64;
  int64_t *rowids = sqlite3_realloc64(notes->rowids, capacity * sizeof *rowids);
  if (rowids == NULL) return false;
  notes->rowids = rowids;
  notes->capacity = capacity;
  return true;
}

void notes_add(Notes *notes, int64_t rowid, size_t most) {
  if (notes->all) return;
  bool again = notes->count > notes->looked_at && notes->rowids[notes->count - 1] == rowid;
  if (again) return;
  bool room = notes->count < notes->capacity || grow(notes);
  if (notes->count >= most || !room) {
    notes_add_all(notes);
  } else {
    notes->rowids[notes->count++] = rowid;
  }
}

void notes_add_all(Notes *notes) {
  notes_clear(notes);
  notes->all = true;
}

void notes_copy(Notes *notes, const Notes *more) {
  for (size_t i = 0; i < more->count; i++) notes_add(notes, more->rowids[i], SIZE_MAX);
  if (more->all) notes_add_all(notes);
}

void notes_append(Notes *notes, Notes *more) {
  notes_copy(notes, more);
  notes_clear(more);
}

bool notes_pending(const Notes *notes) { return notes->all || notes->looked_at < notes->count; }

void notes_have_looked(Notes *notes, bool all, bool early) {
  bool all_early = early && (all || notes->all_early);
  if (all) notes_clear(notes);
  notes->looked_at = notes->count;
  if (!early) notes->settled = notes->count;
  notes->all_early = all_early;
}

bool notes_were_early(const Notes *notes) {
  return notes->all_early || notes->settled < notes->looked_at;
}

void notes_look_again(Notes *notes) {
  if (notes->all_early) notes_add_all(notes);
  notes->looked_at = notes->settled;
}

void notes_forget_looked_at(Notes *notes) {
  size_t left = notes->count - notes->looked_at;
  if (left > 0) {
    memmove(notes->rowids, notes->rowids + notes->looked_at, left * sizeof *notes->rowids);
  }
  notes->count = left;
  notes->looked_at = notes->settled = 0;
}

void notes_clear(Notes *notes) {
  sqlite3_free(notes->rowids);
  *notes = (Notes){0};
}
