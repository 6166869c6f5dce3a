/*
** orphans.h: tables that no database knows any more: DETACH tells nobody what goes with it.
**
** Calls shadow.h, hold.h, store/, fetch.h.
*/
#ifndef SLOTS_ORPHANS_H
#define SLOTS_ORPHANS_H

#include "base/sqlite.h"
#include "store/table.h"

/*
** Leaves of *count tables those whose id stands in no shadow table of the connection, and none
** where a database cannot be read now. An SQLite error code.
*/
int orphans_find(sqlite3 *db, Table **tables, uint32_t *count);

#endif
