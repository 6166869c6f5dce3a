/*
** rowid_column.c: see rowid_column.h.
*/
#include "rowid_column.h"

#include <stddef.h>

/* A primary key that is not the rowid has an index. */
static const char sql[] =
    "SELECT name FROM pragma_table_info(?1, ?2) WHERE pk AND type = 'INTEGER' COLLATE NOCASE "
    "AND NOT EXISTS (SELECT 1 FROM pragma_table_info(?1, ?2) WHERE pk > 1) "
    "AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1, ?2) WHERE origin = 'pk')";

int rowid_column(sqlite3 *db, const char *schema, const char *table, char **name) {
  sqlite3_stmt *row = NULL;
  *name = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &row, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(row, 1, table, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(row, 2, schema, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW) {
    *name = sqlite3_mprintf("%s", sqlite3_column_text(row, 0));
    if (*name == NULL) rc = SQLITE_NOMEM;
  }
  int end = sqlite3_finalize(row);
  return rc == SQLITE_OK ? end : rc;
}
