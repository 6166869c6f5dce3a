/*
** seal_undo.c: see seal_undo.h.
*/
#include "seal_undo.h"

#include "base/sqlite.h"

SealUndo *seal_undo_create(SegmentList *list) {
  SealUndo *undo = sqlite3_malloc64(sizeof *undo);
  if (undo == NULL) return NULL;
  *undo = (SealUndo){.list = segment_list_retain(list)};
  return undo;
}

int seal_undo_reserve(SealUndo *undo) {
  if (undo->run_count < undo->run_capacity) return SQLITE_OK;
  uint32_t capacity = undo->run_capacity * 2 + 4;
  OpenRun *runs = sqlite3_realloc64(undo->runs, capacity * sizeof *runs);
  if (runs == NULL) return SQLITE_NOMEM;
  undo->runs = runs;
  undo->run_capacity = capacity;
  return SQLITE_OK;
}

void seal_undo_free(SealUndo *undo, OpenRows *open) {
  if (undo == NULL) return;
  for (uint32_t i = 0; i < undo->run_count; i++) open_run_free(open, &undo->runs[i]);
  segment_list_release(undo->list);
  sqlite3_free(undo->runs);
  sqlite3_free(undo);
}
