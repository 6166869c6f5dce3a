/*
** planner.h: what the parts of xBestIndex share: the question, and a path.
**
** plan.c chooses, plan_path.c has the ways to rows by rowid and by index, plan_where.c
** the tests that a scan makes by itself, plan_order.c the order that it sorts by. Nobody else
** includes this. Calls plan_text.h, estimate.h, predicate.h, outer_join.h, plan_bits.h,
** store/table.h, sort_run.h, affinity.h, key.h, host.h.
*/
#ifndef SLOTS_PLANNER_H
#define SLOTS_PLANNER_H

#include "base/host.h"
#include "plan_bits.h"
#include "plan_text.h"
#include "store/table.h"

#define PLAN_SEEK 10   /* cost of finding the first row of many */
#define PLAN_KEY_ROW 5 /* of a row of a key */

/*
** A statement keeps its plan while the table grows, so a small table is planned for
** as if it had so many rows.
*/
#define PLAN_ROWS_LEAST 1000

typedef struct Planner {
  sqlite3 *db;
  sqlite3_index_info *info;
  const Schema *schema;
  const Table *table; /* may be NULL */
  int arguments;      /* given out so far */
  sqlite3_str *text;  /* of the plan */
  bool like_replaced; /* asked where there is a LIKE or GLOB */
  bool glob_replaced;
  bool outer_views; /* asked likewise, and where there is an IS NOT NULL */
} Planner;

/* One way to the rows. */
typedef struct Path {
  int plan;           /* PLAN_ bits */
  int constraints[2]; /* of the rowid, by number in aConstraint; -1: none */
  double rows;        /* as xBestIndex estimates them */
  double cost;
} Path;

static inline bool planner_is_usable(const Planner *planner, int constraint) {
  return planner->info->aConstraint[constraint].usable != 0;
}

static inline bool planner_is_key(const Planner *planner, int column) {
  return column < 0 || column == planner->schema->key;
}

/* Whether it is LIMIT or OFFSET, no condition. */
static inline bool planner_is_count(const sqlite3_index_info *info, int constraint) {
  unsigned char op = info->aConstraint[constraint].op;
  return op == SQLITE_INDEX_CONSTRAINT_LIMIT || op == SQLITE_INDEX_CONSTRAINT_OFFSET;
}

/* Hands the constraint's value to xFilter as its next argument; core tests again unless exact. */
static inline void planner_take(Planner *planner, int constraint, bool exact) {
  planner->info->aConstraintUsage[constraint].argvIndex = ++planner->arguments;
  planner->info->aConstraintUsage[constraint].omit = exact;
}

/*
** The right side of a constraint as a column of the affinity is compared with it; false
** where it is not known. *owned as affinity_apply has it.
*/
bool planner_literal(const Planner *planner, int constraint, Affinity affinity, Value *value,
                     sqlite3_value **owned);

/* Whether core says of a constraint that it compares under the collation of its column. */
bool planner_is_collated(const Planner *planner, int constraint);

/*
** The collation of an equality, or one that passes more. Of a part of a row-value IN core names
** that of the first part, but compares under that of the column. Where both differ it is the one
** that holds the other; false where none does.
*/
bool planner_equal_collation(const Planner *planner, int constraint, Collation *collation);

/* The best path by the rowid; a scan of everything where that is not constrained. */
Path path_by_rowid(const Planner *planner);

/* The path by index number `number`; false where not all of its columns are compared. */
bool path_by_index(const Planner *planner, int number, Path *path);

/* Takes a path's constraints, and writes it. */
void path_take(Planner *planner, const Path *path);

/* What the tests make of the rows and the cost of a path that reads many rows. */
void path_weigh_tests(const Planner *planner, Path *path);

/* Takes all tests that there are, and writes them. */
void path_take_tests(Planner *planner);

/* Whether a test is a comparison of a column that another index has behind those of this one. */
bool tests_follow(const Planner *planner, const IndexDef *def);

/* Whether ORDER BY names such a column first, and few rows are wanted. */
bool order_follows(const Planner *planner, const IndexDef *def);

/*
** Has the scan leave out rows for DISTINCT, or sort by what ORDER BY names, where it can, and adds
** what that costs.
*/
void path_sort(const Planner *planner, Path *path);

/* Writes the columns of a path that leaves out rows. */
void path_write_distinct(const Planner *planner);

/* Writes the order of a path that is sorted. */
void path_write_order(const Planner *planner, const Path *path);

#endif
