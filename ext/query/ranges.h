/*
** ranges.h: the rows of a segment that comparisons of a column pass, by the column's order.
**
** <, <=, >, >= and NOT NULL pass what lies side by side in the order of the column, unless a
** predicate passes more, being in doubt (predicate.h). Where that order is kept with the segment
** (column_order.h), two searches find it. Owns nothing. Calls predicate.h, candidates.h,
** column_order.h.
*/
#ifndef SLOTS_RANGES_H
#define SLOTS_RANGES_H

#include "candidates.h"
#include "predicate.h"
#include "segment/column_order.h"

/* Whether the predicate, which is bound, is such a comparison of a column with an index. */
bool range_is_of(const Predicate *predicate);

/*
** The places *first to *end - 1 of the rows that all such predicates of the column pass, those of
** others left out. *known is false where the order does not tell. The order is there. SQLITE_OK,
** SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int range_find(const Segment *segment, uint32_t column, Collation collation,
               const Predicate *predicates, uint32_t count, Reader *reader, uint32_t *first,
               uint32_t *end, bool *known);

/* Whether the order that range_list uses is there. */
bool range_is_kept(const Segment *segment, const Predicate *predicates, uint32_t count);

/*
** Lists the rows that the comparisons of one column pass, if that is known and they are few; *sure
** tells whether there are no other predicates, which may refuse them. As range_find.
*/
int range_list(Segment *segment, const Predicate *predicates, uint32_t count, Reader *reader,
               Candidates *candidates, bool *listed, bool *sure);

/* Whether all predicates are such comparisons of that column. */
bool range_is_all(const Predicate *predicates, uint32_t count, uint32_t column);

#endif
