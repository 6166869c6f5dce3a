/*
** undo.c: see undo.h.
*/
#include "undo.h"

#include <limits.h>

#include "base/sqlite.h"

/* A log longer than this is given back at the end of its transaction. */
#define KEPT_ENTRIES 1024

int undo_reserve(Undo *undo, size_t more) {
  if (more <= undo->capacity - undo->count) return SQLITE_OK;
  size_t capacity = undo->capacity + undo->capacity / 2 + 16;
  if (capacity < undo->count + more) capacity = undo->count + more;
  UndoEntry *entries = sqlite3_realloc64(undo->entries, capacity * sizeof *entries);
  if (entries == NULL) return SQLITE_NOMEM;
  undo->entries = entries;
  undo->capacity = capacity;
  return SQLITE_OK;
}

void undo_push(Undo *undo, UndoEntry entry) { undo->entries[undo->count++] = entry; }

int undo_mark(Undo *undo, int number) {
  if (number < 0) return SQLITE_OK;
  size_t needed = (size_t)number + 1;
  if (needed > undo->mark_capacity) {
    size_t capacity = needed + needed / 2 + 8;
    size_t *marks = sqlite3_realloc64(undo->marks, capacity * sizeof *marks);
    if (marks == NULL) return SQLITE_NOMEM;
    undo->marks = marks;
    undo->mark_capacity = capacity;
  }
  if (undo->mark_count < needed) undo->epoch++;
  while (undo->mark_count < needed) undo->marks[undo->mark_count++] = undo->count;
  return SQLITE_OK;
}

void undo_release(Undo *undo, int number) {
  if (number < 0) number = 0;
  if (undo->mark_count > (size_t)number) undo->mark_count = (size_t)number;
}

UndoWatch undo_watch(Undo *undo) {
  UndoWatch watch = {.marks = undo->mark_count, .reached = undo->reached};
  undo->reached = INT_MAX;
  return watch;
}

bool undo_watched(Undo *undo, const UndoWatch *watch) {
  int reached = undo->reached;
  if (watch->reached < reached) undo->reached = watch->reached;
  return reached < 0 || (size_t)reached < watch->marks;
}

void undo_reach(Undo *undo, int number) {
  if (number < undo->reached) undo->reached = number;
}

void undo_note_change(Undo *undo) {
  int changes = sqlite3_total_changes(undo->db);
  if (undo->statement_known && changes == undo->statement_changes) {
    undo->statement_spans = true;
    return;
  }
  undo->statement = undo->count;
  undo->statement_changes = changes;
  undo->statement_known = true;
  undo->statement_spans = false;
}

void undo_end_statement(Undo *undo) { undo->statement_known = false; }

static size_t newest_savepoint(const Undo *undo) {
  return undo->mark_count == 0 ? 0 : undo->marks[undo->mark_count - 1];
}

bool undo_has_statement(const Undo *undo, size_t *begin) {
  *begin = undo->statement;
  return undo->statement_known && undo->statement_spans && *begin >= newest_savepoint(undo);
}

size_t undo_newest_mark(const Undo *undo) {
  size_t begin, savepoint = newest_savepoint(undo);
  return undo_has_statement(undo, &begin) ? begin : savepoint;
}

void undo_compact(Undo *undo, size_t from) {
  size_t kept = from;
  if (from < undo->statement) undo->statement_known = false;
  for (size_t i = from; i < undo->count; i++) {
    if (undo->entries[i].kind != UNDO_NOTHING) undo->entries[kept++] = undo->entries[i];
  }
  undo->count = kept;
}

void undo_reset(Undo *undo) {
  undo->count = 0;
  undo->mark_count = 0;
  undo->statement_known = false;
  undo->epoch++;
  if (undo->capacity > KEPT_ENTRIES) {
    sqlite3_free(undo->entries);
    undo->entries = NULL;
    undo->capacity = 0;
  }
}

void undo_clear(Undo *undo) {
  sqlite3_free(undo->entries);
  sqlite3_free(undo->marks);
  *undo = (Undo){0};
}
