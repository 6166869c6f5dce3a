/*
** replaced.h: whether like() and glob() are core's own.
**
** An application may replace them (ICU does), and then they mean what it likes;
** PRAGMA case_sensitive_like replaces like(), too. Either expires the statements
** that use the function, so the answer holds for as long as a plan does.
**
** Core adds a range to what LIKE 'a%' or GLOB 'a*' asks of a table, of which each
** row that matches is part, for its own functions alone (SQLite documentation,
** "The LIKE Optimization"). So they are asked of an eponymous table that shows a
** row where it is offered the range: a tenth of the time of pragma_function_list,
** which lists all functions. Calls fetch.h, message.h.
*/
#ifndef SLOTS_REPLACED_H
#define SLOTS_REPLACED_H

#include <stdbool.h>

#include "base/sqlite.h"

typedef enum MatchFunction { MATCH_LIKE, MATCH_GLOB } MatchFunction;

/* Makes the table known to a connection. SQLITE_OK or an error of core's. */
int replaced_register(sqlite3 *db);

/*
** *replaced is true where another function of two arguments is in force, and where it cannot be
** told, as core was built without the optimization, or an interrupt came. SQLITE_OK or an error: a
** statement that failed may have rolled back the transaction.
*/
int function_is_replaced(sqlite3 *db, MatchFunction function, bool *replaced);

#endif
