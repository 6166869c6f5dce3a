/*
** rowids.h: the rowids of a segment, strictly ascending, in the smallest encoding.
**
** Borrows its bytes from the segment. Calls rowid_bitmap.h, rowid_packed.h, rowid_runs.h,
** rowid_form.h, integers.h.
*/
#ifndef SLOTS_ROWIDS_H
#define SLOTS_ROWIDS_H

#include "rowid_form.h"

/*
** Appends the section for `rows` (1 to SEGMENT_ROWS) rowids to `out`, 8-aligned; fills the header.
** SQLITE_OK, SQLITE_NOMEM, SQLITE_TOOBIG; SQLITE_CORRUPT where they do not ascend.
*/
int rowids_encode(const int64_t *rowids, uint32_t rows, RowidHeader *header, Buffer *out);

/* False when the header does not fit `rows` rows or the section's size. */
bool rowids_open(Rowids *rowids, const RowidHeader *header, uint32_t rows,
                 const unsigned char *section);

/*
** Whether the bytes hold what the header says: rowids that ascend strictly, from
** first to last. Reads all of them; for bytes that come from elsewhere.
*/
bool rowids_ascend(const Rowids *rowids);

/* The number of rowids below `rowid`; *found tells whether that row's rowid is equal. */
uint32_t rowids_seek(const Rowids *rowids, int64_t rowid, bool *found);

/* The rowids of rows first .. first + count - 1. */
void rowids_read(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into);

#endif
