/*
** statements.c: see statements.h.
*/
#include "statements.h"

#include <stddef.h>

static int count_busy(sqlite3 *db, bool readers) {
  int busy = 0;
  for (sqlite3_stmt *statement = sqlite3_next_stmt(db, NULL); statement != NULL;
       statement = sqlite3_next_stmt(db, statement)) {
    busy += sqlite3_stmt_busy(statement) && (readers || !sqlite3_stmt_readonly(statement));
  }
  return busy;
}

int statements_busy(sqlite3 *db) { return count_busy(db, true); }

int statements_writing(sqlite3 *db) { return count_busy(db, false); }

int statements_compiling(sqlite3 *db) {
  int compiling = 0;
  for (sqlite3_stmt *statement = sqlite3_next_stmt(db, NULL); statement != NULL;
       statement = sqlite3_next_stmt(db, statement)) {
    compiling += sqlite3_sql(statement) == NULL; /* which it gets at the end */
  }
  return compiling;
}

static bool is_expired(sqlite3_stmt *statement) {
#ifdef SQLITE_OMIT_DEPRECATED
  (void)statement;
  return false;
#else
  return sqlite3_expired(statement) != 0;
#endif
}

bool statements_may_write(sqlite3 *db) {
  for (sqlite3_stmt *statement = sqlite3_next_stmt(db, NULL); statement != NULL;
       statement = sqlite3_next_stmt(db, statement)) {
    bool writes = !sqlite3_stmt_readonly(statement);
    if (writes && (sqlite3_stmt_busy(statement) || !is_expired(statement))) return true;
  }
  return false;
}
