/*
** statement.c: see statement.h.
*/
#include "statement.h"

#include <string.h>

#include "declare/tokens.h"

/* REPLACE, which may be a name as well, has INTO behind it. */
static bool is_verb(const Token *token, const char *behind) {
  static const char *const verbs[] = {"INSERT", "UPDATE", "SELECT", "DELETE", NULL};
  if (token_is_word(token, "REPLACE")) return token_accept(&behind, "INTO");
  return token_is_any(token, verbs);
}

/* The verb of the statement, behind empty ones, WITH and what is in its parentheses. */
static Token find_verb(const char **at) {
  int depth = 0;
  Token token = token_next(at);
  while (token_is_sign(&token, ';')) token = token_next(at);
  bool with = token_is_word(&token, "WITH");
  for (; with && token.kind != TOKEN_END; token = token_next(at)) {
    if (token_is_sign(&token, '(')) depth++;
    if (token_is_sign(&token, ')')) depth--;
    if (depth == 0 && is_verb(&token, *at)) return token;
  }
  return token;
}

/* [schema.]table, whatever the quotes. */
static bool accept_table(const char **at, const char *schema, const char *table) {
  Token name = token_next(at), dot = token_peek(*at);
  if (token_is_sign(&dot, '.')) {
    if (!token_is_named(&name, schema)) return false;
    token_next(at);
    name = token_next(at);
  }
  return token_is_named(&name, table);
}

static void read_columns(const char *at, Statement *statement) {
  if (token_accept(&at, "AS")) token_next(&at);
  Token token = token_next(&at);
  if (token_is_sign(&token, '(')) statement->list = at;
  statement->names_all = statement->list == NULL && !token_is_word(&token, "DEFAULT");
}

/* What one statement says of the table; known is false where it says nothing. */
static Statement read_statement(const char *sql, const char *schema, const char *table) {
  Statement statement = {.searched = true};
  Token verb = find_verb(&sql);
  bool update = token_is_word(&verb, "UPDATE");
  bool insert = token_is_word(&verb, "INSERT") || token_is_word(&verb, "REPLACE");
  if (!update && !insert) return statement;
  if (token_accept(&sql, "OR")) {
    Token action = token_next(&sql);
    statement.or_abort = token_is_word(&action, "ABORT");
  }
  if (insert && !token_accept(&sql, "INTO")) return statement;
  statement.known = accept_table(&sql, schema, table);
  if (insert && statement.known) read_columns(sql, &statement);
  return statement;
}

static bool is_same(const Statement *a, const Statement *b) {
  bool lists =
      a->list == b->list || (a->list != NULL && b->list != NULL && strcmp(a->list, b->list) == 0);
  return a->or_abort == b->or_abort && a->names_all == b->names_all && lists;
}

/* A statement that has just handed out a row, as with RETURNING, changes nothing meanwhile. */
static bool is_running(sqlite3_stmt *statement) {
  return sqlite3_stmt_busy(statement) && !sqlite3_stmt_readonly(statement) &&
         sqlite3_data_count(statement) == 0;
}

void statement_find(sqlite3 *db, const char *schema, const char *table, Statement *statement) {
  *statement = (Statement){.searched = true};
  for (sqlite3_stmt *other = sqlite3_next_stmt(db, NULL); other != NULL;
       other = sqlite3_next_stmt(db, other)) {
    if (!is_running(other)) continue;
    const char *sql = sqlite3_sql(other);
    if (sql == NULL) continue;
    Statement found = read_statement(sql, schema, table);
    if (!found.known) continue;
    if (statement->known && !is_same(statement, &found)) {
      statement->known = false;
      return;
    }
    *statement = found;
  }
}

bool statement_names(const Statement *statement, const char *column) {
  const char *at = statement->list;
  if (at == NULL) return statement->names_all;
  for (Token token = token_next(&at); token.kind != TOKEN_END && !token_is_sign(&token, ')');
       token = token_next(&at)) {
    if (token_is_named(&token, column)) return true;
  }
  return false;
}
