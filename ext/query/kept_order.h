/*
** kept_order.h: takes the first rows of an order that the segments of a table keep.
**
** Each segment has its first rows side by side (column_order.h), or knows how many of them are
** among the first of several (merged_order.h); a sorter merges them. Of the rows with one value of
** other columns they are in a compound order; without that all of them are sorted. Rows with equal
** values go up or down by rowid; where other columns tell their order, all that have the last one's
** value are sorted. Owns nothing. Calls kept_plan.h, sorter.h, ranges.h, order_merge.h, base/.
*/
#ifndef SLOTS_KEPT_ORDER_H
#define SLOTS_KEPT_ORDER_H

#include "kept_plan.h"
#include "sorter.h"

/*
** Adds the first `most` rows of each segment by the key of the plan, of those with the leaders'
** values, to the sorter, which has just begun, and is to be begun again unless *done. Open rows are
** the caller's. SQLITE_OK, SQLITE_NOMEM, SQLITE_CORRUPT, SQLITE_TOOBIG or SQLITE_INTERRUPT.
*/
int kept_order_add(Sorter *sorter, Scan *scan, const OrderKey *key, uint32_t most, bool *done);

#endif
