/*
** in_list.h: the rows of a segment whose column has one of the values of an IN, by its order.
**
** Where an index begins with the column and has others behind it, no key can be looked up
** (PRIMARY KEY(image, tag) and image IN (...)). Where the segment keeps the order of the column
** (column_order.h), two searches find the rows of a value, and where orders were merged
** (merged_order.h), those of all their segments. Owns the rows of those. Calls range_rows.h,
** candidates.h, merged_order.h.
*/
#ifndef SLOTS_IN_LIST_H
#define SLOTS_IN_LIST_H

#include "range_rows.h"

/* What was found in a merged order. */
typedef struct InList {
  MergedOrder *merged; /* a reference; NULL: nothing was looked for */
  bool few;            /* else too many rows have the values */
  Candidates rows[MERGED_PARTS];
} InList;

/*
** The first of the predicates, which are bound, that is an IN which an order tells the rows of, and
** of so few values that searching them is quicker than testing all of the segment; NULL: none is.
*/
const Predicate *in_list_of(const Predicate *predicates, uint32_t count, const Segment *segment);

/*
** Lists its rows; *listed is false where there is no order, or too many rows are found. The
** finder's predicates and reader are set. As range_find.
*/
int in_list_find(InList *list, RangeFinder *finder, const Predicate *in, Segment *segment,
                 Candidates *candidates, bool *listed);

/* To be called when predicates or segments may have changed. */
void in_list_forget(InList *list);

/* At the end. */
void in_list_clear(InList *list);

#endif
