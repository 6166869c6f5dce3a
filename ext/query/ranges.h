/*
** ranges.h: the rows of a segment that comparisons of a column pass, side by side in its order.
**
** <, <=, >, >= and NOT NULL pass what lies side by side in the order of the column, unless a
** predicate passes more, being in doubt (predicate.h). Where that order is kept with the segment
** (column_order.h), two searches find it, and where orders were merged (merged_order.h), those of
** all their segments. Of the rows with one value a compound order tells those that such a
** comparison of another column passes. Owns nothing. Calls predicate.h, merged_order.h, base/.
*/
#ifndef SLOTS_RANGES_H
#define SLOTS_RANGES_H

#include "predicate.h"
#include "segment/merged_order.h"

/*
** Whether the predicate, which is bound, is such a comparison of a column that comes first, second
** or third in an index.
*/
bool range_is_of(const Predicate *predicate);

/* The same if texts that are numbers passed, or if none did. */
bool range_would_be_of(const Predicate *predicate, bool number_passes);

/* The places first to end - 1 of an order; none where the order does not tell. */
typedef struct RangePlaces {
  OrderKey key; /* of the order */
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

/* The number of their order. */
static inline uint32_t range_places_order(const Segment *segment, const RangePlaces *places) {
  return column_order_number(segment, places->key.columns[0], places->key.count);
}

/*
** The places of the rows that all such predicates of the column pass, those of others left out. The
** order is there. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int range_find(RangeFinder *finder, Segment *segment, RangePlaces *places);

/*
** Leaves of the places, which have one value of each column of the key but the last, those that the
** comparisons of the last one pass, as places of the key's order, where that is there or made now;
** else they stay what they are. Not known where that does not tell. As range_find.
*/
int range_narrow(const RangeFinder *finder, Segment *segment, const OrderKey *key,
                 RangePlaces *places);

/* Whether the row passes the predicates of the key's columns. As range_find. */
int range_row_passes(const RangeFinder *finder, const Segment *segment, uint32_t row,
                     const OrderKey *key, bool *passes);

/* To be called when predicates or segments may have changed, and at the end. */
void range_forget(RangeFinder *finder);

/*
** Moves *place on to the first one with the value, or behind it, in the merged order, or, where
** that is NULL, in the segment's own. The finder's column, collation and reader are set. As
** range_find.
*/
int range_seek(const RangeFinder *finder, const Segment *segment, const MergedOrder *merged,
               const Value *value, bool behind, uint32_t *place);

/* Whether the predicate is such a comparison of one of the key's columns. */
bool range_is_by(const Predicate *predicate, const OrderKey *key);

/* Whether all predicates are. */
bool range_is_all(const Predicate *predicates, uint32_t count, const OrderKey *key);

#endif
