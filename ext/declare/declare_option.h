/*
** declare_option.h: options `name = value` of CREATE VIRTUAL TABLE.
**
** Calls parser.h.
*/
#ifndef SLOTS_DECLARE_OPTION_H
#define SLOTS_DECLARE_OPTION_H

#include "parser.h"

/* Whether the argument is an option: a word and an equals sign. */
bool declare_is_option(const char *argument);

/* Reads it into the schema. SQLITE_OK, SQLITE_ERROR with a message, or SQLITE_NOMEM. */
int declare_option(Parser *parser);

/* Whether a snapshot keeps the option: compress, not where rows come from. */
bool declare_option_is_kept(const char *argument);

/* After the last argument: whether the options go together. As declare_option. */
int declare_settle_options(Parser *parser);

#endif
