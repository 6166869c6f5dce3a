/*
** shadow.h: the shadow table NAME_store, which holds the id by which a slots
** table's rows are found: core takes it along when the table is renamed,
** dropped, copied, or any of that rolled back.
**
** Functions answer SQLite error codes. Calls fetch.h, buffer.h.
*/
#ifndef SLOTS_SHADOW_H
#define SLOTS_SHADOW_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/sqlite.h"

/*
** Creates it with an id, and with the declaration of a table whose columns come from
** a file (NULL: none): it can then be named, and dropped, where the file is gone.
** last_insert_rowid() and changes() stay as they were.
*/
int shadow_create(sqlite3 *db, const char *schema, const char *name, int64_t id,
                  const Buffer *declaration);

/* Replaces `declaration` by what is kept; SQLITE_NOTFOUND where that is nothing. */
int shadow_declaration(sqlite3 *db, const char *schema, const char *name, Buffer *declaration);

/*
** The id; SQLITE_NOTFOUND where there is no such table or row, SQLITE_AUTH where an authorizer
** hides it.
*/
int shadow_read(sqlite3 *db, const char *schema, const char *name, int64_t *id);

int shadow_drop(sqlite3 *db, const char *schema, const char *name);
int shadow_rename(sqlite3 *db, const char *schema, const char *name, const char *to);

/* Calls `visit` with the id of every shadow table of every database of the connection. */
int shadow_visit(sqlite3 *db, void (*visit)(void *context, int64_t id), void *context);

#endif
