/*
** declare_key.c: see declare_key.h.
*/
#include "declare_key.h"

#include "sqlite.h"

static int note_primary(Parser *parser) {
  if (parser->schema->has_primary_key) return parser_fail(parser, "more than one primary key");
  parser->schema->has_primary_key = true;
  return SQLITE_OK;
}

static int accept_key_word(Parser *parser, KeyKind kind) {
  if (kind != KEY_PRIMARY || parser_accept(parser, "KEY")) return SQLITE_OK;
  Token token = parser_peek(parser);
  return parser_cannot(parser, &token);
}

static int refuse_clauses(Parser *parser) {
  static const char *const words[] = {"ON", "AUTOINCREMENT", NULL};
  Token token = parser_peek(parser);
  if (!parser_is_any(&token, words)) return SQLITE_OK;
  return parser_fail(parser, "%.*s is not supported: %s", (int)token.size, token.text,
                     parser->argument);
}

/* Whether the key is the rowid. A column's own is not with DESC, as core has it. */
static bool is_rowid(const Schema *schema, KeyKind kind, int column) {
  return kind == KEY_PRIMARY && schema_is_integer(schema, column);
}

int declare_column_key(Parser *parser, KeyKind kind, int column) {
  Schema *schema = parser->schema;
  int rc = accept_key_word(parser, kind);
  bool descending = parser_accept(parser, "DESC");
  if (!descending) parser_accept(parser, "ASC");
  if (rc == SQLITE_OK) rc = refuse_clauses(parser);
  if (rc == SQLITE_OK && kind == KEY_PRIMARY) rc = note_primary(parser);
  if (rc != SQLITE_OK) return rc;
  if (kind == KEY_PRIMARY) schema->columns[column].primary_key = true;
  if (!descending && is_rowid(schema, kind, column)) {
    schema->key = column;
    return SQLITE_OK;
  }
  IndexDef *index;
  rc = schema_add_index(schema, &index);
  if (rc != SQLITE_OK) return rc;
  index->unique = kind != KEY_INDEX;
  return index_def_add_column(index, (uint32_t)column, COLLATION_BINARY);
}

/* (column, ...) */
static int read_columns(Parser *parser, KeyKind kind, IndexDef *index) {
  Schema *schema = parser->schema;
  Token token = parser_next(parser);
  if (!token_is_sign(&token, '(')) return parser_cannot(parser, &token);
  do {
    char *name = NULL;
    int rc = parser_name(parser, &name);
    if (rc != SQLITE_OK) return rc;
    int column = schema_find_column(schema, name);
    if (column < 0) rc = parser_fail(parser, "no such column: %s", name);
    sqlite3_free(name);
    if (rc != SQLITE_OK) return rc;
    if (kind == KEY_PRIMARY) schema->columns[column].primary_key = true;
    rc = index_def_add_column(index, (uint32_t)column, COLLATION_BINARY);
    if (rc != SQLITE_OK) return rc;
    if (!parser_accept(parser, "ASC")) parser_accept(parser, "DESC");
    token = parser_next(parser);
  } while (token_is_sign(&token, ','));
  return token_is_sign(&token, ')') ? SQLITE_OK : parser_cannot(parser, &token);
}

int declare_table_key(Parser *parser, KeyKind kind) {
  Schema *schema = parser->schema;
  IndexDef *index = NULL;
  int rc = accept_key_word(parser, kind);
  if (rc == SQLITE_OK && kind == KEY_PRIMARY) rc = note_primary(parser);
  if (rc == SQLITE_OK) rc = schema_add_index(schema, &index);
  if (rc == SQLITE_OK) index->unique = kind != KEY_INDEX;
  if (rc == SQLITE_OK) rc = read_columns(parser, kind, index);
  if (rc == SQLITE_OK) rc = refuse_clauses(parser);
  if (rc != SQLITE_OK || index->count > 1) return rc;
  if (!is_rowid(schema, kind, (int)index->columns[0])) return rc;
  schema->key = (int)index->columns[0];
  index_def_clear(index);
  schema->index_count--;
  return rc;
}

/* ---- when all is read ----------------------------------------------------------------- */

static bool has_column(const IndexDef *index, int column) {
  for (uint32_t i = 0; i < index->count; i++) {
    if ((int)index->columns[i] == column) return true;
  }
  return false;
}

/* An index that contains the rowid finds and forbids nothing that the rowid does not. */
static void drop_needless(Schema *schema) {
  int kept = 0;
  for (int i = 0; i < schema->index_count; i++) {
    if (schema->key >= 0 && has_column(&schema->indexes[i], schema->key)) {
      index_def_clear(&schema->indexes[i]);
    } else {
      schema->indexes[kept++] = schema->indexes[i];
    }
  }
  schema->index_count = kept;
}

static int settle_collations(Parser *parser, IndexDef *index) {
  for (uint32_t i = 0; i < index->count; i++) {
    const ColumnDef *column = &parser->schema->columns[index->columns[i]];
    if (collation_by_name(column->collation, &index->collations[i])) continue;
    return parser_fail(parser, "column %s: an index needs a built-in collation, not %s",
                       column->name, column->collation);
  }
  return SQLITE_OK;
}

int declare_settle_keys(Parser *parser) {
  Schema *schema = parser->schema;
  int rc = SQLITE_OK;
  drop_needless(schema);
  for (int i = 0; i < schema->index_count && rc == SQLITE_OK; i++) {
    rc = settle_collations(parser, &schema->indexes[i]);
  }
  return rc;
}
