/*
** rowid_column.c: see rowid_column.h.
*/
#include "rowid_column.h"

#include <stdbool.h>
#include <stddef.h>

#include "fetch.h"

const char *const rowid_names[ROWID_NAMES] = {"rowid", "_rowid_", "oid"};

/* A primary key that is not the rowid has an index. */
static const char column_sql[] =
    "SELECT name FROM pragma_table_info(?1, ?2) WHERE pk AND type = 'INTEGER' COLLATE NOCASE "
    "AND NOT EXISTS (SELECT 1 FROM pragma_table_info(?1, ?2) WHERE pk > 1) "
    "AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1, ?2) WHERE origin = 'pk')";

int rowid_column(sqlite3 *db, const char *schema, const char *table, char **name) {
  sqlite3_stmt *row = NULL;
  *name = NULL;
  int rc = sqlite3_prepare_v2(db, column_sql, -1, &row, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(row, 1, table, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(row, 2, schema, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW) {
    *name = sqlite3_mprintf("%s", sqlite3_column_text(row, 0));
    if (*name == NULL) rc = SQLITE_NOMEM;
  }
  return fetch_end(row, rc);
}

/* Whether a column behind the first has that name. */
static int is_taken(sqlite3_stmt *row, const char *name, bool *taken) {
  *taken = false;
  for (int i = 1; i < sqlite3_column_count(row) && !*taken; i++) {
    const char *column = sqlite3_column_name(row, i);
    if (column == NULL) return SQLITE_NOMEM;
    *taken = sqlite3_stricmp(column, name) == 0;
  }
  return SQLITE_OK;
}

int rowid_name(sqlite3 *db, const char *from, const char **name) {
  *name = NULL;
  for (int i = 0; i < ROWID_NAMES && *name == NULL; i++) {
    sqlite3_stmt *row = NULL;
    bool taken = false;
    int rc = fetch_prepare(db, &row, "SELECT %s, * FROM %s", rowid_names[i], from);
    bool known = rc == SQLITE_OK;
    if (known) rc = is_taken(row, rowid_names[i], &taken);
    sqlite3_finalize(row);
    if (rc != SQLITE_OK && rc != SQLITE_ERROR && rc != SQLITE_AUTH) return rc;
    if (known && !taken) *name = rowid_names[i];
  }
  return SQLITE_OK;
}
