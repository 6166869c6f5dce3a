/*
** open_index.h: maintains the hints, the part of a table's indexes that covers open rows.
**
** Hints are made when a look-up asks for them, and added as rows are opened from then on. Without
** room they are given up until a look-up asks again, which costs about as much as growing would: so
** a statement that changes many rows, or loads them, does without where it looks up none. They are
** renewed after a seal and at the end of a transaction; rows that undoing may bring back have
** theirs. So room is needed for new rows only. Calls store.h, hints.h, seal_undo.h, index_def.h.
*/
#ifndef SLOTS_OPEN_INDEX_H
#define SLOTS_OPEN_INDEX_H

#include "store.h"

/* Gives hints up that have no room for `rows` new rows. */
void open_index_reserve(Table *table, size_t rows);

/* Adds the hints of a row. Infallible after open_index_reserve. */
void open_index_add(Table *table, int64_t rowid, const Row *row);

/* Has hints by that part of the index's key from now on. SQLITE_OK or SQLITE_NOMEM. */
int open_index_ask(const Table *table, uint32_t index, HintedPart part);

/* Drops the hints of rows that are not open and cannot come back. Infallible. */
void open_index_renew(Table *table);

/* The same outside a transaction, giving memory back. Infallible. */
void open_index_shrink(Table *table);

#endif
