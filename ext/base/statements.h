/*
** statements.h: what statements of a connection are doing. Calls nothing above SQLite.
*/
#ifndef SLOTS_STATEMENTS_H
#define SLOTS_STATEMENTS_H

#include <stdbool.h>

#include "sqlite.h"

/* How many are under way: begun, and not at their end. */
int statements_busy(sqlite3 *db);

/* How many that may write are. */
int statements_writing(sqlite3 *db);

/* How many core is in the middle of compiling; a program of a trigger counts as one. */
int statements_compiling(sqlite3 *db);

/*
** Whether one that may write is prepared, under way or not, and will not be prepared again before
** it runs, as it is up to date with the schema.
*/
bool statements_may_write(sqlite3 *db);

#endif
