/*
** schema.c: see schema.h.
*/
#include "schema.h"

#include "base/sqlite.h"

Schema *schema_create(void) {
  Schema *schema = sqlite3_malloc64(sizeof *schema);
  if (schema != NULL) *schema = (Schema){.key = -1, .profile = TEXT_BALANCED};
  return schema;
}

static void column_clear(ColumnDef *column) {
  sqlite3_free(column->name);
  sqlite3_free(column->type);
  sqlite3_free(column->collation);
  sqlite3_free(column->value.declared);
  sqlite3_free(column->value.expression);
}

void schema_free(Schema *schema) {
  if (schema == NULL) return;
  for (int i = 0; i < schema->count; i++) column_clear(&schema->columns[i]);
  for (int i = 0; i < schema->index_count; i++) index_def_clear(&schema->indexes[i]);
  for (int i = 0; i < schema->check_count; i++) {
    sqlite3_free(schema->checks[i].name);
    sqlite3_free(schema->checks[i].expression);
  }
  sqlite3_free(schema->checks);
  sqlite3_free(schema->indexes);
  sqlite3_free(schema->rules);
  sqlite3_free(schema->columns);
  sqlite3_free(schema->snapshot);
  buffer_clear(&schema->declaration);
  sqlite3_free(schema);
}

/* An array of `count` items of `size` bytes with room for one more, or NULL. */
static void *grown(void *items, int count, size_t size) {
  return sqlite3_realloc64(items, ((uint64_t)count + 1) * size);
}

int schema_add_column(Schema *schema, char *name) {
  ColumnDef *columns = name == NULL ? NULL : grown(schema->columns, schema->count, sizeof *columns);
  if (columns == NULL) {
    sqlite3_free(name);
    return SQLITE_NOMEM;
  }
  schema->columns = columns;
  columns[schema->count++] = (ColumnDef){.name = name}; /* core refuses duplicates */
  return SQLITE_OK;
}

int schema_add_index(Schema *schema, IndexDef **index, KeyRule **rule) {
  IndexDef *indexes = grown(schema->indexes, schema->index_count, sizeof *indexes);
  if (indexes == NULL) return SQLITE_NOMEM;
  schema->indexes = indexes;
  KeyRule *rules = grown(schema->rules, schema->index_count, sizeof *rules);
  if (rules == NULL) return SQLITE_NOMEM;
  schema->rules = rules;
  *index = &indexes[schema->index_count];
  *rule = &rules[schema->index_count++];
  **index = (IndexDef){0};
  **rule = (KeyRule){0};
  return SQLITE_OK;
}

void schema_remove_index(Schema *schema, int index) {
  index_def_clear(&schema->indexes[index]);
  schema->index_count--;
  for (int i = index; i < schema->index_count; i++) {
    schema->indexes[i] = schema->indexes[i + 1];
    schema->rules[i] = schema->rules[i + 1];
  }
}

int schema_add_check(Schema *schema, CheckDef **check) {
  CheckDef *checks = grown(schema->checks, schema->check_count, sizeof *checks);
  if (checks == NULL) return SQLITE_NOMEM;
  schema->checks = checks;
  *check = &checks[schema->check_count++];
  **check = (CheckDef){0};
  return SQLITE_OK;
}

bool schema_has_index(const Schema *schema, uint32_t column) {
  int i = 0;
  while (i < schema->index_count && schema->indexes[i].columns[0] != column) i++;
  return i < schema->index_count;
}

void schema_list_prefixes(const Schema *schema, uint32_t column, IndexPrefixes *prefixes) {
  prefixes->count = 0;
  for (int i = 0; i < schema->index_count && prefixes->count < INDEX_PREFIXES; i++) {
    const IndexDef *def = &schema->indexes[i];
    uint32_t at = 0;
    while (at < def->count && def->columns[at] != column) at++;
    if (at == 0 || at == def->count || at > INDEX_PREFIX) continue;
    IndexPrefix *prefix = &prefixes->items[prefixes->count++];
    prefix->count = at;
    memcpy(prefix->columns, def->columns, at * sizeof *prefix->columns);
  }
}

int schema_find_column(const Schema *schema, const char *name) {
  for (int i = 0; i < schema->count; i++) {
    if (sqlite3_stricmp(schema->columns[i].name, name) == 0) return i;
  }
  return -1;
}

/* ---- for core -------------------------------------------------------------------- */

static void write_column(sqlite3_str *sql, const ColumnDef *column) {
  sqlite3_str_appendf(sql, "\"%w\"", column->name);
  if (column->type != NULL) {
    sqlite3_str_appendf(sql, column->type_quoted ? " \"%w\"" : " %s", column->type);
  }
  if (column->collation != NULL) sqlite3_str_appendf(sql, " COLLATE \"%w\"", column->collation);
}

/*
** Core enforces none of it, but shows some in PRAGMA table_info, and refuses wrong defaults. For
** min() of a column that may be NULL it does not ask for rows in order, so the rowid is declared
** NOT NULL. Of any other PRIMARY KEY core would make an index without pages, and then read somebody
** else's in PRAGMA integrity_check and for foreign keys.
*/
static void write_constraints(sqlite3_str *sql, const ColumnDef *column, bool rowid) {
  if (rowid) sqlite3_str_appendall(sql, " PRIMARY KEY");
  if (column->not_null || rowid) sqlite3_str_appendall(sql, " NOT NULL");
  if (column->value.declared != NULL) {
    sqlite3_str_appendf(sql, " DEFAULT %s", column->value.declared);
  }
}

char *schema_declaration(const Schema *schema, const char *table, int *command) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  *command = schema_find_column(schema, table) < 0 ? schema->count : -1;
  sqlite3_str_appendall(sql, "CREATE TABLE x(");
  for (int i = 0; i < schema->count; i++) {
    if (i > 0) sqlite3_str_appendall(sql, ", ");
    write_column(sql, &schema->columns[i]);
    write_constraints(sql, &schema->columns[i], i == schema->key);
  }
  if (*command >= 0) sqlite3_str_appendf(sql, ", \"%w\" HIDDEN", table);
  sqlite3_str_appendall(sql, ")");
  return sqlite3_str_finish(sql);
}

char *schema_row_declaration(const Schema *schema) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  for (int i = 0; i < schema->count; i++) {
    sqlite3_str_appendall(sql, i == 0 ? "CREATE TABLE x(" : ", ");
    write_column(sql, &schema->columns[i]);
  }
  sqlite3_str_appendall(sql, ")");
  return sqlite3_str_finish(sql);
}
