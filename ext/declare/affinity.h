/*
** affinity.h: column affinity, applied to values as core does for an ordinary
** table (https://www.sqlite.org/datatype3.html, sections 3.1 and 3).
**
** Calls base/.
*/
#ifndef SLOTS_AFFINITY_H
#define SLOTS_AFFINITY_H

#include <stdbool.h>

#include "base/sqlite.h"
#include "base/value.h"

typedef enum Affinity {
  AFFINITY_BLOB,
  AFFINITY_TEXT,
  AFFINITY_NUMERIC,
  AFFINITY_INTEGER,
  AFFINITY_REAL
} Affinity;

/* The affinity of a declared type; NULL or "" is AFFINITY_BLOB. */
Affinity affinity_of_type(const char *type);

/*
** The argument with the affinity applied. Its bytes belong to the argument or to
** *owned (NULL, or to be freed by sqlite3_value_free). SQLITE_OK or SQLITE_NOMEM.
*/
int affinity_apply(Affinity affinity, sqlite3_value *argument, Value *value, sqlite3_value **owned);

/* Whether a numeric affinity would make the text, of a UTF-8 database, a number. */
bool affinity_is_numeral(const Value *text);

/* The integer of which core makes this text; false where it is no such text. */
bool affinity_plain_integer(const Value *text, int64_t *integer);

#endif
