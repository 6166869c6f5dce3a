/*
** lookup.h: finds a table's rows by the key of an index.
**
** The runs over sealed rows and the hints of open ones give candidates, nearly all of which have
** the key; their rows are then read and compared, here or later by lookup_matches. Owns nothing but
** the list of rowids. Calls table.h, open_index.h, hints.h, segment/,
** base/order.h.
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
** Fills `found` with the rowids of rows whose columns equal `key`, one value a column of index
** number `index`, ascending: of all of them or, to tell whether the key is unique, of two or more.
** SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int lookup_rows(const Table *table, uint32_t index, const Value *key, Reader *reader,
                RowidList *found);

/* The same of all rows, behind what the list holds, in no order. */
int lookup_more(const Table *table, uint32_t index, const Value *key, Reader *reader,
                RowidList *found);

/* Rows between two rowids: up to `most` of them, the lowest, or the highest if `descending`. */
typedef struct LookupRange {
  int64_t lower;
  int64_t upper;
  bool descending;
  size_t most;
} LookupRange;

/*
** Fills `found` with the rows of the range that may have the key, ascending; there may be others
** where these are `most`. As lookup_rows.
*/
int lookup_candidates(const Table *table, uint32_t index, const Value *key,
                      const LookupRange *range, RowidList *found);

/* What open rows are asked for: a column that is equal to one of the values. */
typedef struct OpenSought {
  uint32_t column;
  Collation collation;
  const Value *values;
  uint32_t count;
} OpenSought;

/*
** Fills `found` with the rowids of the open rows that may be so, ascending, and others that are no
** longer open; *known is false, and any may be, where no index begins with the column, there are
** more than `most`, or no memory for hints. SQLITE_OK or SQLITE_NOMEM.
*/
int lookup_open_rows(Table *table, const OpenSought *sought, size_t most, RowidList *found,
                     bool *known);

/*
** The packed bits of a row of a segment that had the key: rows with the same bits need not be
** compared.
*/
typedef struct LookupCode {
  const Segment *segment; /* NULL: nothing is known; to be set when segments may have changed */
  uint64_t code;
} LookupCode;

/* Whether a row that is there has the key. As lookup_rows. */
int lookup_matches(const Table *table, uint32_t index, const Value *key, const RowRef *ref,
                   Reader *reader, LookupCode *known, bool *matches);

/* Validates all indexes of a mapped file. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT. */
int lookup_ready(const Table *table);

/* SQLITE_OK or SQLITE_NOMEM. */
int rowid_list_add(RowidList *list, ListedRow row);

/* Into ascending order, each rowid once. */
void rowid_list_sort(RowidList *list);

void rowid_list_clear(RowidList *list);

#endif
