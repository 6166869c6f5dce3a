/*
** declare_table.c: see declare_table.h.
*/
#include "declare_table.h"

#include "declare_key.h"
#include "sqlite.h"

bool declare_is_constraint(const char *argument) {
  static const char *const words[] = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK",
                                      "FOREIGN",    "INDEX",   NULL};
  Token token = token_next(&argument);
  return parser_is_any(&token, words);
}

static int read_key(Parser *parser, KeyKind kind) {
  int rc = declare_table_key(parser, kind);
  if (rc != SQLITE_OK) return rc;
  Token end = parser_next(parser);
  return end.kind == TOKEN_END ? SQLITE_OK : parser_cannot(parser, &end);
}

int declare_constraint(Parser *parser) {
  Token token = parser_next(parser);
  if (token_is_word(&token, "CONSTRAINT")) {
    Token name = parser_next(parser);
    if (!token_is_name(&name)) return parser_cannot(parser, &name);
    token = parser_next(parser);
  }
  if (token_is_word(&token, "UNIQUE")) return read_key(parser, KEY_UNIQUE);
  if (token_is_word(&token, "INDEX")) return read_key(parser, KEY_INDEX);
  if (token_is_word(&token, "PRIMARY")) return read_key(parser, KEY_PRIMARY);
  return parser_fail(parser, "%.*s is not supported: %s", (int)token.size, token.text,
                     parser->argument);
}
