/*
** rowid_column.h: the names under which a table's rowid can be read: a column that is an alias of
** it, and SQL's own names. Calls fetch.h.
*/
#ifndef SLOTS_ROWID_COLUMN_H
#define SLOTS_ROWID_COLUMN_H

#include "sqlite.h"

/* SQL's names for a rowid, in the order in which they are tried. */
#define ROWID_NAMES 3
extern const char *const rowid_names[ROWID_NAMES];

/*
** The column of schema.table that is another name of its rowid, in sqlite3_malloc's memory;
** *name is NULL where there is none: no INTEGER PRIMARY KEY, or one with DESC, or a
** table WITHOUT ROWID (https://www.sqlite.org/lang_createtable.html#rowid). `schema` NULL:
** the database that core finds the table in. An SQLite error code.
*/
int rowid_column(sqlite3 *db, const char *schema, const char *table, char **name);

/*
** The first of SQL's names for a rowid that no column of `from`, quoted for SQL, has taken; *name
** is static, NULL where core knows no such name. An SQLite error code.
*/
int rowid_name(sqlite3 *db, const char *from, const char **name);

#endif
