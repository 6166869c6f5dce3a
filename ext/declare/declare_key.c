/*
** declare_key.c: see declare_key.h.
*/
#include "declare_key.h"

#include "base/sqlite.h"

static int note_primary(Parser *parser) {
  if (parser->schema->has_primary_key) {
    return parser_fail(parser, "table \"%s\" has more than one primary key", parser->table);
  }
  parser->schema->has_primary_key = true;
  return SQLITE_OK;
}

static int accept_key_word(Parser *parser, KeyKind kind) {
  return kind == KEY_PRIMARY ? parser_expect_word(parser, "KEY") : SQLITE_OK;
}

static bool accept_autoincrement(Parser *parser, KeyKind kind) {
  return kind == KEY_PRIMARY && parser_accept(parser, "AUTOINCREMENT");
}

/* ON CONFLICT; an index forbids nothing. */
static int read_conflict(Parser *parser, KeyKind kind, Conflict *conflict) {
  *conflict = CONFLICT_NONE;
  return kind == KEY_INDEX ? SQLITE_OK : parser_conflict(parser, conflict);
}

static int refuse_collation(Parser *parser, const ColumnDef *column, const char *collation) {
  return parser_fail(parser, "column %s: an index needs a built-in collation, not %s", column->name,
                     collation);
}

/* The PRIMARY KEY of one INTEGER column is the rowid. */
static void make_rowid(Schema *schema, int column, Conflict conflict, bool autoincrement) {
  schema->key = column;
  schema->key_conflict = conflict;
  schema->autoincrement = autoincrement;
}

static int refuse_autoincrement(Parser *parser) {
  return parser_fail(parser, "AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY");
}

int declare_column_key(Parser *parser, KeyKind kind, int column) {
  Schema *schema = parser->schema;
  Conflict conflict = CONFLICT_NONE;
  IndexDef *index;
  KeyRule *rule;
  int rc = accept_key_word(parser, kind);
  bool descending = kind != KEY_UNIQUE && parser_accept(parser, "DESC");
  if (kind != KEY_UNIQUE && !descending) parser_accept(parser, "ASC");
  if (rc == SQLITE_OK) rc = read_conflict(parser, kind, &conflict);
  if (rc == SQLITE_OK && kind == KEY_PRIMARY) rc = note_primary(parser);
  if (rc != SQLITE_OK) return rc;
  bool autoincrement = accept_autoincrement(parser, kind);
  if (kind == KEY_PRIMARY) {
    schema->columns[column].primary_key = true;
    if (!descending && schema->columns[column].integer) { /* not with DESC, as core has it */
      make_rowid(schema, column, conflict, autoincrement);
      return SQLITE_OK;
    }
    if (autoincrement) return refuse_autoincrement(parser);
  }
  rc = schema_add_index(schema, &index, &rule);
  if (rc != SQLITE_OK) return rc;
  index->unique = kind != KEY_INDEX;
  *rule = (KeyRule){.conflict = conflict, .primary = kind == KEY_PRIMARY};
  return index_def_add_column(index, (uint32_t)column, COLLATION_BINARY);
}

int declare_column_collations(Parser *parser, int first) {
  Schema *schema = parser->schema;
  for (int i = first; i < schema->index_count; i++) {
    IndexDef *index = &schema->indexes[i];
    const ColumnDef *column = &schema->columns[index->columns[0]];
    if (!collation_by_name(column->collation, &index->collations[0])) {
      return refuse_collation(parser, column, column->collation);
    }
  }
  return SQLITE_OK;
}

/* ---- of the table --------------------------------------------------------------------- */

/* COLLATE of a column in the list, or what the column has. */
static int read_collation(Parser *parser, const ColumnDef *column, Collation *collation) {
  char *name = NULL;
  bool own = parser_accept(parser, "COLLATE");
  int rc = own ? parser_name(parser, &name) : SQLITE_OK;
  if (rc != SQLITE_OK) return rc;
  const char *wanted = own ? name : column->collation;
  if (!collation_by_name(wanted, collation)) {
    rc = refuse_collation(parser, column, wanted);
  }
  sqlite3_free(name);
  return rc;
}

static int read_column(Parser *parser, KeyKind kind, IndexDef *index) {
  Schema *schema = parser->schema;
  Collation collation = COLLATION_BINARY;
  char *name = NULL;
  int rc = parser_name(parser, &name);
  if (rc != SQLITE_OK) return rc;
  int column = schema_find_column(schema, name);
  if (column < 0) rc = parser_fail(parser, "no such column: %s", name);
  sqlite3_free(name);
  if (rc == SQLITE_OK) rc = read_collation(parser, &schema->columns[column], &collation);
  if (rc != SQLITE_OK) return rc;
  if (kind == KEY_PRIMARY) schema->columns[column].primary_key = true;
  return index_def_add_column(index, (uint32_t)column, collation);
}

/* (column, ...) */
static int read_columns(Parser *parser, KeyKind kind, IndexDef *index, bool *autoincrement) {
  Token token = parser_next(parser);
  if (!token_is_sign(&token, '(')) return parser_cannot(parser, &token);
  do {
    int rc = read_column(parser, kind, index);
    if (rc != SQLITE_OK) return rc;
    if (!parser_accept(parser, "ASC")) parser_accept(parser, "DESC");
    *autoincrement = accept_autoincrement(parser, kind);
    token = parser_next(parser);
  } while (!*autoincrement && token_is_sign(&token, ','));
  return token_is_sign(&token, ')') ? SQLITE_OK : parser_cannot(parser, &token);
}

int declare_table_key(Parser *parser, KeyKind kind) {
  Schema *schema = parser->schema;
  IndexDef *index = NULL;
  KeyRule *rule = NULL;
  bool autoincrement = false;
  int rc = accept_key_word(parser, kind);
  if (rc == SQLITE_OK && kind == KEY_PRIMARY) rc = note_primary(parser);
  if (rc == SQLITE_OK) rc = schema_add_index(schema, &index, &rule);
  if (rc != SQLITE_OK) return rc;
  index->unique = kind != KEY_INDEX;
  rule->primary = kind == KEY_PRIMARY;
  rc = read_columns(parser, kind, index, &autoincrement);
  if (rc == SQLITE_OK) rc = read_conflict(parser, kind, &rule->conflict);
  if (rc != SQLITE_OK) return rc;
  bool rowid = rule->primary && index->count == 1 && schema->columns[*index->columns].integer;
  if (autoincrement && !rowid) return refuse_autoincrement(parser);
  if (rowid) {
    make_rowid(schema, (int)*index->columns, rule->conflict, autoincrement);
    schema_remove_index(schema, schema->index_count - 1);
  }
  return SQLITE_OK;
}

/* ---- when all is read ----------------------------------------------------------------- */

static bool has_column(const IndexDef *index, int column) {
  for (uint32_t i = 0; i < index->count; i++) {
    if ((int)index->columns[i] == column) return true;
  }
  return false;
}

/* Core checks an index that has the rowid in it even where the rowid itself is replaced. */
static int refuse_stricter(Parser *parser) {
  const Schema *schema = parser->schema;
  return parser_fail(parser,
                     "UNIQUE with %s, which is PRIMARY KEY ON CONFLICT REPLACE, needs ON CONFLICT "
                     "REPLACE, too",
                     schema->columns[schema->key].name);
}

/* An index that contains the rowid neither finds nor forbids more than the rowid does. */
static int drop_needless(Parser *parser) {
  Schema *schema = parser->schema;
  for (int i = schema->index_count - 1; i >= 0 && schema->key >= 0; i--) {
    bool replaces = schema->rules[i].conflict == CONFLICT_REPLACE;
    if (!has_column(&schema->indexes[i], schema->key)) continue;
    if (schema->indexes[i].unique && schema->key_conflict == CONFLICT_REPLACE && !replaces) {
      return refuse_stricter(parser);
    }
    schema_remove_index(schema, i);
  }
  return SQLITE_OK;
}

static bool is_same(const IndexDef *a, const IndexDef *b) {
  if (a->count != b->count || a->unique != b->unique) return false;
  for (uint32_t i = 0; i < a->count; i++) {
    if (a->columns[i] != b->columns[i] || a->collations[i] != b->collations[i]) return false;
  }
  return true;
}

/* Merges two indexes that are the same into the first, which stays, as in core. */
static int merge(Parser *parser, int first, int second) {
  Schema *schema = parser->schema;
  KeyRule *kept = &schema->rules[first], *other = &schema->rules[second];
  bool both = kept->conflict != CONFLICT_NONE && other->conflict != CONFLICT_NONE;
  if (both && kept->conflict != other->conflict) {
    return parser_fail(parser, "conflicting ON CONFLICT clauses specified");
  }
  if (kept->conflict == CONFLICT_NONE) kept->conflict = other->conflict;
  kept->primary = kept->primary || other->primary;
  schema_remove_index(schema, second);
  return SQLITE_OK;
}

static int merge_equal(Parser *parser) {
  Schema *schema = parser->schema;
  int rc = SQLITE_OK;
  for (int i = 0; i < schema->index_count; i++) {
    for (int k = schema->index_count - 1; k > i && rc == SQLITE_OK; k--) {
      if (is_same(&schema->indexes[i], &schema->indexes[k])) rc = merge(parser, i, k);
    }
  }
  return rc;
}

/* Whether a column before column number `at` of the index is the same. */
static bool is_repeated(const IndexDef *index, uint32_t at) {
  for (uint32_t i = 0; i < at; i++) {
    bool same = index->columns[i] == index->columns[at];
    if (same && index->collations[i] == index->collations[at]) return true;
  }
  return false;
}

/* A column that an index names twice tells no more rows apart than once. */
static void drop_repeated(IndexDef *index) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < index->count; i++) {
    if (is_repeated(index, i)) continue;
    index->columns[count] = index->columns[i];
    index->collations[count++] = index->collations[i];
  }
  index->count = count;
}

int declare_settle_keys(Parser *parser) {
  int rc = merge_equal(parser);
  if (rc == SQLITE_OK) rc = drop_needless(parser);
  for (int i = 0; i < parser->schema->index_count; i++) drop_repeated(&parser->schema->indexes[i]);
  return rc;
}
