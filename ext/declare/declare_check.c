/*
** declare_check.c: see declare_check.h.
*/
#include "declare_check.h"

#include "base/ascii.h"
#include "base/rowid_column.h"
#include "base/sqlite.h"

static bool is_space(char c) { return ascii_is_space((unsigned char)c); }

/* The text without the space around it; as core does, cut down to what its first quotes hold. */
static char *text_name(const char *text, size_t size) {
  while (size > 0 && is_space(*text)) text++, size--;
  while (size > 0 && is_space(text[size - 1])) size--;
  Token token = token_peek(text);
  bool quoted = token.kind == TOKEN_QUOTED || token.kind == TOKEN_STRING;
  if (quoted && token.text == text) return token_name(&token);
  return sqlite3_mprintf("%.*s", (int)size, text);
}

int declare_check(Parser *parser) {
  const char *text = NULL;
  size_t size = 0;
  CheckDef *check = NULL;
  int rc = parser_parentheses(parser, &text, &size);
  if (rc == SQLITE_OK) rc = schema_add_check(parser->schema, &check);
  if (rc != SQLITE_OK) return rc;
  bool named = parser->constraint.kind != TOKEN_END;
  check->name = named ? token_name(&parser->constraint) : text_name(text, size);
  check->expression = sqlite3_mprintf("%.*s", (int)size, text);
  return check->name == NULL || check->expression == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static bool is_rowid(const Token *name) {
  for (int i = 0; i < ROWID_NAMES; i++) {
    if (token_is_named(name, rowid_names[i])) return true;
  }
  return false;
}

/* A token that may be the name of a column is taken for it. */
static void settle_name(Schema *schema, const Token *token, uint64_t bit) {
  int column = 0;
  while (column < schema->count && !token_is_named(token, schema->columns[column].name)) column++;
  if (column < schema->count) schema->columns[column].checks |= bit;
  if (column == schema->key || (column == schema->count && is_rowid(token))) {
    schema->rowid_checks |= bit;
  }
}

void declare_settle_checks(Schema *schema) {
  for (int i = 0; i < schema->check_count; i++) {
    const char *at = schema->checks[i].expression;
    for (Token token = token_next(&at); token.kind != TOKEN_END; token = token_next(&at)) {
      if (token_is_name(&token)) settle_name(schema, &token, UINT64_C(1) << schema_check_bit(i));
    }
  }
}

int declare_name(Parser *parser) {
  parser->constraint = parser_next(parser);
  return token_is_name(&parser->constraint) ? SQLITE_OK
                                            : parser_cannot(parser, &parser->constraint);
}

/* ---- foreign keys --------------------------------------------------------------------- */

/* SET NULL, SET DEFAULT, CASCADE, RESTRICT or NO ACTION. */
static int skip_action(Parser *parser) {
  static const char *const events[] = {"DELETE", "UPDATE", "INSERT", NULL};
  static const char *const values[] = {"NULL", "DEFAULT", NULL};
  static const char *const actions[] = {"CASCADE", "RESTRICT", NULL};
  int rc = parser_expect(parser, events);
  if (rc != SQLITE_OK) return rc;
  if (parser_accept(parser, "NO")) return parser_expect_word(parser, "ACTION");
  return parser_expect(parser, parser_accept(parser, "SET") ? values : actions);
}

static int skip_columns(Parser *parser) {
  const char *inside;
  size_t size;
  Token token = parser_peek(parser);
  if (!token_is_sign(&token, '(')) return SQLITE_OK;
  int rc = parser_parentheses(parser, &inside, &size);
  if (rc != SQLITE_OK) return rc;
  token = token_next(&inside);
  return token_is_sign(&token, ')') ? parser_cannot(parser, &token) : SQLITE_OK;
}

static int skip_name(Parser *parser) {
  Token name = parser_next(parser);
  return token_is_name(&name) ? SQLITE_OK : parser_cannot(parser, &name);
}

int declare_references(Parser *parser) {
  parser->schema->has_references = true;
  int rc = skip_name(parser);
  if (rc == SQLITE_OK) rc = skip_columns(parser);
  while (rc == SQLITE_OK) {
    if (parser_accept(parser, "MATCH")) {
      rc = skip_name(parser);
    } else if (parser_accept(parser, "ON")) {
      rc = skip_action(parser);
    } else {
      return SQLITE_OK;
    }
  }
  return rc;
}

int declare_deferrable(Parser *parser) {
  static const char *const when[] = {"DEFERRED", "IMMEDIATE", NULL};
  if (!parser_accept(parser, "INITIALLY")) return SQLITE_OK;
  return parser_expect(parser, when);
}

int declare_foreign_key(Parser *parser) {
  int rc = parser_expect_word(parser, "KEY");
  if (rc == SQLITE_OK) rc = skip_columns(parser);
  if (rc == SQLITE_OK) rc = parser_expect_word(parser, "REFERENCES");
  if (rc == SQLITE_OK) rc = declare_references(parser);
  if (rc != SQLITE_OK) return rc;
  if (parser_accept(parser, "NOT"))
    rc = parser_expect_word(parser, "DEFERRABLE");
  else if (!parser_accept(parser, "DEFERRABLE"))
    return rc;
  return rc == SQLITE_OK ? declare_deferrable(parser) : rc;
}
