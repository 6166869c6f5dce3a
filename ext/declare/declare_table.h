/*
** declare_table.h: constraints of the whole table.
**
** Calls declare_key.h, declare_check.h, parser.h.
*/
#ifndef SLOTS_DECLARE_TABLE_H
#define SLOTS_DECLARE_TABLE_H

#include "parser.h"

/* Whether the argument begins like one. */
bool declare_is_constraint(const char *argument);

/*
** Reads it into the schema, and those that follow without a comma. SQLITE_OK, SQLITE_ERROR with a
** message, or SQLITE_NOMEM.
*/
int declare_constraint(Parser *parser);

#endif
