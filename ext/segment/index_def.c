/*
** index_def.c: see index_def.h.
*/
#include "index_def.h"

#include "base/sqlite.h"

bool index_prefixes_have(const IndexPrefixes *prefixes, const uint32_t *columns, uint32_t count) {
  for (uint32_t i = 0; i < prefixes->count; i++) {
    const IndexPrefix *prefix = &prefixes->items[i];
    uint32_t same = 0;
    if (prefix->count != count) continue;
    while (same < count && prefix->columns[same] == columns[same]) same++;
    if (same == count) return true;
  }
  return false;
}

int index_def_add_column(IndexDef *def, uint32_t column, Collation collation) {
  uint64_t count = (uint64_t)def->count + 1;
  uint32_t *columns = sqlite3_realloc64(def->columns, count * sizeof *columns);
  if (columns != NULL) def->columns = columns;
  Collation *collations = sqlite3_realloc64(def->collations, count * sizeof *collations);
  if (collations != NULL) def->collations = collations;
  if (columns == NULL || collations == NULL) return SQLITE_NOMEM;
  def->columns[def->count] = column;
  def->collations[def->count++] = collation;
  return SQLITE_OK;
}

int index_def_copy(const IndexDef *def, IndexDef *copy) {
  int rc = SQLITE_OK;
  *copy = (IndexDef){.unique = def->unique};
  for (uint32_t i = 0; i < def->count && rc == SQLITE_OK; i++) {
    rc = index_def_add_column(copy, def->columns[i], def->collations[i]);
  }
  return rc;
}

void index_def_clear(IndexDef *def) {
  sqlite3_free(def->columns);
  sqlite3_free(def->collations);
  *def = (IndexDef){0};
}

/* ---- keys ------------------------------------------------------------------------- */

bool index_hash(const IndexDef *def, const Value *values, bool old_hash, uint64_t *hash) {
  *hash = 0;
  for (uint32_t i = 0; i < def->count; i++) {
    if (values[i].type == VALUE_NULL) return false;
    *hash = key_hash_combine(*hash, key_hash(&values[i], def->collations[i]), old_hash);
  }
  return true;
}

bool index_hash_open(const IndexDef *def, const Row *row, uint32_t columns, uint64_t *hash) {
  *hash = 0;
  for (uint32_t i = 0; i < def->count; i++) {
    Value value = row_value(row, (int)columns, (int)def->columns[i]);
    if (value.type == VALUE_NULL) return false;
    *hash = key_hash_combine(*hash, key_hash(&value, def->collations[i]), false);
  }
  return true;
}

int index_hash_sealed(const IndexDef *def, bool old_hash, Reader *reader, const Segment *segment,
                      uint32_t row, uint64_t *hash, bool *present) {
  *hash = 0;
  *present = true;
  for (uint32_t i = 0; i < def->count && *present; i++) {
    Value value;
    int rc = reader_value(reader, segment, row, def->columns[i], &value);
    if (rc != SQLITE_OK) return rc;
    *present = value.type != VALUE_NULL;
    if (*present) *hash = key_hash_combine(*hash, key_hash(&value, def->collations[i]), old_hash);
  }
  return SQLITE_OK;
}
