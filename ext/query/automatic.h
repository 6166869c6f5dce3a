/*
** automatic.h: an index that a scan makes for itself, as core does for ordinary tables only.
**
** In a join on a column without INDEX the scan starts anew for each row of the outer table, with
** another value to be equal to. What testing rows has cost is its credit: once the credit of
** earlier starts would pay for an index of a segment, it is made, so making indexes never takes
** longer than the tests before it. An index tells which rows may be equal; these are then tested
** one by one. It is not kept where a few keys have all the rows. Open rows have one where there are
** no others, as in small tables.
**
** Owns the indexes, until the scan gets other tests or the segments are replaced. Calls
** candidates.h, predicate.h, segment/, store/.
*/
#ifndef SLOTS_AUTOMATIC_H
#define SLOTS_AUTOMATIC_H

#include "candidates.h"
#include "predicate.h"
#include "segment/segment_list.h"
#include "store/lookup.h"

#define AUTOMATIC_COLUMNS 4 /* of an index, at most */

/* Costs a row: testing packed bits, coded text, or an open row; making an index. */
#define AUTOMATIC_PACKED 1
#define AUTOMATIC_TEXT 8
#define AUTOMATIC_OPEN 8
#define AUTOMATIC_INDEX 16

typedef struct AutomaticIndex {
  uint64_t serial; /* of the segment */
  Index *index;    /* NULL: it would not pay */
} AutomaticIndex;

typedef struct Automatic {
  IndexDef def;            /* columns that are compared with one value each */
  bool usable;             /* all of them are, in this start; */
  uint64_t hash;           /* then that of the values */
  uint64_t credit;         /* what testing rows cost in earlier starts, less what indexes did, */
  uint64_t tested;         /* and in this one */
  const SegmentList *list; /* that these are of: not held, only compared */
  AutomaticIndex *indexes;
  uint32_t count;
  uint32_t capacity;
  uint32_t next;         /* where the one of the next segment is likely to be */
  Hints open;            /* of open rows, */
  uint64_t open_version; /* as they were at that version of the table; 0: none */
} Automatic;

/*
** Begins a start: the predicates have new values, and `list` are the segments.
** SQLITE_OK or SQLITE_NOMEM.
*/
int automatic_start(Automatic *automatic, const Predicate *predicates, uint32_t count,
                    const SegmentList *list);

/*
** Finds the rows of a segment, of a table of `columns`, that may pass; *known is false where there
** is no index, and any may. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int automatic_find(Automatic *automatic, Segment *segment, uint32_t columns, Candidates *found,
                   bool *known);

/*
** Lists the open rows between the bounds that may pass, ascending, where the table has no others;
** *known as in automatic_find. SQLITE_OK or SQLITE_NOMEM.
*/
int automatic_list_open(Automatic *automatic, const Table *table, int64_t lower, int64_t upper,
                        RowidList *list, bool *known);

void automatic_clear(Automatic *automatic);

#endif
