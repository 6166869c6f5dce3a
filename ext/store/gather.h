/*
** gather.h: the rows of a part of a table, in order of rowid, sealed and open
** ones merged, for sealing them anew. Calls store.h and below.
*/
#ifndef SLOTS_GATHER_H
#define SLOTS_GATHER_H

#include "store.h"

/* Segments from .. to - 1, and open entries with rowids first .. last. */
typedef struct SealRange {
  uint32_t from;
  uint32_t to;
  int64_t first;
  int64_t last;
} SealRange;

typedef struct Gathered {
  SealRow *rows;
  size_t count;
  uint64_t bytes; /* of the values, about */
} Gathered;

/*
** SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT; gathered->rows is to be freed by sqlite3_free either
** way.
*/
int gather_rows(const Table *table, const SealRange *range, Gathered *gathered);

#endif
