/*
** open_index.c: see open_index.h.
*/
#include "open_index.h"

#include "seal_undo.h"
#include "base/sqlite.h"

static void hint_one(Table *table, uint32_t number, int64_t rowid, const Row *row) {
  TableIndex *index = &table->indexes[number];
  uint64_t hash;
  if (index_hash_open(&index->def, row, table->columns, &hash)) {
    hints_add(&index->hints, hash, rowid);
  }
}

static void hint_open_rows(Table *table, uint32_t index) {
  OpenPlace place = {0};
  const OpenEntry *entry;
  for (; (entry = open_at(&table->open, &place)) != NULL; open_next(&table->open, &place)) {
    if (entry->row != OPEN_TOMBSTONE) hint_one(table, index, entry->rowid, entry->row);
  }
}

static void hint_run(Table *table, uint32_t index, const OpenRun *run) {
  for (size_t i = 0; i < run->block_count; i++) {
    const OpenBlock *block = run->blocks[i];
    for (uint32_t k = 0; k < block->count; k++) {
      const OpenEntry *entry = &block->entries[k];
      if (entry->row != OPEN_TOMBSTONE) hint_one(table, index, entry->rowid, entry->row);
    }
  }
}

/* Open rows that undoing may bring back keep their hints. */
static void hint_undo(Table *table, uint32_t index) {
  const Undo *undo = table->undo;
  for (size_t i = 0; i < undo->count; i++) {
    const UndoEntry *entry = &undo->entries[i];
    if (entry->table != table || entry->before == NULL) continue;
    if (entry->kind == UNDO_ROW && entry->before != OPEN_TOMBSTONE) {
      hint_one(table, index, entry->rowid, entry->before);
    } else if (entry->kind == UNDO_SEAL) {
      const SealUndo *seal = entry->before;
      for (uint32_t k = 0; k < seal->run_count; k++) hint_run(table, index, &seal->runs[k]);
    }
  }
}

int open_index_reserve(Table *table, size_t rows) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < table->index_count && rc == SQLITE_OK; i++) {
    rc = hints_reserve(&table->indexes[i].hints, rows);
  }
  return rc;
}

void open_index_add(Table *table, int64_t rowid, const Row *row) {
  for (uint32_t i = 0; i < table->index_count; i++) hint_one(table, i, rowid, row);
}

void open_index_renew(Table *table) {
  for (uint32_t i = 0; i < table->index_count; i++) {
    hints_empty(&table->indexes[i].hints);
    hint_open_rows(table, i);
    hint_undo(table, i);
  }
}

void open_index_shrink(Table *table) {
  for (uint32_t i = 0; i < table->index_count; i++) {
    Hints *hints = &table->indexes[i].hints;
    if (hints->size <= 4 * table->open.count + 1024) continue;
    Hints smaller = {0};
    if (hints_reserve(&smaller, (size_t)table->open.count) != SQLITE_OK) continue;
    hints_clear(hints);
    *hints = smaller;
    hint_open_rows(table, i);
  }
}
