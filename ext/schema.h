/*
** schema.h: what CREATE VIRTUAL TABLE declared, and the words for it that core reads.
**
** A Schema owns its columns and indexes. declare.h fills it. Calls affinity.h,
** index.h.
*/
#ifndef SLOTS_SCHEMA_H
#define SLOTS_SCHEMA_H

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

/* An empty one, or NULL when memory is short. */
Schema *schema_create(void);
void schema_free(Schema *schema); /* NULL is allowed */

/* Adds a column or an index. SQLITE_OK or SQLITE_NOMEM. `name` is taken over, even then. */
int schema_add_column(Schema *schema, char *name);
int schema_add_index(Schema *schema, IndexDef **index);

/* The number of the column of that name, or -1. */
int schema_find_column(const Schema *schema, const char *name);

/* Whether column number `column` is INTEGER, which alone makes a key the rowid. */
bool schema_is_integer(const Schema *schema, int column);

/*
** The CREATE TABLE statement for sqlite3_declare_vtab. *command is the number
** of the hidden column named like the table, which takes commands, or -1 where
** a column of the table has that name. NULL when memory is short.
*/
char *schema_declaration(const Schema *schema, const char *table, int *command);

#endif
