/*
** declare.h: the arguments of CREATE VIRTUAL TABLE, parsed into a Schema.
**
** Column definitions and table constraints as in CREATE TABLE, and options
** `name = value`. What is not understood or not supported is refused with a
** message that names it. Calls declare_option.h, declare_column.h, declare_table.h,
** declare_key.h, declare_check.h, schema.h, buffer.h.
*/
#ifndef SLOTS_DECLARE_H
#define SLOTS_DECLARE_H

#include "schema.h"

/*
** Parses `count` arguments for the table `name`; none at all declare the Image
** class: id, caption, url. On SQLITE_ERROR *error is a message in
** sqlite3_malloc's memory.
*/
int schema_parse(const char *name, const char *const *arguments, int count, Schema **schema,
                 char **error);

/*
** The schema of a declaration as it is kept (schema.h), `size` bytes, the last of
** them zero. As schema_parse.
*/
int schema_reparse(const char *name, const unsigned char *declaration, size_t size, Schema **schema,
                   char **error);

#endif
