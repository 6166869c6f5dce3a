/*
** declare.h: the arguments of CREATE VIRTUAL TABLE, parsed into a Schema.
**
** Column definitions as in CREATE TABLE, and options `name = value`. What is not
** understood or not supported is refused with a message that names it. Calls
** tokens.h, affinity.h, index.h.
*/
#ifndef SLOTS_DECLARE_H
#define SLOTS_DECLARE_H

#include <stdbool.h>

#include "affinity.h"
#include "index.h"
#include "text/text.h"

typedef struct ColumnDef {
  char *name;
  char *type;      /* as declared, NULL without */
  char *collation; /* NULL: BINARY */
  Affinity affinity;
  bool not_null;
  bool primary_key; /* alone or with others */
} ColumnDef;

typedef struct Schema {
  ColumnDef *columns;
  int count;
  int key; /* the INTEGER PRIMARY KEY, another name of the rowid; -1: none */
  bool has_primary_key;
  IndexDef *indexes; /* UNIQUE, PRIMARY KEY and INDEX, in order */
  int index_count;
  TextProfile profile;
  bool has_profile; /* compress= was given */
} Schema;

/*
** Parses `count` arguments; none at all declare the Image class: id, caption,
** url. On SQLITE_ERROR *error is a message in sqlite3_malloc's memory.
*/
int schema_parse(const char *const *arguments, int count, Schema **schema, char **error);

/*
** The CREATE TABLE statement for sqlite3_declare_vtab. *command is the number
** of the hidden column named like the table, which takes commands, or -1 where
** a column of the table has that name. NULL when memory is short.
*/
char *schema_declaration(const Schema *schema, const char *table, int *command);

void schema_free(Schema *schema); /* NULL is allowed */

#endif
