/*
** order.h: comparisons for qsort and bsearch, ascending. Calls nothing.
*/
#ifndef SLOTS_ORDER_H
#define SLOTS_ORDER_H

#include <stdint.h>
#include <string.h>

/* Of int64_t. */
static inline int order_i64(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Of uint64_t. */
static inline int order_u64(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Of pointers, by address: in no order that means anything, but equal ones lie together. */
static inline int order_pointers(const void *a, const void *b) {
  uintptr_t x, y;
  memcpy(&x, a, sizeof x); /* what lies there has another type */
  memcpy(&y, b, sizeof y);
  return (x > y) - (x < y);
}

#endif
