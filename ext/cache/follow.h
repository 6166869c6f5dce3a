/*
** follow.h: temporary triggers that report which rows of a source this
** connection changes: SELECT slots_note(id, rowid, kind).
**
** They belong to the connection's temp schema: nobody else sees them. A trigger
** on DELETE does not fire for rows that REPLACE removes, so those in its way are
** reported before, looked up by each unique index, as they are still there then.
**
** A statement that core is compiling while triggers are made does not fire them, and one whose
** triggers are dropped meanwhile crashes: core has looked them up by then. So each trigger's name
** tells its words, and those of other words stay until nothing is compiled that may fire them.
**
** Calls trigger_bodies.h, fetch.h, statements.h, and source.h (its types).
*/
#ifndef SLOTS_FOLLOW_H
#define SLOTS_FOLLOW_H

#include <stdint.h>

#include "source.h"

typedef enum FollowHow {
  FOLLOW_AS_IS, /* by what triggers there are */
  FOLLOW_MAKE,  /* those that are missing are made */
  FOLLOW_TIDY   /* and others of the cache dropped */
} FollowHow;

/*
** Has triggers of the cache `id` report what changes; `key` is what gives a row its rowid, as SQL.
** *followed is false where they would not see every change: a view, an index on an expression,
** another trigger in temp with RAISE, a database that takes no trigger. SQLITE_OK, SQLITE_NOMEM or
** an error of reading the schema.
*/
int follow_source_changes(const Source *source, const char *key, int64_t id, FollowHow how,
                          bool *followed);

/*
** A number that another one follows when triggers were made or dropped; 0 where an authorizer
** keeps it secret. SQLITE_OK or SQLITE_NOMEM.
*/
int follow_version(sqlite3 *db, int64_t *version);

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
