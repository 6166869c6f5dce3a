/*
** parallel.h: work that falls into tasks, done by several threads.
**
** For what takes seconds and needs nothing of the connection: coding the columns of a
** segment. As many threads as the connection allows its statements, which is what SQLite's
** sorter takes as well: PRAGMA threads, 0 unless somebody sets it.
**
** Owns nothing. Calls nothing above SQLite.
*/
#ifndef SLOTS_PARALLEL_H
#define SLOTS_PARALLEL_H

#include <stdint.h>

#include "sqlite.h"

/*
** Threads that the connection allows beside the one that it is used in; 0 where SQLite was made,
** or set up, for a single one, as memory could not be had in two then. NULL: 0.
*/
uint32_t parallel_threads(sqlite3 *db);

/* Tasks under way. */
typedef struct ParallelRun ParallelRun;

/*
** Begins to call task(context, n) once for each n < count, in up to `threads` threads beside the
** caller's. Threads that cannot be had are done without. NULL where memory is missing.
*/
ParallelRun *parallel_begin(uint32_t count, uint32_t threads,
                            void (*task)(void *context, uint32_t n), void *context);

/* Takes part in what is left, returns when all tasks are done, and frees `run`. */
void parallel_end(ParallelRun *run);

#endif
