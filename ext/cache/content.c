/*
** content.c: see content.h.
*/
#include "content.h"

#include "declare/declare_option.h"
#include "declare/declare_table.h"
#include "base/message.h"

static int find_target(const char *const *arguments, int count, char **target, char **error) {
  for (int i = 0; i < count && *target == NULL; i++) {
    const char *at = arguments[i];
    if (!declare_is_option(at)) continue;
    Token name = token_next(&at);
    token_next(&at); /* the equals sign */
    Token value = token_next(&at);
    if (!token_is_word(&name, "content") || !token_is_name(&value)) continue;
    if (token_peek(at).kind != TOKEN_END) {
      return message_fail(error, SQLITE_ERROR, "%s: put the name in quotes, as content='main.t'",
                          arguments[i]);
    }
    *target = token_name(&value);
    if (*target == NULL) return SQLITE_NOMEM;
    if ((*target)[0] == 0) {
      return message_fail(error, SQLITE_ERROR, "content='': must be the name of a table or view");
    }
  }
  return SQLITE_OK;
}

static bool is_column(const char *argument) {
  return token_peek(argument).kind != TOKEN_END && !declare_is_option(argument) &&
         !declare_is_constraint(argument);
}

static void add_made(Content *content, char *made) {
  content->made[content->count] = made;
  content->arguments[content->count++] = made;
}

/* The definition that a column's name stands for, or the argument as it is. */
static int add_column(Content *content, const char *argument, char **error) {
  const char *at = argument;
  Token first = token_next(&at);
  char *name = token_name(&first);
  if (name == NULL) return SQLITE_NOMEM;
  int column = source_find_column(&content->source, name);
  sqlite3_free(name);
  if (column < 0) {
    return message_fail(error, SQLITE_ERROR, "no such column: %s.%.*s", content->source.name,
                        (int)first.size, first.text);
  }
  bool alone = token_peek(at).kind == TOKEN_END;
  char *made = sqlite3_mprintf("%s", alone ? content->source.columns[column].definition : argument);
  add_made(content, made);
  return made == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static int add_all_columns(Content *content) {
  content->whole = true;
  for (int i = 0; i < content->source.column_count; i++) {
    char *made = sqlite3_mprintf("%s", content->source.columns[i].definition);
    add_made(content, made);
    if (made == NULL) return SQLITE_NOMEM;
  }
  return SQLITE_OK;
}

/* Columns first, so that what names them finds them. */
static int expand(Content *content, const char *const *arguments, int count, char **error) {
  int rc = SQLITE_OK;
  for (int i = 0; i < count && rc == SQLITE_OK; i++) {
    if (is_column(arguments[i])) rc = add_column(content, arguments[i], error);
  }
  if (rc == SQLITE_OK && content->count == 0) rc = add_all_columns(content);
  for (int i = 0; i < count && rc == SQLITE_OK; i++) {
    if (!is_column(arguments[i])) content->arguments[content->count++] = arguments[i];
  }
  return rc;
}

static int find_source(sqlite3 *db, const char *schema, bool creating, Content *content,
                       char **error) {
  int rc = SQLITE_OK;
  if (creating && sqlite3_stricmp(schema, "temp") == 0) rc = schema_hold(db, &content->hold);
  if (rc != SQLITE_OK) return message_fail(error, rc, "%s", sqlite3_errstr(rc));
  return source_open(db, schema, content->target, &content->source, error);
}

int content_open(sqlite3 *db, const char *schema, const char *const *arguments, int count,
                 bool creating, Content *content, char **error) {
  *content = (Content){0};
  int rc = find_target(arguments, count, &content->target, error);
  if (rc == SQLITE_OK && content->target != NULL) {
    rc = find_source(db, schema, creating, content, error);
  }
  size_t most = (size_t)count + (size_t)content->source.column_count + 1;
  if (rc == SQLITE_OK) {
    content->arguments = sqlite3_malloc64(most * sizeof *content->arguments);
    content->made = sqlite_zeros(most * sizeof *content->made);
    if (content->arguments == NULL || content->made == NULL) rc = SQLITE_NOMEM;
  }
  if (rc == SQLITE_OK && content->target != NULL) {
    rc = expand(content, arguments, count, error);
  } else if (rc == SQLITE_OK) {
    for (int i = 0; i < count; i++) content->arguments[content->count++] = arguments[i];
  }
  if (rc != SQLITE_OK) content_close(content);
  return rc;
}

void content_close(Content *content) {
  for (int i = 0; content->made != NULL && i < content->count; i++) sqlite3_free(content->made[i]);
  sqlite3_free(content->made);
  sqlite3_free(content->arguments);
  sqlite3_free(content->target);
  source_close(&content->source);
  schema_let_go(&content->hold);
  *content = (Content){0};
}
