/*
** plan_text.h: a plan in words, as EXPLAIN QUERY PLAN shows it and xFilter reads it.
**
**   plan   = path [" DESC"] [" WHERE " test {" AND " test}]
**            [" DISTINCT " column {", " column} | " ORDER BY " term {", " term}] [" FIRST"]
**            [" LIMIT ?" [" + ?"]] [" OFFSET ?"]
**   path   = "scan" | key "=?" | key bound [" AND " key bound] | key " IN ?"
**          | column "=?" {" AND " column "=?"} {" AND " key bound} | column " IN ?"
**   bound  = ">?" | ">=?" | "<?" | "<=?"
**   test   = column operator ["COLLATE" name] | column " IS NULL" | column " NOT NULL"
**   term   = column [" DESC"]
**
** Every ? is the next of xFilter's arguments, and so is the NULL of each test that has no ?. A
** column whose name is not a plain word, or rowid, is quoted. The path is for people: xFilter reads
** it from idxNum (plan.h), and from the text only the tests, the columns of DISTINCT and the order.
** Calls filter.h, distinct.h, sort_run.h, predicate.h, declare/declare.h, tokens.h.
*/
#ifndef SLOTS_PLAN_TEXT_H
#define SLOTS_PLAN_TEXT_H

#include "declare/declare.h"
#include "distinct.h"
#include "segment/sort_run.h"

/* Appends the column's name (-1: rowid), quoted where it must be. */
void plan_text_column(sqlite3_str *text, const Schema *schema, int column);

/* Appends a test; `first` tells whether it is the plan's first one. */
void plan_text_test(sqlite3_str *text, const Schema *schema, const Predicate *test, bool first);

/* Appends a term of an order; `first` tells whether it is the first one. */
void plan_text_term(sqlite3_str *text, const Schema *schema, const SortTerm *term, bool first);

/*
** Reads the order of a plan, and opens a filter of its tests; each may have none. Where the order's
** first rows are enough (`first`), the filter has one predicate more, for filter_precede.
** SQLITE_OK, SQLITE_NOMEM; SQLITE_INTERNAL: no such text.
*/
int plan_text_read(const char *text, const Schema *schema, bool first, Filter *filter,
                   SortOrder *order);

/* Appends the columns of DISTINCT. */
void plan_text_distinct(sqlite3_str *text, const Schema *schema, const DistinctColumns *of);

/* Reads them; there may be none. As plan_text_read. */
int plan_text_read_distinct(const char *text, const Schema *schema, DistinctColumns *of);

#endif
