/*
** write.h: xUpdate: turns core's arguments into changes of a Table.
**
** Applies affinity, decides the rowid, enforces what core does not enforce on a
** virtual table, resolves conflicts, and only then changes anything. Calls
** lookup.h, declare.h, affinity.h.
*/
#ifndef SLOTS_WRITE_H
#define SLOTS_WRITE_H

#include "declare.h"
#include "lookup.h"

typedef struct Writer {
  sqlite3 *db;
  Table *table;
  const Schema *schema;
  const char *name; /* of the table, for messages */
  char **error;     /* the message of a failure, in sqlite3_malloc's memory */
} Writer;

/*
** Deletes, inserts or updates a row as xUpdate's arguments say. The result code
** is SQLITE_CONSTRAINT_..., SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_FULL or
** SQLITE_NOMEM when nothing was changed.
*/
int write_row(const Writer *writer, int argc, sqlite3_value **argv, sqlite3_int64 *rowid);

#endif
