/*
** scan_sealed.h: the sealed side of a scan: a place among the rows of a table's segments.
**
** Where rows have to pass a filter the place is always at one that does. Owns nothing. Calls
** filter.h, order_merge.h, store/, rowids.h, integers.h.
*/
#ifndef SLOTS_SCAN_SEALED_H
#define SLOTS_SCAN_SEALED_H

#include "filter.h"
#include "store/table.h"

#define SCAN_ROWIDS 256

typedef struct SealedPlace {
  bool descending;
  uint32_t stride; /* to the next row: 1, or -1 downwards */
  uint32_t likely; /* rows that will be read, 0 if nobody knows */

  bool valid; /* there is such a row: */
  uint32_t segment;
  uint32_t row;
  int64_t rowid;
  uint32_t last_segment; /* with a filter: of the last row that is looked at */
  uint32_t last_row;

  uint32_t rowids_segment; /* rowids decoded ahead: rowids_count from rowids_first on */
  uint32_t rowids_first;
  uint32_t rowids_count;
  int64_t rowids[SCAN_ROWIDS];
} SealedPlace;

/* Before the place is sought: which way it goes. */
static inline void scan_sealed_begin(SealedPlace *place, bool descending, uint32_t likely) {
  place->descending = descending;
  place->stride = descending ? UINT32_MAX : 1;
  place->likely = likely;
}

/*
** To the first row from `rowid` on, or, downwards, the last one up to it, that passes the filter;
** rows beyond `end` are not tested. SQLITE_OK, NOMEM or CORRUPT.
*/
int scan_sealed_seek(SealedPlace *place, Table *table, Filter *filter, int64_t rowid, int64_t end);

/* From a valid place to the next row that passes. As for seeking. */
int scan_sealed_advance(SealedPlace *place, Table *table, Filter *filter);

/* From a valid place past `rows` more rows, without a filter. As for seeking. */
int scan_sealed_skip(SealedPlace *place, Table *table, Filter *filter, uint64_t rows);

#endif
