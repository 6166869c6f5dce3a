/*
** ranges.h: the rows of a segment that comparisons of a column pass, by the column's order.
**
** <, <=, >, >= and NOT NULL pass what lies side by side in the order of the column, unless a
** predicate passes more, being in doubt (predicate.h). Where that order is kept with the segment
** (column_order.h), two searches find it, and where orders were merged (merged_order.h), those of
** all their segments. Of the rows with one value a second order tells those that such a comparison
** of another column passes. Owns nothing. Calls predicate.h, candidates.h, merged_order.h, base/.
*/
#ifndef SLOTS_RANGES_H
#define SLOTS_RANGES_H

#include "candidates.h"
#include "predicate.h"
#include "segment/merged_order.h"

/*
** Whether the predicate, which is bound, is such a comparison of a column that comes first or
** second in an index.
*/
bool range_is_of(const Predicate *predicate);

/* The same if texts that are numbers passed, or if none did. */
bool range_would_be_of(const Predicate *predicate, bool number_passes);

/* The places first to end - 1 of an order; none where the order does not tell. */
typedef struct RangePlaces {
  uint32_t order;
  uint32_t next; /* the column of a second order, else the first one's */
  uint32_t first;
  uint32_t end;
  bool known; /* else the order does not tell */
  bool cut;   /* others were left out, as no more than the first were asked for */
} RangePlaces;

/* What is looked for, and what was found in a merged order. */
typedef struct RangeFinder {
  const Predicate *predicates;
  uint32_t count;
  uint32_t column;
  Collation collation;
  Reader *reader;
  uint32_t most; /* the first so many rows of a merged order are asked for, 0: all; */
  bool descending;
  bool whole; /* and all that have the last one's value, */
  bool due;   /* orders have been searched so often that merging them is worth it */

  MergedOrder *merged; /* a reference: of its parts the places are known; NULL: of none */
  bool known;
  bool cut;
  uint32_t first[MERGED_PARTS];
  uint32_t end[MERGED_PARTS];
} RangeFinder;

/*
** The places of the rows that all such predicates of the column pass, those of others left out. The
** order is there. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int range_find(RangeFinder *finder, Segment *segment, RangePlaces *places);

/*
** Leaves of the places, which have one value of the finder's column, those that the comparisons of
** the next one pass, as places of the second order, where that is there or made now; else they stay
** what they are. Not known where that does not tell. As range_find.
*/
int range_narrow_second(const RangeFinder *finder, Segment *segment, const SecondOrder *second,
                        RangePlaces *places);

/* Whether the row passes the predicates of the finder's column and of the next. As range_find. */
int range_row_passes(const RangeFinder *finder, const Segment *segment, uint32_t row, uint32_t next,
                     bool *passes);

/* To be called when predicates or segments may have changed, and at the end. */
void range_forget(RangeFinder *finder);

/* Whether the order that range_search uses is there. */
bool range_is_kept(const Segment *segment, const Predicate *predicates, uint32_t count);

/*
** Whether the order of the leader's column is there, or made now: not unless few rows of a sample
** pass the predicates of the column, and of one that follows it. The finder is set to the column.
** As range_find.
*/
int range_order(RangeFinder *finder, const Predicate *leader, Segment *segment, bool *there);

/*
** The places of the rows that the comparisons of one column pass, which the finder is set to then;
** not known where the order is not worth making. Where that is an equality, those of the rows that
** the comparisons of a column pass which follows it in an index. The finder's predicates and reader
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

/*
** Moves *place on to the first one with the value, or behind it, in the merged order, or, where
** that is NULL, in the segment's own. The finder's column, collation and reader are set. As
** range_find.
*/
int range_seek(const RangeFinder *finder, const Segment *segment, const MergedOrder *merged,
               const Value *value, bool behind, uint32_t *place);

/* Whether all predicates are such comparisons of these columns. */
bool range_is_all(const Predicate *predicates, uint32_t count, uint32_t column, uint32_t next);

#endif
