/*
** scan.h: reads a table's rows in order of rowid, up or down, between bounds.
**
** Merges sealed and open rows. Rows may change, and segments be sealed, between
** any two calls: the scan notices by the table's version and seeks its place
** anew, so it sees each row as it is when it gets there, as a cursor on an
** ordinary table does. A filter, where the scan has one, leaves out rows that do
** not pass. Owns its buffers, not the table. Calls open_cursor.h, filter.h,
** scan_sealed.h, store/, segment/, base/integers.h.
*/
#ifndef SLOTS_SCAN_H
#define SLOTS_SCAN_H

#include "open_cursor.h"
#include "scan_sealed.h"
#include "store/lookup.h"

typedef struct Scan {
  Table *table;
  uint64_t version;     /* of the table, when the place was sought */
  uint64_t row_version; /* and when the current row was */
  int64_t lower;
  int64_t upper;
  bool descending;
  bool eof;
  int64_t rowid; /* of the current row */
  RowRef ref;    /* the current row */
  bool gone;     /* the current row was deleted under the scan */

  uint32_t steps;     /* rows behind the current one that are a step away */
  uint32_t at;        /* where the current row is in sealed.rowids, if it is sealed */
  OpenCursor open;    /* the next open entry, not yet merged */
  SealedPlace sealed; /* the next sealed row */

  bool listed; /* reads the rows of `list`, not a range */
  RowidList list;
  size_t list_at;           /* of the row after the current one */
  uint64_t list_version;    /* of the table, when rows were listed */
  const Predicate *list_in; /* NULL, or what rows have to pass that may have changed since */
  const Value *list_key;    /* NULL: rows have been compared. Else with what they are to be; */
  uint32_t list_index;      /* by which index they may have that key; */
  LookupCode list_code;     /* of rows that have it; */
  size_t list_most;         /* how many are listed at a time; */
  bool list_more;           /* and there may be others from `lower` to `upper` */

  Filter filter; /* of ranges; its predicates are set before scan_start */
  Reader reader;
} Scan;

/* SQLITE_OK or SQLITE_NOMEM. The table must outlive the scan. */
int scan_open(Scan *scan, Table *table);
void scan_close(Scan *scan);

/* Forgets what was read of the table as it was before it changed. */
static inline void scan_catch_up(Scan *scan) {
  if (scan->version != scan->table->version) reader_forget(&scan->reader);
  scan->version = scan->table->version;
}

/*
** To be called when a cursor is closed but kept: frees what takes much memory, until the next
** start.
*/
void scan_park(Scan *scan);

/*
** Starts at the first row with lower <= rowid <= upper that passes the filter, or at
** the last when descending. `likely` is how many rows will be read, 0 if nobody knows.
** SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int scan_start(Scan *scan, int64_t lower, int64_t upper, bool descending, uint32_t likely);

/* Starts at the row of that rowid, the only one, whatever the filter. As scan_start. */
int scan_start_single(Scan *scan, int64_t rowid);

/*
** Starts at the first row with lower <= rowid <= upper whose columns equal `key`, by index number
** `index`, or at the last. The key must last as long as rows are read, if scan_may_go_on then. As
** scan_start.
*/
int scan_start_key(Scan *scan, uint32_t index, const Value *key, int64_t lower, int64_t upper,
                   bool descending);

/* Whether there may be more rows of the list than the current one. */
static inline bool scan_may_go_on(const Scan *scan) {
  return scan->list_at < scan->list.count || scan->list_more;
}

/*
** Adds the rowids of the rows whose columns equal `key`, by index number `index`, to
** scan->list, in no order. SQLITE_OK, NOMEM or CORRUPT.
*/
int scan_lookup(Scan *scan, uint32_t index, const Value *key);

/*
** Starts at the first row of scan->list (ascending, none twice), or at the last. Rows that may have
** changed since they were listed have to pass `in`, unless that is NULL. As scan_start.
*/
int scan_start_listed(Scan *scan, const Predicate *in, bool descending);

/* Moves past as many rows of a scan that was just started, or to the end. As scan_start. */
int scan_skip(Scan *scan, uint64_t rows);

/*
** Makes the row of that rowid the current one, in the run of the last start; scan->eof where there
** is none. As scan_start.
*/
int scan_find(Scan *scan, int64_t rowid);

/* The same, where it is known to be row `row` of that segment. */
void scan_go_to(Scan *scan, int64_t rowid, uint32_t segment, uint32_t row);

/*
** As scan_next, but of the current row's segment no more sealed rows are wanted: passes over them
** where no open row lies between.
*/
int scan_leave(Scan *scan);

/* scan_next where it takes more than a step. */
int scan_move(Scan *scan);

/* Moves to the following row; scan->eof tells the end. As scan_start. */
static inline int scan_next(Scan *scan) {
  if (scan->steps == 0 || scan->version != scan->table->version) return scan_move(scan);
  scan->steps--;
  scan->ref.row += scan->sealed.stride;
  scan->at += scan->sealed.stride;
  scan->rowid = scan->sealed.rowids[scan->at];
  return 0;
}

/* Whether the current row is a sealed one that lies where it was found. */
static inline bool scan_is_sealed(const Scan *scan) {
  return scan->row_version == scan->table->version && scan->ref.open == NULL && !scan->gone;
}

/* scan_value of a row that is open, gone, or may have moved. */
int scan_value_elsewhere(Scan *scan, uint32_t column, Value *value);

/*
** Whether the current row passes the filter, but for what an order asks of it (filter_precede): all
** of it, or what a scan may leave to core. As scan_value.
*/
int scan_test(Scan *scan, bool all, bool *passes);

/* As reader_c_text of the current row. */
static inline const unsigned char *scan_c_text(Scan *scan, uint32_t column, bool *lent) {
  if (!scan_is_sealed(scan)) return NULL;
  const Segment *segment = table_segment(scan->table, scan->ref.segment);
  return reader_c_text(&scan->reader, segment, scan->ref.row, column, lent);
}

/*
** A value of the current row, valid until the next call; NULL of a row that was
** deleted under the scan. SQLITE_OK, NOMEM or CORRUPT.
*/
static inline int scan_value(Scan *scan, uint32_t column, Value *value) {
  if (!scan_is_sealed(scan)) {
    return scan_value_elsewhere(scan, column, value);
  }
  const Segment *segment = table_segment(scan->table, scan->ref.segment);
  return reader_value(&scan->reader, segment, scan->ref.row, column, value);
}

#endif
