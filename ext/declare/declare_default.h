/*
** declare_default.h: DEFAULT, the value of a column that an INSERT leaves out.
**
** Calls parser.h.
*/
#ifndef SLOTS_DECLARE_DEFAULT_H
#define SLOTS_DECLARE_DEFAULT_H

#include "parser.h"

/*
** What follows DEFAULT: a literal, a signed number, CURRENT_TIMESTAMP and the
** like, a name, which stands for the string, or an expression in parentheses.
** SQLITE_OK, SQLITE_ERROR with a message, or SQLITE_NOMEM.
*/
int declare_default(Parser *parser, DefaultDef *value);

#endif
