/*
** vtab.h: the module `slots`: sqlite3_module's methods. Calls connect.h, command.h, write.h,
** cache.h, query/, connection/, mount.h, store/, result.h.
*/
#ifndef SLOTS_VTAB_H
#define SLOTS_VTAB_H

#include "base/sqlite.h"

/* Registers the module. An SQLite error code. */
int vtab_register(sqlite3 *db);

#endif
