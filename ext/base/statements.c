/*
** statements.c: see statements.h.
*/
#include "statements.h"

#include <stddef.h>

int statements_busy(sqlite3 *db) {
  int busy = 0;
  for (sqlite3_stmt *statement = sqlite3_next_stmt(db, NULL); statement != NULL;
       statement = sqlite3_next_stmt(db, statement)) {
    busy += sqlite3_stmt_busy(statement) != 0;
  }
  return busy;
}

int statements_writing(sqlite3 *db) {
  int writing = 0;
  for (sqlite3_stmt *statement = sqlite3_next_stmt(db, NULL); statement != NULL;
       statement = sqlite3_next_stmt(db, statement)) {
    writing += sqlite3_stmt_busy(statement) && !sqlite3_stmt_readonly(statement);
  }
  return writing;
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
