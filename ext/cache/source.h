/*
** source.h: the table or view that a cache holds the rows of.
**
** Finds it, and says how to read it: its columns as definitions of a slots table,
** its rowid, whether triggers can report its changes. Reads the schema through
** SQL only. Owns its names. Calls base/.
*/
#ifndef SLOTS_SOURCE_H
#define SLOTS_SOURCE_H

#include <stdbool.h>

#include "base/sqlite.h"

/* A column, and its definition as schema_parse takes it. */
typedef struct SourceColumn {
  char *name;
  char *definition;
} SourceColumn;

typedef struct Source {
  sqlite3 *db;
  char *schema; /* the database it is in */
  char *name;
  char *from;         /* both, quoted for SQL */
  bool is_table;      /* not a view */
  bool is_everywhere; /* a view in temp, which may read any database */
  char *key;          /* the column that is its rowid; NULL: none */
  const char *rowid;  /* what SQL calls its rowid; NULL: it has none */
  bool may_be_strict; /* a table that it reads */
  SourceColumn *columns;
  int column_count;
} Source;

/* Reads the databases in which a source was found and core looks for it. All zeros is none. */
typedef struct SourceHold {
  sqlite3_stmt *databases;
  sqlite3_stmt *row;
} SourceHold;

/*
** Finds `content`, a name, in the database of the cache; for a cache in temp also
** in the others, as core looks for a name, or by `database.name`. SQLITE_ERROR
** with a message in *error where there is none or it cannot be followed.
**
** `hold`, else NULL, is for xCreate, as core may have read the schemas of other databases before
** somebody changed them. When it finds out it clears what it had, and that of temp, with the table
** that is being created: SQLITE_SCHEMA, with which it runs the statement again, and nothing that it
** passed may be used any more. Afterwards nobody else changes these schemas until source_let_go.
*/
int source_open(sqlite3 *db, const char *schema, const char *content, Source *source,
                SourceHold *hold, char **error);
void source_let_go(SourceHold *hold);
void source_close(Source *source);

/* The number of a column, or -1. */
int source_find_column(const Source *source, const char *name);

#endif
