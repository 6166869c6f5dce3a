/*
** column_order.h: the rows of a segment in the order of one of its columns.
**
** Of a column with an index queries ask again and again for a range, or for what comes first.
** Once they have asked often enough to pay for sorting the rows, the order is kept with the
** segment, which never changes:
**
**     u16 x rows    row numbers, ascending by value under the column's collation, NULL first; equal
**                   ones by row
**     1 bit x rows  (bit i % 8 of byte i / 8) the value is another one than at the place before
**
** 2.13 bytes a row. A *place* is an index into that list.
**
** Where an index goes on with another column (INDEX(sensor, at)), queries ask for some of the rows
** with one value of the first. Then a *compound order* of the same form is kept, by both columns:
** in it, too, the rows with that value have the places that they have in the first one. The same is
** done for rows with one value of two columns, and a third.
**
** Owns nothing: the bytes are the segment's. Calls segment.h, reader.h, sort_run.h, key.h.
*/
#ifndef SLOTS_COLUMN_ORDER_H
#define SLOTS_COLUMN_ORDER_H

#include "key.h"
#include "reader.h"

/*
** Costs a segment: a query without the order that tests packed bits, or reads texts; and making the
** order.
*/
#define ORDER_PACKED 1
#define ORDER_TEXT 16
#define ORDER_MAKING 64

/*
** Adds `spent`, the cost of a query without the order of the column, and makes the order once the
** sum pays for that. *there tells whether it is there: not where memory was short. The collation is
** the column's, and always the same. SQLITE_OK or SQLITE_CORRUPT.
*/
int column_order_want(Segment *segment, uint32_t column, Collation collation, uint32_t spent,
                      bool *there);

/* The columns of an order under their collations: one, or of a compound order up to three. */
typedef struct OrderKey {
  uint32_t count;
  uint32_t columns[SEGMENT_ORDERS];
  Collation collations[SEGMENT_ORDERS];
} OrderKey;

static inline void order_key_add(OrderKey *key, uint32_t column, Collation collation) {
  key->columns[key->count] = column;
  key->collations[key->count++] = collation;
}

/* The number of an order that begins with the column: that of a column alone is the column. */
static inline uint32_t column_order_number(const Segment *segment, uint32_t column,
                                           uint32_t columns) {
  return (columns - 1) * segment->columns + column;
}

/*
** The same of a compound order; `tested` are the rows with one value of all columns but the last
** that a query tests without it. Of several columns that may follow it is made of the first to pay.
*/
int column_order_want_compound(Segment *segment, const OrderKey *key, uint32_t tested, bool *there);

/* Only adds it, and tells whether the order is missing and the sum would pay for making it. */
bool column_order_miss(Segment *segment, uint32_t column, uint32_t spent);

static inline bool column_order_is_there(const Segment *segment, uint32_t order) {
  return segment->orders != NULL && segment->orders[order].bytes != NULL;
}

/* Of an order that is there: the row at a place. */
uint32_t column_order_row(const Segment *segment, uint32_t order, uint32_t place);

/* The first place of those with the same values. */
uint32_t column_order_first(const Segment *segment, uint32_t order, uint32_t place);

/* The first place behind those with the same values, or `end`. */
uint32_t column_order_behind(const Segment *segment, uint32_t order, uint32_t place, uint32_t end);

/* What is looked for in an order, by a column that its places, or some of them, are sorted by. */
typedef struct OrderSought {
  uint32_t order;
  uint32_t column;
  Collation collation;
  Reader *reader;
  const Value *value;
  bool behind; /* the first value behind it, not itself */
} OrderSought;

/* Whether a place comes before what is sought. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT. */
int column_order_is_before(const Segment *segment, const OrderSought *sought, uint32_t place,
                           bool *before);

/* Whether element `at` of a sorted sequence comes before what is sought. As above. */
typedef int (*OrderTest)(const void *context, uint32_t at, bool *before);

/*
** Binary search: moves *at to the first element that does not, or to `end`; tests `middle` first.
*/
int order_search(OrderTest test, const void *context, uint32_t *at, uint32_t end, uint32_t middle);

/*
** Moves *place to the first place from there on that does not, or to `end`; takes fewer steps where
** that is near. As column_order_is_before.
*/
int column_order_seek(const Segment *segment, const OrderSought *sought, uint32_t *place,
                      uint32_t end);

#endif
