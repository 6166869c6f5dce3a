/*
** follow.c: see follow.h.
*/
#include "follow.h"

#include <stddef.h>
#include <string.h>

#include "base/fetch.h"

enum { INSERT, UPDATE, DELETE, BEFORE_INSERT, BEFORE_UPDATE, EVENTS };

static const char *const names[EVENTS] = {"insert", "update", "delete", "before_insert",
                                          "before_update"};
static const char *const whens[EVENTS] = {"AFTER INSERT", "AFTER UPDATE", "AFTER DELETE",
                                          "BEFORE INSERT", "BEFORE UPDATE"};

/* ---- rows that a REPLACE may remove -------------------------------------------------- */

/* One column of a unique index. */
typedef struct KeyColumn {
  const char *name; /* NULL: an expression */
  const char *collation;
  bool replaces_null; /* REPLACE stores its default where it is NULL */
} KeyColumn;

static KeyColumn read_key_column(sqlite3_stmt *row) {
  return (KeyColumn){.name = (const char *)sqlite3_column_text(row, 0),
                     .collation = (const char *)sqlite3_column_text(row, 1),
                     .replaces_null = sqlite3_column_int(row, 2) != 0};
}

/*
** Appends to *equal the condition that a row has the new row's key in this index,
** and to *text what reports that any row may be in its way. *known becomes false where
** neither can be said.
*/
static int append_index(const Source *source, const char *index, int64_t id, sqlite3_str *equal,
                        sqlite3_str *text, bool *known) {
  static const char sql[] =
      "SELECT i.name, i.coll, c.\"notnull\" AND c.dflt_value IS NOT NULL "
      "FROM pragma_index_xinfo(?1, ?2) AS i LEFT JOIN pragma_table_xinfo(?3, ?2) AS c USING (cid) "
      "WHERE i.key";
  sqlite3_stmt *row = NULL;
  const char *separator = "";
  int rc = sqlite3_prepare_v2(source->db, sql, -1, &row, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(row, 1, index, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(row, 2, source->schema, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(row, 3, source->name, -1, SQLITE_STATIC);
  while (rc == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW) {
    KeyColumn column = read_key_column(row);
    if (column.name == NULL) *known = false;
    sqlite3_str_appendf(equal, "%s\"%w\" = new.\"%w\" COLLATE \"%w\"", separator, column.name,
                        column.name, column.collation);
    separator = " AND ";
    if (!column.replaces_null) continue;
    sqlite3_str_appendf(text, "SELECT slots_note(%lld, NULL, 1) WHERE new.\"%w\" IS NULL; ",
                        (sqlite3_int64)id, column.name);
  }
  int end = sqlite3_finalize(row);
  return rc == SQLITE_OK ? end : rc;
}

static int report_conflict(const Source *source, const char *index, const char *key, int64_t id,
                           sqlite3_str *text, bool *known) {
  sqlite3_str *equal = sqlite3_str_new(NULL);
  int rc = append_index(source, index, id, equal, text, known);
  if (rc == SQLITE_OK) rc = sqlite3_str_errcode(equal);
  char *condition = sqlite3_str_finish(equal);
  sqlite3_str_appendf(text, "SELECT slots_note(%lld, %s, 1) FROM %s WHERE %s; ", (sqlite3_int64)id,
                      key, source->from, condition);
  sqlite3_free(condition);
  return rc;
}

/* Whether the key, as SQL, is the rowid, or the column that is. */
static bool is_rowid(const Source *source, const char *key) {
  if (strcmp(key, source->rowid) == 0) return true;
  if (source->key == NULL) return false;
  char *column = sqlite3_mprintf("\"%w\"", source->key);
  bool same = column != NULL && sqlite3_stricmp(column, key) == 0;
  sqlite3_free(column);
  return same;
}

/* The row that has the new row's rowid, where that is not the key. */
static void report_rowid(const Source *source, const char *key, int64_t id, sqlite3_str *text) {
  if (source->rowid == NULL || is_rowid(source, key)) return;
  sqlite3_str_appendf(text, "SELECT slots_note(%lld, %s, 1) FROM %s WHERE %s = new.%s; ",
                      (sqlite3_int64)id, key, source->from, source->rowid, source->rowid);
}

/* The statements that report rows in the new row's way; "" without unique indexes. */
static int report_conflicts(const Source *source, const char *key, int64_t id, sqlite3_str *text,
                            bool *known) {
  sqlite3_stmt *indexes = NULL;
  report_rowid(source, key, id, text);
  int rc =
      sqlite3_prepare_v2(source->db, "SELECT name FROM pragma_index_list(?1, ?2) WHERE \"unique\"",
                         -1, &indexes, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(indexes, 1, source->name, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(indexes, 2, source->schema, -1, SQLITE_STATIC);
  while (rc == SQLITE_OK && sqlite3_step(indexes) == SQLITE_ROW) {
    const char *index = (const char *)sqlite3_column_text(indexes, 0);
    rc = index == NULL ? SQLITE_NOMEM : report_conflict(source, index, key, id, text, known);
  }
  int end = sqlite3_finalize(indexes);
  return rc == SQLITE_OK ? end : rc;
}

/* ---- the triggers --------------------------------------------------------------------- */

/* What each trigger does; NULL: there is to be none. */
typedef struct Bodies {
  char *of[EVENTS];
} Bodies;

static int write_conflicts(const Source *source, const char *key, int64_t id, Bodies *bodies,
                           bool *known) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  int rc = report_conflicts(source, key, id, text, known);
  if (rc == SQLITE_OK) rc = sqlite3_str_errcode(text);
  char *conflicts = sqlite3_str_finish(text);
  if (rc == SQLITE_OK && *known && conflicts != NULL) {
    bodies->of[BEFORE_INSERT] = sqlite3_mprintf("%s", conflicts);
    bodies->of[BEFORE_UPDATE] = sqlite3_mprintf("%s", conflicts);
    bool complete = bodies->of[BEFORE_INSERT] != NULL && bodies->of[BEFORE_UPDATE] != NULL;
    rc = complete ? SQLITE_OK : SQLITE_NOMEM;
  }
  sqlite3_free(conflicts);
  return rc;
}

static int write_bodies(const Source *source, const char *key, int64_t id, Bodies *bodies,
                        bool *known) {
  sqlite3_int64 number = id;
  int rc = write_conflicts(source, key, id, bodies, known);
  if (rc != SQLITE_OK || !*known) return rc;
  bodies->of[INSERT] = sqlite3_mprintf("SELECT slots_note(%lld, new.%s, 0); ", number, key);
  bodies->of[DELETE] = sqlite3_mprintf("SELECT slots_note(%lld, old.%s, 0); ", number, key);
  bodies->of[UPDATE] =
      sqlite3_mprintf("SELECT slots_note(%lld, old.%s, 0); SELECT slots_note(%lld, new.%s, 0); ",
                      number, key, number, key);
  bool complete =
      bodies->of[INSERT] != NULL && bodies->of[DELETE] != NULL && bodies->of[UPDATE] != NULL;
  return complete ? SQLITE_OK : SQLITE_NOMEM;
}

/* ---- triggers ------------------------------------------------------------------------ */

typedef struct TriggerName {
  char text[64]; /* of names, two numbers and more */
} TriggerName;

/* What the names of all triggers of a cache begin with. */
static TriggerName prefix_of(int64_t id) {
  TriggerName prefix;
  sqlite3_snprintf(sizeof prefix.text, prefix.text, "slots_%lld_", (sqlite3_int64)id);
  return prefix;
}

/* One that no trigger has. */
static TriggerName new_name(int64_t id, int event) {
  TriggerName name;
  unsigned number;
  sqlite3_randomness(sizeof number, &number);
  sqlite3_snprintf(sizeof name.text, name.text, "%s%s_%u", prefix_of(id).text, names[event],
                   number);
  return name;
}

/*
** Core has a trigger of temp in its schema table only, an *orphan*, once it reads that while the
** source is missing, as another connection dropped it. Then DROP does not find it, ALTER of any
** table fails, and should the source be made anew, no change is reported. So its row is deleted,
** where the schema may be written to.
*/
static int delete_orphan(sqlite3 *db, const char *name) {
#ifdef SQLITE_DBCONFIG_WRITABLE_SCHEMA
  int64_t there = 0;
  int writable = 0;
  char *sql = sqlite3_mprintf(
      "SELECT 1 FROM temp.sqlite_master WHERE type = 'trigger' AND name = %Q", name);
  int rc = fetch_integer(db, sql, &there);
  sqlite3_free(sql);
  if (rc != SQLITE_OK || there == 0) return rc;
  sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, -1, &writable);
  if (!writable) sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
  rc = fetch_nothing(
      db,
      sqlite3_mprintf("DELETE FROM temp.sqlite_master WHERE type = 'trigger' AND name = %Q", name));
  if (!writable) sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, NULL);
  return rc;
#else
  (void)db, (void)name;
  return SQLITE_OK;
#endif
}

static int drop(sqlite3 *db, const char *name) {
  int rc = fetch_nothing(db, sqlite3_mprintf("DROP TRIGGER IF EXISTS temp.%s", name));
  return rc == SQLITE_OK ? delete_orphan(db, name) : rc;
}

/* Whether the trigger, which is in the schema, is an orphan: DROP does not find it then. */
static int is_orphan(sqlite3 *db, const char *name, bool *orphan) {
  sqlite3_stmt *unused = NULL;
  char *sql = sqlite3_mprintf("DROP TRIGGER temp.%s", name);
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_prepare_v2(db, sql, -1, &unused, NULL);
  sqlite3_free(sql);
  sqlite3_finalize(unused);
  *orphan = rc == SQLITE_ERROR;
  /* An authorizer that denies it is asked once the trigger is found. */
  return rc == SQLITE_ERROR || rc == SQLITE_AUTH ? SQLITE_OK : rc;
}

/* The name in the first row of a query, which is ended; "" where there is none. */
static int read_name(sqlite3_stmt *query, int rc, TriggerName *name) {
  *name = (TriggerName){.text = ""};
  if (rc == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(query, 0);
    if (text == NULL) rc = SQLITE_NOMEM;
    sqlite3_snprintf(sizeof name->text, name->text, "%s", text == NULL ? "" : text);
  }
  int end = sqlite3_finalize(query);
  return rc == SQLITE_OK ? end : rc;
}

/*
** Finds the cache's trigger of just these words, as core keeps them, that is no orphan: *name
** becomes its name, or "".
*/
static int find_trigger(sqlite3 *db, int64_t id, const char *words, TriggerName *name) {
  static const char sql[] =
      "SELECT name FROM temp.sqlite_master WHERE type = 'trigger' AND "
      "substr(name, 1, length(?1)) = ?1 AND sql = 'CREATE TRIGGER ' || name || ' ' || ?2";
  TriggerName prefix = prefix_of(id);
  sqlite3_stmt *query = NULL;
  bool orphan = false;
  int rc = sqlite3_prepare_v2(db, sql, -1, &query, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(query, 1, prefix.text, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(query, 2, words, -1, SQLITE_STATIC);
  rc = read_name(query, rc, name);
  if (rc == SQLITE_OK && name->text[0] != 0) rc = is_orphan(db, name->text, &orphan);
  if (orphan) *name = (TriggerName){.text = ""};
  return rc;
}

/* *name, "", becomes that of the trigger, unless none is needed, or it is not to be made. */
static int make_trigger(const Source *source, int64_t id, int event, const char *body,
                        FollowHow how, TriggerName *name) {
  if (body == NULL) return SQLITE_OK;
  char *words = sqlite3_mprintf("%s ON %s BEGIN %sEND", whens[event], source->from, body);
  int rc = words == NULL ? SQLITE_NOMEM : find_trigger(source->db, id, words, name);
  if (rc == SQLITE_OK && name->text[0] == 0 && how != FOLLOW_AS_IS) {
    *name = new_name(id, event);
    rc = fetch_nothing(source->db, sqlite3_mprintf("CREATE TEMP TRIGGER %s %s", name->text, words));
  }
  sqlite3_free(words);
  return rc;
}

/* The cache's next trigger behind *name, in order, that is not among `kept`; "" behind the last. */
static int find_other(sqlite3 *db, int64_t id, const TriggerName kept[EVENTS], TriggerName *name) {
  static const char sql[] =
      "SELECT name FROM temp.sqlite_master WHERE type = 'trigger' AND name > ?7 AND "
      "substr(name, 1, length(?1)) = ?1 AND name NOT IN (?2, ?3, ?4, ?5, ?6) ORDER BY name";
  TriggerName prefix = prefix_of(id), before = *name;
  sqlite3_stmt *query = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &query, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(query, 1, prefix.text, -1, SQLITE_STATIC);
  for (int event = 0; rc == SQLITE_OK && event < EVENTS; event++) {
    rc = sqlite3_bind_text(query, 2 + event, kept[event].text, -1, SQLITE_STATIC);
  }
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(query, 7, before.text, -1, SQLITE_STATIC);
  return read_name(query, rc, name);
}

/* Drops each once: SQLITE_OK, also where one may not be dropped and stays, or SQLITE_NOMEM. */
static int drop_others(sqlite3 *db, int64_t id, const TriggerName kept[EVENTS]) {
  TriggerName name = {.text = ""};
  int rc;
  do {
    rc = find_other(db, id, kept, &name);
    if (rc != SQLITE_OK || name.text[0] == 0) break;
    rc = drop(db, name.text);
  } while (rc != SQLITE_NOMEM);
  return rc == SQLITE_NOMEM ? rc : SQLITE_OK;
}

int follow_source_changes(const Source *source, const char *key, int64_t id, FollowHow how,
                          bool *followed) {
  Bodies bodies = {0};
  TriggerName made[EVENTS] = {0};
  bool known = source->is_table && key != NULL;
  int rc = known ? write_bodies(source, key, id, &bodies, &known) : SQLITE_OK;
  for (int event = 0; event < EVENTS && rc == SQLITE_OK && known; event++) {
    rc = make_trigger(source, id, event, bodies.of[event], how, &made[event]);
    known = rc == SQLITE_OK && (bodies.of[event] == NULL || made[event].text[0] != 0);
    if (rc != SQLITE_NOMEM) rc = SQLITE_OK; /* without them all rows are compared */
  }
  if (!known) memset(made, 0, sizeof made);
  *followed = known && rc == SQLITE_OK;
  if (rc == SQLITE_OK && how == FOLLOW_TIDY) rc = drop_others(source->db, id, made);
  for (int event = 0; event < EVENTS; event++) sqlite3_free(bodies.of[event]);
  return rc;
}

int follow_version(sqlite3 *db, int64_t *version) {
  *version = 0;
  int rc = fetch_integer(db, "PRAGMA temp.schema_version", version);
  return fetch_may_fail(rc) ? SQLITE_OK : rc;
}

int follow_only(sqlite3 *db, const char *ids) {
  int64_t other = 0, before;
  int rc;
  do {
    before = other;
    other = 0;
    char *sql = sqlite3_mprintf(
        "WITH found(id) AS (SELECT CAST(substr(name, 7) AS INTEGER) FROM temp.sqlite_master "
        "WHERE type = 'trigger' AND substr(name, 1, 6) = 'slots_' AND instr(sql, ' slots_note(')) "
        "SELECT id FROM found WHERE id > 0 AND id NOT IN (%s)",
        ids);
    rc = fetch_integer(db, sql, &other);
    sqlite3_free(sql);
    if (rc == SQLITE_OK && other != 0) rc = follow_no_more(db, other);
  } while (rc == SQLITE_OK && other != before); /* none, or one that cannot be dropped */
  return rc == SQLITE_NOMEM ? rc : SQLITE_OK;   /* who may not look leaves them there */
}

int follow_no_more(sqlite3 *db, int64_t id) {
  static const TriggerName none[EVENTS];
  return drop_others(db, id, none);
}
