/*
** seal_undo.h: what an UNDO_SEAL entry of the log keeps. Calls open.h,
** segment_list.h.
*/
#ifndef SLOTS_SEAL_UNDO_H
#define SLOTS_SEAL_UNDO_H

#include "open.h"
#include "segment/segment_list.h"

typedef struct SealUndo {
  SegmentList *list; /* a reference; NULL: there was no segment */
  OpenRun *runs;     /* open entries that stood at the entry's place and were sealed since */
  uint32_t run_count;
  uint32_t run_capacity;
  int64_t delta; /* rows added by the log entries that were dropped */
} SealUndo;

/* One that goes back to `list`, or NULL when memory is short. */
SealUndo *seal_undo_create(SegmentList *list);

/* Room for one more run. SQLITE_OK or SQLITE_NOMEM. */
int seal_undo_reserve(SealUndo *undo);

/* Frees it with its runs, which were cut out of `open`. NULL is allowed. */
void seal_undo_free(SealUndo *undo, OpenRows *open);

#endif
