/*
** write.c: see write.h.
*/
#include "write.h"

#include <stddef.h>
#include <string.h>

#include "constraint.h"

static int mismatch(const Writer *writer) {
  return change_fail(writer, SQLITE_MISMATCH, "datatype mismatch", NULL);
}

/* ---- the rowid ------------------------------------------------------------------- */

/* A rowid from a value: NULL stands for none, what is no integer is SQLITE_MISMATCH. */
static int read_rowid(const Writer *writer, sqlite3_value *argument, int64_t *rowid, bool *given) {
  Value value;
  sqlite3_value *owned;
  int rc = affinity_apply(AFFINITY_INTEGER, argument, &value, &owned);
  if (rc != SQLITE_OK) return rc;
  *given = value.type == VALUE_INTEGER;
  if (*given) *rowid = value.integer;
  bool wrong = value.type != VALUE_INTEGER && value.type != VALUE_NULL;
  sqlite3_value_free(owned);
  return wrong ? mismatch(writer) : SQLITE_OK;
}

/* A rowid that is free, at random. */
static int choose_any(Table *table, int64_t *rowid) {
  RowRef ref;
  for (int tries = 0; tries < 100; tries++) {
    sqlite3_randomness(sizeof *rowid, rowid);
    *rowid = (*rowid & (INT64_MAX >> 1)) + 1;
    int rc = table_touch(table, *rowid);
    if (rc != SQLITE_OK || !table_find(table, *rowid, &ref)) return rc;
  }
  return SQLITE_FULL;
}

/* One more than the largest; past the end any other, but not with AUTOINCREMENT. */
static int choose_rowid(const Writer *writer, int64_t *rowid) {
  Table *table = writer->table;
  bool autoincrement = writer->schema->autoincrement;
  int64_t last = 0;
  bool found = false;
  int rc = table_last_rowid(table, &last, &found);
  if (rc != SQLITE_OK) return rc;
  if (!found) last = 0;
  if (autoincrement && last < table->sequence) last = table->sequence;
  if (last == INT64_MAX) return autoincrement ? SQLITE_FULL : choose_any(table, rowid);
  *rowid = last + 1;
  return SQLITE_OK;
}

/* The rowid stands in two places: argv[1], and the key's own column. */
static int decide_rowid(const Writer *writer, sqlite3_value **argv, Change *change) {
  int64_t rowid = 0;
  int rc = read_rowid(writer, argv[1], &rowid, &change->rowid_given);
  change->rowid = rowid;
  int key = writer->schema->key;
  if (rc == SQLITE_OK && !change->is_insert && !change->rowid_given) {
    return mismatch(writer);
  }
  if (rc != SQLITE_OK || key < 0 || sqlite3_value_nochange(argv[2 + key])) return rc;
  bool given = false;
  rc = read_rowid(writer, argv[2 + key], &rowid, &given);
  if (rc != SQLITE_OK) return rc;
  if (change->is_insert) {
    if (given) change->rowid = rowid;
    change->rowid_given = change->rowid_given || given;
  } else if (!given) {
    return mismatch(writer);
  } else if (rowid != change->old_rowid) {
    change->rowid = rowid;
  }
  return rc;
}

/* ---- the values ------------------------------------------------------------------ */

/*
** Core passes NULL for a column that the INSERT does not name. Where the statement
** is not known, in a trigger, a bound NULL is meant, and any other is the default.
*/
static bool is_left_out(const Writer *writer, sqlite3_value *argument, int column, Change *change) {
  const ColumnDef *def = &writer->schema->columns[column];
  if (!change->is_insert || def->value.declared == NULL) return false;
  if (sqlite3_value_type(argument) != SQLITE_NULL || sqlite3_value_frombind(argument)) return false;
  const Statement *statement = change_statement(writer, change);
  return !statement->known || !statement_names(statement, def->name);
}

/*
** A value of the old row. Its bytes are copied where a function of the application may change the
** row before they are used.
*/
static int keep_value(const Writer *writer, int column, Change *change) {
  Buffer *scratch = &change->scratch[column];
  Value *value = &change->values[column];
  int rc = table_old_value(writer->table, &change->old, (uint32_t)column, value);
  bool safe = writer->schema->check_count == 0 && !writer->schema->has_defaults;
  if (rc != SQLITE_OK || safe || !value_has_bytes(value)) return rc;
  rc = buffer_append(scratch, value->bytes, value->size);
  if (rc == SQLITE_OK) rc = buffer_append_zeros(scratch, 1);
  value->bytes = scratch->bytes;
  return rc;
}

static int read_value(const Writer *writer, sqlite3_value *argument, int column, Change *change) {
  const ColumnDef *def = &writer->schema->columns[column];
  Value *value = &change->values[column];
  if (column == writer->schema->key) {
    *value = (Value){.type = VALUE_NULL}; /* the rowid is kept elsewhere */
    return SQLITE_OK;
  }
  if (!change->is_insert && sqlite3_value_nochange(argument)) {
    return keep_value(writer, column, change);
  }
  change->written |= change_column_bit((uint32_t)column);
  if (is_left_out(writer, argument, column, change)) {
    return change_set_default(writer, column, change);
  }
  return affinity_apply(def->affinity, argument, value, &change->owned[column]);
}

/*
** As in core, an UPDATE is tested by the CHECKs of the columns that it sets. With FROM core does
** not say which those are.
*/
static uint64_t find_checks(const Writer *writer, sqlite3_value **argv, const Change *change) {
  const Schema *schema = writer->schema;
  if (change->is_insert || schema->check_count == 0) return SCHEMA_CHECKS_ALL;
  uint64_t checks = change->rowid != change->old_rowid ? schema->rowid_checks : 0;
  for (int i = 0; i < schema->count; i++) {
    bool set = i != schema->key && !sqlite3_value_nochange(argv[2 + i]);
    if (set) checks |= schema->columns[i].checks;
  }
  return checks;
}

static int read_values(const Writer *writer, sqlite3_value **argv, Change *change) {
  int rc = SQLITE_OK;
  change->checks = find_checks(writer, argv, change);
  for (int i = 0; i < writer->schema->count && rc == SQLITE_OK; i++) {
    rc = read_value(writer, argv[2 + i], i, change);
  }
  return rc;
}

static int check_size(const Writer *writer, const Change *change) {
  uint64_t size = 0;
  for (int i = 0; i < writer->schema->count; i++) size += (uint64_t)change->values[i].size + 9;
  bool fits = size <= (uint64_t)sqlite3_limit(writer->db, SQLITE_LIMIT_LENGTH, -1);
  return fits ? SQLITE_OK : SQLITE_TOOBIG;
}

static int change_open(const Writer *writer, Change *change) {
  size_t columns = (size_t)writer->schema->count;
  size_t indexes = (size_t)writer->schema->index_count;
  if (columns <= CHANGE_NARROW && indexes <= CHANGE_NARROW) {
    memset(&change->narrow, 0, sizeof change->narrow);
    change->values = change->narrow.values;
    change->scratch = change->narrow.scratch;
    change->owned = change->narrow.owned;
    change->replaced = change->narrow.replaced;
    return SQLITE_OK;
  }
  size_t size = columns * (sizeof(Value) + sizeof(sqlite3_value *) + sizeof(Buffer)) +
                indexes * sizeof(int64_t);
  char *memory = sqlite_zeros(size);
  if (memory == NULL) return SQLITE_NOMEM;
  change->values = (Value *)(void *)memory;
  /* Arrays that need 8-byte alignment come before those of pointers, which may need only 4. */
  change->replaced = (int64_t *)(void *)(change->values + columns);
  change->scratch = (Buffer *)(void *)(change->replaced + indexes);
  change->owned = (sqlite3_value **)(void *)(change->scratch + columns);
  return SQLITE_OK;
}

static void change_close(const Writer *writer, Change *change) {
  for (int i = 0; change->values != NULL && i < writer->schema->count; i++) {
    sqlite3_value_free(change->owned[i]);
    buffer_clear(&change->scratch[i]);
  }
  if (change->values != change->narrow.values) sqlite3_free(change->values);
}

/* ---- the change ------------------------------------------------------------------- */

static int delete_row(const Writer *writer, int64_t rowid) {
  RowRef ref;
  if (!table_find(writer->table, rowid, &ref)) return SQLITE_OK;
  int rc = table_reserve(writer->table, 1);
  if (rc == SQLITE_OK) table_put(writer->table, rowid, NULL);
  return rc;
}

/* Puts the new row in the place of the old one and of those that it replaces. */
static int put_row(const Writer *writer, Change *change) {
  int rc = table_reserve(writer->table, 2 + change->replaced_count);
  if (rc != SQLITE_OK) return rc;
  Row *row = row_create(change->values, writer->schema->count);
  if (row == NULL) return SQLITE_NOMEM;
  for (size_t i = 0; i < change->replaced_count; i++) {
    table_put(writer->table, change->replaced[i], NULL);
  }
  if (!change->is_insert && change->rowid != change->old_rowid) {
    table_put(writer->table, change->old_rowid, NULL);
  }
  table_put(writer->table, change->rowid, row);
  return SQLITE_OK;
}

/*
** As in core, AUTOINCREMENT counts a row that is ignored, which sqlite3_total_changes does not. For
** an INSERT that goes on core has opened a savepoint.
*/
static int count_row(const Writer *writer, const Change *change, int rc) {
  if (!writer->schema->autoincrement || !change->is_insert) return rc;
  bool ignored =
      (rc & 0xff) == SQLITE_CONSTRAINT && sqlite3_vtab_on_conflict(writer->db) == SQLITE_IGNORE;
  if (rc != SQLITE_OK && !ignored) return rc;
  int counted = table_raise_sequence(writer->table, change->rowid);
  if (ignored) undo_end_statement(writer->table->undo);
  return rc == SQLITE_OK ? counted : rc;
}

/* Another rowid where a function in a CHECK or DEFAULT has taken the one that was chosen. */
static int keep_rowid(const Writer *writer, Change *change) {
  RowRef ref;
  int rc = table_touch(writer->table, change->rowid);
  bool taken = rc == SQLITE_OK && table_find(writer->table, change->rowid, &ref);
  return taken ? choose_rowid(writer, &change->rowid) : rc;
}

/*
** Reads the row and checks it. Functions of the application in DEFAULT and CHECK may change the
** table meanwhile; as in core, a rowid is chosen between the two.
*/
static int read_row(const Writer *writer, sqlite3_value **argv, Change *change) {
  Table *table = writer->table;
  UndoWatch watch = undo_watch(table->undo);
  int rc = read_values(writer, argv, change);
  if (rc == SQLITE_OK && !change->rowid_given) rc = choose_rowid(writer, &change->rowid);
  if (rc == SQLITE_OK) rc = table_touch(table, change->rowid);
  uint64_t version = table->version;
  if (rc == SQLITE_OK) rc = constraint_check(writer, change);
  bool undone = undo_watched(table->undo, &watch), changed = table->version != version;
  if (rc == SQLITE_OK && undone) rc = SQLITE_ABORT_ROLLBACK;
  if (rc == SQLITE_OK && changed && !change->rowid_given) rc = keep_rowid(writer, change);
  return rc;
}

static int upsert_row(const Writer *writer, sqlite3_value **argv, Change *change) {
  int rc = decide_rowid(writer, argv, change);
  if (rc == SQLITE_OK) rc = read_row(writer, argv, change);
  if (rc == SQLITE_OK) rc = check_size(writer, change);
  rc = count_row(writer, change, rc);
  return rc == SQLITE_OK && !change->ignored ? put_row(writer, change) : rc;
}

int write_row(const Writer *writer, int argc, sqlite3_value **argv, sqlite3_int64 *rowid) {
  Change change;
  memset(&change, 0, offsetof(Change, narrow));
  change.is_insert = sqlite3_value_type(argv[0]) == SQLITE_NULL;
  if (!change.is_insert) change.old_rowid = sqlite3_value_int64(argv[0]);
  int rc = change.is_insert ? SQLITE_OK : table_touch(writer->table, change.old_rowid);
  if (rc != SQLITE_OK) return rc;
  if (argc == 1) return delete_row(writer, change.old_rowid);
  if (!change.is_insert && !table_find(writer->table, change.old_rowid, &change.old)) {
    return SQLITE_OK; /* gone since the statement read it */
  }
  change.version = writer->table->version;
  rc = change_open(writer, &change);
  if (rc == SQLITE_OK) rc = upsert_row(writer, argv, &change);
  if (rc == SQLITE_OK) {
    *rowid = change.ignored ? sqlite3_last_insert_rowid(writer->db) : change.rowid;
  }
  change_close(writer, &change);
  return rc;
}
