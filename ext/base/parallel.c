/*
** parallel.c: see parallel.h.
*/
#define _POSIX_C_SOURCE 200809L

#include "parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#define THREADS_MAX 8 /* what SQLite allows as it comes */

/* SQLITE_CONFIG_SINGLETHREAD cannot be asked for, but then no mutex is one of its own. */
static bool has_mutexes(void) {
  sqlite3_mutex *one = sqlite3_mutex_alloc(SQLITE_MUTEX_FAST);
  sqlite3_mutex *other = sqlite3_mutex_alloc(SQLITE_MUTEX_FAST);
  bool apart = one != NULL && other != NULL && one != other;
  sqlite3_mutex_free(one);
  sqlite3_mutex_free(other);
  return apart;
}

uint32_t parallel_threads(sqlite3 *db) {
  int allowed = db == NULL ? 0 : sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, -1);
  if (allowed <= 0 || sqlite3_threadsafe() == 0 || !has_mutexes()) return 0;
  return allowed < THREADS_MAX ? (uint32_t)allowed : THREADS_MAX;
}

struct ParallelRun {
  void (*task)(void *context, uint32_t n);
  void *context;
  uint32_t count;
  atomic_uint next;
  uint32_t started;
  pthread_t threads[THREADS_MAX];
};

static void *work(void *argument) {
  ParallelRun *run = argument;
  for (;;) {
    uint32_t n = atomic_fetch_add(&run->next, 1);
    if (n >= run->count) return NULL;
    run->task(run->context, n);
  }
}

/* Starts threads that take no signals: those are the application's. */
static void start_threads(ParallelRun *run, uint32_t wanted) {
  sigset_t all, before;
  sigfillset(&all);
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) return;
  while (run->started < wanted &&
         pthread_create(&run->threads[run->started], NULL, work, run) == 0) {
    run->started++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

ParallelRun *parallel_begin(uint32_t count, uint32_t threads,
                            void (*task)(void *context, uint32_t n), void *context) {
  ParallelRun *run = sqlite3_malloc64(sizeof *run);
  if (run == NULL) return NULL;
  *run = (ParallelRun){.task = task, .context = context, .count = count};
  if (threads > THREADS_MAX) threads = THREADS_MAX;
  if (threads > count) threads = count;
  if (threads > 0) start_threads(run, threads);
  return run;
}

void parallel_end(ParallelRun *run) {
  work(run);
  for (uint32_t i = 0; i < run->started; i++) pthread_join(run->threads[i], NULL);
  sqlite3_free(run);
}
