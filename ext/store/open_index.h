/*
** open_index.h: maintains the hints, the part of a table's indexes that covers open rows.
**
** Hints are added as rows are opened, and renewed after a seal and at the end of a
** transaction; rows that undoing may bring back keep theirs. So room is needed
** for new rows only. Calls store.h, hints.h, seal_undo.h, index_def.h.
*/
#ifndef SLOTS_OPEN_INDEX_H
#define SLOTS_OPEN_INDEX_H

#include "store.h"

/* Room for the hints of `rows` new rows. SQLITE_OK or SQLITE_NOMEM. */
int open_index_reserve(Table *table, size_t rows);

/* Adds the hints of a row. Infallible after open_index_reserve. */
void open_index_add(Table *table, int64_t rowid, const Row *row);

/* Has hints by the index's first column from now on; false: no memory. */
bool open_index_hint_first(Table *table, uint32_t index);

/* Drops the hints of rows that are not open and cannot come back. Infallible. */
void open_index_renew(Table *table);

/* The same outside a transaction, giving memory back. Infallible. */
void open_index_shrink(Table *table);

#endif
