/*
** mount.h: tables whose rows come from a snapshot file.
**
** Such a table is one like any other: its segments are the file's, and what the connection writes
** goes to open rows above them and is sealed into segments of its own. So the file never changes,
** and what was written is lost when the connection closes, unless it was saved.
**
** Calls snapshot_write.h, declare/, table.h, snapshot/, segment_list.h,
** message.h.
*/
#ifndef SLOTS_MOUNT_H
#define SLOTS_MOUNT_H

#include "declare/declare.h"
#include "store/table.h"

/*
** Makes of the options in *schema (snapshot=, readonly=, follow=) the schema that the file
** declares for a table `name`, with those options, and fills in `def`, whose references and
** pointers mount_clear gives up; `def` borrows from the schema. `serials` is the largest serial
** number of a segment so far. An error has a message, unless it is SQLITE_NOMEM.
*/
int mount_open(const char *name, Schema **schema, uint64_t serials, TableDef *def, char **error);
void mount_clear(TableDef *def);

/* The same schema for a declaration that is known: from a Table, or a shadow table. */
int mount_schema(const char *name, Schema **schema, const unsigned char *declaration, size_t size,
                 char **error);

/* Fills in `def` of a table that comes from no file. */
void mount_define(const Schema *schema, TableDef *def);

/*
** Takes up the file that the table's path names now. It is refused (SQLITE_LOCKED)
** while cursors are open, and (SQLITE_ERROR) where the table has changes of its own
** or the file declares another table. As mount_open.
*/
int mount_refresh(Table *table, const char *name, char **error);

/*
** The same for a table with follow=on, where a transaction begins: outside BEGIN ... COMMIT, and
** while no other statement reads the table.
*/
int mount_follow(Table *table, const char *name, char **error);

/*
** Seals all rows and saves them at `path`; *size becomes the bytes written. Refused
** (SQLITE_ERROR) while the table has changes that are not committed. As mount_open.
*/
int mount_save(Table *table, const char *name, const char *path, uint64_t *size, char **error);

#endif
