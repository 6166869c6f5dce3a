/*
** predicate.h: one condition on a column that a scan is to test by itself.
**
** A predicate passes every row that core's own comparison would, whatever the
** affinity of the other side, which a virtual table is not told: in doubt a text
** passes, and core looks again. It is *exact* where there is no doubt.
**
**  - A column of numeric affinity turns text that looks like a number into one
**    on either side, so a comparison with it is exact.
**  - On any other column a number leaves open whether texts are converted before they are
**    compared, as they are beside a numeric column, or the number to text, as by type TEXT: texts
**    pass that are this number. By <, <=, > and >= all texts of a column of type TEXT pass; of
**    others those do that are numbers, and by > and >= all.
**  - There, with a text on the right that is no number, and < or <=, texts that are numbers pass,
**    and blobs, with > or >= infinities, since that may be what core made of a LIKE that finds
**    these.
**  - LIKE and GLOB pass what is no text, and as pattern.h says.
**
** A text that looks like a number, though its expression has numeric affinity (a
** compound view or another virtual table can make one), is compared as a text.
**
** Owns its values. Calls interval.h, pattern.h, affinity.h, index_def.h, base/.
*/
#ifndef SLOTS_PREDICATE_H
#define SLOTS_PREDICATE_H

#include "declare/affinity.h"
#include "interval.h"
#include "segment/index_def.h"
#include "pattern.h"

typedef enum PredicateOperator {
  PREDICATE_EQUAL = COMPARE_EQUAL, /* the first ones are Comparisons */
  PREDICATE_ABOVE = COMPARE_ABOVE,
  PREDICATE_ABOVE_EQUAL = COMPARE_ABOVE_EQUAL,
  PREDICATE_BELOW = COMPARE_BELOW,
  PREDICATE_BELOW_EQUAL = COMPARE_BELOW_EQUAL,
  PREDICATE_IS,
  PREDICATE_IN,
  PREDICATE_LIKE,
  PREDICATE_GLOB,
  PREDICATE_IS_NULL,
  PREDICATE_NOT_NULL,
  PREDICATES
} PredicateOperator;

typedef struct Predicate {
  uint32_t column;
  Affinity affinity; /* of the column */
  Collation collation;
  PredicateOperator op;   /* as planned; */
  PredicateOperator as;   /* as bound: IS becomes EQUAL or IS_NULL */
  bool indexed;           /* the column has an index, and its own collation is compared by */
  IndexPrefixes prefixes; /* the same where it comes second or third in an index */
  bool all_pass;          /* every value does, NULL too: core is to test alone */
  bool text_passes;       /* every text does */
  bool numeral_passes;  /* every text that is a number does, or of EQUAL and IN, is that number; */
  bool number_passes;   /* and sealed rows may have texts that are numbers (numerals.h) */
  bool blob_passes;     /* every blob does */
  bool infinity_passes; /* both infinities do, */
  bool infinite_passes; /* and sealed rows may have some (numerals.h) */
  bool null_passes;     /* NULL does, as in an order it may */
  uint32_t count;       /* of values: IN has any number, the others at most one */
  uint32_t capacity;
  Value *values; /* not NULL; IN: ascending. Without any no row passes */
  Buffer bytes;  /* of their texts and blobs */
  Pattern pattern;
} Predicate;

/* Whether an operator takes a value from xFilter's arguments. */
bool predicate_takes_value(PredicateOperator op);

/* <, <=, > or >=. */
static inline bool predicate_is_order(PredicateOperator op) {
  return op >= PREDICATE_ABOVE && op <= PREDICATE_BELOW_EQUAL;
}

/* Whether it passes exactly what equals one of its values. */
bool predicate_is_equality(const Predicate *predicate);

/* Whether `op` on a column of the affinity passes exactly the rows that core's does. */
bool predicate_is_exact(PredicateOperator op, Affinity affinity);

/*
** Gives the predicate its value (one that takes none: NULL). A LIKE or GLOB pattern of more than
** `pattern_most` bytes has everything pass, for core to refuse it. SQLITE_OK or SQLITE_NOMEM.
*/
int predicate_bind(Predicate *predicate, sqlite3_value *argument, int pattern_most);

/*
** Where core's texts are UTF-16: makes a <, <=, > or >= that is bound to a text pass all texts,
** which core sorts differently, and a pattern pass all blobs, which core may read as such texts.
*/
void predicate_pass_utf16(Predicate *predicate);

/* Makes everything pass, until it is bound anew. */
static inline void predicate_waive(Predicate *predicate) { predicate->all_pass = true; }

/* Makes `predicate`, all zeros or made by this before, pass the texts that the pattern finds. */
void predicate_find(Predicate *predicate, uint32_t column, const Pattern *pattern);

/*
** Makes `predicate`, whose column and affinity are set, pass the values that sort, by BINARY,
** before `value` (not NULL downwards), or equal to it unless `strict`. SQLITE_OK or SQLITE_NOMEM.
*/
int predicate_precede(Predicate *predicate, const Value *value, bool descending, bool strict);

bool predicate_passes(const Predicate *predicate, const Value *value);

/* Whether a row of a segment does. As reader_value. */
int predicate_passes_row(const Predicate *predicate, Reader *reader, const Segment *segment,
                         uint32_t row, bool *passes);

void predicate_clear(Predicate *predicate);

#endif
