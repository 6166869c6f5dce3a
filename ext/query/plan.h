/*
** plan.h: how a query reads a slots table: xBestIndex.
**
** A plan is a *path* to rows and, for paths that read many, *tests* that the scan
** makes by itself (predicate.h) so that core never sees the rows that fail. The path
** is a set of bits in idxNum (plan_bits.h); idxStr says the whole in words (plan_text.h), for
** EXPLAIN QUERY PLAN, and is where xFilter reads the tests. `id` stands for the
** INTEGER PRIMARY KEY or rowid, n for the rows of the table.
**
**   idxStr                  reads                          cost           rows
**   id=?                    one row                        2              1
**   id IN ?                 a row for each of 25 values    25 x 2         25
**   url=? (a=? AND b=?)     what an index has of a key     6 + 5 x rows   1 (unique), or estimated
**   url=? AND id>?          of which those between         the same, as many as there are likely
**   url IN ?                the same for 25 values         25 x that      25 x that
**   id>? AND id<? (>=, <=)  the rows between, ascending    10 + rows      estimated, or n / 16
**   id>? or id<?            the rows to one side           10 + rows      estimated, or n / 4
**   scan                    all rows                       10 + n         n
**   ... WHERE year>=? AND caption LIKE ?                   10 + tests + rows that pass
**   ... WHERE a=?, of INDEX(a, b)  by order of a           at most 20 + 5 x rows
**   ... DISTINCT a, b       of rows that are alike in these columns, one      the same
**   ... DESC                the same, descending
**   ... ORDER BY a, b DESC  sorted by the scan                     the same + rows
**   ... FIRST               ... of which the first row is enough, for max()
**   ... LIMIT ?             the same; so many texts are worth decoding at once, or rows sorting
**   ... LIMIT ? + ?         the same of what is sorted, behind so many others
**   ... OFFSET ?            less the first ones
** LIMIT and OFFSET are of the range paths only.
**
** Cost counts rows handed to core. A row that is only tested costs 1/12 where the
** test reads packed bits, 1/4 where it reads text, and one of a key costs more than one of an id:
** its key is compared. Of a key that core has nothing to test or sort of, LIMIT bounds the rows.
** Rows of a key, rowids between literals and shares come from estimate.h. The cheapest path is
** taken.
**
** Constraints of the rowid and tests of numbers are applied exactly, and core does not
** test them again. The others may pass too much: what `url = 5` means depends on the
** affinity of the right side, which a virtual table is not told. An ORDER BY of
** the rowid, either way, is always served, and of other columns, or a GROUP BY, where a range is
** read (ordered.h). DISTINCT is left to core, but where the columns that the statement uses have
** few values the scan leaves out most rows that are alike (distinct.h).
**
** LIKE and GLOB are taken where the functions are core's own. LIMIT is left to core, too, and only
** read where rows come in the order asked for. OFFSET is taken where everything else is applied
** exactly, so that the rows to be passed over are the ones that core would count
** (host_has_offset); where >= or <= has no literal, it may be part of a comparison of row values,
** which core tests.
**
** Calls planner.h, plan_bits.h, outer_join.h, replaced.h, declare/declare.h, store/table.h, host.h.
*/
#ifndef SLOTS_PLAN_H
#define SLOTS_PLAN_H

#include "declare/declare.h"
#include "plan_bits.h"
#include "store/table.h"

/*
** xBestIndex; `table` is NULL where its rows are elsewhere. SQLITE_OK, or an error: SQLITE_NOMEM,
** or that of asking whose functions LIKE and GLOB are.
*/
int plan_choose(sqlite3 *db, sqlite3_index_info *info, const Schema *schema, const Table *table);

#endif
