/*
** sqlite.h: SQLite's API for every other file of the extension.
**
** As a loadable extension all calls go through the host's table of routines;
** with SQLITE_CORE defined the same sources link statically. slots.c holds
** the one SQLITE_EXTENSION_INIT1.
*/
#ifndef SLOTS_SQLITE_H
#define SLOTS_SQLITE_H

#include <sqlite3ext.h>
#ifndef SLOTS_DEFINES_API
SQLITE_EXTENSION_INIT3
#endif

#endif
