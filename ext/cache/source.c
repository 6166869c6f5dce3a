/*
** source.c: see source.h.
*/
#include "source.h"

#include <string.h>

#include "base/fetch.h"
#include "base/message.h"
#include "base/rowid_column.h"

/* Ends a statement; what it failed with becomes the message. */
static int finish(sqlite3 *db, sqlite3_stmt *statement, int rc, char **error) {
  rc = fetch_end(statement, rc);
  return rc != SQLITE_OK && *error == NULL ? message_core(error, rc, db) : rc;
}

/* ---- finding ---------------------------------------------------------------------- */

static int take_names(Source *source, const char *schema, sqlite3_stmt *row) {
  source->is_table = sqlite3_column_int(row, 1) != 0;
  source->is_everywhere = !source->is_table && sqlite3_stricmp(schema, "temp") == 0;
  source->schema = sqlite3_mprintf("%s", schema);
  source->name = sqlite3_mprintf("%s", sqlite3_column_text(row, 0));
  if (source->schema == NULL || source->name == NULL) return SQLITE_NOMEM;
  source->from = sqlite3_mprintf("\"%w\".\"%w\"", source->schema, source->name);
  return source->from == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* Looks for a table or view of that name in one database; source->name stays NULL without. */
static int find_in(Source *source, const char *schema, const char *name, char **error) {
  sqlite3_stmt *row = NULL;
  int rc = fetch_prepare(source->db, &row,
                         "SELECT name, type = 'table', type = 'table' AND rootpage = 0 "
                         "FROM \"%w\".sqlite_master WHERE name = %Q COLLATE NOCASE "
                         "AND type IN ('table', 'view')",
                         schema, name);
  if (rc == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW) {
    rc = sqlite3_column_int(row, 2) == 0
             ? take_names(source, schema, row)
             : message_fail(error, SQLITE_ERROR,
                            "%s.%s is a virtual table, whose changes cannot be followed", schema,
                            name);
  }
  return finish(source->db, row, rc, error);
}

/* The name as it stands, or behind the database's name and a dot. */
static int find_either(Source *source, const char *schema, const char *content, char **error) {
  size_t size = strlen(schema);
  int rc = find_in(source, schema, content, error);
  if (rc != SQLITE_OK || source->name != NULL) return rc;
  if (sqlite3_strnicmp(content, schema, (int)size) != 0 || content[size] != '.') return rc;
  return find_in(source, schema, content + size + 1, error);
}

static int find_anywhere(Source *source, const char *content, char **error) {
  static const char sql[] = "SELECT name FROM pragma_database_list ORDER BY name <> 'temp', seq";
  sqlite3_stmt *databases = NULL;
  int rc = sqlite3_prepare_v2(source->db, sql, -1, &databases, NULL);
  while (rc == SQLITE_OK && source->name == NULL && sqlite3_step(databases) == SQLITE_ROW) {
    const char *schema = (const char *)sqlite3_column_text(databases, 0);
    rc = schema == NULL ? SQLITE_NOMEM : find_either(source, schema, content, error);
  }
  return finish(source->db, databases, rc, error);
}

/* ---- columns ---------------------------------------------------------------------- */

static bool is_key(const Source *source, const char *column) {
  int key = 0;
  if (!source->is_table) return false;
  sqlite3_table_column_metadata(source->db, source->schema, source->name, column, NULL, NULL, NULL,
                                &key, NULL);
  return key != 0;
}

static int count_keys(const Source *source) {
  int keys = 0;
  for (int i = 0; i < source->column_count; i++) keys += is_key(source, source->columns[i].name);
  return keys;
}

/* The rowid; and without one, a primary key that is one INTEGER. */
static bool is_rowid(const Source *source, const char *name, const char *type, int keys) {
  if (source->key != NULL) return sqlite3_stricmp(source->key, name) == 0;
  bool alone = source->rowid == NULL && keys == 1 && is_key(source, name);
  return alone && sqlite3_stricmp(type, "INTEGER") == 0;
}

/* Name, type (NULL: none) and collation; what gives a row its rowid stays its key. */
static char *define(const Source *source, const char *name, const char *type, int keys) {
  const char *collation = NULL;
  if (is_rowid(source, name, type, keys)) {
    return sqlite3_mprintf("\"%w\" INTEGER PRIMARY KEY", name);
  }
  if (source->is_table) {
    sqlite3_table_column_metadata(source->db, source->schema, source->name, name, NULL, &collation,
                                  NULL, NULL, NULL);
  }
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_str_appendf(text, "\"%w\"", name);
  if (type != NULL) sqlite3_str_appendf(text, " \"%w\"", type); /* which may be any words */
  if (collation != NULL && sqlite3_stricmp(collation, "BINARY") != 0) {
    sqlite3_str_appendf(text, " COLLATE \"%w\"", collation);
  }
  return sqlite3_str_finish(text);
}

static int allocate_columns(Source *source, int count) {
  source->columns = sqlite_zeros((size_t)count * sizeof *source->columns);
  if (source->columns == NULL) return SQLITE_NOMEM;
  source->column_count = count;
  return SQLITE_OK;
}

static int name_columns(Source *source, sqlite3_stmt *all) {
  for (int i = 0; i < source->column_count; i++) {
    const char *name = sqlite3_column_name(all, i);
    source->columns[i].name = name == NULL ? NULL : sqlite3_mprintf("%s", name);
    if (source->columns[i].name == NULL) return SQLITE_NOMEM;
  }
  return SQLITE_OK;
}

static int define_columns(Source *source, sqlite3_stmt *all) {
  int keys = count_keys(source);
  for (int i = 0; i < source->column_count; i++) {
    SourceColumn *column = &source->columns[i];
    column->definition = define(source, column->name, sqlite3_column_decltype(all, i), keys);
    if (column->definition == NULL) return SQLITE_NOMEM;
  }
  return SQLITE_OK;
}

int source_find_column(const Source *source, const char *name) {
  for (int i = 0; i < source->column_count; i++) {
    if (sqlite3_stricmp(source->columns[i].name, name) == 0) return i;
  }
  return -1;
}

static int find_rowid(Source *source) {
  if (!source->is_table) return SQLITE_OK;
  int rc = rowid_name(source->db, source->from, &source->rowid);
  if (rc != SQLITE_OK || source->rowid == NULL) return rc;
  return rowid_column(source->db, source->schema, source->name, &source->key);
}

static int read_columns(Source *source, char **error) {
  sqlite3_stmt *all = NULL;
  int rc = fetch_prepare(source->db, &all, "SELECT * FROM %s", source->from);
  if (rc == SQLITE_OK) rc = allocate_columns(source, sqlite3_column_count(all));
  if (rc == SQLITE_OK) rc = name_columns(source, all);
  if (rc == SQLITE_OK) rc = find_rowid(source);
  if (rc == SQLITE_OK) rc = define_columns(source, all);
  return finish(source->db, all, rc, error);
}

/* ---- the whole -------------------------------------------------------------------- */

static int not_found(const char *schema, bool anywhere, const char *content, char **error) {
  if (anywhere) return message_fail(error, SQLITE_ERROR, "no such table: %s", content);
  const char *hint = strchr(content, '.') == NULL
                         ? ""
                         : " (a cache of a table in another database must be in temp)";
  return message_fail(error, SQLITE_ERROR, "no such table: %s.%s%s", schema, content, hint);
}

int source_open(sqlite3 *db, const char *schema, const char *content, Source *source,
                char **error) {
  *source = (Source){.db = db, .may_be_strict = true};
  bool anywhere = sqlite3_stricmp(schema, "temp") == 0;
  int rc = anywhere ? find_anywhere(source, content, error)
                    : find_either(source, schema, content, error);
  if (rc == SQLITE_OK && source->name == NULL) rc = not_found(schema, anywhere, content, error);
  if (rc == SQLITE_OK) rc = read_columns(source, error);
  if (rc != SQLITE_OK) source_close(source);
  return rc;
}

/* A view may read any table of its database, or of all. */
int source_look_for_strict(Source *source) {
  sqlite3_stmt *tables = NULL;
  bool found = false;
  if (source->is_everywhere) return SQLITE_OK;
  int rc =
      fetch_prepare(source->db, &tables,
                    "SELECT sql FROM \"%w\".sqlite_master WHERE type = 'table'", source->schema);
  while (rc == SQLITE_OK && !found && sqlite3_step(tables) == SQLITE_ROW) {
    const char *definition = (const char *)sqlite3_column_text(tables, 0);
    found = definition != NULL && sqlite3_strlike("%strict%", definition, 0) == 0;
  }
  rc = fetch_end(tables, rc);
  if (rc == SQLITE_OK) source->may_be_strict = found;
  return rc;
}

void source_free_columns(SourceColumn *columns, int count) {
  for (int i = 0; i < count; i++) {
    sqlite3_free(columns[i].name);
    sqlite3_free(columns[i].definition);
  }
  sqlite3_free(columns);
}

void source_close(Source *source) {
  source_free_columns(source->columns, source->column_count);
  sqlite3_free(source->schema);
  sqlite3_free(source->name);
  sqlite3_free(source->key);
  sqlite3_free(source->from);
  *source = (Source){0};
}
