/*
** open_index.c: see open_index.h.
*/
#include "open_index.h"

#include "seal_undo.h"
#include "base/sqlite.h"

static void hint_one(Table *table, uint32_t number, int64_t rowid, const Row *row) {
  TableIndex *index = &table->indexes[number];
  for (uint32_t part = 0; part < hinted_parts(index); part++) {
    IndexDef def = hinted_def(index, part);
    uint64_t hash;
    if (index_hash_open(&def, row, table->columns, &hash)) {
      hints_add(&index->hints[part], hash, rowid);
    }
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

/* How many rows undoing may bring back, at most. */
static size_t count_undo(const Table *table) {
  const Undo *undo = table->undo;
  size_t rows = 0;
  for (size_t i = 0; i < undo->count; i++) {
    const UndoEntry *entry = &undo->entries[i];
    const SealUndo *seal = entry->kind == UNDO_SEAL ? entry->before : NULL;
    uint32_t runs = seal == NULL ? 0 : seal->run_count;
    rows += entry->kind == UNDO_ROW;
    for (uint32_t k = 0; k < runs; k++) rows += seal->runs[k].block_count * OPEN_BLOCK;
  }
  return rows;
}

bool open_index_hint_first(Table *table, uint32_t index) {
  Hints *hints = &table->indexes[index].hints[HINTED_FIRST];
  if (hints->size > 0) return true;
  size_t rows = (size_t)table->open.count + count_undo(table) + 1;
  if (hints_reserve(hints, rows) != SQLITE_OK) return false;
  hint_open_rows(table, index);
  hint_undo(table, index);
  return true;
}

int open_index_reserve(Table *table, size_t rows) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < table->index_count; i++) {
    TableIndex *index = &table->indexes[i];
    for (uint32_t part = 0; part < hinted_parts(index) && rc == SQLITE_OK; part++) {
      rc = hints_reserve(&index->hints[part], rows);
    }
  }
  return rc;
}

void open_index_add(Table *table, int64_t rowid, const Row *row) {
  for (uint32_t i = 0; i < table->index_count; i++) hint_one(table, i, rowid, row);
}

void open_index_renew(Table *table) {
  for (uint32_t i = 0; i < table->index_count; i++) {
    for (uint32_t part = 0; part < HINTED_PARTS; part++) {
      hints_empty(&table->indexes[i].hints[part]);
    }
    hint_open_rows(table, i);
    hint_undo(table, i);
  }
}

/* Without memory for smaller ones they stay as they are. */
static bool shrink(Hints *hints, const Table *table) {
  if (hints->size <= 4 * table->open.count + 1024) return false;
  Hints smaller = {0};
  if (hints_reserve(&smaller, (size_t)table->open.count) != SQLITE_OK) return false;
  hints_clear(hints);
  *hints = smaller;
  return true;
}

void open_index_shrink(Table *table) {
  for (uint32_t i = 0; i < table->index_count; i++) {
    bool emptied = false;
    for (uint32_t part = 0; part < HINTED_PARTS; part++) {
      if (shrink(&table->indexes[i].hints[part], table)) emptied = true;
    }
    if (emptied) hint_open_rows(table, i);
  }
}
