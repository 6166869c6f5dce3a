/*
** follow.h: temporary triggers that report which rows of a source this
** connection changes: SELECT slots_note(id, rowid).
**
** They belong to the connection's temp schema: nobody else sees them. A trigger
** on DELETE does not fire for rows that REPLACE removes, so those in its way are
** reported before, looked up by each unique index. Calls source.h.
*/
#ifndef SLOTS_FOLLOW_H
#define SLOTS_FOLLOW_H

#include <stdint.h>

#include "source.h"

/*
** Makes the triggers of the cache `id` where they are missing or out of date; `key` is what
** gives a row its rowid, as SQL. *followed is false where triggers would not see every
** change: a view, an index on an expression, a database that takes no trigger.
** SQLITE_OK, SQLITE_NOMEM or an error of reading the schema.
*/
int follow_source_changes(const Source *source, const char *key, int64_t id, bool *followed);

/*
** Drops them. SQLITE_OK, also where one may not be dropped and stays, or SQLITE_NOMEM: then core
** may have rolled back the transaction.
*/
int follow_no_more(sqlite3 *db, int64_t id);

/*
** Drops those of all caches but `ids`, numbers separated by commas: a rollback
** brings back the triggers of a cache that was dropped. SQLITE_OK or SQLITE_NOMEM.
*/
int follow_only(sqlite3 *db, const char *ids);

#endif
