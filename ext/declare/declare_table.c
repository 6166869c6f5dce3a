/*
** declare_table.c: see declare_table.h.
*/
#include "declare_table.h"

#include "declare_check.h"
#include "declare_key.h"
#include "base/sqlite.h"

bool declare_is_constraint(const char *argument) {
  static const char *const words[] = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK",
                                      "FOREIGN",    "INDEX",   NULL};
  Token token = token_next(&argument);
  return token_is_any(&token, words);
}

/* ON CONFLICT of a CHECK is allowed, and means nothing, as in core. */
static int read_check(Parser *parser) {
  Conflict ignored;
  int rc = declare_check(parser);
  return rc == SQLITE_OK ? parser_conflict(parser, &ignored) : rc;
}

static int read_constraint(Parser *parser) {
  Token token = parser_next(parser);
  if (token_is_word(&token, "CONSTRAINT")) return declare_name(parser);
  if (token_is_word(&token, "UNIQUE")) return declare_table_key(parser, KEY_UNIQUE);
  if (token_is_word(&token, "INDEX")) return declare_table_key(parser, KEY_INDEX);
  if (token_is_word(&token, "PRIMARY")) return declare_table_key(parser, KEY_PRIMARY);
  if (token_is_word(&token, "CHECK")) return read_check(parser);
  if (token_is_word(&token, "FOREIGN")) return declare_foreign_key(parser);
  return parser_cannot(parser, &token);
}

int declare_constraint(Parser *parser) {
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && parser_peek(parser).kind != TOKEN_END) rc = read_constraint(parser);
  return rc;
}
