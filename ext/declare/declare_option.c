/*
** declare_option.c: see declare_option.h.
*/
#include "declare_option.h"

#include "base/sqlite.h"

typedef enum Option {
  OPTION_COMPRESS,
  OPTION_CONTENT,
  OPTION_SNAPSHOT,
  OPTION_READONLY,
  OPTION_FOLLOW,
  OPTIONS
} Option;

static const char *const options[OPTIONS] = {"compress", "content", "snapshot", "readonly",
                                             "follow"};

static int set_profile(Parser *parser, const char *value) {
  static const char *const names[] = {"balanced", "fast", "small"};
  static const TextProfile profiles[] = {TEXT_BALANCED, TEXT_FAST, TEXT_SMALL};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (sqlite3_stricmp(value, names[i]) != 0) continue;
    parser->schema->profile = profiles[i];
    return SQLITE_OK;
  }
  return parser_fail(parser, "compress=%s: must be 'balanced', 'fast' or 'small'", value);
}

bool declare_is_option(const char *argument) {
  Token name = token_next(&argument), sign = token_next(&argument);
  return name.kind == TOKEN_WORD && token_is_sign(&sign, '=');
}

static int set_snapshot(Parser *parser, const char *value) {
  if (value[0] == 0) return parser_fail(parser, "snapshot='': must be the name of a file");
  parser->schema->snapshot = sqlite3_mprintf("%s", value);
  return parser->schema->snapshot == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* On and off in the words that PRAGMA takes. */
static int set_switch(Parser *parser, Option option, const char *value, bool *on) {
  static const char *const names[] = {"0", "off", "no", "false", "1", "on", "yes", "true"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (sqlite3_stricmp(value, names[i]) != 0) continue;
    *on = i >= 4;
    return SQLITE_OK;
  }
  return parser_fail(parser, "%s=%s: must be 'on' or 'off'", options[option], value);
}

static int set_option(Parser *parser, Option option, const char *value) {
  Schema *schema = parser->schema;
  switch (option) {
  case OPTION_COMPRESS:
    return set_profile(parser, value);
  case OPTION_SNAPSHOT:
    return set_snapshot(parser, value);
  case OPTION_READONLY:
    return set_switch(parser, option, value, &schema->read_only);
  case OPTION_FOLLOW:
    return set_switch(parser, option, value, &schema->follow);
  default:
    break;
  }
  schema->has_content = true; /* what it names was looked up before: it says what the columns are */
  return SQLITE_OK;
}

/* Each at most once. */
static int find_option(Parser *parser, const Token *name, Option *option) {
  int found = 0;
  while (found < OPTIONS && !token_is_word(name, options[found])) found++;
  if (found == OPTIONS) {
    return parser_fail(
        parser, "unknown option: %.*s (known: compress, content, snapshot, readonly, follow)",
        (int)name->size, name->text);
  }
  *option = (Option)found;
  bool seen = (parser->options & 1u << found) != 0;
  parser->options |= 1u << found;
  return seen ? parser_fail(parser, "duplicate option: %s", options[found]) : SQLITE_OK;
}

int declare_option(Parser *parser) {
  Option option = OPTIONS;
  Token name = parser_next(parser);
  parser_next(parser); /* the equals sign */
  Token value = parser_next(parser), end = parser_next(parser);
  bool number = value.kind == TOKEN_NUMBER && !token_is_word(&name, options[OPTION_CONTENT]);
  if (!token_is_name(&value) && !number) return parser_cannot(parser, &value);
  if (end.kind != TOKEN_END) return parser_cannot(parser, &end);
  int rc = find_option(parser, &name, &option);
  if (rc != SQLITE_OK) return rc;
  char *text = number ? sqlite3_mprintf("%.*s", (int)value.size, value.text) : token_name(&value);
  if (text == NULL) return SQLITE_NOMEM;
  rc = set_option(parser, option, text);
  sqlite3_free(text);
  return rc;
}

bool declare_option_is_kept(const char *argument) {
  Token name = token_next(&argument);
  return token_is_word(&name, options[OPTION_COMPRESS]);
}

int declare_settle_options(Parser *parser) {
  Schema *schema = parser->schema;
  schema->read_only = schema->read_only || schema->follow;
  if (schema->has_content && schema->read_only) {
    return parser_fail(parser, "with content= there is no readonly or follow: a cache is both");
  }
  if (schema->snapshot == NULL && schema->read_only) {
    return parser_fail(parser, "readonly and follow need snapshot='FILE'");
  }
  bool whole = schema->snapshot != NULL && !schema->has_content;
  if (!whole || schema->declaration.size == 0) return SQLITE_OK;
  return parser_fail(parser, "with snapshot= all else comes from the file: leave out %s",
                     (const char *)schema->declaration.bytes);
}
