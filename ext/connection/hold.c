/*
** hold.c: see hold.h.
*/
#include "hold.h"

#include "base/fetch.h"

static int add(SchemaHold *hold, sqlite3_stmt *statement) {
  size_t size = ((size_t)hold->count + 1) * sizeof(sqlite3_stmt *);
  sqlite3_stmt **statements = sqlite3_realloc64(hold->statements, size);
  if (statements == NULL) {
    sqlite3_finalize(statement);
    return SQLITE_NOMEM;
  }
  hold->statements = statements;
  hold->statements[hold->count++] = statement;
  return SQLITE_OK;
}

/*
** Leaves the statement before the end of its result, so that it goes on reading. If core had to
** prepare it again, core has cleared a schema.
*/
static int begin(SchemaHold *hold, sqlite3_stmt *statement) {
  bool reads = sqlite3_step(statement) == SQLITE_ROW;
  bool cleared = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 0) > 0;
  if (reads && !cleared) return add(hold, statement);
  int rc = sqlite3_finalize(statement);
  return cleared && (rc == SQLITE_OK || fetch_may_fail(rc)) ? SQLITE_SCHEMA : rc;
}

/* A schema that cannot be read now has not been read before. */
static int hold_one(sqlite3 *db, SchemaHold *hold, const char *schema) {
  sqlite3_stmt *statement = NULL;
  if (schema == NULL) return SQLITE_NOMEM;
  if (sqlite3_stricmp(schema, "temp") == 0) return SQLITE_OK;
  int rc = fetch_prepare(db, &statement, "SELECT count(*) FROM \"%w\".sqlite_master", schema);
  if (rc == SQLITE_OK) return begin(hold, statement);
  return rc == SQLITE_NOMEM || (rc & 0xff) == SQLITE_IOERR ? rc : SQLITE_OK;
}

int schema_hold(sqlite3 *db, SchemaHold *hold) {
  sqlite3_stmt *databases = NULL;
  *hold = (SchemaHold){0};
  int rc = sqlite3_prepare_v2(db, "PRAGMA database_list", -1, &databases, NULL);
  while (rc == SQLITE_OK && sqlite3_step(databases) == SQLITE_ROW) {
    rc = hold_one(db, hold, (const char *)sqlite3_column_text(databases, 1));
  }
  rc = fetch_end(databases, rc);
  if (rc != SQLITE_OK) schema_let_go(hold);
  return rc;
}

void schema_let_go(SchemaHold *hold) {
  for (int i = 0; i < hold->count; i++) sqlite3_finalize(hold->statements[i]);
  sqlite3_free(hold->statements);
  *hold = (SchemaHold){0};
}
