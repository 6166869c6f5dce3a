/*
** interval.c: see interval.h.
*/
#include "interval.h"

#include <math.h>
#include <string.h>

const IntegerInterval all_integers = {INT64_MIN, INT64_MAX};

static const IntegerInterval no_integers = {1, 0};
static const RealInterval all_reals = {-INFINITY, INFINITY};
static const RealInterval no_reals = {1, 0};

static bool is_below(Comparison comparison) {
  return comparison == COMPARE_BELOW || comparison == COMPARE_BELOW_EQUAL;
}

static bool is_above(Comparison comparison) {
  return comparison == COMPARE_ABOVE || comparison == COMPARE_ABOVE_EQUAL;
}

/* ---- integers ---------------------------------------------------------------- */

static IntegerInterval beside_integer(Comparison comparison, int64_t integer) {
  switch (comparison) {
  case COMPARE_EQUAL:
    return (IntegerInterval){integer, integer};
  case COMPARE_ABOVE:
    if (integer == INT64_MAX) return no_integers;
    return (IntegerInterval){integer + 1, INT64_MAX};
  case COMPARE_ABOVE_EQUAL:
    return (IntegerInterval){integer, INT64_MAX};
  case COMPARE_BELOW:
    if (integer == INT64_MIN) return no_integers;
    return (IntegerInterval){INT64_MIN, integer - 1};
  default:
    return (IntegerInterval){INT64_MIN, integer};
  }
}

/* The largest integer that is not above a real, which lies within the integers. */
static int64_t floor_integer(double real) {
  int64_t integer = (int64_t)real;
  return (double)integer > real ? integer - 1 : integer;
}

static IntegerInterval beside_real(Comparison comparison, double real) {
  if (real >= 9223372036854775808.0) return is_below(comparison) ? all_integers : no_integers;
  if (real < -9223372036854775808.0) return is_above(comparison) ? all_integers : no_integers;
  int64_t below = floor_integer(real);
  if ((double)below == real) return beside_integer(comparison, below);
  if (comparison == COMPARE_EQUAL) return no_integers;
  return beside_integer(is_above(comparison) ? COMPARE_ABOVE : COMPARE_BELOW_EQUAL, below);
}

IntegerInterval interval_of_integers(Comparison comparison, const Value *value) {
  switch (value->type) {
  case VALUE_INTEGER:
    return beside_integer(comparison, value->integer);
  case VALUE_REAL:
    return beside_real(comparison, value->real);
  case VALUE_NULL:
    return no_integers;
  default: /* every text and blob sorts behind every number */
    return is_below(comparison) ? all_integers : no_integers;
  }
}

IntegerInterval interval_meet(IntegerInterval a, IntegerInterval b) {
  if (b.lower > a.lower) a.lower = b.lower;
  if (b.upper < a.upper) a.upper = b.upper;
  return a;
}

/* ---- reals ------------------------------------------------------------------- */

/* The real next to one that is not infinite, upwards. */
static double next_above(double real) {
  int64_t bits;
  if (real == 0) real = 0; /* -0.0 */
  memcpy(&bits, &real, sizeof bits);
  bits += bits >= 0 ? 1 : -1;
  memcpy(&real, &bits, sizeof bits);
  return real;
}

static double next_below(double real) { return -next_above(-real); }

static RealInterval beside_double(Comparison comparison, double real) {
  switch (comparison) {
  case COMPARE_EQUAL:
    return (RealInterval){real, real};
  case COMPARE_ABOVE:
    if (real == INFINITY) return no_reals;
    return (RealInterval){next_above(real), INFINITY};
  case COMPARE_ABOVE_EQUAL:
    return (RealInterval){real, INFINITY};
  case COMPARE_BELOW:
    if (real == -INFINITY) return no_reals;
    return (RealInterval){-INFINITY, next_below(real)};
  default:
    return (RealInterval){-INFINITY, real};
  }
}

/* Whether `real`, the double next to `integer`, was rounded up. */
static bool rounded_up(double real, int64_t integer) {
  return real >= 9223372036854775808.0 || (int64_t)real > integer;
}

static RealInterval beside_whole(Comparison comparison, int64_t integer) {
  double real = (double)integer;
  if (real < 9223372036854775808.0 && (int64_t)real == integer) {
    return beside_double(comparison, real);
  }
  if (comparison == COMPARE_EQUAL) return no_reals;
  if (is_above(comparison)) {
    return beside_double(rounded_up(real, integer) ? COMPARE_ABOVE_EQUAL : COMPARE_ABOVE, real);
  }
  return beside_double(rounded_up(real, integer) ? COMPARE_BELOW : COMPARE_BELOW_EQUAL, real);
}

RealInterval interval_of_reals(Comparison comparison, const Value *value) {
  switch (value->type) {
  case VALUE_INTEGER:
    return beside_whole(comparison, value->integer);
  case VALUE_REAL:
    return beside_double(comparison, value->real);
  case VALUE_NULL:
    return no_reals;
  default:
    return is_below(comparison) ? all_reals : no_reals;
  }
}
