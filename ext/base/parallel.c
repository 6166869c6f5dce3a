/*
** parallel.c: see parallel.h.
*/
#define _POSIX_C_SOURCE 200809L

#include "parallel.h"

#include <pthread.h>
#include <signal.h>

#define THREADS_MAX 8 /* what SQLite allows as it comes */

/*
** SQLite cannot be asked whether SQLITE_CONFIG_SINGLETHREAD is set, but then all its mutexes are
** the same.
*/
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

/* Tasks, or what a task shares. */
typedef struct Work {
  ParallelTask *task;
  void *context;
  uint32_t count, next; /* next: the first that nobody has begun */
  uint32_t busy;        /* begun and not done */
  struct Work *other;   /* in the list of what is shared */
} Work;

struct ParallelRun {
  pthread_mutex_t mutex;  /* of what follows */
  pthread_cond_t changed; /* something is shared, or the last of some work is done */
  Work tasks;
  Work *shared;
  uint32_t wanted;  /* threads */
  uint32_t started; /* known to who began the run */
  pthread_t threads[THREADS_MAX];
};

/*
** Something that nobody has begun, parts of a task before a new one, as all others wait for those
** that take longest; NULL: nothing for now.
*/
static Work *find_work(ParallelRun *run) {
  for (Work *work = run->shared; work != NULL; work = work->other) {
    if (work->next < work->count) return work;
  }
  return run->tasks.next < run->tasks.count ? &run->tasks : NULL;
}

/* With the mutex, which is released meanwhile. */
static void do_next(ParallelRun *run, Work *work) {
  uint32_t n = work->next++;
  work->busy++;
  pthread_mutex_unlock(&run->mutex);
  work->task(run, work->context, n);
  pthread_mutex_lock(&run->mutex);
  work->busy--;
  if (work->busy == 0 && work->next == work->count) pthread_cond_broadcast(&run->changed);
}

/* Works until all tasks are done. */
static void *take_part(void *argument) {
  ParallelRun *run = argument;
  pthread_mutex_lock(&run->mutex);
  for (;;) {
    Work *work = find_work(run);
    if (work != NULL) {
      do_next(run, work);
    } else if (run->tasks.busy > 0) {
      pthread_cond_wait(&run->changed, &run->mutex);
    } else {
      break;
    }
  }
  pthread_mutex_unlock(&run->mutex);
  return NULL;
}

/* Starts threads that take no signals: those are the application's. */
static void start_threads(ParallelRun *run) {
  sigset_t all, before;
  sigfillset(&all);
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) return;
  while (run->started < run->wanted &&
         pthread_create(&run->threads[run->started], NULL, take_part, run) == 0) {
    run->started++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

ParallelRun *parallel_begin(uint32_t count, uint32_t threads, ParallelTask *task, void *context) {
  ParallelRun *run = sqlite3_malloc64(sizeof *run);
  if (run == NULL) return NULL;
  *run = (ParallelRun){.tasks = {.task = task, .context = context, .count = count}};
  if (pthread_mutex_init(&run->mutex, NULL) != 0) goto no_mutex;
  if (pthread_cond_init(&run->changed, NULL) != 0) goto no_condition;
  run->wanted = threads < THREADS_MAX ? threads : THREADS_MAX;
  if (run->wanted > 0) start_threads(run);
  return run;
no_condition:
  pthread_mutex_destroy(&run->mutex);
no_mutex:
  sqlite3_free(run);
  return NULL;
}

void parallel_end(ParallelRun *run) {
  take_part(run);
  for (uint32_t i = 0; i < run->started; i++) pthread_join(run->threads[i], NULL);
  pthread_cond_destroy(&run->changed);
  pthread_mutex_destroy(&run->mutex);
  sqlite3_free(run);
}

bool parallel_has_threads(const ParallelRun *run) { return run != NULL && run->wanted > 0; }

static void link_work(ParallelRun *run, Work *work) {
  work->other = run->shared;
  run->shared = work;
}

static void unlink_work(ParallelRun *run, const Work *work) {
  Work **link = &run->shared;
  while (*link != work) link = &(*link)->other;
  *link = work->other;
}

void parallel_share(ParallelRun *run, uint32_t count, ParallelTask *part, void *context) {
  if (!parallel_has_threads(run)) {
    for (uint32_t n = 0; n < count; n++) part(run, context, n);
    return;
  }
  Work work = {.task = part, .context = context, .count = count};
  pthread_mutex_lock(&run->mutex);
  link_work(run, &work);
  pthread_cond_broadcast(&run->changed);
  while (work.next < work.count) do_next(run, &work);
  while (work.busy > 0) pthread_cond_wait(&run->changed, &run->mutex);
  unlink_work(run, &work);
  pthread_mutex_unlock(&run->mutex);
}
