/*
** vtab.h: the module `slots`: sqlite3_module's methods over registry, plan,
** scan and write.
*/
#ifndef SLOTS_VTAB_H
#define SLOTS_VTAB_H

#include "base/sqlite.h"

/* Registers the module. An SQLite error code. */
int vtab_register(sqlite3 *db);

#endif
