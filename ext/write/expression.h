/*
** expression.h: finds what core forbids in a declaration's expressions, but would compile in a
** statement, as which it evaluates them here.
**
** Calls tokens.h, fetch.h, message.h.
*/
#ifndef SLOTS_EXPRESSION_H
#define SLOTS_EXPRESSION_H

#include <stdbool.h>

#include "base/sqlite.h"

/* A subquery takes SELECT, VALUES or `IN table`: words that mean nothing else in an expression. */
bool expression_has_subquery(const char *expression);

/*
** Whether the expression calls a function that core allows in no schema: one
** that is SQLITE_DIRECTONLY, or, unless the schema is trusted, one that is not
** SQLITE_INNOCUOUS. Then *error is core's message. SQLITE_OK, or SQLITE_ERROR
** and other codes of core's.
*/
int expression_check_functions(sqlite3 *db, const char *expression, bool trusted, char **error);

#endif
