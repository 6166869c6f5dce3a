/*
** index_set.c: see index_set.h.
*/
#include "index_set.h"

#include <string.h>

#include "base/sqlite.h"

/* The list that is indexed, and which of its segments a run covers already. */
typedef struct Plan {
  const IndexDef *def;
  Segment *const *segments;
  uint32_t count;
  uint32_t columns;
  bool *covered;
} Plan;

static void drop_run(IndexSet *set, uint32_t number) {
  index_release(set->runs[number].index);
  sqlite3_free(set->runs[number].where);
  set->runs[number] = set->runs[--set->count];
}

void index_set_clear(IndexSet *set) {
  while (set->count > 0) drop_run(set, set->count - 1);
  sqlite3_free(set->runs);
  *set = (IndexSet){0};
}

/* The number of the segment with the serial number, or NO_SEGMENT. */
static uint32_t find_segment(const Plan *plan, const IndexPart *part) {
  uint32_t low = 0, high = plan->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (plan->segments[middle]->first < part->first) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  bool same = low < plan->count && plan->segments[low]->serial == part->serial;
  return same ? low : NO_SEGMENT;
}

int index_set_add(IndexSet *set, Index *index, uint32_t *where) {
  uint64_t size = ((uint64_t)set->count + 1) * sizeof *set->runs;
  IndexRun *runs = where == NULL ? NULL : sqlite3_realloc64(set->runs, size);
  if (runs == NULL) {
    index_release(index);
    sqlite3_free(where);
    return SQLITE_NOMEM;
  }
  set->runs = runs;
  set->runs[set->count++] = (IndexRun){.index = index, .where = where};
  return SQLITE_OK;
}

/* Adds a run over an index, whose reference it takes. */
static int add_run(const Plan *plan, Index *index, IndexSet *set) {
  uint32_t *where = sqlite3_malloc64((uint64_t)index->part_count * sizeof *where);
  for (uint32_t i = 0; where != NULL && i < index->part_count; i++) {
    where[i] = find_segment(plan, &index->parts[i]);
  }
  return index_set_add(set, index, where);
}

static void cover(const Plan *plan, const IndexRun *run, bool covered) {
  for (uint32_t i = 0; i < run->index->part_count; i++) {
    if (run->where[i] != NO_SEGMENT) plan->covered[run->where[i]] = covered;
  }
}

static uint64_t live_rows(const IndexRun *run) {
  uint64_t rows = 0;
  for (uint32_t i = 0; i < run->index->part_count; i++) {
    if (run->where[i] != NO_SEGMENT) rows += run->index->parts[i].rows;
  }
  return rows;
}

/* Keeps the runs of `before` of which at least half is still there. */
static int keep_runs(const Plan *plan, const IndexSet *before, IndexSet *set) {
  for (uint32_t i = 0; before != NULL && i < before->count; i++) {
    int rc = add_run(plan, index_retain(before->runs[i].index), set);
    if (rc != SQLITE_OK) return rc;
    const IndexRun *run = &set->runs[set->count - 1];
    uint64_t live = live_rows(run);
    if (live * 2 < run->index->rows || live == 0) {
      drop_run(set, set->count - 1);
    } else {
      cover(plan, run, true);
    }
  }
  return SQLITE_OK;
}

static uint64_t uncovered_rows(const Plan *plan) {
  uint64_t rows = 0;
  for (uint32_t i = 0; i < plan->count; i++) rows += plan->covered[i] ? 0 : plan->segments[i]->rows;
  return rows;
}

/* Gives up runs that are small beside what is indexed anew anyway; how many rows that is. */
static uint64_t merge_small(const Plan *plan, IndexSet *set) {
  uint64_t rows = uncovered_rows(plan);
  for (uint32_t i = 0; rows > 0 && i < set->count;) {
    if (live_rows(&set->runs[i]) > 2 * rows) {
      i++;
      continue;
    }
    cover(plan, &set->runs[i], false);
    drop_run(set, i);
    rows = uncovered_rows(plan);
    i = 0; /* beside more rows others may be small, too */
  }
  return rows;
}

static int index_uncovered(const Plan *plan, IndexSet *set) {
  uint32_t count = 0;
  Index *index = NULL;
  Segment **segments = sqlite3_malloc64(plan->count * sizeof(Segment *));
  if (segments == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < plan->count; i++) {
    if (!plan->covered[i]) segments[count++] = plan->segments[i];
  }
  int rc = index_build(plan->def, segments, count, plan->columns, &index);
  if (rc == SQLITE_OK) rc = add_run(plan, index, set);
  sqlite3_free(segments);
  return rc;
}

/* Whether the set is one run over nothing but the segments of the list. */
static bool is_single(const Plan *plan, const IndexSet *set) {
  uint64_t rows = 0;
  for (uint32_t i = 0; i < plan->count; i++) rows += plan->segments[i]->rows;
  return set->count == 1 && live_rows(&set->runs[0]) == rows && set->runs[0].index->rows == rows;
}

int index_set_build(const IndexDef *def, Segment *const *segments, uint32_t count, uint32_t columns,
                    const IndexSet *before, bool afresh, IndexSet *set) {
  Plan plan = {.def = def, .segments = segments, .count = count, .columns = columns};
  *set = (IndexSet){0};
  if (count == 0) return SQLITE_OK;
  plan.covered = sqlite_zeros(count * sizeof *plan.covered);
  if (plan.covered == NULL) return SQLITE_NOMEM;
  int rc = keep_runs(&plan, before, set);
  if (rc == SQLITE_OK && afresh && !is_single(&plan, set)) {
    index_set_clear(set);
    memset(plan.covered, 0, count * sizeof *plan.covered);
  }
  if (rc == SQLITE_OK && merge_small(&plan, set) > 0) rc = index_uncovered(&plan, set);
  sqlite3_free(plan.covered);
  if (rc != SQLITE_OK) index_set_clear(set);
  return rc;
}

static uint32_t part_of(const IndexRun *run, uint32_t number) {
  const Index *index = run->index;
  uint32_t low = 0, high = index->part_count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (index->parts[middle].base <= number) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

bool index_run_locate(const IndexRun *run, uint32_t number, uint32_t *segment, uint32_t *row) {
  uint32_t part = part_of(run, number);
  *segment = run->where[part];
  *row = number - run->index->parts[part].base;
  return *segment != NO_SEGMENT && *row < run->index->parts[part].rows;
}

void index_run_bounds(const IndexRun *run, uint32_t number, uint32_t *first, uint32_t *end) {
  const Index *index = run->index;
  uint32_t part = part_of(run, number);
  *first = index->parts[part].base;
  *end = part + 1 < index->part_count ? index->parts[part + 1].base : index->rows;
}

const IndexPart *index_run_seek(const IndexRun *run, int64_t rowid, uint32_t *segment) {
  const Index *index = run->index;
  uint32_t low = 0, high = index->part_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (index->parts[middle].first <= rowid) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  while (low > 0 && run->where[low - 1] == NO_SEGMENT) low--;
  if (low == 0) return NULL;
  *segment = run->where[low - 1];
  return &index->parts[low - 1];
}
