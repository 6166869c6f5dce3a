/*
** orphans.h: tables that are in no database any more: DETACH does not tell a virtual table that its
** database goes.
**
** Calls shadow.h, hold.h, store/, fetch.h.
*/
#ifndef SLOTS_ORPHANS_H
#define SLOTS_ORPHANS_H

#include "base/sqlite.h"
#include "store/table.h"

/*
** Reduces `tables` to those whose id is in no shadow table of the connection, and to none where a
** database cannot be read now. An SQLite error code.
*/
int orphans_find(sqlite3 *db, Table **tables, uint32_t *count);

#endif
