/*
** declare_column.c: see declare_column.h.
*/
#include "declare_column.h"

#include "declare_key.h"
#include "sqlite.h"

/* Words that end a type. */
static const char *const constraint_words[] = {
    "CONSTRAINT", "PRIMARY", "NOT",       "NULL", "UNIQUE", "CHECK",   "DEFAULT",    "COLLATE",
    "REFERENCES", "INDEX",   "GENERATED", "AS",   "ON",     "FOREIGN", "DEFERRABLE", NULL};

/* The type's words as they stand, with what is in parentheses behind them. */
static int read_type(Parser *parser, ColumnDef *column) {
  Token token = parser_peek(parser);
  const char *start = token.text, *end = start;
  while (token_is_name(&token) && !parser_is_any(&token, constraint_words)) {
    if (token_is_word(&token, "HIDDEN")) {
      return parser_fail(parser, "column %s: a type cannot contain HIDDEN", column->name);
    }
    parser_next(parser);
    end = token.text + token.size;
    token = parser_peek(parser);
  }
  if (end > start && token_is_sign(&token, '(')) {
    parser_next(parser);
    int rc = parser_skip_parentheses(parser);
    if (rc != SQLITE_OK) return rc;
    end = parser->at;
  }
  if (end > start) {
    column->type = sqlite3_mprintf("%.*s", (int)(end - start), start);
    if (column->type == NULL) return SQLITE_NOMEM;
  }
  column->affinity = affinity_of_type(column->type);
  return SQLITE_OK;
}

static int read_collation(Parser *parser, ColumnDef *column) {
  sqlite3_free(column->collation);
  column->collation = NULL;
  return parser_name(parser, &column->collation);
}

static int skip_name(Parser *parser) {
  Token name = parser_next(parser);
  return token_is_name(&name) ? SQLITE_OK : parser_cannot(parser, &name);
}

static int read_constraint(Parser *parser, int index) {
  ColumnDef *column = &parser->schema->columns[index];
  Token token = parser_next(parser);
  if (token_is_word(&token, "CONSTRAINT")) return skip_name(parser);
  if (token_is_word(&token, "PRIMARY")) return declare_column_key(parser, KEY_PRIMARY, index);
  if (token_is_word(&token, "UNIQUE")) return declare_column_key(parser, KEY_UNIQUE, index);
  if (token_is_word(&token, "INDEX")) return declare_column_key(parser, KEY_INDEX, index);
  if (token_is_word(&token, "COLLATE")) return read_collation(parser, column);
  if (token_is_word(&token, "NULL")) return SQLITE_OK;
  if (token_is_word(&token, "NOT") && parser_accept(parser, "NULL")) {
    column->not_null = true;
    return SQLITE_OK;
  }
  if (parser_is_any(&token, constraint_words)) {
    return parser_fail(parser, "column %s: %.*s is not supported", column->name, (int)token.size,
                       token.text);
  }
  return parser_cannot(parser, &token);
}

int declare_column(Parser *parser) {
  Schema *schema = parser->schema;
  char *name = NULL;
  int rc = parser_name(parser, &name);
  if (rc == SQLITE_OK) rc = schema_add_column(schema, name);
  if (rc == SQLITE_OK) rc = read_type(parser, &schema->columns[schema->count - 1]);
  while (rc == SQLITE_OK && parser_peek(parser).kind != TOKEN_END) {
    rc = read_constraint(parser, schema->count - 1);
  }
  return rc;
}
