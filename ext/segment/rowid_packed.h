/*
** rowid_packed.h: rowids as distances: for every 64 rows one base, for every row its
** distance to the base of its 64, both in units (rowid_form.h).
**
**   base_width bits x ceil(rows / 64), BITS_PADDING
**   width bits x rows, BITS_PADDING
**
** Calls rowid_form.h, base/.
*/
#ifndef SLOTS_ROWID_PACKED_H
#define SLOTS_ROWID_PACKED_H

#include "rowid_form.h"

/* Sets the widths for rowids with header->step; returns the bytes of the section. */
uint64_t rowid_packed_size(const int64_t *rowids, uint32_t rows, RowidHeader *header);

int rowid_packed_encode(const int64_t *rowids, uint32_t rows, const RowidHeader *header,
                        Buffer *out);

/* The rest as the functions of rowids.h, for places in units. */
bool rowid_packed_open(Rowids *rowids);
bool rowid_packed_ascends(const Rowids *rowids);
uint32_t rowid_packed_seek(const Rowids *rowids, uint64_t units, bool *found);
void rowid_packed_read(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into);

#endif
