/*
** statement.h: what the running statement says and core does not pass on to a
** virtual table: which columns an INSERT leaves out, which arrive as NULL like
** those it sets to NULL, and whether it says OR ABORT, which arrives like no OR.
**
** Read from the SQL of the connection's running statements. Of one that reaches the table through a
** trigger or a view nothing is known, as it names another table; nor where two running statements
** say different things. Calls tokens.h.
*/
#ifndef SLOTS_STATEMENT_H
#define SLOTS_STATEMENT_H

#include <stdbool.h>

#include "base/sqlite.h"

typedef struct Statement {
  bool searched; /* else nothing below is set */
  bool known;
  bool or_abort;
  bool names_all;   /* an INSERT without a list of columns */
  const char *list; /* behind the parenthesis that begins it; NULL: there is none */
} Statement;

/* Finds the INSERT, REPLACE or UPDATE of schema.table that is running. The SQL is borrowed. */
void statement_find(sqlite3 *db, const char *schema, const char *table, Statement *statement);

/* Whether a known INSERT gives the column a value, be it NULL. */
bool statement_names(const Statement *statement, const char *column);

#endif
