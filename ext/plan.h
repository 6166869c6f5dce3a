/*
** plan.h: how a query reads a slots table: xBestIndex, and xFilter's side of it.
**
** The plan is a set of PLAN_ bits in idxNum; idxStr says the same for people, in
** EXPLAIN QUERY PLAN. `id` stands for the INTEGER PRIMARY KEY or rowid.
**
**   idxStr                  reads                              cost       rows
**   id=?                    one row                            5          1
**   id>? AND id<? (>=, <=)  the rows between, ascending        rows / 16  rows / 16
**   id>? or id<?            the rows to one side               rows / 4   rows / 4
**   scan                    all rows                           rows       rows
**   ... DESC                the same, descending
**
** Cost counts rows read, 10 being added for the seek. All constraints that are
** taken are applied exactly, so core does not test them again. An ORDER BY of
** the rowid, either way, is always served.
*/
#ifndef SLOTS_PLAN_H
#define SLOTS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sqlite.h"

#define PLAN_EQUAL 1
#define PLAN_ABOVE 2         /* a lower bound ... */
#define PLAN_ABOVE_STRICT 4  /* ... that is not itself inside */
#define PLAN_BELOW 8
#define PLAN_BELOW_STRICT 16
#define PLAN_DESCENDING 32

/* xBestIndex. `key` is the number of the key column or -1, `key_name` what to call it. */
int plan_choose(sqlite3_index_info *info, int key, const char *key_name, int64_t rows);

/* Rowids that a plan reads; none when lower > upper. */
typedef struct PlanRange {
  int64_t lower;
  int64_t upper;
  bool descending;
} PlanRange;

/* The range that idxNum and the arguments of xFilter stand for. SQLITE_OK or SQLITE_NOMEM. */
int plan_range(int plan, sqlite3_value **arguments, PlanRange *range);

#endif
