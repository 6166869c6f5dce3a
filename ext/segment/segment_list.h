/*
** segment_list.h: a table's sealed segments, ascending and disjoint, with the
** indexes over them. Immutable and reference-counted (not atomically): a change
** makes a new list, which shares segments and indexes with the one before.
** Calls segment.h, index_set.h.
*/
#ifndef SLOTS_SEGMENT_LIST_H
#define SLOTS_SEGMENT_LIST_H

#include "index_set.h"

typedef struct SegmentList {
  uint32_t references;
  uint32_t count;
  uint32_t set_count;
  IndexSet *sets;    /* one an index of the table */
  Segment *items[1]; /* really `count` */
} SegmentList;

/*
** A list like `before` (NULL: empty) with segments from .. to - 1 replaced by
** `count` others, of which it takes references. It has no indexes yet.
*/
int segment_list_replace(const SegmentList *before, uint32_t from, uint32_t to,
                         Segment *const *others, uint32_t count, SegmentList **list);

/* Adds the next index: of `def`, re-using the runs of the same index of `before`, or afresh. */
int segment_list_index(SegmentList *list, const IndexDef *def, uint32_t columns,
                       const SegmentList *before, bool afresh);

/* As many empty sets, where the list has none. SQLITE_OK or SQLITE_NOMEM. */
int segment_list_reserve_sets(SegmentList *list, uint32_t count);

SegmentList *segment_list_retain(SegmentList *list); /* NULL is allowed */
void segment_list_release(SegmentList *list);        /* NULL is allowed */

#endif
