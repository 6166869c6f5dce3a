/*
** compact.h: seals open rows and merges segments: when, which, and the undoing.
**
** Calls gather.h, seal.h, segment_list.h, seal_undo.h, open_index.h.
**
** Sealing. A *span* is a segment and the gap behind it up to the next one (the
** first span begins with the lowest rowid). Open rows in a gap become segments
** of their own, merged with a segment in front of it that is small; open rows inside a
** segment are merged into it when they reach an eighth of its rows. So a row
** that is appended is written O(log n) times, one that is changed in place
** costs the rewriting of about eight.
**
** Undoing. An UNDO_SEAL entry stands for the state of the table at its own place
** in the log: the list of segments, and the open rows that were sealed since.
** Entries behind it (or, where there is none yet, behind the newest mark) for
** rowids that are sealed are taken back as soon as the segment stands: no
** savepoint can ask for less than all of them, and a load would otherwise keep
** every row twice. What is then still open in the sealed range goes into the
** UNDO_SEAL entry.
**
** A table of which the log has nothing needs no such entry: what a seal could take
** back is the same rows. So SEAL_FINAL drops it as soon as a range is sealed, and with it
** the segments that were replaced, which would else all stay until commit.
*/
#ifndef SLOTS_COMPACT_H
#define SLOTS_COMPACT_H

#include "seal_undo.h"
#include "store.h"

typedef enum SealWhen {
  SEAL_LOADING, /* full runs only */
  SEAL_COMMIT,  /* what is worth it */
  SEAL_ALL,     /* everything, and small segments merged */
  SEAL_FINAL    /* the same, for good; the log must have nothing of the table */
} SealWhen;

/*
** Seals what is due. Open rows that could not be sealed stay open, so an error
** (SQLITE_NOMEM, or SQLITE_INTERRUPT where the table has a Progress) may be ignored: the rows
** are the same ones in any case.
*/
int compact_seal(Table *table, SealWhen when);

/* Sets the thresholds of a table without open rows. */
void compact_reset(Table *table);

/* Takes a seal back; frees `undo`. Infallible. */
void compact_undo(Table *table, SealUndo *undo);

#endif
