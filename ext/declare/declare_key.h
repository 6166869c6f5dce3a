/*
** declare_key.h: UNIQUE, PRIMARY KEY and INDEX, behind a column or of the table.
**
** Calls parser.h, segment/.
*/
#ifndef SLOTS_DECLARE_KEY_H
#define SLOTS_DECLARE_KEY_H

#include "parser.h"

typedef enum KeyKind { KEY_INDEX, KEY_UNIQUE, KEY_PRIMARY } KeyKind;

/*
** What follows UNIQUE, INDEX or PRIMARY (column `column`'s, or the table's with
** its list of columns). SQLITE_OK, SQLITE_ERROR with a message, or SQLITE_NOMEM.
*/
int declare_column_key(Parser *parser, KeyKind kind, int column);
int declare_table_key(Parser *parser, KeyKind kind);

/* After a column was read: gives its keys, those from number `first` on, its collation. */
int declare_column_collations(Parser *parser, int first);

/*
** After all was read: drops keys and columns of keys that the rowid, another key or another column
** makes redundant.
*/
int declare_settle_keys(Parser *parser);

#endif
