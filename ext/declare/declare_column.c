/*
** declare_column.c: see declare_column.h.
*/
#include "declare_column.h"

#include "declare_check.h"
#include "declare_default.h"
#include "declare_key.h"
#include "base/sqlite.h"

/* Words that end a type. */
static const char *const constraint_words[] = {
    "CONSTRAINT", "PRIMARY", "NOT",       "NULL", "UNIQUE", "CHECK",   "DEFAULT",    "COLLATE",
    "REFERENCES", "INDEX",   "GENERATED", "AS",   "ON",     "FOREIGN", "DEFERRABLE", NULL};

/* Whether core, which looks between quotes, too, may hide a column of this type. */
static bool may_hide(const Token *token) {
  if (token->kind == TOKEN_WORD) return token_is_word(token, "HIDDEN");
  for (size_t i = 0; i < token->size; i++) {
    if (sqlite3_strnicmp(token->text + i, "HIDDEN", 6) == 0) return true;
  }
  return false;
}

/* Of a type that begins with a quote core keeps what that holds. */
static int take_type(const Token *first, const char *end, ColumnDef *column) {
  if (end == first->text) return SQLITE_OK;
  column->type_quoted = first->kind != TOKEN_WORD;
  column->type = column->type_quoted
                     ? token_name(first)
                     : sqlite3_mprintf("%.*s", (int)(end - first->text), first->text);
  if (column->type == NULL) return SQLITE_NOMEM;
  column->affinity = affinity_of_type(column->type);
  column->integer =
      sqlite3_stricmp(column->type, "INTEGER") == 0 && end == first->text + first->size;
  return SQLITE_OK;
}

/* The type's words as they stand, with what is in parentheses behind them. */
static int read_type(Parser *parser, ColumnDef *column) {
  const Token first = parser_peek(parser);
  Token token = first;
  const char *end = first.text;
  while (token_is_name(&token) && !token_is_any(&token, constraint_words)) {
    if (may_hide(&token)) {
      return parser_fail(parser, "column %s: a type cannot contain HIDDEN", column->name);
    }
    parser_next(parser);
    end = token.text + token.size;
    token = parser_peek(parser);
  }
  if (end > first.text && token_is_sign(&token, '(')) {
    parser_next(parser);
    int rc = parser_skip_parentheses(parser);
    if (rc != SQLITE_OK) return rc;
    end = parser->at;
  }
  return take_type(&first, end, column);
}

static int read_collation(Parser *parser, ColumnDef *column) {
  sqlite3_free(column->collation);
  column->collation = NULL;
  return parser_name(parser, &column->collation);
}

static int read_not(Parser *parser, ColumnDef *column) {
  if (parser_accept(parser, "DEFERRABLE")) return declare_deferrable(parser);
  int rc = parser_expect_word(parser, "NULL");
  if (rc != SQLITE_OK) return rc;
  column->not_null = true;
  return parser_conflict(parser, &column->if_null);
}

static int read_null(Parser *parser) {
  Conflict ignored;
  return parser_conflict(parser, &ignored);
}

static int refuse(Parser *parser, const ColumnDef *column, const Token *token) {
  if (!token_is_any(token, constraint_words)) return parser_cannot(parser, token);
  return parser_fail(parser, "column %s: %.*s is not supported", column->name, (int)token->size,
                     token->text);
}

static int read_constraint(Parser *parser, int index) {
  ColumnDef *column = &parser->schema->columns[index];
  Token token = parser_next(parser);
  if (token_is_word(&token, "CONSTRAINT")) return declare_name(parser);
  if (token_is_word(&token, "PRIMARY")) return declare_column_key(parser, KEY_PRIMARY, index);
  if (token_is_word(&token, "UNIQUE")) return declare_column_key(parser, KEY_UNIQUE, index);
  if (token_is_word(&token, "INDEX")) return declare_column_key(parser, KEY_INDEX, index);
  if (token_is_word(&token, "COLLATE")) return read_collation(parser, column);
  if (token_is_word(&token, "NULL")) return read_null(parser);
  if (token_is_word(&token, "NOT")) return read_not(parser, column);
  if (token_is_word(&token, "CHECK")) return declare_check(parser);
  if (token_is_word(&token, "DEFAULT")) return declare_default(parser, &column->value);
  if (token_is_word(&token, "REFERENCES")) return declare_references(parser);
  if (token_is_word(&token, "DEFERRABLE")) return declare_deferrable(parser);
  return refuse(parser, column, &token);
}

int declare_column(Parser *parser) {
  Schema *schema = parser->schema;
  char *name = NULL;
  int first_key = schema->index_count;
  int rc = parser_name(parser, &name);
  if (rc == SQLITE_OK) rc = schema_add_column(schema, name);
  if (rc == SQLITE_OK) rc = read_type(parser, &schema->columns[schema->count - 1]);
  while (rc == SQLITE_OK && parser_peek(parser).kind != TOKEN_END) {
    rc = read_constraint(parser, schema->count - 1);
  }
  return rc == SQLITE_OK ? declare_column_collations(parser, first_key) : rc;
}
