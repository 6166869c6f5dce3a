/*
** declare.c: see declare.h.
*/
#include "declare.h"

#include "declare_column.h"
#include "declare_key.h"
#include "declare_option.h"
#include "declare_table.h"
#include "sqlite.h"

static int read_argument(Parser *parser, const char *argument) {
  parser->argument = parser->at = argument;
  if (declare_is_option(argument)) return declare_option(parser);
  bool constraint = declare_is_constraint(argument);
  /* As in core, a name behind the last column lasts into the first constraint of the table. */
  if (!constraint || parser->in_constraints) parser->constraint = (Token){.kind = TOKEN_END};
  parser->in_constraints = constraint;
  return constraint ? declare_constraint(parser) : declare_column(parser);
}

static int declare_image_class(Parser *parser) {
  static const char *const columns[] = {"id INTEGER PRIMARY KEY", "caption TEXT", "url TEXT"};
  int rc = SQLITE_OK;
  for (int i = 0; i < 3 && rc == SQLITE_OK; i++) rc = read_argument(parser, columns[i]);
  return rc;
}

int schema_parse(const char *name, const char *const *arguments, int count, Schema **schema,
                 char **error) {
  *error = NULL;
  *schema = schema_create();
  if (*schema == NULL) return SQLITE_NOMEM;
  Parser parser = {.schema = *schema, .table = name, .error = error};
  /* Empty parentheses are one empty argument. */
  if (count == 1 && token_peek(arguments[0]).kind == TOKEN_END) count = 0;
  int rc = SQLITE_OK;
  for (int i = 0; i < count && rc == SQLITE_OK; i++) rc = read_argument(&parser, arguments[i]);
  if (rc == SQLITE_OK && (*schema)->count == 0) rc = declare_image_class(&parser);
  if (rc == SQLITE_OK) rc = declare_settle_keys(&parser);
  if (rc != SQLITE_OK) {
    schema_free(*schema);
    *schema = NULL;
  }
  return rc;
}
