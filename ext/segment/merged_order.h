/*
** merged_order.h: the orders of a column that up to 16 segments keep, merged into one.
**
** One search in it takes the place of one in each of them. It says of each place whose row comes
** next, rows with equal values in order of the segments:
**
**     u32 x parts, for every 256th place   how many rows of each part come before
**     4 bits x rows (the low half of a byte first)   the part
**
** 0.75 bytes a row of 16 parts. It lasts as long as all of its segments do. Calls
** column_order.h, base/integers.h.
*/
#ifndef SLOTS_MERGED_ORDER_H
#define SLOTS_MERGED_ORDER_H

#include "column_order.h"

/* One without rows yet, and room for so many; NULL: no memory. */
MergedOrder *merged_order_create(uint32_t column, uint32_t rows, uint32_t parts);

/* Adds the next row of the part. */
void merged_order_add(MergedOrder *merged, uint32_t part);

/* When all rows are there: gives it over to the segments, its parts. */
void merged_order_join(MergedOrder *merged, Segment *const *segments);

/*
** Counts a search in the segment's own order. True: all of them have cost as much as merging would,
** the segment's share.
*/
bool merged_order_search(Segment *segment, uint32_t column);

/* Whether that is so, or nearly. */
bool merged_order_is_due(const Segment *segment, uint32_t column);

/* The merged order that the segment's order is part of, or NULL. */
static inline const MergedOrder *merged_order_of(const Segment *segment, uint32_t column) {
  return segment->orders == NULL ? NULL : segment->orders[column].merged;
}

/* Whether all parts are among the segments, ascending: one that was replaced may still be held. */
bool merged_order_is_within(const MergedOrder *merged, Segment *const *segments, uint32_t count);

/* How many rows of each part come before the place: the place in its own order. */
void merged_order_places(const MergedOrder *merged, uint32_t place, uint32_t *places);

/* The part that the row at a place is of. */
uint32_t merged_order_part(const MergedOrder *merged, uint32_t place);

/* The row at a place. */
const Segment *merged_order_row(const MergedOrder *merged, uint32_t place, uint32_t *row);

/* Whether a place comes before what is sought. As column_order_is_before. */
int merged_order_is_before(const MergedOrder *merged, const OrderSought *sought, uint32_t place,
                           bool *before);

/* The first place from *place on that does not come before what is sought. As column_order_seek. */
int merged_order_seek(const MergedOrder *merged, const OrderSought *sought, uint32_t *place);

#endif
