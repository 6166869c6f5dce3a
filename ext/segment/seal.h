/*
** seal.h: builds a sealed segment out of rows, open or sealed before.
**
** Drafts each column's slot, then lays the fixed parts out in one struct.
** Working memory is that of one column's values and text for each thread, and 8
** bytes a value of the slots drafted so far. Calls choose.h, segment.h, parallel.h.
*/
#ifndef SLOTS_SEAL_H
#define SLOTS_SEAL_H

#include "choose.h"

/*
** Builds a segment of `count` (1 to SEGMENT_ROWS) rows, ascending by rowid.
** `lessons` (one a column) is read and updated. Columns are coded in up to `threads`
** threads beside the caller's; the bytes do not depend on it. SQLITE_OK, SQLITE_NOMEM,
** SQLITE_TOOBIG; or SQLITE_CORRUPT from a segment that is read.
*/
int seal_rows(const SealRow *rows, uint32_t count, uint32_t columns, TextProfile profile,
              ColumnLessons *lessons, uint32_t threads, Segment **segment);

#endif
