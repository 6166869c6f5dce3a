/*
** alarm.h: interrupts a connection from another thread, some time after a statement began.
** Included once, by the one C file of a host, which defines _POSIX_C_SOURCE. Calls pthreads.
*/
#ifndef TESTS_ALARM_H
#define TESTS_ALARM_H

#include <pthread.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

typedef struct Alarm {
  sqlite3 *victim;
  long nanoseconds; /* from the time it is set, less than a second */
  atomic_bool ready, set;
  pthread_t thread;
} Alarm;

static void *alarm_wait(void *argument) {
  Alarm *alarm = argument;
  struct timespec delay = {.tv_nsec = alarm->nanoseconds};
  atomic_store(&alarm->ready, true);
  while (!atomic_load(&alarm->set)) sched_yield();
  nanosleep(&delay, NULL);
  sqlite3_interrupt(alarm->victim);
  return NULL;
}

/* The thread runs already when the time begins, or the start of one would be part of it. */
static void alarm_set(Alarm *alarm, sqlite3 *victim, long nanoseconds) {
  *alarm = (Alarm){.victim = victim, .nanoseconds = nanoseconds};
  if (pthread_create(&alarm->thread, NULL, alarm_wait, alarm) != 0) abort();
  while (!atomic_load(&alarm->ready)) sched_yield();
  atomic_store(&alarm->set, true);
}

/* Waits for the interrupt. */
static void alarm_end(Alarm *alarm) { pthread_join(alarm->thread, NULL); }

/* Nanoseconds, of which only differences count. */
static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (long)time.tv_sec * 1000000000 + time.tv_nsec;
}

#endif
