/*
** seal_range.h: seals a range of a table: gathers its rows, builds segments of them, puts these in
** their place, and notes in the log how it was. compact.c decides what is sealed, and when.
**
** Undoing. An UNDO_SEAL entry stands for the state of the table at its own place
** in the log: the list of segments, and the open rows that were sealed since.
** Entries behind it (or, where there is none yet, behind the newest mark) for
** rowids that are sealed are taken back as soon as the segment stands: no
** savepoint can ask for less than all of them, and a load would otherwise keep
** every row twice. What is then still open in the sealed range goes into the
** UNDO_SEAL entry.
**
** Calls background.h, gather.h, seal_undo.h, open_index.h, segment/, base/.
*/
#ifndef SLOTS_SEAL_RANGE_H
#define SLOTS_SEAL_RANGE_H

#include "gather.h"
#include "seal_undo.h"

/* Of a full segment, as SEGMENT_ROWS: memory of rows that were open, payload of sealed ones. */
#define SEGMENT_BYTES ((uint64_t)26 << 20)

typedef enum SealHow {
  SEAL_FULL,  /* pieces are filled up */
  SEAL_EQUAL, /* pieces are of equal size */
  SEAL_LAST   /* filled up, and the indexes made afresh */
} SealHow;

/*
** Seals a range. SQLITE_OK; after an error, as of seal_rows or SQLITE_INTERRUPT from the table's
** Progress, rows and segments are as before.
*/
int seal_range(Table *table, const SealRange *range, SealHow how);

/* The same as SEAL_FULL while a load goes on: it may only be begun, in the background. */
int seal_range_loading(Table *table, const SealRange *range);

/*
** Waits for the seal in the background, if there is one, and puts its segment in its place.
** `loading`: the next run, if it is full, is begun before that. As seal_range.
*/
int seal_range_end(Table *table, bool loading);

/* Takes a seal back; frees `undo`. Infallible. */
void seal_range_undo(Table *table, SealUndo *undo);

#endif
