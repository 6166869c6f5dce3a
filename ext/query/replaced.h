/*
** replaced.h: whether like() and glob() are core's own.
**
** An application may replace them (ICU does), and then they mean what it likes.
** PRAGMA case_sensitive_like replaces like() too, and nobody can tell the two
** apart. Either expires the statements that use the function, so the answer holds
** for as long as a plan does. Calls fetch.h.
*/
#ifndef SLOTS_REPLACED_H
#define SLOTS_REPLACED_H

#include <stdbool.h>

#include "base/sqlite.h"

/*
** *replaced is true where another function of two arguments is in force, and where it cannot be
** told, as core was built without pragma_function_list, or an interrupt came. SQLITE_OK or an
** error: a statement that failed may have rolled back the transaction.
*/
int function_is_replaced(sqlite3 *db, const char *name, bool *replaced);

#endif
