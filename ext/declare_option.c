/*
** declare_option.c: see declare_option.h.
*/
#include "declare_option.h"

#include "sqlite.h"

static int set_profile(Parser *parser, const char *value) {
  static const char *const names[] = {"balanced", "fast", "small"};
  static const TextProfile profiles[] = {TEXT_BALANCED, TEXT_FAST, TEXT_SMALL};
  if (parser->schema->has_profile) return parser_fail(parser, "duplicate option: compress");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (sqlite3_stricmp(value, names[i]) != 0) continue;
    parser->schema->profile = profiles[i];
    parser->schema->has_profile = true;
    return SQLITE_OK;
  }
  return parser_fail(parser, "compress=%s: must be 'balanced', 'fast' or 'small'", value);
}

/* What it names was looked up before: it says what the columns are. */
static int set_content(Parser *parser) {
  if (parser->schema->has_content) return parser_fail(parser, "duplicate option: content");
  parser->schema->has_content = true;
  return SQLITE_OK;
}

bool declare_is_option(const char *argument) {
  Token name = token_next(&argument), sign = token_next(&argument);
  return name.kind == TOKEN_WORD && token_is_sign(&sign, '=');
}

int declare_option(Parser *parser) {
  Token name = parser_next(parser);
  parser_next(parser); /* the equals sign */
  Token value = parser_next(parser), end = parser_next(parser);
  if (!token_is_name(&value)) return parser_cannot(parser, &value);
  if (end.kind != TOKEN_END) return parser_cannot(parser, &end);
  if (token_is_word(&name, "content")) return set_content(parser);
  if (!token_is_word(&name, "compress")) {
    return parser_fail(parser, "unknown option: %.*s (known: compress, content)", (int)name.size,
                       name.text);
  }
  char *text = token_name(&value);
  if (text == NULL) return SQLITE_NOMEM;
  int rc = set_profile(parser, text);
  sqlite3_free(text);
  return rc;
}
