/*
** integrity_store.c: segments and open rows by themselves; see integrity.h.
*/
#include "integrity.h"

/* ---- segments ----------------------------------------------------------------------------- */

/* Rowids ascend strictly from the segment's first to its last. */
static int check_rowids(Integrity *integrity, const Segment *segment, uint32_t number) {
  int64_t before = segment->first, rowid = 0;
  for (uint32_t row = 0; row < segment->rows; row++) {
    rowids_read(&segment->rowids, row, 1, &rowid);
    if (row == 0 ? rowid != segment->first : rowid <= before) {
      return integrity_report(integrity, "segment %u: rowid %lld of row %u is out of order", number,
                              (sqlite3_int64)rowid, row);
    }
    before = rowid;
  }
  if (rowid == segment->last) return SQLITE_OK;
  return integrity_report(integrity, "segment %u ends with rowid %lld, not %lld", number,
                          (sqlite3_int64)rowid, (sqlite3_int64)segment->last);
}

/* Read ahead and read singly, a value is the same. */
static int check_column(Integrity *integrity, Reader *reader, const Segment *segment,
                        uint32_t number, uint32_t column) {
  const char *name = integrity->schema->columns[column].name;
  Buffer scratch = {0};
  int rc = SQLITE_OK;
  for (uint32_t row = 0; row < segment->rows && rc == SQLITE_OK; row++) {
    Value ahead = {0}, single = {0};
    rc = reader_value(reader, segment, row, column, &ahead);
    if (rc == SQLITE_OK) rc = segment_value(segment, row, column, &scratch, &single);
    if (rc == SQLITE_OK && value_identical(&ahead, &single)) continue;
    if (rc == SQLITE_NOMEM) break;
    const char *what = rc == SQLITE_OK ? "reads in two ways" : "cannot be decoded";
    rc = integrity_report(integrity, "segment %u: value %u of column %s %s", number, row, name,
                          what);
    break;
  }
  buffer_clear(&scratch);
  return rc;
}

static int check_segment(Integrity *integrity, uint32_t number) {
  const Table *table = integrity->table;
  const Segment *segment = table_segment(table, number);
  Reader reader;
  int rc = table_ready(table, number);
  if (rc == SQLITE_CORRUPT) return integrity_report(integrity, "segment %u is damaged", number);
  if (rc != SQLITE_OK) return rc;
  if (segment->columns != table->columns) {
    return integrity_report(integrity, "segment %u has %u columns", number, segment->columns);
  }
  if (number > 0 && segment->first <= table_segment(table, number - 1)->last) {
    return integrity_report(integrity, "segment %u begins before the end of the one in front",
                            number);
  }
  rc = check_rowids(integrity, segment, number);
  if (rc != SQLITE_OK || integrity->problem != NULL) return rc;
  rc = reader_open(&reader, table->columns);
  for (uint32_t i = 0; i < table->columns && rc == SQLITE_OK && integrity->problem == NULL; i++) {
    if ((int)i != integrity->schema->key) rc = check_column(integrity, &reader, segment, number, i);
  }
  reader_close(&reader);
  return rc == SQLITE_OK ? progress_advance(integrity->progress, segment->rows) : rc;
}

/* ---- open rows ------------------------------------------------------------------------------ */

typedef struct OpenTotals {
  uint64_t entries;
  uint64_t bytes;
  uint64_t rows;   /* entries that are no tombstones */
  uint64_t hidden; /* sealed rows under any entry */
} OpenTotals;

static bool is_sealed(const Table *table, int64_t rowid) {
  bool found = false;
  uint32_t segment = table_seek_segment(table, rowid);
  if (segment < table_segments(table)) {
    rowids_seek(&table_segment(table, segment)->rowids, rowid, &found);
  }
  return found;
}

static int count_block(Integrity *integrity, const OpenBlock *block, int64_t *before,
                       OpenTotals *totals) {
  for (uint32_t i = 0; i < block->count; i++) {
    const OpenEntry *entry = &block->entries[i];
    if (totals->entries > 0 && entry->rowid <= *before) {
      return integrity_report(integrity, "open rows: rowid %lld is out of order",
                              (sqlite3_int64)entry->rowid);
    }
    *before = entry->rowid;
    totals->entries++;
    totals->hidden += is_sealed(integrity->table, entry->rowid);
    if (entry->row == OPEN_TOMBSTONE) continue;
    totals->rows++;
    totals->bytes += row_memory(entry->row);
  }
  return SQLITE_OK;
}

static int check_open(Integrity *integrity, OpenTotals *totals) {
  const OpenRows *open = &integrity->table->open;
  int64_t before = 0;
  for (size_t i = 0; i < open->block_count; i++) {
    const OpenBlock *block = open->blocks[i];
    if (block->count == 0 || block->count > OPEN_BLOCK) {
      return integrity_report(integrity, "open rows: a block of %u", block->count);
    }
    int rc = count_block(integrity, block, &before, totals);
    if (rc != SQLITE_OK || integrity->problem != NULL) return rc;
  }
  if (totals->entries == open->count && totals->bytes == open->row_bytes) return SQLITE_OK;
  return integrity_report(integrity, "open rows: there are %llu of %llu bytes, not %llu of %llu",
                          (sqlite3_uint64)totals->entries, (sqlite3_uint64)totals->bytes,
                          (sqlite3_uint64)open->count, (sqlite3_uint64)open->row_bytes);
}

/* ---- both ------------------------------------------------------------------------------------ */

static int check_totals(Integrity *integrity, const OpenTotals *totals) {
  Table *table = integrity->table;
  uint64_t rows = totals->rows - totals->hidden;
  for (uint32_t i = 0; i < table_segments(table); i++) rows += table_segment(table, i)->rows;
  if (rows != table->rows) {
    return integrity_report(integrity, "there are %llu rows, not %llu", (sqlite3_uint64)rows,
                            (sqlite3_uint64)table->rows);
  }
  int64_t known = table->last_rowid, last = 0;
  if (!table->last_known || rows == 0) return SQLITE_OK;
  table->last_known = false;
  bool found;
  int rc = table_last_rowid(table, &last, &found);
  if (rc != SQLITE_OK || !found || last == known) return rc;
  table->last_rowid = known;
  return integrity_report(integrity, "the last rowid is %lld, not %lld", (sqlite3_int64)last,
                          (sqlite3_int64)known);
}

int integrity_store(Integrity *integrity) {
  OpenTotals totals = {0};
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < table_segments(integrity->table) && rc == SQLITE_OK; i++) {
    rc = check_segment(integrity, i);
    if (integrity->problem != NULL) return rc;
  }
  if (rc == SQLITE_OK) rc = check_open(integrity, &totals);
  if (rc != SQLITE_OK || integrity->problem != NULL) return rc;
  return check_totals(integrity, &totals);
}
