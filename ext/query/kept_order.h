/*
** kept_order.h: the first rows of an order that the segments of a table keep.
**
** Where ORDER BY names a column with an index, LIMIT says that few rows are wanted, and all
** conditions are comparisons of that column, each segment has its first rows side by side
** (column_order.h), and a sorter merges them. Open rows are added one by one. Owns nothing. Calls
** scan.h, sorter.h, ranges.h, progress.h.
*/
#ifndef SLOTS_KEPT_ORDER_H
#define SLOTS_KEPT_ORDER_H

#include "scan.h"
#include "sorter.h"

/* Whether the first `most` rows of a scan in that order can be picked so. */
bool kept_order_serves(const SortOrder *order, const Scan *scan, uint32_t most);

/*
** Where it serves: adds the first `most` rows of each segment that pass the scan's filter to the
** sorter, which has just begun, and is to be begun again unless *done. Open rows are the caller's.
** SQLITE_OK, SQLITE_NOMEM, SQLITE_CORRUPT or SQLITE_INTERRUPT.
*/
int kept_order_add(Sorter *sorter, Scan *scan, uint32_t most, bool *done);

#endif
