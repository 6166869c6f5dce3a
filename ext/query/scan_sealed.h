/*
** scan_sealed.h: the sealed side of a scan: its place among the segments' rows.
**
** Keeps Scan's fields from sealed_valid to last_row, and the rowids decoded ahead. Nobody
** but scan.c includes this. Calls filter.h, order_merge.h, scan.h, store/, rowids.h,
** integers.h.
*/
#ifndef SLOTS_SCAN_SEALED_H
#define SLOTS_SCAN_SEALED_H

#include "scan.h"

/*
** To the first row from `rowid` on, or, downwards, the last one up to it, that passes the filter.
*/
int scan_seek_sealed(Scan *scan, int64_t rowid);

/* From a valid place to the next row that passes. SQLITE_OK, NOMEM or CORRUPT, as for seeking. */
int scan_advance_sealed(Scan *scan);

/* From a valid place past `rows` more rows, without a filter. As for seeking. */
int scan_skip_sealed(Scan *scan, uint64_t rows);

#endif
