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
  bool may_be_strict; /* a table that it reads, as far as is known */
  SourceColumn *columns;
  int column_count;
} Source;

/*
** Finds `content`, a name, in the database of the cache; for a cache in temp also
** in the others, as core looks for a name, or by `database.name`. SQLITE_ERROR
** with a message in *error where there is none or it cannot be followed.
*/
int source_open(sqlite3 *db, const char *schema, const char *content, Source *source, char **error);
void source_close(Source *source);

/*
** Finds out whether a table that it reads may be STRICT, by that word alone, which takes reading
** all definitions; until then any may be. SQLITE_OK or an error.
*/
int source_look_for_strict(Source *source);

/* Frees an array of columns, whoever made it. */
void source_free_columns(SourceColumn *columns, int count);

/* The number of a column, or -1. */
int source_find_column(const Source *source, const char *name);

#endif
