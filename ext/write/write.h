/*
** write.h: xUpdate: turns core's arguments into changes of a Table.
**
** Applies affinity and defaults, decides the rowid, has the constraints checked,
** and only then changes anything. Calls constraint.h, change.h, statement.h,
** affinity.h, store/, row.h, base/.
*/
#ifndef SLOTS_WRITE_H
#define SLOTS_WRITE_H

#include "change.h"

/*
** Deletes, inserts or updates a row as xUpdate's arguments say. The result code
** is SQLITE_CONSTRAINT_..., SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_FULL,
** SQLITE_NOMEM, or that of an expression, when nothing was changed.
*/
int write_row(const Writer *writer, int argc, sqlite3_value **argv, sqlite3_int64 *rowid);

#endif
