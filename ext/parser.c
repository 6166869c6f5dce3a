/*
** parser.c: see parser.h.
*/
#include "parser.h"

#include <stdarg.h>

#include "sqlite.h"

int parser_fail(Parser *parser, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  *parser->error = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  return *parser->error == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
}

int parser_cannot(Parser *parser, const Token *token) {
  if (token->kind == TOKEN_END) {
    return parser_fail(parser, "incomplete definition: %s", parser->argument);
  }
  return parser_fail(parser, "near \"%.*s\": cannot parse: %s", (int)token->size, token->text,
                     parser->argument);
}

Token parser_next(Parser *parser) { return token_next(&parser->at); }

Token parser_peek(const Parser *parser) { return token_peek(parser->at); }

bool parser_accept(Parser *parser, const char *word) {
  const char *at = parser->at;
  Token token = token_next(&at);
  if (!token_is_word(&token, word)) return false;
  parser->at = at;
  return true;
}

bool parser_is_any(const Token *token, const char *const *words) {
  for (; *words != NULL; words++) {
    if (token_is_word(token, *words)) return true;
  }
  return false;
}

int parser_name(Parser *parser, char **name) {
  Token token = parser_next(parser);
  if (!token_is_name(&token)) return parser_cannot(parser, &token);
  *name = token_name(&token);
  return *name == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

int parser_skip_parentheses(Parser *parser) {
  for (int depth = 1; depth > 0;) {
    Token token = parser_next(parser);
    if (token.kind == TOKEN_END || token.kind == TOKEN_ILLEGAL) {
      return parser_fail(parser, "unclosed (: %s", parser->argument);
    }
    if (token_is_sign(&token, '(')) depth++;
    if (token_is_sign(&token, ')')) depth--;
  }
  return SQLITE_OK;
}
