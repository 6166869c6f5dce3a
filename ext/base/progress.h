/*
** progress.h: how far long work has come, and whether it is to be interrupted.
**
** Work under way is in one list of the process, guarded by a mutex, so that any connection can
** look: SELECT * FROM slots_progress. Whoever does the work owns the Progress, and updates it every
** few thousand rows. Calls mutex.h.
*/
#ifndef SLOTS_PROGRESS_H
#define SLOTS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "sqlite.h"

typedef struct Progress {
  struct Progress *next;
  sqlite3 *db;
  const char *work;    /* static: "load", "optimize" ... */
  const char *target;  /* name of the table; outlives the work */
  uint64_t done;       /* rows */
  uint64_t total;      /* rows, about; 0: not known */
  sqlite3_int64 began; /* milliseconds since the epoch */
} Progress;

/* Begins the work that the other members of *progress describe. */
void progress_begin(Progress *progress);

/*
** Counts `rows` more as done; `progress` may be NULL. SQLITE_INTERRUPT: the work is to stop, and to
** be taken back.
*/
int progress_advance(Progress *progress, uint64_t rows);

/* Whether sqlite3_interrupt was called, for work without a Progress. */
bool progress_is_interrupted(sqlite3 *db);

/* Ends what progress_begin has begun. */
void progress_end(Progress *progress);

/* Calls `visit` for each work of the process that goes on, until it answers an error. */
int progress_visit(int (*visit)(void *context, const Progress *progress, double seconds),
                   void *context);

#endif
