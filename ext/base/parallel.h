/*
** parallel.h: work that falls into tasks, done by several threads.
**
** For what takes seconds and needs nothing of the connection: coding the columns of a
** segment. As many threads as the connection allows its statements, which is what SQLite's
** sorter takes as well: PRAGMA threads, 0 unless somebody sets it.
**
** A task that takes long shares its work in turn: threads without a task of their own help.
**
** Owns nothing. Calls nothing above SQLite.
*/
#ifndef SLOTS_PARALLEL_H
#define SLOTS_PARALLEL_H

#include <stdbool.h>
#include <stdint.h>

#include "sqlite.h"

/*
** How many threads the connection allows beside the one it is used in; 0 where SQLite was built or
** configured for a single one, as its allocator could not be used in two then. NULL: 0.
*/
uint32_t parallel_threads(sqlite3 *db);

/* Tasks under way. */
typedef struct ParallelRun ParallelRun;

/* Does number n of what there is to do. */
typedef void ParallelTask(ParallelRun *run, void *context, uint32_t n);

/*
** Begins to call task(run, context, n) once for each n < count, in `threads` threads beside the
** caller's. Threads that cannot be started are done without. NULL where memory is missing.
*/
ParallelRun *parallel_begin(uint32_t count, uint32_t threads, ParallelTask *task, void *context);

/* Takes part in what is left, returns when all tasks are done, and frees `run`. */
void parallel_end(ParallelRun *run);

/* Whether there may be somebody to share with: a run, which was to have threads. */
bool parallel_has_threads(const ParallelRun *run);

/*
** Called by a task: calls part(run, context, n) once for each n < count, here and in threads that
** have no task; returns when all are done. Parts do not share. `run` may be NULL.
*/
void parallel_share(ParallelRun *run, uint32_t count, ParallelTask *part, void *context);

#endif
