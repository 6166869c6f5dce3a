/*
** declare_default.c: see declare_default.h.
*/
#include "declare_default.h"

#include <string.h>

#include "base/sqlite.h"

/* x'00': a word and a string without space between them. */
static bool is_blob(const Token *word) {
  bool prefix = word->kind == TOKEN_WORD && word->size == 1 && strchr("xX", word->text[0]) != NULL;
  return prefix && word->text[1] == '\'';
}

/* Words that stand for themselves; any other is a string without quotes. */
static bool is_value(const Token *token) {
  static const char *const words[] = {
      "NULL", "TRUE", "FALSE", "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP", NULL};
  return token->kind == TOKEN_NUMBER || token->kind == TOKEN_STRING || is_blob(token) ||
         token_is_any(token, words);
}

static int keep(DefaultDef *value, const char *start, const char *end, const Token *name) {
  sqlite3_free(value->declared);
  sqlite3_free(value->expression);
  value->declared = sqlite3_mprintf("%.*s", (int)(end - start), start);
  char *text = name == NULL ? NULL : token_name(name);
  bool known = name == NULL || text != NULL;
  value->expression = !known         ? NULL
                      : text != NULL ? sqlite3_mprintf("%Q", text)
                                     : sqlite3_mprintf("%s", value->declared);
  sqlite3_free(text);
  return value->declared == NULL || value->expression == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

int declare_default(Parser *parser, DefaultDef *value) {
  static const char *const now[] = {"CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP", NULL};
  Token token = parser_next(parser);
  const char *start = token.text;
  parser->schema->has_defaults = true;
  if (token_is_sign(&token, '(')) {
    value->varies = true;
    int rc = parser_skip_parentheses(parser);
    return rc == SQLITE_OK ? keep(value, start, parser->at, NULL) : rc;
  }
  bool sign = token_is_sign(&token, '+') || token_is_sign(&token, '-');
  if (sign) token = parser_next(parser);
  bool literal = is_value(&token);
  if (!literal && (sign || !token_is_name(&token))) return parser_cannot(parser, &token);
  if (is_blob(&token)) parser_next(parser);
  value->varies = token_is_any(&token, now);
  return keep(value, start, parser->at, literal ? NULL : &token);
}
