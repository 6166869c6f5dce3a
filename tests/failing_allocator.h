/*
** failing_allocator.h: SQLite's allocator, made to fail on demand. Included once, by the one C file
** of a host; installed before SQLite is used. Calls nothing.
*/
#ifndef TESTS_FAILING_ALLOCATOR_H
#define TESTS_FAILING_ALLOCATOR_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static sqlite3_mem_methods system_methods;
static int64_t allocations_left = -1; /* before one fails; -1: none does */
static bool failing_lasts;            /* all that follow fail too */
static int allocations_failed;
static void (*allocation_watch)(void); /* called for each, or NULL */

static inline bool next_fails(void) {
  if (allocation_watch != NULL) allocation_watch();
  if (allocations_left < 0) return false;
  if (allocations_left > 0) {
    allocations_left--;
    return false;
  }
  if (!failing_lasts) allocations_left = -1;
  allocations_failed++;
  return true;
}

static inline void *failing_malloc(int size) {
  return next_fails() ? NULL : system_methods.xMalloc(size);
}

static inline void *failing_realloc(void *memory, int size) {
  return next_fails() ? NULL : system_methods.xRealloc(memory, size);
}

/* A second call does nothing. */
static inline void install_failing_allocator(void) {
  if (system_methods.xMalloc != NULL) return;
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_methods);
  sqlite3_mem_methods methods = system_methods;
  methods.xMalloc = failing_malloc;
  methods.xRealloc = failing_realloc;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

#endif
