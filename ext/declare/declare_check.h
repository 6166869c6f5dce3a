/*
** declare_check.h: CHECK and FOREIGN KEY, which columns and tables share.
**
** Expressions are not parsed, only their end is found: core compiles them
** (expression.h). Calls parser.h, rowid_column.h, ascii.h.
*/
#ifndef SLOTS_DECLARE_CHECK_H
#define SLOTS_DECLARE_CHECK_H

#include "parser.h"

/* What follows CHECK. SQLITE_OK, SQLITE_ERROR with a message, or SQLITE_NOMEM. */
int declare_check(Parser *parser);

/* At the end of a declaration: notes which columns each CHECK may name. */
void declare_settle_checks(Schema *schema);

/* What follows CONSTRAINT: the name of the constraints behind it. */
int declare_name(Parser *parser);

/* What follows REFERENCES, and FOREIGN: noted, and enforced as little as core does by default. */
int declare_references(Parser *parser);
int declare_foreign_key(Parser *parser);

/* What follows DEFERRABLE. */
int declare_deferrable(Parser *parser);

#endif
