/*
** range_rows.h: the rows of a segment that comparisons pass, by an order that is worth using.
**
** A comparison of the first column of an index leads: its rows are found by the order of that
** column (ranges.h), which is made once queries have paid for it, and if it is an equality those of
** them by a compound order that comparisons of the columns behind it pass. Owns nothing. Calls
** ranges.h, candidates.h.
*/
#ifndef SLOTS_RANGE_ROWS_H
#define SLOTS_RANGE_ROWS_H

#include "candidates.h"
#include "ranges.h"

/* Whether the order that range_search uses is there. */
bool range_is_kept(const Segment *segment, const Predicate *predicates, uint32_t count);

/*
** Whether the order of the comparison's column is there, or made now: not unless few rows of a
** sample pass the predicates of the column, and of one that follows it. The finder is set to the
** column. As range_find.
*/
int range_order(RangeFinder *finder, const Predicate *comparison, Segment *segment, bool *there);

/*
** The places of the rows that the comparisons of one column pass, which the finder is set to then;
** not known where the order is not worth making. Where that is an equality, those of the rows that
** comparisons of the columns pass which follow it in an index. The finder's predicates and reader
** are set. As range_find.
*/
int range_search(RangeFinder *finder, Segment *segment, RangePlaces *places);

/* So many rows are few: each is read where it lies, while the others would be tested in a row. */
uint32_t range_few(const Segment *segment, uint32_t column);

/* Whether the rows of the places are. */
bool range_is_few(const RangeFinder *finder, const Segment *segment, const RangePlaces *places);

/* Lists the rows of the places, ascending. SQLITE_OK or SQLITE_NOMEM. */
int range_list(const Segment *segment, const RangePlaces *places, Candidates *candidates);

/* Sets bit i % 64 of set[i / 64] for each row i of the places, and no other of the segment's. */
void range_mark(const Segment *segment, const RangePlaces *places, uint64_t *set);

#endif
