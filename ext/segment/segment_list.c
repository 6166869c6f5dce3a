/*
** segment_list.c: see segment_list.h.
*/
#include "segment_list.h"

#include "base/sqlite.h"

int segment_list_replace(const SegmentList *before, uint32_t from, uint32_t to,
                         Segment *const *others, uint32_t count, SegmentList **list) {
  uint32_t old = before == NULL ? 0 : before->count;
  uint64_t total = (uint64_t)old - (to - from) + count;
  SegmentList *made = sqlite3_malloc64(sizeof *made + total * sizeof(Segment *));
  *list = made;
  if (made == NULL) return SQLITE_NOMEM;
  *made = (SegmentList){.references = 1};
  for (uint32_t i = 0; i < from; i++) {
    made->items[made->count++] = segment_retain(before->items[i]);
  }
  for (uint32_t i = 0; i < count; i++) made->items[made->count++] = segment_retain(others[i]);
  for (uint32_t i = to; i < old; i++) {
    made->items[made->count++] = segment_retain(before->items[i]);
  }
  return SQLITE_OK;
}

int segment_list_index(SegmentList *list, const IndexDef *def, uint32_t columns,
                       const SegmentList *before, bool afresh) {
  uint64_t size = ((uint64_t)list->set_count + 1) * sizeof *list->sets;
  IndexSet *sets = sqlite3_realloc64(list->sets, size);
  if (sets == NULL) return SQLITE_NOMEM;
  list->sets = sets;
  const IndexSet *old = before == NULL ? NULL : &before->sets[list->set_count];
  int rc =
      index_set_build(def, list->items, list->count, columns, old, afresh, &sets[list->set_count]);
  if (rc == SQLITE_OK) list->set_count++;
  return rc;
}

int segment_list_reserve_sets(SegmentList *list, uint32_t count) {
  list->sets = sqlite_zeros((uint64_t)count * sizeof *list->sets + 1);
  if (list->sets == NULL) return SQLITE_NOMEM;
  list->set_count = count;
  return SQLITE_OK;
}

SegmentList *segment_list_retain(SegmentList *list) {
  if (list != NULL) list->references++;
  return list;
}

void segment_list_release(SegmentList *list) {
  if (list == NULL || --list->references > 0) return;
  for (uint32_t i = 0; i < list->count; i++) segment_release(list->items[i]);
  for (uint32_t i = 0; i < list->set_count; i++) index_set_clear(&list->sets[i]);
  sqlite3_free(list->sets);
  sqlite3_free(list);
}
