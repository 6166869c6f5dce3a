/*
** numerals.h: whether texts that sealed rows have in a column are numbers.
**
** Beside a numeric column such a text is compared as a number, so `< 'text'` has to pass it
** (predicate.h), wherever the order of its column has it. Dates start with digits as numbers do,
** but are none: where a segment has no number among its texts, what passes lies side by side
** (ranges.h). That is found out once, by reading them, and kept with the segment.
** Owns nothing. Calls predicate.h, ranges.h, store/, segment/, affinity.h, base/progress.h.
*/
#ifndef SLOTS_NUMERALS_H
#define SLOTS_NUMERALS_H

#include "predicate.h"
#include "store/table.h"

/*
** Tells the comparisons that pass such texts whether the segment may have any, so far as an order
** of their column could help; what is not known yet is looked for if `look`. *settled: all of that
** is known. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int numerals_settle(Predicate *predicates, uint32_t count, Segment *segment, Reader *reader,
                    bool look, bool *settled);

/* Whether the segment is known to have such texts. */
bool numerals_are_known(const Segment *segment, uint32_t column);

/* The same for all segments of the table at once; also SQLITE_INTERRUPT. */
int numerals_settle_all(Predicate *predicates, uint32_t count, const Table *table, Reader *reader);

#endif
