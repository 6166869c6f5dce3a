/*
** rowid_runs.h: rowids as runs without a gap, for tables that lost some rows here and there.
**
**   u32 count of runs, u32 count of blocks
**   u16 for each block of 2^base_width units: the last run that begins at or before its
**       first unit; padding to 8
**   for each run width + 16 bits, whole bytes: the unit where it begins << 16 | its first row
**   BITS_PADDING
**
** A run ends where the rows of the next one begin. Units as in rowid_form.h. Calls
** rowid_form.h, base/.
*/
#ifndef SLOTS_ROWID_RUNS_H
#define SLOTS_ROWID_RUNS_H

#include "rowid_form.h"

/*
** Sets the widths for rowids with header->step; returns the bytes of the section, UINT64_MAX where
** runs begin too far away.
*/
uint64_t rowid_runs_size(const int64_t *rowids, uint32_t rows, RowidHeader *header);

int rowid_runs_encode(const int64_t *rowids, uint32_t rows, const RowidHeader *header, Buffer *out);

/* The rest as the functions of rowids.h, for places in units. */
bool rowid_runs_open(Rowids *rowids);
bool rowid_runs_ascend(const Rowids *rowids);
uint32_t rowid_runs_seek(const Rowids *rowids, uint64_t units, bool *found);
void rowid_runs_read(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into);

#endif
