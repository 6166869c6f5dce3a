/*
** image.h: the snapshot file beside a cache, which processes share, or one
** without a name, which connections of a process share (shared_image.h).
**
** A cache takes the file's rows up before it compares them with its source, so
** that only what differs takes memory of its own. Who finds that much differs
** publishes all rows anew, and maps what was written like everybody else. What
** the file holds is never trusted beyond that: a file that is missing, damaged or another
** table's is replaced. Calls shared_image.h, mount.h, store/, snapshot/, segment_list.h.
*/
#ifndef SLOTS_IMAGE_H
#define SLOTS_IMAGE_H

#include "shared_image.h"
#include "store/table.h"

/* Where the rows lie: the file at `path`, or, where that is NULL, what `shared` has. */
typedef struct ImagePlace {
  char *path;
  SharedImage *shared; /* NULL with a path, or where there is no image at all */
} ImagePlace;

/*
** Makes the rows of the file those of the table, where it is another one than the
** table's come from; open rows are dropped. Nothing happens while cursors are open, and
** where the file is of no use. The table's log must be empty. SQLITE_OK or SQLITE_NOMEM.
*/
int image_take_up(Table *table, const ImagePlace *place);

/*
** Whether more than a sixteenth of the rows are not in the file, and somebody
** else could use them there.
*/
bool image_is_due(const Table *table, const ImagePlace *place);

/*
** Writes all rows to the file and takes it up, if that is due. A file that cannot
** be written is no error: SQLite's log says so. SQLITE_OK, SQLITE_NOMEM, or SQLITE_CORRUPT
** from a segment that is read.
*/
int image_publish(Table *table, const char *name, const ImagePlace *place);

#endif
