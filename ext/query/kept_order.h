/*
** kept_order.h: the first rows of an order that the segments of a table keep.
**
** Where ORDER BY names a column with an index, and few rows are wanted, each segment has its first
** rows side by side (column_order.h), and a sorter merges them. Comparisons of that column are
** searched for; rows that fail other conditions are passed over as they come, if a sample of rows
** says that enough of them pass. Of how many rows core will read it says nothing where it keeps a
** condition or LIMIT to itself: then some are tried. Open rows are added one by one. Owns nothing.
** Calls scan.h, sorter.h, ranges.h, order_merge.h, progress.h.
*/
#ifndef SLOTS_KEPT_ORDER_H
#define SLOTS_KEPT_ORDER_H

#include "scan.h"
#include "sorter.h"

/* How rows are taken of an order. */
typedef struct KeptPlan {
  uint32_t first; /* so many, 0: not so at all; more are taken where these were too few, */
  uint32_t most;  /* up to that many: for more all rows are better sorted */
  bool untested;  /* some may not pass the scan's filter */
  bool missed;    /* not so, as the order is not there, and nobody knows that it is wanted */
} KeptPlan;

/*
** How the first `likely` rows of a scan in that order are taken, 0: nobody knows how many. As
** scan_start.
*/
int kept_order_plan(const SortOrder *order, Scan *scan, uint32_t likely, KeptPlan *plan);

/*
** After a scan that missed it: notes that no more rows were read than `given`, so that the order is
** made when that has been so often.
*/
void kept_order_miss(const SortOrder *order, const Table *table, uint64_t given);

/*
** Adds the first `most` rows of each segment to the sorter, which has just begun, and is to be begun
** again unless *done. Open rows are the caller's. SQLITE_OK, SQLITE_NOMEM, SQLITE_CORRUPT or
** SQLITE_INTERRUPT.
*/
int kept_order_add(Sorter *sorter, Scan *scan, uint32_t most, bool *done);

#endif
