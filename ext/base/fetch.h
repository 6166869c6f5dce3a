/*
** fetch.h: runs statements of the extension's own and reads their results. Calls value.h (its
** types).
*/
#ifndef SLOTS_FETCH_H
#define SLOTS_FETCH_H

#include <stdbool.h>

#include "sqlite.h"
#include "value.h"

/*
** The `count` columns behind the first one, a key, of the row; their bytes live until the statement
** is stepped again. SQLITE_OK or SQLITE_NOMEM.
*/
int fetch_values(sqlite3_stmt *statement, int count, Value *values);

/*
** Whether a query that failed with `rc` may be treated as one without an answer. After any other
** error the transaction may have been rolled back, or memory have run out: the caller must report
** it.
*/
bool fetch_may_fail(int rc);

/* Runs statements without results and frees `sql`, which is NULL where memory ran out. */
int fetch_nothing(sqlite3 *db, char *sql);

/*
** The first column of a query's only row, as an integer; without a row *integer is left as it is.
*/
int fetch_integer(sqlite3 *db, const char *sql, int64_t *integer);

#endif
