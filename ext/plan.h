/*
** plan.h: how a query reads a slots table: xBestIndex, and xFilter's side of it.
**
** The plan is a set of PLAN_ bits in idxNum; idxStr says the same for people, in
** EXPLAIN QUERY PLAN. `id` stands for the INTEGER PRIMARY KEY or rowid.
**
**   idxStr                  reads                              cost       rows
**   id=?                    one row                            5          1
**   url=? (a=? AND b=?)     the rows that an index has         8 or 30    1 (unique) or 10
**   id>? AND id<? (>=, <=)  the rows between, ascending        rows / 16  rows / 16
**   id>? or id<?            the rows to one side               rows / 4   rows / 4
**   scan                    all rows                           rows       rows
**   ... DESC                the same, descending
**
** Cost counts rows read, 10 being added for the seek. Constraints of the rowid
** are applied exactly, so core does not test them again. Those of an index are
** tested again, since what `url = 5` means depends on the affinity of the right
** side, which a virtual table is not told: where its value leaves that open, all
** rows are read. An ORDER BY of the rowid, either way, is always served.
*/
#ifndef SLOTS_PLAN_H
#define SLOTS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "declare.h"

#define PLAN_EQUAL 1
#define PLAN_ABOVE 2        /* a lower bound ... */
#define PLAN_ABOVE_STRICT 4 /* ... that is not itself inside */
#define PLAN_BELOW 8
#define PLAN_BELOW_STRICT 16
#define PLAN_DESCENDING 32
#define PLAN_INDEX 64 /* equality on index number plan >> PLAN_INDEX_SHIFT */
#define PLAN_INDEX_SHIFT 8

/* xBestIndex for a table of `rows` rows. */
int plan_choose(sqlite3_index_info *info, const Schema *schema, int64_t rows);

/* Rowids that a plan reads; none when lower > upper. */
typedef struct PlanRange {
  int64_t lower;
  int64_t upper;
  bool descending;
} PlanRange;

/* The range that idxNum and the arguments of xFilter stand for. SQLITE_OK or SQLITE_NOMEM. */
int plan_range(int plan, sqlite3_value **arguments, PlanRange *range);

/* How a key that is compared with the columns of an index can be looked up. */
typedef enum PlanKey {
  KEY_EXACT,
  KEY_NOTHING, /* no row is equal: a NULL */
  KEY_UNKNOWN  /* read all rows, and let core compare */
} PlanKey;

/*
** One value of such a key, as a column of the affinity stores it; *owned is to be
** freed by sqlite3_value_free. SQLITE_OK or SQLITE_NOMEM.
*/
int plan_key(Affinity affinity, sqlite3_value *argument, Value *value, sqlite3_value **owned,
             PlanKey *how);

#endif
