/*
** follow.c: see follow.h.
*/
#include "follow.h"

#include <stddef.h>
#include <string.h>

#include "base/fetch.h"
#include "base/statements.h"
#include "trigger_bodies.h"

static const char *const names[TRIGGER_EVENTS] = {"insert", "update", "delete", "before_insert",
                                                  "before_update"};
static const char *const whens[TRIGGER_EVENTS] = {"AFTER INSERT", "AFTER UPDATE", "AFTER DELETE",
                                                  "BEFORE INSERT", "BEFORE UPDATE"};

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
  rc = fetch_nothing(db, "DELETE FROM temp.sqlite_master WHERE type = 'trigger' AND name = %Q",
                     name);
  if (!writable) sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, NULL);
  return rc;
#else
  (void)db, (void)name;
  return SQLITE_OK;
#endif
}

static int drop(sqlite3 *db, const char *name) {
  int rc = fetch_nothing(db, "DROP TRIGGER IF EXISTS temp.%s", name);
  return rc == SQLITE_OK ? delete_orphan(db, name) : rc;
}

/* Whether the trigger, which is in the schema, is an orphan: DROP does not find it then. */
static int is_orphan(sqlite3 *db, const char *name, bool *orphan) {
  sqlite3_stmt *unused;
  int rc = fetch_prepare(db, &unused, "DROP TRIGGER temp.%s", name);
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
  return fetch_end(query, rc);
}

/*
** Finds the cache's trigger of just these words, as core keeps them, that is no orphan: *name
** becomes its name, or "".
*/
static int find_trigger(sqlite3 *db, int64_t id, const char *words, TriggerName *name) {
  TriggerName prefix = prefix_of(id);
  sqlite3_stmt *query;
  bool orphan = false;
  int rc = fetch_prepare(db, &query,
                         "SELECT name FROM temp.sqlite_master WHERE type = 'trigger' AND "
                         "substr(name, 1, length(%Q)) = %Q AND "
                         "sql = 'CREATE TRIGGER ' || name || ' ' || %Q",
                         prefix.text, prefix.text, words);
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
    rc = fetch_nothing(source->db, "CREATE TEMP TRIGGER %s %s", name->text, words);
  }
  sqlite3_free(words);
  return rc;
}

/* The cache's next trigger behind *name, in order, that is not among `kept`; "" behind the last. */
static int find_other(sqlite3 *db, int64_t id, const TriggerName kept[TRIGGER_EVENTS],
                      TriggerName *name) {
  TriggerName prefix = prefix_of(id);
  sqlite3_stmt *query;
  int rc = fetch_prepare(db, &query,
                         "SELECT name FROM temp.sqlite_master WHERE type = 'trigger' AND "
                         "name > %Q AND substr(name, 1, length(%Q)) = %Q AND "
                         "name NOT IN (%Q, %Q, %Q, %Q, %Q) ORDER BY name",
                         name->text, prefix.text, prefix.text, kept[0].text, kept[1].text,
                         kept[2].text, kept[3].text, kept[4].text);
  return read_name(query, rc, name);
}

/* What core would do to drop the table that a trigger is on; *program stays NULL without one. */
static int explain_drop(sqlite3 *db, const char *trigger, sqlite3_stmt **program) {
  sqlite3_stmt *query;
  int rc = fetch_prepare(
      db, &query,
      "SELECT 'EXPLAIN DROP TABLE ' || substr(sql, 1, instr(sql, ' BEGIN SELECT slots_note(') - 1) "
      "FROM (SELECT substr(sql, instr(sql, ' ON ') + 4) AS sql FROM temp.sqlite_master "
      "WHERE name = %Q)",
      trigger);
  if (rc == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW) {
    const char *drop = (const char *)sqlite3_column_text(query, 0);
    rc = drop == NULL ? SQLITE_NOMEM : sqlite3_prepare_v2(db, drop, -1, program, NULL);
  }
  return fetch_end(query, rc);
}

/*
** Whether RETURNING, which is a trigger in temp while its statement is compiled, is one of the
** table's that the trigger is on; *is also where that is not known.
*/
static int has_returning(sqlite3 *db, const char *trigger, bool *is) {
  sqlite3_stmt *program = NULL;
  int rc = explain_drop(db, trigger, &program);
  *is = false;
  while (program != NULL && !*is && sqlite3_step(program) == SQLITE_ROW) {
    const char *object = (const char *)sqlite3_column_text(program, 5);
    *is = object != NULL && sqlite3_strnicmp(object, "sqlite_returning", 16) == 0;
  }
  rc = fetch_end(program, rc);
  if (rc != SQLITE_OK && rc != SQLITE_ERROR) *is = true;
  return rc == SQLITE_NOMEM ? rc : SQLITE_OK;
}

/*
** Whether a statement is being compiled that may have looked up the trigger: core goes through a
** table's triggers to the end though one, or RETURNING, names a cache that cannot be connected.
*/
static int may_be_compiled(sqlite3 *db, const char *trigger, bool *may) {
  int compiling = statements_compiling(db);
  *may = compiling > 1;
  return compiling == 1 ? has_returning(db, trigger, may) : SQLITE_OK;
}

/* Drops each once: SQLITE_OK, also where one may not be dropped and stays, or SQLITE_NOMEM. */
static int drop_others(sqlite3 *db, int64_t id, const TriggerName kept[TRIGGER_EVENTS]) {
  TriggerName name = {.text = ""};
  int rc;
  bool stays = false;
  do {
    rc = find_other(db, id, kept, &name);
    if (rc != SQLITE_OK || name.text[0] == 0) break;
    rc = may_be_compiled(db, name.text, &stays);
    if (rc != SQLITE_OK || stays) break;
    rc = drop(db, name.text);
  } while (rc != SQLITE_NOMEM);
  return rc == SQLITE_NOMEM ? rc : SQLITE_OK;
}

/*
** Whether a trigger in temp that is not ours has RAISE, perhaps. If it is older than ours, these
** are passed over by RAISE(IGNORE), and RAISE(FAIL), in a row that was written.
*/
static int may_raise(const Source *source, bool *may) {
  static const char sql[] =
      "SELECT 1 FROM temp.sqlite_master WHERE type = 'trigger' AND tbl_name = %Q COLLATE NOCASE "
      "AND instr(upper(sql), 'RAISE') AND NOT instr(sql, ' slots_note(')";
  int64_t found = 0;
  char *query = sqlite3_mprintf(sql, source->name);
  int rc = fetch_integer(source->db, query, &found);
  sqlite3_free(query);
  *may = found != 0;
  return rc;
}

int follow_source_changes(const Source *source, const char *key, int64_t id, FollowHow how,
                          bool *followed) {
  TriggerBodies bodies = {0};
  TriggerName made[TRIGGER_EVENTS] = {0};
  bool known = source->is_table && key != NULL, raises = false;
  int rc = known ? may_raise(source, &raises) : SQLITE_OK;
  if (raises || rc != SQLITE_OK) known = false;
  if (rc != SQLITE_NOMEM) rc = SQLITE_OK;
  if (rc == SQLITE_OK && known) rc = trigger_bodies_write(source, key, id, &bodies, &known);
  for (int event = 0; event < TRIGGER_EVENTS && rc == SQLITE_OK && known; event++) {
    rc = make_trigger(source, id, event, bodies.of[event], how, &made[event]);
    known = rc == SQLITE_OK && (bodies.of[event] == NULL || made[event].text[0] != 0);
    if (rc != SQLITE_NOMEM) rc = SQLITE_OK; /* without them all rows are compared */
  }
  if (!known) memset(made, 0, sizeof made);
  *followed = known && rc == SQLITE_OK;
  if (rc == SQLITE_OK && how == FOLLOW_TIDY) rc = drop_others(source->db, id, made);
  trigger_bodies_clear(&bodies);
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
  static const TriggerName none[TRIGGER_EVENTS];
  return drop_others(db, id, none);
}
