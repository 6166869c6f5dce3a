/*
** schema.h: what CREATE VIRTUAL TABLE declared, and the words for it that core reads.
**
** A Schema owns its columns and indexes. declare.h fills it. Calls affinity.h, index_def.h,
** text/text.h, buffer.h.
*/
#ifndef SLOTS_SCHEMA_H
#define SLOTS_SCHEMA_H

#include <stdbool.h>

#include "affinity.h"
#include "segment/index_def.h"
#include "text/text.h"

/* What a declaration says is done with a row that breaks a constraint. */
typedef enum Conflict { CONFLICT_NONE, CONFLICT_ABORT, CONFLICT_IGNORE, CONFLICT_REPLACE } Conflict;

/* The value of a column that an INSERT leaves out. */
typedef struct DefaultDef {
  char *declared;   /* as it stands behind DEFAULT; NULL: there is none */
  char *expression; /* the same as an expression */
  bool varies;      /* is to be computed again for each row */
} DefaultDef;

typedef struct ColumnDef {
  char *name;
  char *type;       /* as core keeps it, NULL without; */
  bool type_quoted; /* declared in quotes, where it may be anything */
  bool integer;     /* INTEGER, quoted or not, and nothing else: a key of that is the rowid */
  char *collation;  /* NULL: BINARY */
  Affinity affinity;
  bool not_null;
  Conflict if_null;
  bool primary_key; /* alone or with others */
  DefaultDef value;
  uint64_t checks; /* the CHECKs that may name it (schema_check_bit) */
} ColumnDef;

typedef struct CheckDef {
  char *name;       /* in messages: of the constraint, or else its text */
  char *expression; /* without its parentheses */
} CheckDef;

/* What an IndexDef does not say about UNIQUE and PRIMARY KEY. */
typedef struct KeyRule {
  Conflict conflict;
  bool primary;
} KeyRule;

typedef struct Schema {
  ColumnDef *columns;
  int count;
  int key; /* the INTEGER PRIMARY KEY, another name of the rowid; -1: none */
  Conflict key_conflict;
  bool autoincrement;
  bool has_primary_key;
  bool has_references; /* REFERENCES or FOREIGN KEY */
  bool has_defaults;
  IndexDef *indexes; /* UNIQUE, PRIMARY KEY and INDEX, in order */
  KeyRule *rules;    /* one an index */
  int index_count;
  CheckDef *checks; /* in order */
  int check_count;
  uint64_t rowid_checks; /* those that may name the rowid, by its key or another name */
  TextProfile profile;
  bool has_content; /* content= was given */
  char *snapshot;   /* the file that columns and rows come from; NULL: none */
  bool read_only;
  bool utf16;         /* the database's texts are UTF-16, and so is their order */
  bool follow;        /* takes up newer files by itself */
  Buffer declaration; /* the arguments that a snapshot keeps, a zero byte behind each */
} Schema;

/* All CHECKs, and the bit of one; those behind the 63rd share the last. */
#define SCHEMA_CHECKS_ALL UINT64_MAX
static inline int schema_check_bit(int check) { return check < 63 ? check : 63; }

/* An empty one, or NULL when memory is short. */
Schema *schema_create(void);
void schema_free(Schema *schema); /* NULL is allowed */

/*
** Adds a column, an index or a CHECK. SQLITE_OK or SQLITE_NOMEM. `name` is taken over, even then.
*/
int schema_add_column(Schema *schema, char *name);
int schema_add_index(Schema *schema, IndexDef **index, KeyRule **rule);
int schema_add_check(Schema *schema, CheckDef **check);
void schema_remove_index(Schema *schema, int index);

/* Whether an index begins with the column. */
bool schema_has_index(const Schema *schema, uint32_t column);

/* Lists what comes before the column in indexes that have it second or third. */
void schema_list_prefixes(const Schema *schema, uint32_t column, IndexPrefixes *prefixes);

/* The number of the column of that name, or -1. */
int schema_find_column(const Schema *schema, const char *name);

/*
** The CREATE TABLE statement for sqlite3_declare_vtab. *command is the number
** of the hidden column named like the table, which takes commands, or -1 where
** a column of the table has that name. NULL when memory is short.
*/
char *schema_declaration(const Schema *schema, const char *table, int *command);

/* The same for a table of the columns alone, in which expressions are evaluated. */
char *schema_row_declaration(const Schema *schema);

#endif
