/*
** expression.c: see expression.h.
*/
#include "expression.h"

#include "base/fetch.h"
#include "base/message.h"
#include "declare/tokens.h"

bool expression_has_subquery(const char *expression) {
  for (Token token = token_next(&expression); token.kind != TOKEN_END;
       token = token_next(&expression)) {
    if (token_is_word(&token, "SELECT") || token_is_word(&token, "VALUES")) return true;
    if (!token_is_word(&token, "IN")) continue;
    Token list = token_peek(expression);
    if (!token_is_sign(&list, '(')) return true;
  }
  return false;
}

/* Operators that are functions of that name. */
static const char *const operators[] = {"LIKE", "GLOB", "REGEXP", "MATCH", NULL};

static int check_function(sqlite3_stmt *functions, const Token *token, bool trusted, char **error) {
  char *name = token_name(token);
  if (name == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_bind_text(functions, 1, name, -1, SQLITE_TRANSIENT);
  if (rc == SQLITE_OK) rc = sqlite3_bind_int(functions, 2, trusted);
  bool unsafe = rc == SQLITE_OK && sqlite3_step(functions) == SQLITE_ROW;
  int ended = sqlite3_reset(functions);
  if (rc == SQLITE_OK) rc = ended;
  if (rc == SQLITE_OK && unsafe) {
    rc = message_fail(error, SQLITE_ERROR, "unsafe use of %s()", name);
  }
  sqlite3_free(name);
  return rc;
}

int expression_check_functions(sqlite3 *db, const char *expression, bool trusted, char **error) {
  sqlite3_stmt *functions = NULL;
  int rc = fetch_prepare(db, &functions,
                         "SELECT 1 FROM pragma_function_list WHERE name = ?1 COLLATE NOCASE "
                         "AND (flags & %d OR NOT (?2 OR flags & %d))",
                         SQLITE_DIRECTONLY, SQLITE_INNOCUOUS);
  for (Token token = token_next(&expression); rc == SQLITE_OK && token.kind != TOKEN_END;
       token = token_next(&expression)) {
    Token behind = token_peek(expression);
    bool called = token_is_name(&token) && token_is_sign(&behind, '(');
    if (called || token_is_any(&token, operators))
      rc = check_function(functions, &token, trusted, error);
  }
  if (rc != SQLITE_OK && *error == NULL) rc = message_core(error, rc, db);
  sqlite3_finalize(functions);
  return rc;
}
