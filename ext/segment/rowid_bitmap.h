/*
** rowid_bitmap.h: rowids as bits that are set: bit (rowid - first).
**
**   u16 rank[ceil(span / 512)]   the number of set bits before each 512 of them
**   padding to 8, the bits, BITS_PADDING
**
** `span` = last - first + 1 bits, at most 128 * SEGMENT_ROWS. Calls rowid_form.h, base/.
*/
#ifndef SLOTS_ROWID_BITMAP_H
#define SLOTS_ROWID_BITMAP_H

#include "rowid_form.h"

/* Bytes of the section, UINT64_MAX where the span is too long; `reach` as rowids_reach. */
uint64_t rowid_bitmap_size(uint64_t reach);

int rowid_bitmap_encode(const int64_t *rowids, uint32_t rows, Buffer *out);

/* The rest as the functions of rowids.h, for rowids that lie between first and last. */
bool rowid_bitmap_open(Rowids *rowids);
bool rowid_bitmap_ascends(const Rowids *rowids);
uint32_t rowid_bitmap_seek(const Rowids *rowids, uint64_t at, bool *found);
void rowid_bitmap_read(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into);

#endif
