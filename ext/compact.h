/*
** compact.h: the part of a Table that seals open rows and merges segments.
**
** Which spans are due, how their rows are cut into segments, and how that is
** undone. A layer of table.c, which declares when to seal in table.h. Calls
** open.h, seal.h, undo.h.
**
** Undoing. An UNDO_SEAL entry stands for the state of the table at its own place
** in the log: the list of segments, and the open rows that were sealed since.
** Entries behind it (or, where there is none yet, behind the newest mark) for
** rowids that are sealed are taken back as soon as the segment stands: no
** savepoint can ask for less than all of them, and a load would otherwise keep
** every row twice. What is then still open in the sealed range goes into the
** UNDO_SEAL entry.
*/
#ifndef SLOTS_COMPACT_H
#define SLOTS_COMPACT_H

#include "table.h"

typedef struct SealUndo SealUndo;

/* Sets the thresholds of a table without open rows. */
void compact_reset(Table *table);

/* Takes a seal back, or makes it final; frees `undo`. Infallible. */
void compact_undo(Table *table, SealUndo *undo);
void compact_commit(Table *table, SealUndo *undo);

/* Adds the hint of an open row to each index, or all open rows' to one. Infallible after
** hints_reserve, and where the rows had hints before. */
void hint_row(Table *table, int64_t rowid, const Row *row);
void hint_open_rows(Table *table, uint32_t index);

void segment_list_release(SegmentList *list); /* NULL is allowed */

#endif
