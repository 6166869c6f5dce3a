/*
** estimate.h: how many rows a plan reads, from what the store knows.
**
** Bounds of packed numbers, sizes of dictionaries, the keys of an index, rowids of
** segments: nothing is read row by row, and of many segments only some. Calls
** predicate.h, store/, segment/, bits.h.
*/
#ifndef SLOTS_ESTIMATE_H
#define SLOTS_ESTIMATE_H

#include "predicate.h"
#include "store/table.h"

#define ESTIMATE_LISTED 25   /* values of an IN, as core guesses */
#define ESTIMATE_KEY_ROWS 10 /* of a key, where nothing is sealed */
#define ESTIMATE_LIMIT 25    /* rows of a LIMIT whose value is not known */

/*
** The share of the rows, from 0 to 1, that pass an operator with the column;
** `value` is its right side where that is known, else NULL. `leads`: an index begins with it.
*/
double estimate_share(const Table *table, uint32_t column, PredicateOperator op, const Value *value,
                      bool leads);

/* Rows with lower <= rowid <= upper. */
double estimate_between(const Table *table, IntegerInterval rowids);

/* Rows that have a key of index number `index`, on average. */
double estimate_rows_of_key(const Table *table, uint32_t index);

#endif
