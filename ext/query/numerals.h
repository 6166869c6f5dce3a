/*
** numerals.h: whether texts that sealed rows have in a column are numbers, or reals infinite.
**
** Next to a numeric column such a text is compared as a number, so `< 'text'` has to pass it
** (predicate.h), wherever it is in the order of its column. Dates begin with digits, but are no
** numbers: where no text of a segment is a number, the rows that pass are consecutive in that order
** (ranges.h). As a key, a number stands for such texts, too: where all of them are spelled as core
** does, for one (keys.h). `> 'text'` passes infinities (predicate.h), which come before the text in
** that order: it serves where there are none. What there is, is found out once, by reading, and
** kept with the segment. Owns nothing. Calls predicate.h, ranges.h, store/, segment/, affinity.h,
** base/progress.h.
*/
#ifndef SLOTS_NUMERALS_H
#define SLOTS_NUMERALS_H

#include "predicate.h"
#include "store/table.h"

/*
** Tells the comparisons that pass such values whether the segment may have any, where an order of
** their column could then serve; `look`: what is not known is found out by reading. *settled: all
** of it is known. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int numerals_settle(Predicate *predicates, uint32_t count, Segment *segment, Reader *reader,
                    bool look, bool *settled);

/* Whether the segment is known to have such texts, or infinities. */
bool numerals_are_known(const Segment *segment, uint32_t column);

/* The same for all segments of the table at once; also SQLITE_INTERRUPT. */
int numerals_settle_all(Predicate *predicates, uint32_t count, const Table *table, Reader *reader);

/* How such texts are spelled. */
typedef enum Numerals {
  NUMERALS_NONE,
  NUMERALS_PLAIN, /* all as core spells integers */
  NUMERALS_OTHER
} Numerals;

/* How all of the table's are, those of open rows, too. As numerals_settle_all. */
int numerals_find(const Table *table, uint32_t column, Reader *reader, Numerals *numerals);

#endif
