/*
** progress.c: see progress.h.
*/
#include "progress.h"

#include <time.h>

#include "mutex.h"

static Progress *works; /* under MUTEX_WORKS */

static sqlite3_int64 now(void) {
  struct timespec time = {0};
  timespec_get(&time, TIME_UTC);
  return (sqlite3_int64)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void progress_begin(Progress *progress) {
  sqlite3_mutex *mutex = mutex_enter(MUTEX_WORKS);
  progress->began = now();
  progress->next = works;
  works = progress;
  sqlite3_mutex_leave(mutex);
}

void progress_end(Progress *progress) {
  sqlite3_mutex *mutex = mutex_enter(MUTEX_WORKS);
  Progress **link = &works;
  while (*link != progress) link = &(*link)->next;
  *link = progress->next;
  sqlite3_mutex_leave(mutex);
}

/* Before 3.41 there is no function to ask: but no statement begins then. */
bool progress_is_interrupted(sqlite3 *db) {
#if SQLITE_VERSION_NUMBER >= 3041000
  if (sqlite3_libversion_number() >= 3041000) return sqlite3_is_interrupted(db) != 0;
#endif
  return sqlite3_exec(db, "SELECT 1", NULL, NULL, NULL) == SQLITE_INTERRUPT;
}

int progress_advance(Progress *progress, uint64_t rows) {
  if (progress == NULL) return SQLITE_OK;
  sqlite3_mutex *mutex = mutex_enter(MUTEX_WORKS);
  progress->done += rows;
  sqlite3_mutex_leave(mutex);
  return progress_is_interrupted(progress->db) ? SQLITE_INTERRUPT : SQLITE_OK;
}

int progress_visit(int (*visit)(void *context, const Progress *progress, double seconds),
                   void *context) {
  int rc = SQLITE_OK;
  sqlite3_mutex *mutex = mutex_enter(MUTEX_WORKS);
  /* Within the mutex: a work that began while this waited began before it. */
  sqlite3_int64 time = now();
  for (const Progress *work = works; work != NULL && rc == SQLITE_OK; work = work->next) {
    sqlite3_int64 taken = time > work->began ? time - work->began : 0; /* clocks are set back */
    rc = visit(context, work, (double)taken / 1000);
  }
  sqlite3_mutex_leave(mutex);
  return rc;
}
