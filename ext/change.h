/*
** change.h: a row being written, shared by the files that read it from core's
** arguments (write.c) and hold it against the table's constraints (constraint.c).
**
** Calls evaluation.h, lookup.h.
*/
#ifndef SLOTS_CHANGE_H
#define SLOTS_CHANGE_H

#include "evaluation.h"
#include "lookup.h"

typedef struct Writer {
  sqlite3 *db;
  Table *table;
  const Schema *schema;
  Evaluation *evaluation;
  const char *name; /* of the table, for messages */
  char **error;     /* the message of a failure, in sqlite3_malloc's memory */
} Writer;

typedef struct Change {
  bool is_insert;
  int64_t old_rowid; /* of the row that an UPDATE changes */
  RowRef old;
  int64_t rowid;
  bool rowid_given; /* else one is chosen */
  bool ignored;     /* a declared ON CONFLICT IGNORE says to leave the row out */
  Value *values;
  sqlite3_value **owned; /* values that affinity converted, or a DEFAULT made */
  Buffer *scratch;       /* old values that are kept */
  int64_t *replaced;     /* rows that REPLACE deletes, one an index at most */
  size_t replaced_count;
} Change;

/* `format` takes the table's name and another. `rc`, or SQLITE_NOMEM. */
int change_fail(const Writer *writer, int rc, const char *format, const char *name);

/* Sets a column to its DEFAULT. */
int change_set_default(const Writer *writer, int column, Change *change);

#endif
