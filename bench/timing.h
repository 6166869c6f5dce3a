/*
** timing.h: the clock and the end of the programs that time the text layer.
*/
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Seconds since some fixed moment. */
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void fail(const char *what) {
  fprintf(stderr, "%s failed\n", what);
  exit(1);
}
