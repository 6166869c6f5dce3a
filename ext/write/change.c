/*
** change.c: see change.h.
*/
#include "change.h"

#include "base/message.h"

int change_fail(const Writer *writer, int rc, const char *format, const char *name) {
  return message_fail(writer->error, rc, format, writer->name, name);
}

const Statement *change_statement(const Writer *writer, Change *change) {
  if (!change->statement.searched) {
    statement_find(writer->db, writer->database, writer->name, &change->statement);
  }
  return &change->statement;
}

int change_set_default(const Writer *writer, int column, Change *change) {
  sqlite3_value *value = NULL, *made = NULL;
  int rc = evaluation_default(writer->evaluation, column, &value, &made, writer->error);
  if (rc != SQLITE_OK) return rc;
  rc = affinity_apply(writer->schema->columns[column].affinity, value, &change->values[column],
                      &change->owned[column]);
  if (change->owned[column] == NULL) {
    change->owned[column] = made;
  } else {
    sqlite3_value_free(made);
  }
  return rc;
}
