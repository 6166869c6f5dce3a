/*
** declare.c: see declare.h.
*/
#include "declare.h"

#include <string.h>

#include "declare_check.h"
#include "declare_column.h"
#include "declare_key.h"
#include "declare_option.h"
#include "declare_table.h"
#include "base/sqlite.h"

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

static int keep_argument(Schema *schema, const char *argument) {
  if (declare_is_option(argument) && !declare_option_is_kept(argument)) return SQLITE_OK;
  return buffer_append(&schema->declaration, argument, strlen(argument) + 1);
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
  for (int i = 0; i < count && rc == SQLITE_OK; i++) {
    rc = read_argument(&parser, arguments[i]);
    if (rc == SQLITE_OK) rc = keep_argument(*schema, arguments[i]);
  }
  if (rc == SQLITE_OK) rc = declare_settle_options(&parser);
  if (rc == SQLITE_OK && (*schema)->count == 0) rc = declare_image_class(&parser);
  if (rc == SQLITE_OK) rc = declare_settle_keys(&parser);
  if (rc == SQLITE_OK) declare_settle_checks(*schema);
  if (rc != SQLITE_OK) {
    schema_free(*schema);
    *schema = NULL;
  }
  return rc;
}

int schema_reparse(const char *name, const unsigned char *declaration, size_t size, Schema **schema,
                   char **error) {
  int count = 0;
  *schema = NULL;
  *error = NULL;
  for (size_t i = 0; i < size; i++) count += declaration[i] == 0;
  const char **arguments = sqlite3_malloc64(((uint64_t)count + 1) * sizeof *arguments + size);
  if (arguments == NULL) return SQLITE_NOMEM;
  char *at = (char *)(arguments + count + 1);
  if (size > 0) memcpy(at, declaration, size);
  for (int i = 0; i < count; i++, at += strlen(at) + 1) arguments[i] = at;
  int rc = schema_parse(name, arguments, count, schema, error);
  sqlite3_free((void *)arguments);
  return rc;
}
