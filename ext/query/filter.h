/*
** filter.h: finds the sealed rows that pass all predicates of a scan.
**
** Tests a *window* of up to 256 rows of a segment at a time, each predicate (the cheapest first)
** clearing the bits of rows that fail it, and the scan steps from one set bit to the next. Windows
** start small, so that a scan that stops soon does not pay for rows nobody asked for. Rows that
** pass may still fail core's own test where a predicate is not exact. Where a scan is started again
** and again an index (automatic.h), and where queries are an order kept with the segment
** (range_rows.h, in_list.h), says which rows to test. Owns the predicates, probes, prefilters and
** that index. Calls automatic.h, range_rows.h, in_list.h, numerals.h, prefilter.h, probe.h,
** segment/, bits.h.
*/
#ifndef SLOTS_FILTER_H
#define SLOTS_FILTER_H

#include "automatic.h"
#include "in_list.h"
#include "numerals.h"
#include "prefilter.h"
#include "segment/row.h"

/* How one predicate is tested. */
typedef struct FilterTest {
  Probe probe;
  Prefilter *prefilter; /* NULL until it helps */
} FilterTest;

/* How rows of a segment are found. */
typedef enum FilterWay {
  FILTER_TESTED, /* a window after the other is tested */
  FILTER_MARKED, /* those that pass are marked */
  FILTER_LISTED, /* those that may pass are candidates, each tested when it is reached */
  FILTER_SURE    /* the candidates all pass */
} FilterWay;

typedef struct Filter {
  uint32_t count; /* of predicates; 0: every row passes */
  bool ordered;   /* the last one is filter_precede's */
  Predicate *predicates;
  FilterTest *tests; /* the cheapest first */
  Reader reader;

  uint64_t serial;       /* of the segment that all this is about; 0: none */
  FilterWay way;         /* to its rows */
  bool order_asked;      /* for another way than testing */
  bool prepared;         /* the probes are ready for it */
  bool possible;         /* some row of it may pass */
  bool moved;            /* filter_precede was called since */
  uint64_t *marks;       /* bit i % 64 of word i / 64 for row i; NULL: never so far */
  uint32_t window_first; /* rows whose bits are known: window_count from here on */
  uint32_t window_count;
  uint32_t window_size; /* of the last window */
  uint64_t bits[PROBE_WORDS];
  Automatic automatic;
  Candidates candidates;
  RangeFinder ranges;
  InList in_list;
} Filter;

/* Makes room for `count` predicates over a table of `columns`. SQLITE_OK or SQLITE_NOMEM. */
int filter_open(Filter *filter, uint32_t count, uint32_t columns);
void filter_clear(Filter *filter);

/*
** To be called when the predicates have new values; `list` are the table's segments.
** SQLITE_OK or SQLITE_NOMEM.
*/
int filter_start(Filter *filter, const SegmentList *list);

/*
** Makes the last predicate pass only what sorts before `value` in its column, or equal to it unless
** `strict`; NULL: everything passes. Applies to the rows to come. SQLITE_OK or SQLITE_NOMEM.
*/
int filter_precede(Filter *filter, const Value *value, bool descending, bool strict);

/* To be called behind that, and when segments may have changed. */
void filter_restart(Filter *filter);

/* Whether orders that are kept are worth merging: of ranges.column. */
static inline bool filter_wants_merge(const Filter *filter) { return filter->ranges.due; }

/*
** Moves *row to the nearest row of the segment that may pass, from *row itself on
** up to `last`, downwards where last < *row. *found tells if there is one.
** SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int filter_find(Filter *filter, Segment *segment, uint32_t last, bool descending, uint32_t *row,
                bool *found);

/* Rows near `row`, from itself on, downwards if so, that may pass. */
uint32_t filter_left(const Filter *filter, uint32_t row, bool descending);

/* How many rows in a row next to `row`, which was found, are known to pass as well. */
uint32_t filter_run(const Filter *filter, uint32_t row, bool descending);

/* Whether an open row passes. */
bool filter_passes(const Filter *filter, const Row *row, uint32_t columns);

#endif
