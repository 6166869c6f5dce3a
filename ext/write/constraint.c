/*
** constraint.c: see constraint.h.
*/
#include "constraint.h"

#include "base/fetch.h"
#include "base/message.h"

/* What is done where a constraint with this ON CONFLICT is broken. */
static Conflict decide(const Writer *writer, Change *change, Conflict declared) {
  switch (sqlite3_vtab_on_conflict(writer->db)) {
  case SQLITE_REPLACE:
    return CONFLICT_REPLACE;
  case SQLITE_ABORT:
    if (declared == CONFLICT_NONE) return CONFLICT_ABORT;
    return change_statement(writer, change)->or_abort ? CONFLICT_ABORT : declared;
  default:
    return CONFLICT_ABORT; /* core itself ignores, fails or rolls back */
  }
}

/* ---- NOT NULL ----------------------------------------------------------------------------- */

static int fail_null(const Writer *writer, const ColumnDef *column) {
  return change_fail(writer, SQLITE_CONSTRAINT_NOTNULL, "NOT NULL constraint failed: %s.%s",
                     column->name);
}

/* In the second pass no default is left to try. */
static int check_null(const Writer *writer, int column, bool second, Change *change) {
  const ColumnDef *def = &writer->schema->columns[column];
  Conflict conflict = decide(writer, change, def->if_null);
  bool replace = conflict == CONFLICT_REPLACE && def->value.declared != NULL;
  if (replace && !second) return change_set_default(writer, column, change);
  if (second && !replace) return SQLITE_OK;
  if (conflict != CONFLICT_IGNORE) return fail_null(writer, def);
  change->ignored = true;
  return SQLITE_OK;
}

static int check_nulls(const Writer *writer, bool second, Change *change) {
  const Schema *schema = writer->schema;
  int rc = SQLITE_OK;
  for (int i = 0; i < schema->count && rc == SQLITE_OK && !change->ignored; i++) {
    if (!schema->columns[i].not_null || i == schema->key) continue;
    if (change->values[i].type == VALUE_NULL) rc = check_null(writer, i, second, change);
  }
  return rc;
}

/* ---- CHECK -------------------------------------------------------------------------------- */

int constraint_checks_are_off(const Writer *writer, bool *off) {
  int64_t value = 0;
  int rc = fetch_integer(writer->db, "PRAGMA ignore_check_constraints", &value);
  *off = value != 0;
  return rc;
}

static int check_expressions(const Writer *writer, const Change *change) {
  int failed = -1;
  bool off = false;
  if (writer->schema->check_count == 0) return SQLITE_OK;
  int rc = evaluation_check(writer->evaluation, change->checks, change->values, change->rowid,
                            &failed, writer->error);
  if (rc == SQLITE_OK && failed >= 0) rc = constraint_checks_are_off(writer, &off);
  if (rc != SQLITE_OK || failed < 0 || off) return rc;
  return message_fail(writer->error, SQLITE_CONSTRAINT_CHECK, "CHECK constraint failed: %s",
                      writer->schema->checks[failed].name);
}

/* ---- the rowid ---------------------------------------------------------------------------- */

static int check_rowid(const Writer *writer, Change *change) {
  const Schema *schema = writer->schema;
  RowRef taken;
  bool fresh = change->is_insert || change->rowid != change->old_rowid;
  Conflict conflict = decide(writer, change, schema->key_conflict);
  if (conflict == CONFLICT_REPLACE || !fresh || !change->rowid_given) return SQLITE_OK;
  if (!table_find(writer->table, change->rowid, &taken)) return SQLITE_OK;
  if (conflict == CONFLICT_IGNORE) {
    change->ignored = true;
    return SQLITE_OK;
  }
  int rc = schema->key >= 0 ? SQLITE_CONSTRAINT_PRIMARYKEY : SQLITE_CONSTRAINT_ROWID;
  const char *name = schema->key >= 0 ? schema->columns[schema->key].name : "rowid";
  return change_fail(writer, rc, "UNIQUE constraint failed: %s.%s", name);
}

/* ---- UNIQUE ------------------------------------------------------------------------------- */

/*
** Whether the new row has the old one's key, which no other row has. That holds unless a function
** of the application has changed the table since.
*/
static bool keeps_key(const Writer *writer, const Change *change, const IndexDef *def) {
  if (change->is_insert || writer->table->version != change->version) return false;
  uint64_t columns = 0;
  for (uint32_t i = 0; i < def->count; i++) columns |= change_column_bit(def->columns[i]);
  return (change->written & columns) == 0;
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
  rc = lookup_rows(table, (uint32_t)index, key, &table->reader, &list);
  for (size_t i = 0; i < list.count && rc == SQLITE_OK; i++) {
    if (!change->is_insert && list.items[i].rowid == change->old_rowid) continue;
    *rowid = list.items[i].rowid;
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
  for (uint32_t i = 0; i < def->count; i++) {
    const ColumnDef *column = &writer->schema->columns[def->columns[i]];
    sqlite3_str_appendf(text, "%s%s.%s", i > 0 ? ", " : "", writer->name, column->name);
  }
  *writer->error = sqlite3_str_finish(text);
  if (*writer->error == NULL) return SQLITE_NOMEM;
  return writer->schema->rules[index].primary ? SQLITE_CONSTRAINT_PRIMARYKEY
                                              : SQLITE_CONSTRAINT_UNIQUE;
}

static void note_replaced(Change *change, int64_t rowid) {
  if (rowid == change->rowid) return; /* the new row takes its place */
  for (size_t i = 0; i < change->replaced_count; i++) {
    if (change->replaced[i] == rowid) return;
  }
  change->replaced[change->replaced_count++] = rowid;
}

static int check_index(const Writer *writer, int index, Conflict conflict, Change *change) {
  int64_t rowid = 0;
  bool found = false;
  int rc = find_duplicate(writer, change, index, &rowid, &found);
  if (rc != SQLITE_OK || !found) return rc;
  if (conflict == CONFLICT_REPLACE) {
    note_replaced(change, rowid);
  } else if (conflict == CONFLICT_IGNORE) {
    change->ignored = true;
  } else {
    rc = fail_unique(writer, index);
  }
  return rc;
}

/*
** The indexes declared to replace, or all the others, from the last to the first. That is core's
** order, which decides which of several broken constraints is reported.
*/
static int check_indexes(const Writer *writer, bool replacing, Change *change) {
  const Schema *schema = writer->schema;
  int rc = SQLITE_OK;
  for (int i = schema->index_count - 1; i >= 0 && rc == SQLITE_OK && !change->ignored; i--) {
    if (!schema->indexes[i].unique || keeps_key(writer, change, &schema->indexes[i])) continue;
    Conflict declared = schema->rules[i].conflict;
    if ((declared == CONFLICT_REPLACE) != replacing) continue;
    rc = check_index(writer, i, decide(writer, change, declared), change);
  }
  return rc;
}

int constraint_check(const Writer *writer, Change *change) {
  int rc = check_nulls(writer, false, change);
  if (rc == SQLITE_OK && !change->ignored) rc = check_nulls(writer, true, change);
  if (rc == SQLITE_OK && !change->ignored) rc = check_expressions(writer, change);
  if (rc == SQLITE_OK && !change->ignored) rc = check_rowid(writer, change);
  if (rc == SQLITE_OK && !change->ignored) rc = check_indexes(writer, false, change);
  if (rc == SQLITE_OK && !change->ignored) rc = check_indexes(writer, true, change);
  return rc;
}
