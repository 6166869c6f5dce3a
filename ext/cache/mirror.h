/*
** mirror.h: makes the rows of a Table those of a query, changing what differs.
**
** Writes the table's own undo log, so that the caller can take back what was done before an error.
** Calls scan.h, store/, row.h, base/.
*/
#ifndef SLOTS_MIRROR_H
#define SLOTS_MIRROR_H

#include "query/scan.h"
#include "base/sqlite.h"

typedef struct Mirror {
  sqlite3 *db;
  Table *table;
  const char *name;    /* of the cache, for messages */
  const char *from;    /* the source, as SQL */
  const char *alias;   /* what it is called in `columns` */
  const char *columns; /* of it, as SQL, separated by commas: one a column of the table */
  const char *key;     /* the column that gives a row its rowid, as SQL; NULL: rows are numbered */
  bool countable;      /* counting its rows takes next to no time: it is a table */
  int key_column;      /* the column that repeats the rowid and is not stored, or -1 */
} Mirror;

/* All rows. An SQLite error code, with a message in *error or NULL; rows may be half changed. */
int mirror_all(const Mirror *mirror, char **error);

/* The rows of some rowids, in any order, repeated or not; needs a key. As mirror_all. */
int mirror_rows(const Mirror *mirror, const int64_t *rowids, size_t count, char **error);

#endif
