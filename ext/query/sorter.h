/*
** sorter.h: the rows of a scan in the order of other columns than the rowid.
**
** Rows are added in order of rowid. Those of a segment, and open ones, make runs (sort_run.h),
** which are merged while they are read. Runs keep their values up to SORTER_KEEPS bytes in all, and
** runs of open rows always do. Further runs keep only the order, 2 bytes a row, and the values of
** each one's next row are read again; so do runs whose rows were added in order. Where only the
** first rows are wanted, a run keeps no more than those, and rows that come behind them are not
** added.
**
** Owns the runs, with references to their segments. Calls sort_run.h, store/, segment/.
*/
#ifndef SLOTS_SORTER_H
#define SLOTS_SORTER_H

#include "segment/sort_run.h"
#include "store/lookup.h"

#define SORTER_KEEPS ((uint64_t)16 << 20) /* bytes of values, and then only orders */

/* A run in order. */
typedef struct SortedRun {
  Segment *segment; /* a reference; NULL: open rows, which are kept */
  uint32_t number;  /* of the segment */
  uint32_t count;
  uint32_t at;     /* of the next row */
  uint16_t *order; /* NULL: kept; else rows of the segment */
  SortRun rows;    /* kept: all of them; else the next one, where there are runs to merge */
} SortedRun;

/* A run to which rows are added. */
typedef struct SortBuilder {
  SortRun run;
  Segment *segment; /* not held; NULL: open rows */
  uint32_t number;
} SortBuilder;

typedef struct Sorter {
  SortOrder order; /* set before sorter_begin */
  const Table *table;
  uint64_t version; /* of the table, when the rows were added */
  uint32_t most;    /* the first so many rows are wanted, 0: all */
  bool cut;         /* there were more */
  uint64_t given;   /* so many rows were read */
  uint32_t bounds;  /* how often the bound became another one */
  SortRun bound;    /* of a row that so many come before, or are; empty: not known yet */
  SortBuilder sealed;
  SortBuilder open;
  SortBuilder *adding; /* the one that has the row added last */
  SortedRun *runs;
  uint32_t count;
  uint32_t capacity;
  uint32_t *heap; /* numbers of runs; the one that has the first row of all comes first */
  uint32_t live;  /* runs in the heap */
  bool taken;     /* the first row of the heap was read */
  uint64_t keeps; /* bytes of values */
  Buffer scratch;
} Sorter;

/* A row in order. */
typedef struct SortedRow {
  int64_t rowid;
  bool open;        /* else, as long as the table's version is the sorter's, */
  uint32_t segment; /* it is there */
  uint32_t row;
} SortedRow;

/* Gives back all but the order. A Sorter of zeros is valid, and has none. */
void sorter_clear(Sorter *sorter);

/* Begins without rows. The table must outlive the sorter. */
void sorter_begin(Sorter *sorter, const Table *table, uint32_t most);

/*
** Adds a row, ascending by rowid: its place, then the value of each term, and then it is done.
** SQLITE_OK, SQLITE_NOMEM or SQLITE_TOOBIG.
*/
int sorter_add(Sorter *sorter, const RowRef *ref, int64_t rowid);
int sorter_set(Sorter *sorter, uint32_t term, const Value *value);
int sorter_done(Sorter *sorter);

/*
** Adds a segment's rows at once, in order already: the first `count` of them, which may be 0. Frees
** `rows`; `more`: there are others behind. As sorter_add.
*/
int sorter_add_sorted(Sorter *sorter, uint32_t segment, uint16_t *rows, uint32_t count, bool more);

/* The first term's value of the bound; false where there is none, or it was not kept as it is. */
bool sorter_bound(const Sorter *sorter, Value *value);

/* Whether a row with this value of the first term need not be added: it comes behind the bound. */
bool sorter_leaves(const Sorter *sorter, const Value *first);

/* To be called behind the last row. SQLITE_OK, NOMEM, TOOBIG or CORRUPT. */
int sorter_finish(Sorter *sorter);

/*
** A value of the row that was read last, as it was when it was added; false where the column is not
** in the order or was not kept.
*/
bool sorter_value(const Sorter *sorter, uint32_t column, Value *value);

/* The next row in order, unless *found says that no more are kept. As sorter_finish. */
int sorter_next(Sorter *sorter, SortedRow *row, bool *found);

/*
** Once no more are kept of rows that were cut: adds the rowids of those that were read to the list,
** in no order. SQLITE_OK or SQLITE_NOMEM.
*/
int sorter_list_given(const Sorter *sorter, RowidList *list);

#endif
