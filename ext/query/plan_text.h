/*
** plan_text.h: a plan in words, as EXPLAIN QUERY PLAN shows it and xFilter reads it.
**
**   plan   = path [" DESC"] [" WHERE " test {" AND " test}] [" LIMIT ?"] [" OFFSET ?"]
**   path   = "scan" | key "=?" | key bound [" AND " key bound] | key " IN ?"
**          | column "=?" {" AND " column "=?"} | column " IN ?"
**   bound  = ">?" | ">=?" | "<?" | "<=?"
**   test   = column operator ["COLLATE" name] | column " IS NULL" | column " NOT NULL"
**
** Every ? is the next of xFilter's arguments, and so is the NULL of each test that has
** no ?. A column whose name is not a plain word
** is quoted. The path is for people: xFilter reads it from idxNum (plan.h), and from
** the text the tests only. Calls filter.h, predicate.h, tokens.h.
*/
#ifndef SLOTS_PLAN_TEXT_H
#define SLOTS_PLAN_TEXT_H

#include "declare/declare.h"
#include "filter.h"

/* Appends the column's name (-1: rowid), quoted where it must be. */
void plan_text_column(sqlite3_str *text, const Schema *schema, int column);

/* Appends a test; `first` tells whether it is the plan's first one. */
void plan_text_test(sqlite3_str *text, const Schema *schema, const Predicate *test, bool first);

/* Opens a filter of the tests of a plan. SQLITE_OK, SQLITE_NOMEM; SQLITE_INTERNAL: no such text. */
int plan_text_read(const char *text, const Schema *schema, Filter *filter);

#endif
