/*
** command.h: commands in FTS5's idiom, INSERT INTO images(images) VALUES('optimize').
**
**   optimize         seals every open row and merges small segments
**   refresh          takes up a newer snapshot file; a cache is brought up to date (cache.h)
**   rebuild          of a cache: compares all rows (cache.h)
**   integrity-check  SQLITE_CORRUPT, with what is wrong, unless all is well
**
** Calls write/, mount.h, store/, base/.
*/
#ifndef SLOTS_COMMAND_H
#define SLOTS_COMMAND_H

#include "write/change.h"

/*
** Runs one that is not of caches alone on the writer's table. SQLITE_OK, or an error with a
** message.
*/
int command_run(const Writer *writer, const char *command, bool of_cache);

/* SQLITE_READONLY, with a message, of a table that takes no changes; else SQLITE_OK. */
int command_refuse_write(const Writer *writer);

/* What is wrong with the table, in sqlite3_malloc's memory, or NULL; see integrity.h. */
int command_check(const Writer *writer, bool quick, char **problem);

#endif
