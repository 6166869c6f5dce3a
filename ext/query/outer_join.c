/*
** outer_join.c: see outer_join.h.
*/
#include "outer_join.h"

#include "base/fetch.h"
#include "base/host.h"
#include "base/sqlite.h"
#include "declare/tokens.h"

bool outer_join_may_offer(PredicateOperator op) {
  if (host_keeps_on_back()) return false;
  return op == PREDICATE_LIKE || op == PREDICATE_GLOB || op == PREDICATE_NOT_NULL;
}

/* ---- in the schema ------------------------------------------------------------------ */

/* Words that are there for another reason cost no more than the test of a condition. */
static int look_into(sqlite3 *db, const char *schema, bool *found) {
  static const char query[] =
      "SELECT count(*) FROM \"%w\".sqlite_master WHERE type IN ('view', 'trigger')"
      " AND (instr(lower(sql), 'left') OR instr(lower(sql), 'right') OR instr(lower(sql), 'full'))";
  int64_t joins = 1;
  char *sql = sqlite3_mprintf(query, schema);
  int rc = fetch_integer(db, sql, &joins);
  sqlite3_free(sql);
  if (rc != SQLITE_OK || joins > 0) *found = true;
  return rc;
}

int outer_join_in_schema(sqlite3 *db, bool *found) {
  sqlite3_stmt *schemas = NULL;
  *found = false;
  int rc = sqlite3_prepare_v2(db, "PRAGMA database_list", -1, &schemas, NULL);
  while (rc == SQLITE_OK && !*found && (rc = sqlite3_step(schemas)) == SQLITE_ROW) {
    const char *schema = (const char *)sqlite3_column_text(schemas, 1);
    rc = schema == NULL ? SQLITE_NOMEM : look_into(db, schema, found);
  }
  int ended = sqlite3_finalize(schemas);
  if (rc == SQLITE_DONE) rc = ended;
  if (rc != SQLITE_OK) *found = true;
  return fetch_may_fail(rc) ? SQLITE_OK : rc;
}

/* ---- in statements -------------------------------------------------------------------- */

static bool has_outer_join(const char *sql) {
  for (Token token = token_next(&sql); token.kind != TOKEN_END; token = token_next(&sql)) {
    if (token.kind == TOKEN_ILLEGAL) return true;
    if (token_is_word(&token, "LEFT") || token_is_word(&token, "RIGHT") ||
        token_is_word(&token, "FULL")) {
      return true;
    }
  }
  return false;
}

bool outer_join_is_running(sqlite3 *db) {
  for (sqlite3_stmt *statement = sqlite3_next_stmt(db, NULL); statement != NULL;
       statement = sqlite3_next_stmt(db, statement)) {
    if (!sqlite3_stmt_busy(statement)) continue;
    const char *sql = sqlite3_sql(statement);
    if (sql == NULL || has_outer_join(sql)) return true;
  }
  return false;
}
