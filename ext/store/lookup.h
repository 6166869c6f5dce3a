/*
** lookup.h: finds a table's rows by the key of an index.
**
** Asks the runs over sealed rows and the hints of open ones, then reads and
** compares each candidate, so what it finds is exact. Owns nothing but the list
** of rowids. Calls table.h, hints.h, segment/.
*/
#ifndef SLOTS_LOOKUP_H
#define SLOTS_LOOKUP_H

#include "segment/reader.h"
#include "table.h"

#define LISTED_ANYWHERE UINT32_MAX /* as a segment: nobody has looked, or it is an open row */

/* A rowid, and the place of its row while the table stays as it is. */
typedef struct ListedRow {
  int64_t rowid;
  uint32_t segment;
  uint32_t row;
} ListedRow;

typedef struct RowidList {
  ListedRow *items;
  size_t count;
  size_t capacity;
} RowidList;

/*
** Fills `found` with the rowids of all rows whose columns equal `key`, one value
** a column of index number `index`, ascending. `most` bounds how many are looked
** for. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int lookup_rows(const Table *table, uint32_t index, const Value *key, size_t most, Reader *reader,
                RowidList *found);

/* The same, behind what the list holds, in no order. */
int lookup_more(const Table *table, uint32_t index, const Value *key, size_t most, Reader *reader,
                RowidList *found);

/* Whether a row that is there has the key by now. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT. */
int lookup_matches(const Table *table, uint32_t index, const Value *key, const RowRef *ref,
                   Reader *reader, bool *matches);

/* Looks at all indexes of a mapped file. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT. */
int lookup_ready(const Table *table);

/* SQLITE_OK or SQLITE_NOMEM. */
int rowid_list_add(RowidList *list, ListedRow row);

/* Into ascending order, each rowid once. */
void rowid_list_sort(RowidList *list);

void rowid_list_clear(RowidList *list);

#endif
