/*
** follow.c: see follow.h.
*/
#include "follow.h"

#include <stddef.h>

static const char *const events[] = {"insert", "update", "delete", "before_insert",
                                     "before_update"};

static int run(sqlite3 *db, char *sql) {
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
  sqlite3_free(sql);
  return rc;
}

/* ---- rows that a REPLACE may remove -------------------------------------------------- */

/* Appends the condition that a row has the new row's key in this index; false: cannot say. */
static int append_condition(const Source *source, const char *index, sqlite3_str *text,
                            bool *known) {
  sqlite3_stmt *columns = NULL;
  const char *separator = "";
  int rc =
      sqlite3_prepare_v2(source->db, "SELECT name, coll FROM pragma_index_xinfo(?1, ?2) WHERE key",
                         -1, &columns, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(columns, 1, index, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(columns, 2, source->schema, -1, SQLITE_STATIC);
  while (rc == SQLITE_OK && sqlite3_step(columns) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(columns, 0);
    if (name == NULL) *known = false; /* an expression */
    sqlite3_str_appendf(text, "%s\"%w\" = new.\"%w\" COLLATE \"%w\"", separator, name, name,
                        sqlite3_column_text(columns, 1));
    separator = " AND ";
  }
  int end = sqlite3_finalize(columns);
  return rc == SQLITE_OK ? end : rc;
}

/* The statements that report rows in the new row's way; "" without unique indexes. */
static int report_conflicts(const Source *source, const char *key, int64_t id, sqlite3_str *text,
                            bool *known) {
  sqlite3_stmt *indexes = NULL;
  int rc =
      sqlite3_prepare_v2(source->db, "SELECT name FROM pragma_index_list(?1, ?2) WHERE \"unique\"",
                         -1, &indexes, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(indexes, 1, source->name, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(indexes, 2, source->schema, -1, SQLITE_STATIC);
  while (rc == SQLITE_OK && sqlite3_step(indexes) == SQLITE_ROW) {
    const char *index = (const char *)sqlite3_column_text(indexes, 0);
    if (index == NULL) rc = SQLITE_NOMEM;
    sqlite3_str_appendf(text, "SELECT slots_note(%lld, %s) FROM %s WHERE ", (sqlite3_int64)id, key,
                        source->from);
    if (rc == SQLITE_OK) rc = append_condition(source, index, text, known);
    sqlite3_str_appendall(text, "; ");
  }
  int end = sqlite3_finalize(indexes);
  return rc == SQLITE_OK ? end : rc;
}

/* ---- the triggers --------------------------------------------------------------------- */

static int create(const Source *source, int64_t id, const char *event, const char *when,
                  const char *body) {
  return run(source->db, sqlite3_mprintf("CREATE TEMP TRIGGER IF NOT EXISTS slots_%lld_%s %s ON %s "
                                         "BEGIN %s; END",
                                         (sqlite3_int64)id, event, when, source->from, body));
}

static int create_after(const Source *source, const char *key, int64_t id) {
  char *added = sqlite3_mprintf("SELECT slots_note(%lld, new.%s)", (sqlite3_int64)id, key);
  char *gone = sqlite3_mprintf("SELECT slots_note(%lld, old.%s)", (sqlite3_int64)id, key);
  char *both = sqlite3_mprintf("%s; %s", gone, added);
  int rc = added == NULL || gone == NULL || both == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) rc = create(source, id, events[0], "AFTER INSERT", added);
  if (rc == SQLITE_OK) rc = create(source, id, events[1], "AFTER UPDATE", both);
  if (rc == SQLITE_OK) rc = create(source, id, events[2], "AFTER DELETE", gone);
  sqlite3_free(added);
  sqlite3_free(gone);
  sqlite3_free(both);
  return rc;
}

static int create_before(const Source *source, int64_t id, const char *conflicts) {
  char *body = sqlite3_mprintf("%sSELECT 1", conflicts);
  int rc = body == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) rc = create(source, id, events[3], "BEFORE INSERT", body);
  if (rc == SQLITE_OK) rc = create(source, id, events[4], "BEFORE UPDATE", body);
  sqlite3_free(body);
  return rc;
}

int follow_source_changes(const Source *source, const char *key, int64_t id, bool *followed) {
  *followed = false;
  if (!source->is_table || key == NULL) return SQLITE_OK;
  bool known = true;
  sqlite3_str *text = sqlite3_str_new(NULL);
  int rc = report_conflicts(source, key, id, text, &known);
  bool unique = sqlite3_str_length(text) > 0;
  if (rc == SQLITE_OK) rc = sqlite3_str_errcode(text);
  char *conflicts = sqlite3_str_finish(text);
  if (rc != SQLITE_OK || !known) {
    sqlite3_free(conflicts);
    return rc;
  }
  rc = create_after(source, key, id);
  if (rc == SQLITE_OK && unique) rc = create_before(source, id, conflicts);
  sqlite3_free(conflicts);
  *followed = rc == SQLITE_OK;
  if (rc != SQLITE_OK && rc != SQLITE_NOMEM) {
    follow_no_more(source->db, id); /* without them all rows are compared */
    return SQLITE_OK;
  }
  return rc;
}

void follow_no_more(sqlite3 *db, int64_t id) {
  for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
    run(db,
        sqlite3_mprintf("DROP TRIGGER IF EXISTS temp.slots_%lld_%s", (sqlite3_int64)id, events[i]));
  }
}
