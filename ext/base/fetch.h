/*
** fetch.h: what statements of the extension's own give. Calls nothing above SQLite.
*/
#ifndef SLOTS_FETCH_H
#define SLOTS_FETCH_H

#include <stdbool.h>

#include "sqlite.h"
#include "value.h"

/*
** Columns first .. first + count - 1 of the row, whose bytes live until the
** statement is stepped again. SQLITE_OK or SQLITE_NOMEM.
*/
int fetch_values(sqlite3_stmt *statement, int first, int count, Value *values);

/*
** Whether an answer may be done without when its query failed so. Otherwise the transaction may be
** rolled back, or core be out of memory, which the caller has to tell.
*/
bool fetch_may_fail(int rc);

/* Runs statements that give nothing, and frees their text; that is NULL where memory ran out. */
int fetch_nothing(sqlite3 *db, char *sql);

/* The first column of a query's only row, as an integer; *integer stays where there is no row. */
int fetch_integer(sqlite3 *db, const char *sql, int64_t *integer);

#endif
