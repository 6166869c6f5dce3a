/*
** plan_bits.h: idxNum, what a plan is as bits: its path to rows, and what idxStr has besides.
**
** plan.h says what they stand for. Owns nothing. Calls nothing.
*/
#ifndef SLOTS_PLAN_BITS_H
#define SLOTS_PLAN_BITS_H

#define PLAN_EQUAL 1
#define PLAN_ABOVE 2        /* a lower bound ... */
#define PLAN_ABOVE_STRICT 4 /* ... that is not itself inside */
#define PLAN_BELOW 8
#define PLAN_BELOW_STRICT 16
#define PLAN_DESCENDING 32
#define PLAN_IN 64             /* rowids, or keys of an index, from a list */
#define PLAN_INDEX 128         /* equality on index number plan >> PLAN_INDEX_SHIFT */
#define PLAN_TESTS 256         /* idxStr has tests */
#define PLAN_OFFSET 512        /* the last argument is how many rows to pass over */
#define PLAN_LIMIT 1024        /* the last but for that, how many core asks for, unless more */
#define PLAN_SORTED 2048       /* idxStr has an order for the scan to sort by */
#define PLAN_LIMIT_BEHIND 4096 /* the last argument is added to that of PLAN_LIMIT */
#define PLAN_FIRST 8192        /* of what is sorted likely no more than the first row is read */
#define PLAN_DISTINCT 16384    /* idxStr has columns: rows that are alike in them may be left out */
#define PLAN_TEXT (PLAN_TESTS | PLAN_SORTED | PLAN_DISTINCT)
#define PLAN_INDEX_SHIFT 15

#endif
