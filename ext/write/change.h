/*
** change.h: a row being written, shared by the files that read it from core's arguments (write.c)
** and check it against the table's constraints (constraint.c).
**
** Calls evaluation.h, statement.h, affinity.h, store/lookup.h, message.h.
*/
#ifndef SLOTS_CHANGE_H
#define SLOTS_CHANGE_H

#include "evaluation.h"
#include "store/lookup.h"
#include "statement.h"

typedef struct Writer {
  sqlite3 *db;
  Table *table;
  const Schema *schema;
  Evaluation *evaluation;
  const char *database; /* name of the schema that the table is in */
  const char *name;     /* of the table */
  char **error;         /* the message of a failure, in sqlite3_malloc's memory */
} Writer;

#define CHANGE_NARROW 8 /* columns, and indexes, for which nothing is allocated */

typedef struct Change {
  bool is_insert;
  int64_t old_rowid; /* of the row that an UPDATE changes */
  RowRef old;
  uint64_t version; /* the table's when the old row was found */
  int64_t rowid;
  bool rowid_given; /* else one is chosen */
  uint64_t checks;  /* the CHECKs that what is written may break */
  uint64_t written; /* columns that do not just keep the old row's value: change_column_bit */
  bool ignored;     /* a declared ON CONFLICT IGNORE says to leave the row out */
  Value *values;
  sqlite3_value **owned; /* values that affinity converted, or a DEFAULT made */
  Buffer *scratch;       /* copies of old values that are kept */
  int64_t *replaced;     /* rows that REPLACE deletes, one an index at most */
  size_t replaced_count;
  Statement statement; /* the running one, if it was needed */
  struct {             /* the arrays of narrow tables, not set for others */
    Value values[CHANGE_NARROW];
    sqlite3_value *owned[CHANGE_NARROW];
    Buffer scratch[CHANGE_NARROW];
    int64_t replaced[CHANGE_NARROW];
  } narrow;
} Change;

/* Columns share a bit with each 64th. */
static inline uint64_t change_column_bit(uint32_t column) { return (uint64_t)1 << (column % 64); }

/* `format` takes the table's name and another. `rc`, or SQLITE_NOMEM. */
int change_fail(const Writer *writer, int rc, const char *format, const char *name);

/* What is known of the running statement. */
const Statement *change_statement(const Writer *writer, Change *change);

/* Sets a column to its DEFAULT. */
int change_set_default(const Writer *writer, int column, Change *change);

#endif
