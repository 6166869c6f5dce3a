/*
** declare_option.c: see declare_option.h.
*/
#include "declare_option.h"

#include "base/sqlite.h"

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

static int set_snapshot(Parser *parser, const char *value) {
  if (parser->schema->snapshot != NULL) return parser_fail(parser, "duplicate option: snapshot");
  if (value[0] == 0) return parser_fail(parser, "snapshot='': must be the name of a file");
  parser->schema->snapshot = sqlite3_mprintf("%s", value);
  return parser->schema->snapshot == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* On and off in the words that PRAGMA takes. */
static int set_switch(Parser *parser, const char *name, const char *value, bool *on) {
  static const char *const names[] = {"0", "off", "no", "false", "1", "on", "yes", "true"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (sqlite3_stricmp(value, names[i]) != 0) continue;
    *on = i >= 4;
    return SQLITE_OK;
  }
  return parser_fail(parser, "%s=%s: must be 'on' or 'off'", name, value);
}

static int set_option(Parser *parser, const Token *name, const char *value) {
  Schema *schema = parser->schema;
  if (token_is_word(name, "compress")) return set_profile(parser, value);
  if (token_is_word(name, "snapshot")) return set_snapshot(parser, value);
  if (token_is_word(name, "readonly")) {
    return set_switch(parser, "readonly", value, &schema->read_only);
  }
  if (token_is_word(name, "follow")) return set_switch(parser, "follow", value, &schema->follow);
  return parser_fail(parser,
                     "unknown option: %.*s (known: compress, content, snapshot, readonly, follow)",
                     (int)name->size, name->text);
}

int declare_option(Parser *parser) {
  Token name = parser_next(parser);
  parser_next(parser); /* the equals sign */
  Token value = parser_next(parser), end = parser_next(parser);
  bool number = value.kind == TOKEN_NUMBER && !token_is_word(&name, "content");
  if (!token_is_name(&value) && !number) return parser_cannot(parser, &value);
  if (end.kind != TOKEN_END) return parser_cannot(parser, &end);
  if (token_is_word(&name, "content")) return set_content(parser);
  char *text = number ? sqlite3_mprintf("%.*s", (int)value.size, value.text) : token_name(&value);
  if (text == NULL) return SQLITE_NOMEM;
  int rc = set_option(parser, &name, text);
  sqlite3_free(text);
  return rc;
}

bool declare_option_is_kept(const char *argument) {
  Token name = token_next(&argument);
  return token_is_word(&name, "compress");
}

int declare_settle_options(Parser *parser) {
  Schema *schema = parser->schema;
  schema->read_only = schema->read_only || schema->follow;
  if (schema->snapshot == NULL && schema->read_only) {
    return parser_fail(parser, "readonly and follow need snapshot='FILE'");
  }
  if (schema->has_content && schema->read_only) {
    return parser_fail(parser, "with content= there is no readonly or follow: a cache is both");
  }
  bool whole = schema->snapshot != NULL && !schema->has_content;
  if (!whole || schema->declaration.size == 0) return SQLITE_OK;
  return parser_fail(parser, "with snapshot= all else comes from the file: leave out %s",
                     (const char *)schema->declaration.bytes);
}
