/*
** allocation_sites.h: which allocations of a script are worth failing. Included once, by the one C
** file of a host that has included failing_allocator.h. Calls the compiler's unwinder.
**
** While a script runs once without failures, each allocation is put into a class by the functions
** of this program that are on the stack, those of SQLite's library passed over. Of each class the
** first is chosen, the eighth, the 64th ..., and the last: so every place that allocates
** fails, on every way to it, without trying thousands that only repeat one loop.
*/
#ifndef TESTS_ALLOCATION_SITES_H
#define TESTS_ALLOCATION_SITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unwind.h>

#include "failing_allocator.h"

#define SITE_SLOTS 16384 /* a power of two, above the classes that a script has */

typedef struct Site {
  uint64_t stack; /* 0: not used */
  long count;
  long due;  /* the count that is chosen next */
  long last; /* number of its last allocation */
} Site;

static Site sites[SITE_SLOTS];
static long *chosen; /* in ascending order */
static size_t chosen_count, chosen_capacity;
static long allocations_seen;

extern char __executable_start, etext;

static inline _Unwind_Reason_Code mix_frame(struct _Unwind_Context *context, void *stack) {
  uintptr_t at = (uintptr_t)_Unwind_GetIP(context);
  if (at < (uintptr_t)&__executable_start || at >= (uintptr_t)&etext) return _URC_NO_REASON;
  uint64_t *hash = stack;
  *hash = (*hash ^ (uint64_t)at) * 0x9e3779b97f4a7c15u;
  *hash ^= *hash >> 29;
  return _URC_NO_REASON;
}

static inline void choose(long number) {
  if (chosen_count == chosen_capacity) {
    chosen_capacity = chosen_capacity * 2 + 256;
    chosen = realloc(chosen, chosen_capacity * sizeof *chosen);
    if (chosen == NULL) abort();
  }
  chosen[chosen_count++] = number;
}

static inline void see_allocation(void) {
  uint64_t stack = 1;
  _Unwind_Backtrace(mix_frame, &stack);
  size_t slot = (size_t)stack & (SITE_SLOTS - 1);
  while (sites[slot].stack != 0 && sites[slot].stack != stack) slot = (slot + 1) & (SITE_SLOTS - 1);
  Site *site = &sites[slot];
  site->stack = stack;
  site->last = allocations_seen++;
  if (++site->count == site->due) {
    choose(site->last);
    site->due *= 8;
  }
}

static inline void begin_to_see(void) {
  for (size_t i = 0; i < SITE_SLOTS; i++) sites[i] = (Site){.due = 1};
  chosen_count = 0;
  allocations_seen = 0;
  allocation_watch = see_allocation;
}

static inline int compare_numbers(const void *a, const void *b) {
  long left = *(const long *)a, right = *(const long *)b;
  return (left > right) - (left < right);
}

/* With the last of each class, in order, each once. */
static inline void end_seeing(void) {
  allocation_watch = NULL;
  for (size_t i = 0; i < SITE_SLOTS; i++) {
    if (sites[i].count > 1) choose(sites[i].last);
  }
  qsort(chosen, chosen_count, sizeof *chosen, compare_numbers);
  size_t kept = 0;
  for (size_t i = 0; i < chosen_count; i++) {
    if (kept == 0 || chosen[kept - 1] != chosen[i]) chosen[kept++] = chosen[i];
  }
  chosen_count = kept;
}

#endif
