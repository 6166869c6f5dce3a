/*
** table.c: see table.h.
*/
#include "table.h"

#include <string.h>

#include "background.h"
#include "compact.h"
#include "base/memory.h"
#include "open_index.h"
#include "seal_range.h"
#include "base/sqlite.h"

static int create_indexes(const TableDef *def, Table *table) {
  if (def->index_count == 0) return SQLITE_OK;
  table->indexes = sqlite_zeros(def->index_count * sizeof *table->indexes);
  if (table->indexes == NULL) return SQLITE_NOMEM;
  table->index_count = def->index_count;
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < def->index_count && rc == SQLITE_OK; i++) {
    rc = index_def_copy(&def->indexes[i], &table->indexes[i].def);
  }
  return rc;
}

int table_create(int64_t id, const TableDef *def, Undo *undo, Table **created) {
  Table *table = sqlite3_malloc64(sizeof *table);
  *created = NULL;
  if (table == NULL) return SQLITE_NOMEM;
  *table = (Table){.id = id,
                   .references = 1,
                   .columns = def->columns,
                   .profile = def->profile,
                   .follow = def->follow,
                   .undo = undo};
  compact_reset(table);
  int rc = create_indexes(def, table);
  if (rc == SQLITE_OK) {
    table->lessons = sqlite_zeros(table->columns * sizeof *table->lessons);
    rc = table->lessons == NULL ? SQLITE_NOMEM : SQLITE_OK;
  }
  if (rc == SQLITE_OK) {
    rc = buffer_append(&table->declaration, def->declaration->bytes, def->declaration->size);
  }
  if (rc != SQLITE_OK) {
    table_release(table);
    return rc;
  }
  if (def->snapshot != NULL) table_set_snapshot(table, def);
  *created = table;
  return SQLITE_OK;
}

static void release_rows(Table *table) {
  background_drop(table);
  open_clear(&table->open);
  segment_list_release(table->list);
  segment_list_release(table->saved);
  snapshot_release(table->snapshot);
}

void table_set_snapshot(Table *table, const TableDef *def) {
  lender_retain(&def->snapshot->lender);
  segment_list_retain(def->list);
  segment_list_retain(def->list);
  table_forget_rows(table);
  table->snapshot = def->snapshot;
  table->list = table->saved = def->list;
  table->serials = def->serials;
  table->rows = def->rows;
  if (table->sequence < def->snapshot->sequence) table->sequence = def->snapshot->sequence;
}

void table_forget_rows(Table *table) {
  release_rows(table);
  reader_forget(&table->old);
  table->snapshot = NULL;
  table->list = table->saved = NULL;
  table->rows = 0;
  table->last_known = false;
  table->version++;
  for (uint32_t i = 0; i < table->index_count; i++) {
    memset(table->indexes[i].ends, 0, sizeof table->indexes[i].ends);
  }
  compact_reset(table);
}

Table *table_retain(Table *table) {
  table->references++;
  return table;
}

void table_release(Table *table) {
  if (table == NULL || --table->references > 0) return;
  release_rows(table);
  if (table->lessons != NULL) column_lessons_clear(table->lessons, table->columns);
  for (uint32_t i = 0; i < table->index_count; i++) {
    index_def_clear(&table->indexes[i].def);
    for (uint32_t part = 0; part < HINTED_PARTS; part++)
      hints_clear(&table->indexes[i].hints[part]);
  }
  sqlite3_free(table->indexes);
  reader_close(&table->reader);
  reader_close(&table->old);
  sqlite3_free(table->lessons);
  buffer_clear(&table->declaration);
  sqlite3_free(table);
}

/* ---- reading -------------------------------------------------------------- */

uint32_t table_seek_segment(const Table *table, int64_t rowid) {
  uint32_t low = 0, high = table_segments(table);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (table_segment(table, middle)->last < rowid) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

int table_touch(const Table *table, int64_t rowid) {
  uint32_t segment = table_seek_segment(table, rowid);
  if (segment == table_segments(table)) return SQLITE_OK;
  return table_segment(table, segment)->first > rowid ? SQLITE_OK : table_ready(table, segment);
}

static int look_among_sealed(const Table *table, int64_t rowid, RowRef *ref, bool *found) {
  *found = false;
  ref->open = NULL;
  ref->segment = table_seek_segment(table, rowid);
  if (ref->segment == table_segments(table)) return SQLITE_OK;
  const Segment *segment = table_segment(table, ref->segment);
  if (segment->first > rowid) return SQLITE_OK;
  int rc = table_ready(table, ref->segment);
  if (rc == SQLITE_OK) ref->row = rowids_seek(&segment->rowids, rowid, found);
  return rc;
}

int table_look(const Table *table, int64_t rowid, RowRef *ref, bool *found) {
  const Row *open = table->open.count == 0 ? NULL : open_find(&table->open, rowid);
  if (open == NULL) return look_among_sealed(table, rowid, ref, found);
  *ref = (RowRef){.open = open};
  *found = open != OPEN_TOMBSTONE;
  return SQLITE_OK;
}

bool table_find(const Table *table, int64_t rowid, RowRef *ref) {
  bool found;
  return table_look(table, rowid, ref, &found) == SQLITE_OK && found;
}

/* The largest sealed rowid that no open entry hides; left as it is when there is none. */
static int last_sealed(const Table *table, int64_t *rowid) {
  for (uint32_t segment = table_segments(table); segment > 0; segment--) {
    const Segment *source = table_segment(table, segment - 1);
    int rc = table_ready(table, segment - 1);
    if (rc != SQLITE_OK) return rc;
    for (uint32_t row = source->rows; row > 0; row--) {
      int64_t sealed;
      rowids_read(&source->rowids, row - 1, 1, &sealed);
      if (table->open.count > 0 && open_find(&table->open, sealed) != NULL) continue;
      *rowid = sealed;
      return SQLITE_OK;
    }
  }
  return SQLITE_OK;
}

static bool last_open(const Table *table, int64_t *rowid) {
  OpenPlace place = {.block = table->open.block_count};
  while (open_previous(&table->open, &place)) {
    const OpenEntry *entry = open_at(&table->open, &place);
    if (entry->row == OPEN_TOMBSTONE) continue;
    *rowid = entry->rowid;
    return true;
  }
  return false;
}

int table_last_rowid(Table *table, int64_t *rowid, bool *found) {
  *found = table->rows > 0;
  if (*found && !table->last_known) {
    int64_t sealed = INT64_MIN, open = INT64_MIN;
    uint32_t segments = table_segments(table);
    bool behind =
        last_open(table, &open) && segments > 0 && table_segment(table, segments - 1)->last < open;
    int rc = behind ? SQLITE_OK : last_sealed(table, &sealed);
    if (rc != SQLITE_OK) return rc;
    table->last_rowid = sealed > open ? sealed : open;
    table->last_known = true;
  }
  *rowid = table->last_rowid;
  return SQLITE_OK;
}

int table_value(const Table *table, const RowRef *ref, uint32_t column, Buffer *scratch,
                Value *value) {
  if (ref->open != NULL) {
    *value = row_value(ref->open, (int)table->columns, (int)column);
    return SQLITE_OK;
  }
  return segment_value(table_segment(table, ref->segment), ref->row, column, scratch, value);
}

int table_old_value(Table *table, const RowRef *ref, uint32_t column, Value *value) {
  Reader *old = &table->old;
  int rc = SQLITE_OK;
  if (ref->open != NULL) {
    *value = row_value(ref->open, (int)table->columns, (int)column);
    return SQLITE_OK;
  }
  if (old->columns == NULL) rc = reader_open(old, table->columns);
  if (rc != SQLITE_OK) return rc;
  return reader_value(old, table_segment(table, ref->segment), ref->row, column, value);
}

/* ---- changing ------------------------------------------------------------- */

int table_reserve(Table *table, size_t changes) {
  int rc = open_reserve(&table->open, changes);
  open_index_reserve(table, changes);
  return rc == SQLITE_OK ? undo_reserve(table->undo, changes) : rc;
}

void table_put(Table *table, int64_t rowid, Row *row) {
  RowRef ref;
  background_note_change(table, rowid);
  int before = table_find(table, rowid, &ref), after = row != NULL;
  /* A deleted row leaves a tombstone till commit, so that undoing needs no room. */
  if (row != NULL) open_index_add(table, rowid, row);
  Row *replaced = open_put(&table->open, rowid, row == NULL ? OPEN_TOMBSTONE : row);
  undo_push(table->undo, (UndoEntry){.table = table,
                                     .rowid = rowid,
                                     .before = replaced,
                                     .delta = (int8_t)(after - before),
                                     .kind = UNDO_ROW});
  table->rows += (uint64_t)(int64_t)(after - before);
  if (row == NULL && rowid == table->last_rowid) table->last_known = false;
  if (row != NULL && rowid > table->last_rowid) table->last_rowid = rowid;
  table->version++;
}

int table_raise_sequence(Table *table, int64_t rowid) {
  if (rowid <= table->sequence) return SQLITE_OK;
  if (table->sequence_epoch != table->undo->epoch) {
    int rc = undo_reserve(table->undo, 1);
    if (rc != SQLITE_OK) return rc;
    undo_push(table->undo,
              (UndoEntry){.table = table, .rowid = table->sequence, .kind = UNDO_SEQUENCE});
    table->sequence_epoch = table->undo->epoch;
  }
  table->sequence = rowid;
  return SQLITE_OK;
}

void table_undo(UndoEntry *entry) {
  Table *table = entry->table;
  if (entry->kind == UNDO_ROW) {
    background_note_change(table, entry->rowid);
    open_row_free(open_put(&table->open, entry->rowid, entry->before));
    table->rows -= (uint64_t)(int64_t)entry->delta;
  } else if (entry->kind == UNDO_SEAL) {
    background_drop(table); /* its range is numbered among the segments */
    seal_range_undo(table, entry->before);
  } else if (entry->kind == UNDO_SEQUENCE) {
    table->sequence = entry->rowid;
  }
  table->last_known = false;
  table->version++;
  entry->kind = UNDO_NOTHING;
}

uint64_t table_settle(Table *table) {
  uint64_t sealed = table->sealed_bytes;
  table->foreground = false;
  table->sealed_bytes = 0;
  background_wait(table);
  column_lessons_settle(table->lessons, table->columns);
  open_shrink(&table->open);
  open_index_shrink(table);
  reader_rest(&table->old);
  if (table->open.count == 0) compact_reset(table);
  return sealed;
}

/* A tombstone over no sealed row has done its work. */
static void sweep_tombstone(Table *table, int64_t rowid) {
  RowRef ref;
  bool found;
  if (open_find(&table->open, rowid) != OPEN_TOMBSTONE) return;
  if (look_among_sealed(table, rowid, &ref, &found) != SQLITE_OK || found) return;
  open_put(&table->open, rowid, NULL);
  table->version++;
}

void table_commit(UndoEntry *entry) {
  Table *table = entry->table;
  if (entry->kind == UNDO_ROW) {
    open_row_free(entry->before);
    sweep_tombstone(table, entry->rowid);
  } else if (entry->kind == UNDO_SEAL) {
    seal_undo_free(entry->before, &table->open);
  }
  entry->kind = UNDO_NOTHING;
}

/* ---- sealing -------------------------------------------------------------- */

bool table_has_changes(const Table *table) {
  const Undo *undo = table->undo;
  for (size_t i = 0; i < undo->count; i++) {
    if (undo->entries[i].table == table) return true;
  }
  return false;
}

int table_seal(Table *table) {
  int rc = compact_seal(table, SEAL_FINAL);
  memory_give_back(table_settle(table));
  return rc;
}
