/*
** parser.c: see parser.h.
*/
#include "parser.h"

#include <stdarg.h>

#include "base/sqlite.h"

int parser_fail(Parser *parser, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  *parser->error = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  return *parser->error == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
}

int parser_cannot(Parser *parser, const Token *token) {
  if (token->kind == TOKEN_END)
    return parser_fail(parser, "incomplete input: %s", parser->argument);
  return parser_fail(parser, "near \"%.*s\": syntax error", (int)token->size, token->text);
}

Token parser_next(Parser *parser) { return token_next(&parser->at); }

Token parser_peek(const Parser *parser) { return token_peek(parser->at); }

bool parser_accept(Parser *parser, const char *word) { return token_accept(&parser->at, word); }

int parser_expect(Parser *parser, const char *const *words) {
  Token token = parser_next(parser);
  return token_is_any(&token, words) ? SQLITE_OK : parser_cannot(parser, &token);
}

int parser_expect_word(Parser *parser, const char *word) {
  return parser_expect(parser, (const char *const[]){word, NULL});
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

int parser_parentheses(Parser *parser, const char **inside, size_t *size) {
  Token token = parser_next(parser);
  if (!token_is_sign(&token, '(')) return parser_cannot(parser, &token);
  *inside = parser->at;
  int rc = parser_skip_parentheses(parser);
  if (rc == SQLITE_OK) *size = (size_t)(parser->at - 1 - *inside);
  return rc;
}

/* ROLLBACK and FAIL cannot be declared: nothing that xUpdate answers means them. */
int parser_conflict(Parser *parser, Conflict *conflict) {
  static const char *const words[] = {"ABORT", "IGNORE", "REPLACE", NULL};
  static const Conflict conflicts[] = {CONFLICT_ABORT, CONFLICT_IGNORE, CONFLICT_REPLACE};
  static const char *const refused[] = {"ROLLBACK", "FAIL", NULL};
  *conflict = CONFLICT_NONE;
  if (!parser_accept(parser, "ON")) return SQLITE_OK;
  int rc = parser_expect_word(parser, "CONFLICT");
  if (rc != SQLITE_OK) return rc;
  Token token = parser_next(parser);
  for (int i = 0; words[i] != NULL; i++) {
    if (!token_is_word(&token, words[i])) continue;
    *conflict = conflicts[i];
    return SQLITE_OK;
  }
  if (!token_is_any(&token, refused)) return parser_cannot(parser, &token);
  return parser_fail(parser,
                     "ON CONFLICT %.*s is not supported in a declaration: write it in the "
                     "statement, as INSERT OR %.*s",
                     (int)token.size, token.text, (int)token.size, token.text);
}
