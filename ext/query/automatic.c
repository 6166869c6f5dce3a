/*
** automatic.c: see automatic.h.
*/
#include "automatic.h"

#include "base/sqlite.h"

#define KEYS_LEAST 64 /* with fewer a row in the index takes longer than testing those between */
#define OPEN_SHARE 8  /* of the open rows: with more of one key it does so, too */

void automatic_clear(Automatic *automatic) {
  for (uint32_t i = 0; i < automatic->count; i++) index_release(automatic->indexes[i].index);
  sqlite3_free(automatic->indexes);
  index_def_clear(&automatic->def);
  hints_clear(&automatic->open);
  *automatic = (Automatic){0};
}

/* ---- starting ------------------------------------------------------------------------- */

/* Whether the predicate passes exactly what equals one value. */
static bool is_equality(const Predicate *predicate) {
  return predicate->as == PREDICATE_EQUAL && predicate->count == 1 &&
         predicate_is_equality(predicate);
}

static int choose_columns(Automatic *automatic, const Predicate *predicates, uint32_t count) {
  IndexDef *def = &automatic->def;
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK && def->count < AUTOMATIC_COLUMNS; i++) {
    if (!is_equality(&predicates[i])) continue;
    rc = index_def_add_column(def, predicates[i].column, predicates[i].collation);
  }
  return rc;
}

/* Takes the values of the columns; false where one has none. */
static bool take_key(const IndexDef *def, const Predicate *predicates, uint32_t count, Value *key) {
  uint32_t taken = 0;
  for (uint32_t i = 0; i < count && taken < def->count; i++) {
    if (predicates[i].column != def->columns[taken] || !is_equality(&predicates[i])) continue;
    if (predicates[i].collation != def->collations[taken]) continue;
    key[taken++] = predicates[i].values[0];
  }
  return taken == def->count;
}

int automatic_start(Automatic *automatic, const Predicate *predicates, uint32_t count,
                    const SegmentList *list) {
  Value key[AUTOMATIC_COLUMNS];
  if (automatic->list != list) automatic_clear(automatic);
  automatic->list = list;
  automatic->next = 0;
  automatic->credit += automatic->tested;
  automatic->tested = 0;
  if (automatic->def.count == 0) {
    int rc = choose_columns(automatic, predicates, count);
    if (rc != SQLITE_OK) {
      automatic_clear(automatic);
      return rc;
    }
  }
  automatic->usable = automatic->def.count > 0 &&
                      take_key(&automatic->def, predicates, count, key) &&
                      index_hash(&automatic->def, key, false, &automatic->hash);
  return SQLITE_OK;
}

/* ---- indexes -------------------------------------------------------------------------- */

static AutomaticIndex *find_index(Automatic *automatic, const Segment *segment) {
  for (uint32_t i = 0; i < automatic->count; i++, automatic->next++) {
    if (automatic->next >= automatic->count) automatic->next = 0;
    AutomaticIndex *index = &automatic->indexes[automatic->next];
    if (index->serial != segment->serial) continue;
    automatic->next++;
    return index;
  }
  return NULL;
}

/* Without memory for one the rows are tested, as they are without an index. */
static int add_index(Automatic *automatic, Segment *segment, uint32_t columns) {
  if (automatic->count == automatic->capacity) {
    uint32_t capacity = automatic->capacity * 2 + 4;
    AutomaticIndex *indexes =
        sqlite3_realloc64(automatic->indexes, (uint64_t)capacity * sizeof *indexes);
    if (indexes == NULL) return SQLITE_NOMEM;
    automatic->indexes = indexes;
    automatic->capacity = capacity;
  }
  Index *index = NULL;
  int rc = index_build(&automatic->def, &segment, 1, columns, &index);
  if (rc != SQLITE_OK && rc != SQLITE_NOMEM) return rc;
  if (index != NULL && index->keys < KEYS_LEAST && index->entries > KEYS_LEAST) {
    index_release(index);
    index = NULL;
  }
  automatic->indexes[automatic->count++] = (AutomaticIndex){segment->serial, index};
  return SQLITE_OK;
}

/* Lists the rows of the hash; the entries of a bucket are in order. */
static int list_rows(const Automatic *automatic, const Index *index, Candidates *found) {
  IndexProbe probe;
  index_probe(index, automatic->hash, &probe);
  int rc = candidates_reserve(found, probe.end - probe.entry);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t row; index_next(index, &probe, &row);) found->rows[found->count++] = row;
  return SQLITE_OK;
}

int automatic_find(Automatic *automatic, Segment *segment, uint32_t columns, Candidates *found,
                   bool *known) {
  *known = false;
  if (!automatic->usable) return SQLITE_OK;
  const AutomaticIndex *index = find_index(automatic, segment);
  if (index == NULL) {
    uint64_t cost = (uint64_t)AUTOMATIC_INDEX * segment->rows;
    if (automatic->credit < cost) return SQLITE_OK;
    automatic->credit -= cost;
    int rc = add_index(automatic, segment, columns);
    if (rc != SQLITE_OK) return rc;
    index = &automatic->indexes[automatic->count - 1];
  }
  *known = index->index != NULL;
  return *known ? list_rows(automatic, index->index, found) : SQLITE_OK;
}

/* ---- open rows ------------------------------------------------------------------------ */

static int index_open(Automatic *automatic, const Table *table) {
  OpenPlace place = {0};
  const OpenEntry *entry;
  int rc = hints_reserve(&automatic->open, (size_t)table->open.count);
  hints_empty(&automatic->open);
  while (rc == SQLITE_OK && (entry = open_at(&table->open, &place)) != NULL) {
    uint64_t hash;
    if (entry->row != OPEN_TOMBSTONE &&
        index_hash_open(&automatic->def, entry->row, table->columns, &hash)) {
      hints_add(&automatic->open, hash, entry->rowid);
    }
    open_next(&table->open, &place);
  }
  automatic->open_version = rc == SQLITE_OK ? table->version : 0;
  return rc;
}

int automatic_list_open(Automatic *automatic, const Table *table, int64_t lower, int64_t upper,
                        RowidList *list, bool *known) {
  uint64_t cost = AUTOMATIC_INDEX * table->open.count;
  size_t place = 0;
  *known = false;
  if (!automatic->usable || table_segments(table) > 0) return SQLITE_OK;
  if (automatic->open_version != table->version) {
    if (table->open.count < KEYS_LEAST || automatic->credit < cost) return SQLITE_OK;
    automatic->credit -= cost;
    if (index_open(automatic, table) != SQLITE_OK) return SQLITE_OK; /* all are tested then */
  }
  ListedRow row = {.segment = LISTED_ANYWHERE};
  int rc = SQLITE_OK;
  list->count = 0;
  while (rc == SQLITE_OK && list->count <= table->open.count / OPEN_SHARE &&
         hints_next(&automatic->open, automatic->hash, &place, &row.rowid)) {
    if (row.rowid >= lower && row.rowid <= upper) rc = rowid_list_add(list, row);
  }
  *known = rc == SQLITE_OK && list->count <= table->open.count / OPEN_SHARE;
  rowid_list_sort(list);
  return rc;
}
