/*
** snapshot_write.h: writes a table's sealed rows to a snapshot file.
**
** Calls store.h, snapshot/, index.h, text/, base/.
*/
#ifndef SLOTS_SNAPSHOT_WRITE_H
#define SLOTS_SNAPSHOT_WRITE_H

#include "store/store.h"

/*
** Writes the table, which has no open entry, to the file at `path`: whoever opens
** it finds the old file or the whole new one. *size becomes the bytes written.
** SQLITE_OK or an error, with a message in sqlite3_malloc's memory unless it is
** SQLITE_NOMEM or SQLITE_INTERRUPT.
*/
int snapshot_write(const Table *table, const char *path, uint64_t *size, char **error);

#endif
