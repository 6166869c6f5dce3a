/*
** lookup.c: see lookup.h.
*/
#include "lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "base/sqlite.h"
#include "open_index.h"

#define NARROW_LEAST 32 /* entries that are worth a search for those of a range */
#define HIDDEN_LEAST 32 /* entries passed in vain that are worth remembering */

typedef struct Lookup {
  const Table *table;
  const IndexDef *def;
  const Value *key;
  LookupRange range;
  Reader *reader; /* NULL: candidates are not compared */
  RowidList *found;
  size_t hidden; /* rows that were left out as open ones hide them, or as they have another key */
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

static int compare_sealed(const IndexDef *def, const Value *key, Reader *reader,
                          const Segment *segment, uint32_t row, bool *equal) {
  *equal = true;
  for (uint32_t i = 0; i < def->count && *equal; i++) {
    Value value;
    int rc = reader_value(reader, segment, row, def->columns[i], &value);
    if (rc != SQLITE_OK) return rc;
    *equal = key_equal(&value, &key[i], def->collations[i]);
  }
  return SQLITE_OK;
}

/* Leaves out the other entries of a part that is gone. */
static void pass_part(const Lookup *lookup, const IndexRun *run, uint32_t number,
                      IndexProbe *probe) {
  uint32_t first, end;
  if (probe->end - probe->entry < NARROW_LEAST) return;
  index_run_bounds(run, number, &first, &end);
  if (lookup->range.descending) {
    index_narrow(run->index, probe, 0, first);
  } else {
    index_narrow(run->index, probe, end, UINT32_MAX);
  }
}

/* A row of a segment may have another key than its entry says, or be hidden by an open row. */
static int check_sealed(Lookup *lookup, uint32_t place, uint32_t row) {
  bool equal = true;
  int64_t rowid;
  lookup->hidden++;
  const Segment *segment = table_segment(lookup->table, place);
  int rc = table_ready(lookup->table, place);
  if (rc == SQLITE_OK && lookup->reader != NULL) {
    rc = compare_sealed(lookup->def, lookup->key, lookup->reader, segment, row, &equal);
  }
  if (rc != SQLITE_OK || !equal) return rc;
  rowids_read(&segment->rowids, row, 1, &rowid);
  if (rowid < lookup->range.lower || rowid > lookup->range.upper) return SQLITE_OK;
  const OpenRows *open = &lookup->table->open;
  if (open->count > 0 && open_find(open, rowid) != NULL) return SQLITE_OK;
  lookup->hidden--;
  return rowid_list_add(lookup->found, (ListedRow){rowid, place, row});
}

/* How many rows of a run, those that are gone among them, come before a rowid. */
static int rows_before(const Lookup *lookup, const IndexRun *run, int64_t rowid, uint32_t *rows) {
  uint32_t place;
  bool found;
  const IndexPart *part = index_run_seek(run, rowid, &place);
  *rows = 0;
  if (part == NULL) return SQLITE_OK;
  int rc = table_ready(lookup->table, place);
  if (rc != SQLITE_OK) return rc;
  const Segment *segment = table_segment(lookup->table, place);
  *rows = part->base + rowids_seek(&segment->rowids, rowid, &found);
  return SQLITE_OK;
}

/*
** Leaves out entries of rows outside the range, as far as runs can tell: some that are left may be
** outside, too.
*/
static int narrow(const Lookup *lookup, const IndexRun *run, IndexProbe *probe) {
  const LookupRange *range = &lookup->range;
  uint32_t first = 0, end = run->index->rows;
  int rc = SQLITE_OK;
  if (probe->end - probe->entry < NARROW_LEAST) return SQLITE_OK;
  if (range->lower > INT64_MIN) rc = rows_before(lookup, run, range->lower, &first);
  if (rc == SQLITE_OK && range->upper < INT64_MAX) {
    rc = rows_before(lookup, run, range->upper + 1, &end);
  }
  if (rc == SQLITE_OK && end - first < run->index->rows) {
    index_narrow(run->index, probe, first, end);
  }
  return rc;
}

/* `hash` is for an index without old_hash. */
static int lookup_run(Lookup *lookup, const IndexRun *run, uint64_t hash) {
  const LookupRange *range = &lookup->range;
  size_t before = lookup->found->count;
  IndexProbe probe;
  uint32_t number, place, row;
  int rc = index_ready(run->index);
  if (rc != SQLITE_OK) return rc;
  if (run->index->old_hash) index_hash(lookup->def, lookup->key, true, &hash);
  index_probe(run->index, hash, &probe);
  rc = narrow(lookup, run, &probe);
  while (rc == SQLITE_OK && lookup->found->count - before < range->most &&
         (range->descending ? index_previous(run->index, &probe, &number)
                            : index_next(run->index, &probe, &number))) {
    if (index_run_locate(run, number, &place, &row)) {
      rc = check_sealed(lookup, place, row);
    } else {
      pass_part(lookup, run, number, &probe);
    }
  }
  return rc;
}

static int lookup_runs(Lookup *lookup, const IndexSet *set, uint64_t hash) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < set->count && rc == SQLITE_OK; i++) {
    rc = lookup_run(lookup, &set->runs[i], hash);
  }
  return rc;
}

/* Where the rows of the key end, on the side that is read first. */
static KeyEnd key_end(const Lookup *lookup, uint64_t hash) {
  const Table *table = lookup->table;
  const RowidList *found = lookup->found;
  bool descending = lookup->range.descending;
  int64_t rowid = descending ? lookup->range.lower : lookup->range.upper;
  for (size_t i = 0; i < found->count; i++) {
    int64_t other = found->items[i].rowid;
    if (descending ? other > rowid : other < rowid) rowid = other;
  }
  return (KeyEnd){hash, table->list, table->serials, table->open.removals, rowid};
}

static bool is_same_end(const KeyEnd *known, const Table *table, uint64_t hash) {
  return known->hash == hash && known->list == table->list && known->serials == table->serials &&
         known->removals == table->open.removals;
}

/* Of rows that are not compared, as then all that are not hidden are found. */
static int lookup_sealed(Lookup *lookup, uint32_t index, uint64_t hash) {
  const Table *table = lookup->table;
  const IndexSet *set = &table->list->sets[index];
  LookupRange *range = &lookup->range, asked = *range;
  KeyEnd *end = &table->indexes[index].ends[range->descending][hash % KEY_ENDS];
  bool from_end = range->descending ? range->upper == INT64_MAX : range->lower == INT64_MIN;
  if (lookup->reader != NULL || table->open.count == 0) return lookup_runs(lookup, set, hash);
  if (is_same_end(end, table, hash)) {
    if (range->descending && range->upper > end->rowid) range->upper = end->rowid;
    if (!range->descending && range->lower < end->rowid) range->lower = end->rowid;
  }
  int rc = range->lower > range->upper ? SQLITE_OK : lookup_runs(lookup, set, hash);
  bool worth = rc == SQLITE_OK && from_end && lookup->hidden >= HIDDEN_LEAST;
  if (worth) *end = key_end(lookup, hash);
  *range = asked;
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

static bool open_row_equal(const Table *table, const IndexDef *def, const Value *key,
                           const Row *row) {
  for (uint32_t i = 0; i < def->count; i++) {
    Value value = row_value(row, (int)table->columns, (int)def->columns[i]);
    if (!key_equal(&value, &key[i], def->collations[i])) return false;
  }
  return true;
}

/* All of the range: hints are in no order. */
static int lookup_open(const Lookup *lookup, uint32_t index, uint64_t hash) {
  const Hints *hints = &lookup->table->indexes[index].hints[HINTED_KEY];
  size_t place = 0;
  int64_t rowid;
  if (lookup->table->open.count == 0) return SQLITE_OK;
  int rc = open_index_ask(lookup->table, index, HINTED_KEY);
  while (rc == SQLITE_OK && hints_next(hints, hash, &place, &rowid)) {
    if (rowid < lookup->range.lower || rowid > lookup->range.upper) continue;
    const Row *row = open_find(&lookup->table->open, rowid);
    if (row == NULL || row == OPEN_TOMBSTONE) continue;
    if (!open_row_equal(lookup->table, lookup->def, lookup->key, row)) continue;
    rc = rowid_list_add(lookup->found, (ListedRow){.rowid = rowid, .segment = LISTED_ANYWHERE});
  }
  return rc;
}

static int look_up(Lookup *lookup, uint32_t index) {
  const Table *table = lookup->table;
  uint64_t hash;
  int rc = SQLITE_OK;
  if (!index_hash(lookup->def, lookup->key, false, &hash)) return SQLITE_OK;
  if (table->list != NULL) rc = lookup_sealed(lookup, index, hash);
  if (rc == SQLITE_OK) rc = lookup_open(lookup, index, hash);
  return rc;
}

static Lookup lookup_of(const Table *table, uint32_t index, const Value *key, Reader *reader,
                        RowidList *found) {
  return (Lookup){.table = table,
                  .def = &table->indexes[index].def,
                  .key = key,
                  .range = {INT64_MIN, INT64_MAX, false, SIZE_MAX},
                  .reader = reader,
                  .found = found};
}

int lookup_more(const Table *table, uint32_t index, const Value *key, Reader *reader,
                RowidList *found) {
  Lookup lookup = lookup_of(table, index, key, reader, found);
  return look_up(&lookup, index);
}

int lookup_rows(const Table *table, uint32_t index, const Value *key, Reader *reader,
                RowidList *found) {
  Lookup lookup = lookup_of(table, index, key, reader, found);
  lookup.range.most = 2;
  found->count = 0;
  int rc = look_up(&lookup, index);
  rowid_list_sort(found);
  return rc;
}

static void reverse(RowidList *list) {
  for (size_t i = 0, k = list->count; i + 1 < k; i++) {
    ListedRow row = list->items[i];
    list->items[i] = list->items[--k];
    list->items[k] = row;
  }
}

/* Each run and the open rows have given up to `most` rows, or more. */
static void cut(const LookupRange *range, RowidList *list) {
  size_t more = list->count > range->most ? list->count - range->most : 0;
  list->count -= more;
  if (more > 0 && range->descending) {
    memmove(list->items, list->items + more, list->count * sizeof *list->items);
  }
}

int lookup_candidates(const Table *table, uint32_t index, const Value *key,
                      const LookupRange *range, RowidList *found) {
  Lookup lookup = lookup_of(table, index, key, NULL, found);
  lookup.range = *range;
  found->count = 0;
  int rc = look_up(&lookup, index);
  if (range->descending) reverse(found); /* it is in order then, out of one run */
  rowid_list_sort(found);
  cut(range, found);
  return rc;
}

/* The number of an index that begins with the column, or index_count. */
static uint32_t index_led_by(const Table *table, const OpenSought *sought) {
  uint32_t i = 0;
  for (; i < table->index_count; i++) {
    const IndexDef *def = &table->indexes[i].def;
    if (def->columns[0] == sought->column && def->collations[0] == sought->collation) break;
  }
  return i;
}

int lookup_open_rows(Table *table, const OpenSought *sought, size_t most, RowidList *found,
                     bool *known) {
  uint32_t number = index_led_by(table, sought);
  ListedRow row = {.segment = LISTED_ANYWHERE};
  int rc = SQLITE_OK;
  found->count = 0;
  *known = number < table->index_count && sought->count <= most;
  if (!*known) return SQLITE_OK;
  const TableIndex *index = &table->indexes[number];
  HintedPart part = index->def.count > 1 ? HINTED_FIRST : HINTED_KEY;
  *known = open_index_ask(table, number, part) == SQLITE_OK;
  IndexDef def = hinted_def(index, part);
  for (uint32_t i = 0; i < sought->count && *known && rc == SQLITE_OK; i++) {
    uint64_t hash;
    size_t place = 0;
    if (!index_hash(&def, &sought->values[i], false, &hash)) continue;
    while (*known && hints_next(&index->hints[part], hash, &place, &row.rowid)) {
      rc = rowid_list_add(found, row);
      *known = rc == SQLITE_OK && found->count <= most;
    }
  }
  rowid_list_sort(found);
  return rc;
}

/* The row's code in the index's only column; false where there is none. */
static bool code_of(const IndexDef *def, const Segment *segment, uint32_t row, uint64_t *code) {
  if (def->count > 1 || !segment_has_code(segment, row, def->columns[0])) return false;
  *code = segment_code(segment, row, def->columns[0]);
  return true;
}

int lookup_matches(const Table *table, uint32_t index, const Value *key, const RowRef *ref,
                   Reader *reader, LookupCode *known, bool *matches) {
  const IndexDef *def = &table->indexes[index].def;
  uint64_t code;
  *matches = ref->open != NULL && open_row_equal(table, def, key, ref->open);
  if (ref->open != NULL) return SQLITE_OK;
  const Segment *segment = table_segment(table, ref->segment);
  bool coded = code_of(def, segment, ref->row, &code);
  *matches = coded && known->segment == segment && known->code == code;
  if (*matches) return SQLITE_OK;
  int rc = compare_sealed(def, key, reader, segment, ref->row, matches);
  if (coded && *matches) *known = (LookupCode){segment, code};
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
