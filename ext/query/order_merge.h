/*
** order_merge.h: merges the orders of a column that the segments of a table keep.
**
** Merges those that have been searched often enough to pay for it (merged_order.h), up to 16 at a
** time, so that no query waits long; small merged orders are taken apart and merged anew. Owns
** nothing. Calls sorter.h, numerals.h, merged_order.h, progress.h.
*/
#ifndef SLOTS_ORDER_MERGE_H
#define SLOTS_ORDER_MERGE_H

#include "sorter.h"

/*
** Merges them, unless memory is short or there are no two. SQLITE_OK, SQLITE_CORRUPT or
** SQLITE_INTERRUPT.
*/
int order_merge_make(const Table *table, uint32_t column, Collation collation);

#endif
