/*
** order_merge.c: see order_merge.h.
*/
#include "order_merge.h"

#include "base/progress.h"
#include "base/sqlite.h"
#include "numerals.h"
#include "segment/merged_order.h"

#define STEP 16384 /* rows, before an interrupt is asked for */

/* The segments whose orders are merged. */
typedef struct Merge {
  const Table *table;
  uint32_t column;
  uint32_t count;
  uint32_t rows;
  uint32_t numbers[MERGED_PARTS];
  Segment *segments[MERGED_PARTS];
} Merge;

/* Whether texts that are numbers, or a blob behind all texts, may keep the order from serving. */
static int is_in_doubt(const Segment *segment, uint32_t column, bool *doubt) {
  Buffer scratch = {0};
  Value value;
  uint32_t row = column_order_row(segment, column, segment->rows - 1);
  int rc = segment_value(segment, row, column, &scratch, &value);
  *doubt = rc == SQLITE_OK && (value.type == VALUE_BLOB || numerals_are_known(segment, column));
  buffer_clear(&scratch);
  return rc;
}

static int may_join(Segment *segment, uint32_t column, bool *may) {
  bool doubt;
  *may = false;
  if (!column_order_is_there(segment, column)) return SQLITE_OK;
  const MergedOrder *merged = merged_order_of(segment, column);
  *may = merged == NULL ? merged_order_is_due(segment, column)
                        : merged->part_count <= MERGED_PARTS / 2;
  if (!*may) return SQLITE_OK;
  int rc = is_in_doubt(segment, column, &doubt);
  if (doubt) segment->orders[column].spent = 0;
  *may = !doubt;
  return rc;
}

static int choose(Merge *merge) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < table_segments(merge->table) && merge->count < MERGED_PARTS; i++) {
    Segment *segment = merge->table->list->items[i];
    bool may;
    rc = may_join(segment, merge->column, &may);
    if (rc != SQLITE_OK) break;
    if (!may) continue;
    merge->numbers[merge->count] = i;
    merge->segments[merge->count++] = segment;
    merge->rows += segment->rows;
  }
  return rc;
}

static int add_parts(const Merge *merge, Sorter *sorter) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < merge->count && rc == SQLITE_OK; i++) {
    const Segment *segment = merge->segments[i];
    uint16_t *rows = sqlite3_malloc64((uint64_t)segment->rows * sizeof *rows);
    if (rows == NULL) return SQLITE_NOMEM;
    for (uint32_t place = 0; place < segment->rows; place++) {
      rows[place] = (uint16_t)column_order_row(segment, merge->column, place);
    }
    rc = sorter_add_sorted(sorter, merge->numbers[i], rows, segment->rows, false);
  }
  return rc;
}

static int add_rows(const Merge *merge, Sorter *sorter, MergedOrder *merged) {
  SortedRow row;
  bool found = true;
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && found) {
    rc = sorter_next(sorter, &row, &found);
    if (rc != SQLITE_OK || !found) break;
    uint32_t part = 0;
    while (merge->numbers[part] != row.segment) part++;
    merged_order_add(merged, part);
    if (merged->rows % STEP == 0 && progress_is_interrupted(merge->table->undo->db)) {
      rc = SQLITE_INTERRUPT;
    }
  }
  return rc;
}

static int merge_all(const Merge *merge, Sorter *sorter) {
  MergedOrder *merged = merged_order_create(merge->column, merge->rows, merge->count);
  if (merged == NULL) return SQLITE_NOMEM;
  int rc = add_parts(merge, sorter);
  if (rc == SQLITE_OK) rc = sorter_finish(sorter);
  if (rc == SQLITE_OK) rc = add_rows(merge, sorter, merged);
  if (rc != SQLITE_OK) {
    sqlite3_free(merged);
    return rc;
  }
  for (uint32_t i = 0; i < merge->count; i++) {
    segment_leave_merged(merge->segments[i], merge->column);
  }
  merged_order_join(merged, merge->segments);
  return SQLITE_OK;
}

/* Those that have been searched, and cannot be merged now, are to be searched as often again. */
static void wait(const Merge *merge) {
  for (uint32_t i = 0; i < merge->count; i++) {
    merge->segments[i]->orders[merge->column].spent = 0;
  }
}

int order_merge_make(const Table *table, uint32_t column, Collation collation) {
  Merge merge = {.table = table, .column = column};
  Sorter sorter = {.order = {.count = 1}};
  sorter.order.terms[0] = (SortTerm){.column = (int)column, .collation = collation};
  int rc = choose(&merge);
  wait(&merge);
  if (rc != SQLITE_OK || merge.count < 2) return rc == SQLITE_NOMEM ? SQLITE_OK : rc;
  sorter_begin(&sorter, table, 0);
  rc = merge_all(&merge, &sorter);
  sorter_clear(&sorter);
  return rc == SQLITE_NOMEM ? SQLITE_OK : rc;
}
