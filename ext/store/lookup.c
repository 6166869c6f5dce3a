/*
** lookup.c: see lookup.h.
*/
#include "lookup.h"

#include <stdlib.h>

#include "base/order.h"
#include "base/sqlite.h"

typedef struct Lookup {
  const Table *table;
  const IndexDef *def;
  const Value *key;
  size_t most;
  Reader *reader;
  RowidList *found;
} Lookup;

int rowid_list_add(RowidList *list, ListedRow row) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity * 2 + 8;
    ListedRow *items = sqlite3_realloc64(list->items, capacity * sizeof *items);
    if (items == NULL) return SQLITE_NOMEM;
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->count++] = row;
  return SQLITE_OK;
}

static int compare_sealed(const Lookup *lookup, const Segment *segment, uint32_t row, bool *equal) {
  *equal = true;
  for (uint32_t i = 0; i < lookup->def->count && *equal; i++) {
    Value value;
    int rc = reader_value(lookup->reader, segment, row, lookup->def->columns[i], &value);
    if (rc != SQLITE_OK) return rc;
    *equal = key_equal(&value, &lookup->key[i], lookup->def->collations[i]);
  }
  return SQLITE_OK;
}

/* A row number of a run may be gone, have another key, or be hidden by an open row. */
static int check_sealed(const Lookup *lookup, const IndexRun *run, uint32_t number) {
  uint32_t place, row;
  bool equal;
  int64_t rowid;
  if (!index_run_locate(run, number, &place, &row)) return SQLITE_OK;
  const Segment *segment = table_segment(lookup->table, place);
  int rc = table_ready(lookup->table, place);
  if (rc != SQLITE_OK) return rc;
  rc = compare_sealed(lookup, segment, row, &equal);
  if (rc != SQLITE_OK || !equal) return rc;
  rowids_read(&segment->rowids, row, 1, &rowid);
  const OpenRows *open = &lookup->table->open;
  if (open->count > 0 && open_find(open, rowid) != NULL) return SQLITE_OK;
  return rowid_list_add(lookup->found, (ListedRow){rowid, place, row});
}

static int lookup_sealed(const Lookup *lookup, const IndexSet *set, uint64_t hash) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < set->count && rc == SQLITE_OK; i++) {
    IndexProbe probe;
    uint32_t number;
    rc = index_ready(set->runs[i].index);
    if (rc != SQLITE_OK) return rc;
    index_probe(set->runs[i].index, hash, &probe);
    while (rc == SQLITE_OK && lookup->found->count < lookup->most &&
           index_next(set->runs[i].index, &probe, &number)) {
      rc = check_sealed(lookup, &set->runs[i], number);
    }
  }
  return rc;
}

int lookup_ready(const Table *table) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; table->list != NULL && i < table->index_count; i++) {
    const IndexSet *set = &table->list->sets[i];
    for (uint32_t r = 0; r < set->count && rc == SQLITE_OK; r++)
      rc = index_ready(set->runs[r].index);
  }
  return rc;
}

static bool open_row_equal(const Lookup *lookup, const Row *row) {
  for (uint32_t i = 0; i < lookup->def->count; i++) {
    Value value = row_value(row, (int)lookup->table->columns, (int)lookup->def->columns[i]);
    if (!key_equal(&value, &lookup->key[i], lookup->def->collations[i])) return false;
  }
  return true;
}

static int lookup_open(const Lookup *lookup, const Hints *hints, uint64_t hash) {
  size_t place = 0;
  int64_t rowid;
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && lookup->found->count < lookup->most &&
         hints_next(hints, hash, &place, &rowid)) {
    const Row *row = open_find(&lookup->table->open, rowid);
    if (row == NULL || row == OPEN_TOMBSTONE || !open_row_equal(lookup, row)) continue;
    rc = rowid_list_add(lookup->found, (ListedRow){.rowid = rowid, .segment = LISTED_ANYWHERE});
  }
  return rc;
}

int lookup_more(const Table *table, uint32_t index, const Value *key, size_t most, Reader *reader,
                RowidList *found) {
  uint64_t hash;
  Lookup lookup = {.table = table,
                   .def = &table->indexes[index].def,
                   .key = key,
                   .most = most,
                   .reader = reader,
                   .found = found};
  int rc = SQLITE_OK;
  if (!index_hash(lookup.def, key, &hash)) return SQLITE_OK;
  if (table->list != NULL) rc = lookup_sealed(&lookup, &table->list->sets[index], hash);
  if (rc == SQLITE_OK) rc = lookup_open(&lookup, &table->indexes[index].hints, hash);
  return rc;
}

int lookup_matches(const Table *table, uint32_t index, const Value *key, const RowRef *ref,
                   Reader *reader, bool *matches) {
  Lookup lookup = {.table = table, .def = &table->indexes[index].def, .key = key, .reader = reader};
  *matches = ref->open != NULL && open_row_equal(&lookup, ref->open);
  if (ref->open != NULL) return SQLITE_OK;
  return compare_sealed(&lookup, table_segment(table, ref->segment), ref->row, matches);
}

int lookup_rows(const Table *table, uint32_t index, const Value *key, size_t most, Reader *reader,
                RowidList *found) {
  found->count = 0;
  int rc = lookup_more(table, index, key, most, reader, found);
  rowid_list_sort(found);
  return rc;
}

/* Core hands an IN list over in this order. */
static bool is_sorted(const RowidList *list) {
  for (size_t i = 1; i < list->count; i++) {
    if (list->items[i - 1].rowid >= list->items[i].rowid) return false;
  }
  return true;
}

void rowid_list_sort(RowidList *list) {
  size_t kept = 0;
  if (is_sorted(list)) return;
  qsort(list->items, list->count, sizeof *list->items, order_i64); /* a row begins with its rowid */
  for (size_t i = 0; i < list->count; i++) {
    if (i > 0 && list->items[i].rowid == list->items[i - 1].rowid) continue;
    list->items[kept++] = list->items[i];
  }
  list->count = kept;
}

void rowid_list_clear(RowidList *list) {
  sqlite3_free(list->items);
  *list = (RowidList){0};
}
