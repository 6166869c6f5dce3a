/*
** ordered.h: a scan in the order of other columns than the rowid.
**
** Gives the rows of a scan to a sorter, and then moves the scan from one to the next. So it shows
** the rows that there were at its start, each as it is when the scan gets there; those that are
** gone by then, or pass the filter no more, are left out. Where the sorter was to keep the first
** rows only, what comes behind them is not even read where the filter can tell (filter_precede);
** core may still want more, and then all rows are sorted that there are by then, without those that
** it was shown. Where the segments keep the order, the first rows are picked out of it, and then
** more of them; what the order does not tell of the filter is tested as the scan gets to them.
**
** Owns the sorter. Calls kept_order.h, scan.h, sorter.h, numerals.h, lookup.h, predicate.h,
** progress.h.
*/
#ifndef SLOTS_ORDERED_H
#define SLOTS_ORDERED_H

#include "kept_order.h"

typedef struct Ordered {
  Sorter sorter; /* its order is set before ordered_start */
  bool running;  /* else the scan goes by rowid */
  bool kept;     /* the rows come out of orders that are kept, */
  KeptPlan plan; /* so */
  int64_t lower; /* bounds of the rowid */
  int64_t upper;
} Ordered;

/*
** Starts at the first row between the bounds that passes the scan's filter; rows with the same
** values ascend by rowid. The first `likely` are kept; 0 is all of them. As scan_start, and
** SQLITE_TOOBIG or SQLITE_INTERRUPT.
*/
int ordered_start(Ordered *ordered, Scan *scan, int64_t lower, int64_t upper, uint32_t likely);

/* To the following row; scan->eof tells the end. As ordered_start. */
int ordered_next(Ordered *ordered, Scan *scan);

/* A value of the current row that the sorter has, valid until ordered_next; false: ask the scan. */
bool ordered_value(const Ordered *ordered, const Scan *scan, uint32_t column, Value *value);

/* Gives back all but the order. */
void ordered_clear(Ordered *ordered);

#endif
