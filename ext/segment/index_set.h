/*
** index_set.h: the indexes of one IndexDef over a list of segments.
**
** A set of runs, each an Index over some of the segments, sizes growing geometrically: sealing
** indexes what is new and merges runs that are small beside it, so loading hashes each row O(log n)
** times, and a lookup probes few runs. The entries of a segment that was replaced stay in its run,
** and are skipped. A set belongs to one immutable list of segments and shares its runs with the
** lists before and after, so taking a change back takes the indexes back with it. Calls index.h.
*/
#ifndef SLOTS_INDEX_SET_H
#define SLOTS_INDEX_SET_H

#include "index.h"

#define NO_SEGMENT UINT32_MAX

typedef struct IndexRun {
  Index *index;    /* a reference */
  uint32_t *where; /* for each part its segment's number in the list, or NO_SEGMENT */
} IndexRun;

typedef struct IndexSet {
  IndexRun *runs;
  uint32_t count;
} IndexSet;

/*
** Indexes `count` segments, re-using the runs of `before` (may be NULL), or, when
** `afresh`, in one new run. SQLITE_OK, SQLITE_NOMEM, SQLITE_TOOBIG or SQLITE_CORRUPT.
*/
int index_set_build(const IndexDef *def, Segment *const *segments, uint32_t count, uint32_t columns,
                    const IndexSet *before, bool afresh, IndexSet *set);

/* The segment's number and the row in it of a row number of a run; false if it is gone. */
bool index_run_locate(const IndexRun *run, uint32_t number, uint32_t *segment, uint32_t *row);

/* The row numbers of the part with this one: from *first to *end - 1. */
void index_run_bounds(const IndexRun *run, uint32_t number, uint32_t *first, uint32_t *end);

/*
** The last part, among those whose segments are still in the list, that begins at or before a
** rowid, and its segment; NULL if there is none.
*/
const IndexPart *index_run_seek(const IndexRun *run, int64_t rowid, uint32_t *segment);

/*
** Adds a run, whose index and `where` (NULL: no memory for it) it takes over, also when it fails
** (SQLITE_NOMEM).
*/
int index_set_add(IndexSet *set, Index *index, uint32_t *where);

void index_set_clear(IndexSet *set);

#endif
