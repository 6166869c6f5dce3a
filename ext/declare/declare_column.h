/*
** declare_column.h: one column: its name, type and constraints.
**
** Calls declare_key.h, declare_check.h, declare_default.h, parser.h.
*/
#ifndef SLOTS_DECLARE_COLUMN_H
#define SLOTS_DECLARE_COLUMN_H

#include "parser.h"

/* Reads it into the schema. SQLITE_OK, SQLITE_ERROR with a message, or SQLITE_NOMEM. */
int declare_column(Parser *parser);

#endif
