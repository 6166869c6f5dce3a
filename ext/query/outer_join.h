/*
** outer_join.h: whether a condition that core offers may come from the ON clause of an outer join.
**
** Such a condition must not leave out rows of the left table, all of which are in the result. Core
** before SQLite 3.51.1 keeps the left table's comparisons back for that, but offers its LIKE, GLOB
** and IS NOT NULL as if they stood in WHERE. xBestIndex cannot tell the two apart, so the texts of
** running statements are searched for outer joins, and the schema for those in views and triggers.
** Calls predicate.h, host.h, fetch.h, declare/tokens.h.
*/
#ifndef SLOTS_OUTER_JOIN_H
#define SLOTS_OUTER_JOIN_H

#include "predicate.h"

/* Whether core may offer a condition with this operator though it is of an ON clause. */
bool outer_join_may_offer(PredicateOperator op);

/*
** *found: a view or trigger of some schema has an outer join, or that could not be told. As
** function_is_replaced.
*/
int outer_join_in_schema(sqlite3 *db, bool *found);

/* Whether a statement that is running has one, or may have. */
bool outer_join_is_running(sqlite3 *db);

#endif
