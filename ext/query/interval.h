/*
** interval.h: the numbers for which a comparison holds, as closed intervals.
**
** Every comparison of a number with a value of any type comes to one interval of the integers and
** one of the reals, exactly: core compares an integer with a real without rounding either. Calls
** base/value.h (its types).
*/
#ifndef SLOTS_INTERVAL_H
#define SLOTS_INTERVAL_H

#include "base/value.h"

typedef enum Comparison {
  COMPARE_EQUAL,
  COMPARE_ABOVE,
  COMPARE_ABOVE_EQUAL,
  COMPARE_BELOW,
  COMPARE_BELOW_EQUAL
} Comparison;

/* lower .. upper, both inside; empty when lower > upper. */
typedef struct IntegerInterval {
  int64_t lower;
  int64_t upper;
} IntegerInterval;

typedef struct RealInterval {
  double lower;
  double upper;
} RealInterval;

extern const IntegerInterval all_integers;

/* The integers x with `x comparison value`. */
IntegerInterval interval_of_integers(Comparison comparison, const Value *value);

/* The reals x with `x comparison value`. */
RealInterval interval_of_reals(Comparison comparison, const Value *value);

/* What lies in both. */
IntegerInterval interval_meet(IntegerInterval a, IntegerInterval b);

#endif
