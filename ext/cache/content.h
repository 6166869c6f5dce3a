/*
** content.h: content='photos' in a declaration: a cache over a table or view.
**
** Its columns are those of the source, or the ones that are named; what stands
** beside a name is taken as it is. Calls source.h, hold.h, declare/, message.h.
*/
#ifndef SLOTS_CONTENT_H
#define SLOTS_CONTENT_H

#include "connection/hold.h"
#include "source.h"

typedef struct Content {
  char *target;           /* what content= says; NULL: no such option */
  Source source;          /* where there is a target */
  SchemaHold hold;        /* while the table is being created in temp */
  const char **arguments; /* for schema_parse: the declaration's, or made from the source */
  int count;
  char **made; /* those that were made, one an argument; owned */
  bool whole;  /* no column is named: they are all of the source's */
} Content;

/*
** Reads the arguments of a table in database `schema`. An SQLite error code, *error a message;
** while it is created SQLITE_SCHEMA (hold.h).
*/
int content_open(sqlite3 *db, const char *schema, const char *const *arguments, int count,
                 bool creating, Content *content, char **error);
void content_close(Content *content);

#endif
