/*
** cases.h: how a host reports its cases, and random numbers that are the same in each run.
** Included once, by the one C file of a host. Calls nothing.
**
** A case is one line, `ok NAME` or `not ok NAME: why`, which tests/all.tcl counts. main answers
** `failures > 0`.
*/
#ifndef TESTS_CASES_H
#define TESTS_CASES_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

static int failures;
static char reason[400]; /* why the case under way fails; "": it does not */

/* The first of a case counts. */
__attribute__((format(printf, 1, 2))) static inline void fail(const char *format, ...) {
  if (reason[0] != 0) return;
  va_list list;
  va_start(list, format);
  vsnprintf(reason, sizeof reason, format, list);
  va_end(list);
}

/* Ends the case. */
static inline void report(const char *name) {
  if (reason[0] == 0) {
    printf("ok %s\n", name);
  } else {
    printf("not ok %s: %s\n", name, reason);
    failures++;
  }
  fflush(stdout);
  reason[0] = 0;
}

static inline void run_case(const char *name, void (*body)(void)) {
  body();
  report(name);
}

/* Arguments of run_case: a case's function, behind its name. */
#define NAMED(body) #body, body

static uint64_t random_state;

/*
** Of several calls in one list of arguments each compiler chooses an order of its own: where a
** case depends on what comes of it, they are made before.
*/
static inline uint32_t random_below(uint32_t limit) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((random_state >> 33) % limit);
}

#endif
