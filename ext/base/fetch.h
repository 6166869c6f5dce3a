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

/* Runs statements without results; `format` is one of sqlite3_mprintf's. An SQLite error code. */
int fetch_nothing(sqlite3 *db, const char *format, ...);

/* Prepares a statement; *statement is NULL after an error. As fetch_nothing. */
int fetch_prepare(sqlite3 *db, sqlite3_stmt **statement, const char *format, ...);

/* Ends a statement, or NULL, whose use so far has answered `rc`: the first error of the two. */
int fetch_end(sqlite3_stmt *statement, int rc);

/*
** The first column of a query's only row, as an integer; without a row *integer is left as it is.
*/
int fetch_integer(sqlite3 *db, const char *sql, int64_t *integer);

#endif
