/*
** image.h: the snapshot file beside a cache, which processes share.
**
** A cache takes the file's rows up before it compares them with its source, so
** that only what differs takes memory of its own. Who finds that much differs
** publishes all rows anew, and maps what was written like everybody else. What
** the file holds is never trusted beyond that: a file that is missing, damaged or another
** table's is replaced. Calls snapshot_write.h, table.h.
*/
#ifndef SLOTS_IMAGE_H
#define SLOTS_IMAGE_H

#include "table.h"

/*
** Makes the rows of the file at `path` those of the table, where it is newer than
** what the table has; open rows are dropped. Nothing happens while cursors are open, and
** where the file is of no use. The table's log must be empty. SQLITE_OK or SQLITE_NOMEM.
*/
int image_take_up(Table *table, const char *path);

/* Whether more than a sixteenth of the rows are not in the file. */
bool image_is_due(const Table *table);

/*
** Writes all rows to the file and takes it up, if that is due.
** A file that cannot be written is no error: SQLite's log says so. SQLITE_OK, SQLITE_NOMEM,
** or SQLITE_CORRUPT from a segment that is read.
*/
int image_publish(Table *table, const char *name, const char *path);

#endif
