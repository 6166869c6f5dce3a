/*
** write.c: see write.h.
*/
#include "write.h"

#include <string.h>

/* The row being written. */
typedef struct Change {
  bool is_insert;
  int64_t old_rowid; /* of the row that an UPDATE changes */
  RowRef old;
  int64_t rowid;
  bool rowid_given; /* else one is chosen */
  Value *values;
  sqlite3_value **owned; /* values that affinity converted */
  Buffer *scratch;       /* old values that are kept */
  int64_t *replaced;     /* rows that REPLACE deletes, one an index at most */
  size_t replaced_count;
} Change;

static int fail(const Writer *writer, int rc, const char *format, const char *column) {
  *writer->error = sqlite3_mprintf(format, writer->name, column);
  return *writer->error == NULL ? SQLITE_NOMEM : rc;
}

static const char *key_name(const Schema *schema) {
  return schema->key >= 0 ? schema->columns[schema->key].name : "rowid";
}

/* ---- the rowid ------------------------------------------------------------------- */

/* A rowid from a value: NULL is none, what is no integer is a mismatch. */
static int read_rowid(const Writer *writer, sqlite3_value *argument, int64_t *rowid, bool *given) {
  Value value;
  sqlite3_value *owned;
  int rc = affinity_apply(AFFINITY_INTEGER, argument, &value, &owned);
  if (rc != SQLITE_OK) return rc;
  *given = value.type == VALUE_INTEGER;
  if (*given) *rowid = value.integer;
  bool mismatch = value.type != VALUE_INTEGER && value.type != VALUE_NULL;
  sqlite3_value_free(owned);
  return mismatch ? fail(writer, SQLITE_MISMATCH, "datatype mismatch", NULL) : SQLITE_OK;
}

/* One more than the largest; past the end, one that is free. */
static int choose_rowid(Table *table, int64_t *rowid) {
  int64_t last = 0;
  if (!table_last_rowid(table, &last)) {
    *rowid = 1;
    return SQLITE_OK;
  }
  if (last < INT64_MAX) {
    *rowid = last + 1;
    return SQLITE_OK;
  }
  RowRef ref;
  for (int tries = 0; tries < 100; tries++) {
    sqlite3_randomness(sizeof *rowid, rowid);
    *rowid = (*rowid & (INT64_MAX >> 1)) + 1;
    if (!table_find(table, *rowid, &ref)) return SQLITE_OK;
  }
  return SQLITE_FULL;
}

/* The rowid stands in two places: argv[1], and the key's own column. */
static int decide_rowid(const Writer *writer, sqlite3_value **argv, Change *change) {
  int64_t rowid = 0;
  int rc = read_rowid(writer, argv[1], &rowid, &change->rowid_given);
  change->rowid = rowid;
  int key = writer->schema->key;
  if (rc == SQLITE_OK && !change->is_insert && !change->rowid_given) {
    return fail(writer, SQLITE_MISMATCH, "datatype mismatch", NULL);
  }
  if (rc != SQLITE_OK || key < 0 || sqlite3_value_nochange(argv[2 + key])) return rc;
  bool given = false;
  rc = read_rowid(writer, argv[2 + key], &rowid, &given);
  if (rc != SQLITE_OK) return rc;
  if (change->is_insert) {
    if (given) change->rowid = rowid;
    change->rowid_given = change->rowid_given || given;
  } else if (!given) {
    return fail(writer, SQLITE_MISMATCH, "datatype mismatch", NULL);
  } else if (rowid != change->old_rowid) {
    change->rowid = rowid;
  }
  return rc;
}

/* ---- the values ------------------------------------------------------------------ */

static int read_value(const Writer *writer, sqlite3_value *argument, int column, Change *change) {
  Value *value = &change->values[column];
  if (column == writer->schema->key) {
    *value = (Value){.type = VALUE_NULL}; /* the rowid is kept elsewhere */
    return SQLITE_OK;
  }
  if (!change->is_insert && sqlite3_value_nochange(argument)) {
    return table_value(writer->table, &change->old, (uint32_t)column, &change->scratch[column],
                       value);
  }
  return affinity_apply(writer->schema->columns[column].affinity, argument, value,
                        &change->owned[column]);
}

static int read_values(const Writer *writer, sqlite3_value **argv, Change *change) {
  const Schema *schema = writer->schema;
  uint64_t size = 0;
  int rc = SQLITE_OK;
  for (int i = 0; i < schema->count && rc == SQLITE_OK; i++) {
    rc = read_value(writer, argv[2 + i], i, change);
    size += (uint64_t)change->values[i].size + 9;
  }
  if (rc != SQLITE_OK) return rc;
  if (size > (uint64_t)sqlite3_limit(writer->db, SQLITE_LIMIT_LENGTH, -1)) return SQLITE_TOOBIG;
  for (int i = 0; i < schema->count; i++) {
    const ColumnDef *column = &schema->columns[i];
    if (column->not_null && i != schema->key && change->values[i].type == VALUE_NULL) {
      return fail(writer, SQLITE_CONSTRAINT_NOTNULL, "NOT NULL constraint failed: %s.%s",
                  column->name);
    }
  }
  return SQLITE_OK;
}

static int change_open(const Writer *writer, Change *change) {
  size_t columns = (size_t)writer->schema->count;
  size_t indexes = (size_t)writer->schema->index_count;
  size_t size = columns * (sizeof(Value) + sizeof(sqlite3_value *) + sizeof(Buffer)) +
                indexes * sizeof(int64_t);
  char *memory = sqlite3_malloc64(size);
  if (memory == NULL) return SQLITE_NOMEM;
  memset(memory, 0, size);
  change->values = (Value *)(void *)memory;
  change->scratch = (Buffer *)(void *)(change->values + columns);
  change->owned = (sqlite3_value **)(void *)(change->scratch + columns);
  change->replaced = (int64_t *)(void *)(change->owned + columns);
  return SQLITE_OK;
}

static void change_close(const Writer *writer, Change *change) {
  for (int i = 0; change->values != NULL && i < writer->schema->count; i++) {
    sqlite3_value_free(change->owned[i]);
    buffer_clear(&change->scratch[i]);
  }
  sqlite3_free(change->values);
}

/* ---- the change ------------------------------------------------------------------- */

static int delete_row(const Writer *writer, int64_t rowid) {
  RowRef ref;
  if (!table_find(writer->table, rowid, &ref)) return SQLITE_OK;
  int rc = table_reserve(writer->table, 1);
  if (rc == SQLITE_OK) table_put(writer->table, rowid, NULL);
  return rc;
}

/* The row other than the old one that has the new row's key, if there is one. */
static int find_duplicate(const Writer *writer, const Change *change, int index, int64_t *rowid,
                          bool *found) {
  Table *table = writer->table;
  const IndexDef *def = &writer->schema->indexes[index];
  RowidList list = {0};
  *found = false;
  int rc = table->reader.columns == NULL ? reader_open(&table->reader, table->columns) : SQLITE_OK;
  Value *key = rc == SQLITE_OK ? sqlite3_malloc64(def->count * sizeof *key) : NULL;
  if (key == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < def->count; i++) key[i] = change->values[def->columns[i]];
  reader_forget(&table->reader);
  rc = lookup_rows(table, (uint32_t)index, key, 2, &table->reader, &list);
  for (size_t i = 0; i < list.count && rc == SQLITE_OK; i++) {
    if (!change->is_insert && list.items[i] == change->old_rowid) continue;
    *rowid = list.items[i];
    *found = true;
  }
  rowid_list_clear(&list);
  sqlite3_free(key);
  return rc;
}

/* `t.a, t.b`, as core names the columns of a unique index. */
static int fail_unique(const Writer *writer, int index) {
  const IndexDef *def = &writer->schema->indexes[index];
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_str_appendall(text, "UNIQUE constraint failed: ");
  bool primary = true;
  for (uint32_t i = 0; i < def->count; i++) {
    const ColumnDef *column = &writer->schema->columns[def->columns[i]];
    sqlite3_str_appendf(text, "%s%s.%s", i > 0 ? ", " : "", writer->name, column->name);
    primary = primary && column->primary_key;
  }
  *writer->error = sqlite3_str_finish(text);
  if (*writer->error == NULL) return SQLITE_NOMEM;
  return primary ? SQLITE_CONSTRAINT_PRIMARYKEY : SQLITE_CONSTRAINT_UNIQUE;
}

static void note_replaced(Change *change, int64_t rowid) {
  for (size_t i = 0; i < change->replaced_count; i++) {
    if (change->replaced[i] == rowid) return;
  }
  change->replaced[change->replaced_count++] = rowid;
}

static int check_unique(const Writer *writer, Change *change, bool replace) {
  int rc = SQLITE_OK;
  /* From the last declared on, as core does: that decides which of several is reported. */
  for (int i = writer->schema->index_count - 1; i >= 0 && rc == SQLITE_OK; i--) {
    int64_t rowid = 0;
    bool found = false;
    if (!writer->schema->indexes[i].unique) continue;
    rc = find_duplicate(writer, change, i, &rowid, &found);
    if (rc != SQLITE_OK || !found) continue;
    bool overwritten = replace && rowid == change->rowid;
    if (!replace) rc = fail_unique(writer, i);
    if (replace && !overwritten) note_replaced(change, rowid);
  }
  return rc;
}

static int check_rowid(const Writer *writer, const Change *change, bool replace) {
  RowRef taken;
  bool fresh = change->is_insert || change->rowid != change->old_rowid;
  if (replace || !fresh || !change->rowid_given) return SQLITE_OK;
  if (!table_find(writer->table, change->rowid, &taken)) return SQLITE_OK;
  int rc = writer->schema->key >= 0 ? SQLITE_CONSTRAINT_PRIMARYKEY : SQLITE_CONSTRAINT_ROWID;
  return fail(writer, rc, "UNIQUE constraint failed: %s.%s", key_name(writer->schema));
}

/* Puts the new row in the place of the old one and of those that it replaces. */
static int put_row(const Writer *writer, Change *change) {
  bool replace = sqlite3_vtab_on_conflict(writer->db) == SQLITE_REPLACE;
  int rc = check_rowid(writer, change, replace);
  if (rc == SQLITE_OK) rc = check_unique(writer, change, replace);
  if (rc == SQLITE_OK) rc = table_reserve(writer->table, 2 + change->replaced_count);
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

static int upsert_row(const Writer *writer, sqlite3_value **argv, Change *change) {
  int rc = decide_rowid(writer, argv, change);
  if (rc == SQLITE_OK) rc = read_values(writer, argv, change);
  if (rc == SQLITE_OK && !change->rowid_given) rc = choose_rowid(writer->table, &change->rowid);
  return rc == SQLITE_OK ? put_row(writer, change) : rc;
}

int write_row(const Writer *writer, int argc, sqlite3_value **argv, sqlite3_int64 *rowid) {
  Change change = {.is_insert = sqlite3_value_type(argv[0]) == SQLITE_NULL};
  if (!change.is_insert) change.old_rowid = sqlite3_value_int64(argv[0]);
  if (argc == 1) return delete_row(writer, change.old_rowid);
  if (!change.is_insert && !table_find(writer->table, change.old_rowid, &change.old)) {
    return SQLITE_OK; /* gone since the statement read it */
  }
  int rc = change_open(writer, &change);
  if (rc == SQLITE_OK) rc = upsert_row(writer, argv, &change);
  if (rc == SQLITE_OK) *rowid = change.rowid;
  change_close(writer, &change);
  return rc;
}
