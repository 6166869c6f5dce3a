/*
** schema.c: see schema.h.
*/
#include "schema.h"

#include "sqlite.h"

Schema *schema_create(void) {
  Schema *schema = sqlite3_malloc64(sizeof *schema);
  if (schema != NULL) *schema = (Schema){.key = -1, .profile = TEXT_BALANCED};
  return schema;
}

void schema_free(Schema *schema) {
  if (schema == NULL) return;
  for (int i = 0; i < schema->count; i++) {
    sqlite3_free(schema->columns[i].name);
    sqlite3_free(schema->columns[i].type);
    sqlite3_free(schema->columns[i].collation);
  }
  for (int i = 0; i < schema->index_count; i++) index_def_clear(&schema->indexes[i]);
  sqlite3_free(schema->indexes);
  sqlite3_free(schema->columns);
  sqlite3_free(schema);
}

int schema_add_column(Schema *schema, char *name) {
  uint64_t size = ((uint64_t)schema->count + 1) * sizeof *schema->columns;
  ColumnDef *columns = name == NULL ? NULL : sqlite3_realloc64(schema->columns, size);
  if (columns == NULL) {
    sqlite3_free(name);
    return SQLITE_NOMEM;
  }
  schema->columns = columns;
  columns[schema->count++] = (ColumnDef){.name = name}; /* core refuses duplicates */
  return SQLITE_OK;
}

int schema_add_index(Schema *schema, IndexDef **index) {
  uint64_t size = ((uint64_t)schema->index_count + 1) * sizeof *schema->indexes;
  IndexDef *indexes = sqlite3_realloc64(schema->indexes, size);
  if (indexes == NULL) return SQLITE_NOMEM;
  schema->indexes = indexes;
  *index = &indexes[schema->index_count++];
  **index = (IndexDef){0};
  return SQLITE_OK;
}

int schema_find_column(const Schema *schema, const char *name) {
  for (int i = 0; i < schema->count; i++) {
    if (sqlite3_stricmp(schema->columns[i].name, name) == 0) return i;
  }
  return -1;
}

bool schema_is_integer(const Schema *schema, int column) {
  const char *type = schema->columns[column].type;
  return type != NULL && sqlite3_stricmp(type, "INTEGER") == 0;
}

/* ---- for core -------------------------------------------------------------------- */

static void declare_column(sqlite3_str *sql, const ColumnDef *column) {
  sqlite3_str_appendf(sql, "\"%w\"", column->name);
  if (column->type != NULL) sqlite3_str_appendf(sql, " %s", column->type);
  if (column->not_null) sqlite3_str_appendall(sql, " NOT NULL");
  if (column->collation != NULL) sqlite3_str_appendf(sql, " COLLATE \"%w\"", column->collation);
}

/* For PRAGMA table_info only: core enforces nothing. */
static void declare_primary_key(sqlite3_str *sql, const Schema *schema) {
  const char *separator = ", PRIMARY KEY(";
  for (int i = 0; i < schema->count; i++) {
    if (!schema->columns[i].primary_key) continue;
    sqlite3_str_appendf(sql, "%s\"%w\"", separator, schema->columns[i].name);
    separator = ", ";
  }
  sqlite3_str_appendall(sql, ")");
}

char *schema_declaration(const Schema *schema, const char *table, int *command) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  *command = schema_find_column(schema, table) < 0 ? schema->count : -1;
  sqlite3_str_appendall(sql, "CREATE TABLE x(");
  for (int i = 0; i < schema->count; i++) {
    if (i > 0) sqlite3_str_appendall(sql, ", ");
    declare_column(sql, &schema->columns[i]);
  }
  if (*command >= 0) sqlite3_str_appendf(sql, ", \"%w\" HIDDEN", table);
  if (schema->has_primary_key) declare_primary_key(sql, schema);
  sqlite3_str_appendall(sql, ")");
  return sqlite3_str_finish(sql);
}
