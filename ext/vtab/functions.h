/*
** functions.h: SQL functions that show what is in the store, and save it.
**
**     SELECT * FROM slots_layout('images');    -- a row a slot: the packed struct
**     SELECT * FROM slots_stats('images');     -- where the bytes go
**     SELECT * FROM slots_advise('rows');      -- what a slots table of these rows would take
**     SELECT * FROM slots_progress;            -- long work that goes on
**     SELECT slots_count('images');            -- the number of rows, at once
**     SELECT slots_save('images', 'images.slots');    -- writes a file, its size in bytes
**     SELECT slots_version();
**
** Calls report/, cache.h, registry.h, mount.h, progress.h.
*/
#ifndef SLOTS_FUNCTIONS_H
#define SLOTS_FUNCTIONS_H

#include "base/sqlite.h"

#define SLOTS_VERSION "0.1.0"

/* Registers all of them. An SQLite error code. */
int functions_register(sqlite3 *db);

#endif
