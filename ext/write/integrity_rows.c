/*
** integrity_rows.c: each row against the table's constraints, in the words of
** PRAGMA integrity_check; see integrity.h.
*/

#include "integrity.h"
#include "base/message.h"

#define STEP 4096 /* rows after which it is said how far it is */

/* The row that is looked at. */
typedef struct RowCheck {
  Integrity *integrity;
  int64_t rowid;
  Value *values;
  Buffer *scratch; /* one a column */
  Value *key;      /* room for as many */
} RowCheck;

static int row_check_open(RowCheck *check) {
  size_t columns = (size_t)check->integrity->schema->count;
  size_t size = columns * (2 * sizeof(Value) + sizeof(Buffer));
  check->values = sqlite_zeros(size);
  if (check->values == NULL) return SQLITE_NOMEM;
  check->key = check->values + columns;
  check->scratch = (Buffer *)(void *)(check->key + columns);
  return SQLITE_OK;
}

static void row_check_close(RowCheck *check) {
  for (int i = 0; check->values != NULL && i < check->integrity->schema->count; i++) {
    buffer_clear(&check->scratch[i]);
  }
  sqlite3_free(check->values);
}

static int read_row(RowCheck *check, const RowRef *ref) {
  int rc = SQLITE_OK;
  for (int i = 0; i < check->integrity->schema->count && rc == SQLITE_OK; i++) {
    rc = table_value(check->integrity->table, ref, (uint32_t)i, &check->scratch[i],
                     &check->values[i]);
  }
  return rc;
}

/* ---- the constraints -------------------- */

static int check_nulls(RowCheck *check) {
  const Schema *schema = check->integrity->schema;
  for (int i = 0; i < schema->count; i++) {
    const ColumnDef *column = &schema->columns[i];
    if (!column->not_null || i == schema->key || check->values[i].type != VALUE_NULL) continue;
    return integrity_report(check->integrity, "NULL value in %s (rowid %lld)", column->name,
                            (sqlite3_int64)check->rowid);
  }
  return SQLITE_OK;
}

static int check_expressions(RowCheck *check, char **error) {
  Integrity *integrity = check->integrity;
  uint64_t version = integrity->table->version;
  int failed = -1;
  if (integrity->schema->check_count == 0 || integrity->ignore_checks) return SQLITE_OK;
  int rc = evaluation_check(integrity->evaluation, SCHEMA_CHECKS_ALL, check->values, check->rowid,
                            &failed, error);
  if (rc == SQLITE_OK && integrity->table->version != version) {
    return message_fail(error, SQLITE_LOCKED, "a CHECK of %s changed its rows", integrity->name);
  }
  if (rc != SQLITE_OK || failed < 0) return rc;
  return integrity_report(integrity, "CHECK constraint failed: %s (rowid %lld)",
                          integrity->schema->checks[failed].name, (sqlite3_int64)check->rowid);
}

/* A lookup of the row's own key finds the row, and no other. */
static int check_unique(RowCheck *check, uint32_t number) {
  Table *table = check->integrity->table;
  const IndexDef *def = &table->indexes[number].def;
  RowidList found = {0};
  for (uint32_t i = 0; i < def->count; i++) {
    check->key[i] = check->values[def->columns[i]];
    if (check->key[i].type == VALUE_NULL) return SQLITE_OK;
  }
  reader_forget(&table->reader);
  int rc = lookup_rows(table, number, check->key, &table->reader, &found);
  bool alone = found.count == 1 && found.items[0].rowid == check->rowid;
  if (rc == SQLITE_OK && !alone) {
    rc = integrity_report_index(check->integrity, number, "%s (rowid %lld)",
                                found.count > 1 ? "non-unique entry" : "row missing",
                                (sqlite3_int64)check->rowid);
  }
  rowid_list_clear(&found);
  return rc;
}

static int check_row(RowCheck *check, const RowRef *ref, bool quick, char **error) {
  Table *table = check->integrity->table;
  int rc = read_row(check, ref);
  if (rc == SQLITE_OK) rc = check_nulls(check);
  if (rc == SQLITE_OK) rc = check_expressions(check, error);
  for (uint32_t i = 0; i < table->index_count && rc == SQLITE_OK && !quick; i++) {
    if (table->indexes[i].def.unique) rc = check_unique(check, i);
  }
  return rc;
}

/* ---- all rows ------------------------------------------------------------- */

static int check_segment(RowCheck *check, uint32_t number, bool quick, char **error) {
  const Table *table = check->integrity->table;
  const Segment *segment = table_segment(table, number);
  int rc = SQLITE_OK;
  for (uint32_t row = 0; row < segment->rows && rc == SQLITE_OK; row++) {
    RowRef ref = {.segment = number, .row = row};
    rowids_read(&segment->rowids, row, 1, &check->rowid);
    if (table->open.count > 0 && open_find(&table->open, check->rowid) != NULL) continue;
    rc = check_row(check, &ref, quick, error);
    if (check->integrity->problem != NULL) return rc;
    if (rc == SQLITE_OK && (row + 1) % STEP == 0) {
      rc = progress_advance(check->integrity->progress, STEP);
    }
  }
  return rc;
}

static int check_open_rows(RowCheck *check, bool quick, char **error) {
  const OpenRows *open = &check->integrity->table->open;
  OpenPlace place = {0};
  const OpenEntry *entry;
  int rc = SQLITE_OK;
  for (; rc == SQLITE_OK && (entry = open_at(open, &place)) != NULL; open_next(open, &place)) {
    if (entry->row == OPEN_TOMBSTONE) continue;
    RowRef ref = {.open = entry->row};
    check->rowid = entry->rowid;
    rc = check_row(check, &ref, quick, error);
    if (check->integrity->problem != NULL) return rc;
  }
  return rc;
}

int integrity_rows(Integrity *integrity, bool quick, char **error) {
  Table *table = integrity->table;
  RowCheck check = {.integrity = integrity};
  int rc = row_check_open(&check);
  if (rc == SQLITE_OK && table->reader.columns == NULL) {
    rc = reader_open(&table->reader, table->columns);
  }
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK; i++) {
    rc = check_segment(&check, i, quick, error);
    if (integrity->problem != NULL) break;
  }
  if (rc == SQLITE_OK && integrity->problem == NULL) rc = check_open_rows(&check, quick, error);
  row_check_close(&check);
  return rc;
}
