/*
** seal.h: builds a sealed segment out of rows, open or sealed before.
**
** Drafts each column's slot, then lays the fixed parts out in one struct.
** Working memory is that of one column's values and text for each thread, and 8
** bytes a value of the slots drafted so far. Calls choose.h, columns.h, segment.h,
** base/.
*/
#ifndef SLOTS_SEAL_H
#define SLOTS_SEAL_H

#include "choose.h"

/* A segment being built. */
typedef struct SealJob SealJob;

/*
** Begins to build a segment of `count` (1 to SEGMENT_ROWS) rows, ascending by rowid. Columns are
** coded in up to `threads` threads, those that take longest first, while the caller goes on: the
** rows, which are not copied, stay as they are until seal_wait, and `lessons` (one a column), which
** are read and updated, are nobody else's. SQLITE_OK, SQLITE_NOMEM, SQLITE_TOOBIG; SQLITE_CORRUPT
** from a segment that is read, and of rowids that do not ascend.
*/
int seal_begin(const SealRow *rows, uint32_t count, uint32_t columns, TextProfile profile,
               ColumnLessons *lessons, uint32_t threads, SealJob **job);

/*
** Returns when all columns are coded, some by the caller: the lessons are the caller's again, and
** of the rows only their numbers are read from now on. As seal_begin.
*/
int seal_wait(SealJob *job);

/* Waits, and frees the job. The segment's bytes do not depend on threads. As seal_begin. */
int seal_end(SealJob *job, Segment **segment);

/* Both at once. */
int seal_rows(const SealRow *rows, uint32_t count, uint32_t columns, TextProfile profile,
              ColumnLessons *lessons, uint32_t threads, Segment **segment);

#endif
