/*
** kept_plan.h: whether the first rows of a scan are taken of an order that segments keep, and how
** many.
**
** Where ORDER BY names a column with an index first, or one that comes second or third in an index
** while those before it, the *leaders*', are compared with one value each, and few rows are wanted.
** Comparisons of these columns are searched for; rows that fail other conditions are passed over as
** they come, if a sample of rows says that enough of them pass. Of how many rows core will read it
** says nothing where it keeps a condition or LIMIT to itself: then some are tried. Owns nothing.
** Calls scan.h, sort_run.h, ranges.h, base/integers.h.
*/
#ifndef SLOTS_KEPT_PLAN_H
#define SLOTS_KEPT_PLAN_H

#include "scan.h"
#include "segment/sort_run.h"

/* How rows are taken of an order. */
typedef struct KeptPlan {
  OrderKey key;   /* of the order: leaders' columns, and that of ORDER BY */
  uint32_t first; /* so many, 0: not so at all; more are taken where these were too few, */
  uint32_t most;  /* up to that many: for more all rows are better sorted */
  bool untested;  /* some may not pass the scan's filter */
  bool missed;    /* not so, as the order is not there, and nobody knows that it is wanted */
} KeptPlan;

/* For the first `likely` rows of the scan, 0: nobody knows how many. As scan_start. */
int kept_plan(const SortOrder *order, Scan *scan, uint32_t likely, KeptPlan *plan);

/*
** After a scan that missed it: notes that no more rows were read than `given`, so that the order is
** made when that has been so often.
*/
void kept_plan_miss(const SortOrder *order, const Table *table, uint64_t given);

/*
** Whether most rows have their order of the column, then it is worth making for the others, at
** once; or, `due`, whether they have it or have missed it so often.
*/
bool kept_of_most(const Table *table, uint32_t column, bool due);

#endif
