/*
** open_index.c: see open_index.h.
*/
#include "open_index.h"

#include "seal_undo.h"
#include "base/sqlite.h"

/* Room is made beforehand. */
static void hint_row(const Table *table, uint32_t number, HintedPart part, int64_t rowid,
                     const Row *row) {
  TableIndex *index = &table->indexes[number];
  IndexDef def = hinted_def(index, part);
  uint64_t hash;
  if (row != OPEN_TOMBSTONE && index_hash_open(&def, row, table->columns, &hash)) {
    hints_add(&index->hints[part], hash, rowid);
  }
}

static void hint_open_rows(const Table *table, uint32_t index, HintedPart part) {
  OpenPlace place = {0};
  const OpenEntry *entry;
  for (; (entry = open_at(&table->open, &place)) != NULL; open_next(&table->open, &place)) {
    hint_row(table, index, part, entry->rowid, entry->row);
  }
}

static void hint_run(const Table *table, uint32_t index, HintedPart part, const OpenRun *run) {
  for (size_t i = 0; i < run->block_count; i++) {
    const OpenBlock *block = run->blocks[i];
    for (uint32_t k = 0; k < block->count; k++) {
      const OpenEntry *entry = &block->entries[k];
      hint_row(table, index, part, entry->rowid, entry->row);
    }
  }
}

/* Open rows that undoing may bring back keep their hints. */
static void hint_undo(const Table *table, uint32_t index, HintedPart part) {
  const Undo *undo = table->undo;
  for (size_t i = 0; i < undo->count; i++) {
    const UndoEntry *entry = &undo->entries[i];
    if (entry->table != table || entry->before == NULL) continue;
    if (entry->kind == UNDO_ROW) {
      hint_row(table, index, part, entry->rowid, entry->before);
    } else if (entry->kind == UNDO_SEAL) {
      const SealUndo *seal = entry->before;
      for (uint32_t k = 0; k < seal->run_count; k++) hint_run(table, index, part, &seal->runs[k]);
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

/* With some room beyond, or each change could give them up and each look-up make them anew. */
int open_index_ask(const Table *table, uint32_t index, HintedPart part) {
  if (hints_are_kept(&table->indexes[index], part)) return SQLITE_OK;
  size_t rows = (size_t)table->open.count + count_undo(table);
  int rc = hints_reserve(&table->indexes[index].hints[part], rows + rows / 4 + 8);
  if (rc != SQLITE_OK) return rc;
  hint_open_rows(table, index, part);
  hint_undo(table, index, part);
  return SQLITE_OK;
}

void open_index_reserve(Table *table, size_t rows) {
  for (uint32_t i = 0; i < table->index_count; i++) {
    for (HintedPart part = 0; part < HINTED_PARTS; part++) {
      Hints *hints = &table->indexes[i].hints[part];
      if (!hints_have_room(hints, rows)) hints_clear(hints);
    }
  }
}

void open_index_add(Table *table, int64_t rowid, const Row *row) {
  for (uint32_t i = 0; i < table->index_count; i++) {
    for (HintedPart part = 0; part < HINTED_PARTS; part++) {
      if (hints_are_kept(&table->indexes[i], part)) hint_row(table, i, part, rowid, row);
    }
  }
}

static void renew_part(const Table *table, uint32_t index, HintedPart part) {
  if (!hints_are_kept(&table->indexes[index], part)) return;
  hints_empty(&table->indexes[index].hints[part]);
  hint_open_rows(table, index, part);
  hint_undo(table, index, part);
}

void open_index_renew(Table *table) {
  for (uint32_t i = 0; i < table->index_count; i++) {
    for (HintedPart part = 0; part < HINTED_PARTS; part++) renew_part(table, i, part);
  }
}

void open_index_shrink(Table *table) {
  for (uint32_t i = 0; i < table->index_count; i++) {
    for (HintedPart part = 0; part < HINTED_PARTS; part++) {
      Hints *hints = &table->indexes[i].hints[part];
      if (hints->size > 8 * table->open.count + 1024) hints_clear(hints);
    }
  }
}
