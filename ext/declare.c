/*
** declare.c: see declare.h.
*/
#include "declare.h"

#include <stdarg.h>
#include <string.h>

#include "tokens.h"

typedef struct Parser {
  Schema *schema;
  const char *argument; /* the one being parsed, from its start */
  const char *at;
  char **error;
} Parser;

static int fail(Parser *parser, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  *parser->error = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  return *parser->error == NULL ? SQLITE_NOMEM : SQLITE_ERROR;
}

static int cannot_parse(Parser *parser, const Token *token) {
  if (token->kind == TOKEN_END) return fail(parser, "incomplete definition: %s", parser->argument);
  return fail(parser, "near \"%.*s\": cannot parse: %s", (int)token->size, token->text,
              parser->argument);
}

static Token next(Parser *parser) { return token_next(&parser->at); }

static Token peek(const Parser *parser) { return token_peek(parser->at); }

static bool accept_word(Parser *parser, const char *word) {
  const char *at = parser->at;
  Token token = token_next(&at);
  if (!token_is_word(&token, word)) return false;
  parser->at = at;
  return true;
}

static bool is_any_word(const Token *token, const char *const *words) {
  for (; *words != NULL; words++) {
    if (token_is_word(token, *words)) return true;
  }
  return false;
}

/* ---- options --------------------------------------------------------------- */

static int parse_profile(Parser *parser, const char *value) {
  static const char *const names[] = {"balanced", "fast", "small"};
  static const TextProfile profiles[] = {TEXT_BALANCED, TEXT_FAST, TEXT_SMALL};
  if (parser->schema->has_profile) return fail(parser, "duplicate option: compress");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (sqlite3_stricmp(value, names[i]) != 0) continue;
    parser->schema->profile = profiles[i];
    parser->schema->has_profile = true;
    return SQLITE_OK;
  }
  return fail(parser, "compress=%s: must be 'balanced', 'fast' or 'small'", value);
}

static int parse_option(Parser *parser) {
  Token name = next(parser);
  next(parser); /* the equals sign */
  Token value = next(parser), end = next(parser);
  if (!token_is_name(&value)) return cannot_parse(parser, &value);
  if (end.kind != TOKEN_END) return cannot_parse(parser, &end);
  if (!token_is_word(&name, "compress")) {
    return fail(parser, "unknown option: %.*s (known: compress)", (int)name.size, name.text);
  }
  char *text = token_name(&value);
  if (text == NULL) return SQLITE_NOMEM;
  int rc = parse_profile(parser, text);
  sqlite3_free(text);
  return rc;
}

static bool is_option(const char *argument) {
  Token name = token_next(&argument), sign = token_next(&argument);
  return name.kind == TOKEN_WORD && token_is_sign(&sign, '=');
}

/* ---- column definitions ----------------------------------------------------- */

static int add_column(Parser *parser, const Token *name, ColumnDef **column) {
  Schema *schema = parser->schema;
  uint64_t size = ((uint64_t)schema->count + 1) * sizeof *schema->columns;
  ColumnDef *columns = sqlite3_realloc64(schema->columns, size);
  if (columns == NULL) return SQLITE_NOMEM;
  schema->columns = columns;
  *column = &columns[schema->count];
  **column = (ColumnDef){.name = token_name(name)};
  if ((*column)->name == NULL) return SQLITE_NOMEM;
  schema->count++; /* core refuses duplicate names when they are declared */
  return SQLITE_OK;
}

static const char *const constraint_words[] = {
    "CONSTRAINT", "PRIMARY", "NOT",       "NULL", "UNIQUE", "CHECK",   "DEFAULT",    "COLLATE",
    "REFERENCES", "INDEX",   "GENERATED", "AS",   "ON",     "FOREIGN", "DEFERRABLE", NULL};

/* Moves behind the closing parenthesis of the opening one that was just read. */
static bool skip_parentheses(Parser *parser) {
  for (int depth = 1; depth > 0;) {
    Token token = next(parser);
    if (token.kind == TOKEN_END || token.kind == TOKEN_ILLEGAL) return false;
    if (token_is_sign(&token, '(')) depth++;
    if (token_is_sign(&token, ')')) depth--;
  }
  return true;
}

/* The type's words as they stand, with what is in parentheses behind them. */
static int parse_type(Parser *parser, ColumnDef *column) {
  Token token = peek(parser);
  const char *start = token.text, *end = start;
  while (token_is_name(&token) && !is_any_word(&token, constraint_words)) {
    if (token_is_word(&token, "HIDDEN")) {
      return fail(parser, "column %s: a type cannot contain HIDDEN", column->name);
    }
    next(parser);
    end = token.text + token.size;
    token = peek(parser);
  }
  if (end > start && token_is_sign(&token, '(')) {
    next(parser);
    if (!skip_parentheses(parser)) return fail(parser, "unclosed (: %s", parser->argument);
    end = parser->at;
  }
  if (end > start) {
    column->type = sqlite3_mprintf("%.*s", (int)(end - start), start);
    if (column->type == NULL) return SQLITE_NOMEM;
  }
  column->affinity = affinity_of_type(column->type);
  return SQLITE_OK;
}

/* ---- indexes ---------------------------------------------------------------------- */

typedef enum IndexKind { INDEX_PLAIN, INDEX_UNIQUE, INDEX_PRIMARY } IndexKind;

static int add_index(Parser *parser, IndexKind kind, IndexDef **def) {
  Schema *schema = parser->schema;
  if (kind == INDEX_PRIMARY) {
    if (schema->has_primary_key) return fail(parser, "more than one primary key");
    schema->has_primary_key = true;
  }
  uint64_t size = ((uint64_t)schema->index_count + 1) * sizeof *schema->indexes;
  IndexDef *indexes = sqlite3_realloc64(schema->indexes, size);
  if (indexes == NULL) return SQLITE_NOMEM;
  schema->indexes = indexes;
  *def = &indexes[schema->index_count++];
  **def = (IndexDef){.unique = kind != INDEX_PLAIN};
  return SQLITE_OK;
}

/* Collations are settled when all columns are known. */
static int add_index_column(Parser *parser, IndexKind kind, IndexDef *def, int column) {
  if (kind == INDEX_PRIMARY) parser->schema->columns[column].primary_key = true;
  return index_def_add_column(def, (uint32_t)column, COLLATION_BINARY);
}

static int index_column(Parser *parser, IndexKind kind, int column) {
  IndexDef *def = NULL;
  int rc = add_index(parser, kind, &def);
  return rc == SQLITE_OK ? add_index_column(parser, kind, def, column) : rc;
}

static bool accept_order(Parser *parser) {
  return accept_word(parser, "ASC") || accept_word(parser, "DESC");
}

static int refuse_clauses(Parser *parser) {
  static const char *const words[] = {"ON", "AUTOINCREMENT", NULL};
  Token token = peek(parser);
  if (!is_any_word(&token, words)) return SQLITE_OK;
  return fail(parser, "%.*s is not supported: %s", (int)token.size, token.text, parser->argument);
}

static bool is_integer(const ColumnDef *column) {
  return column->type != NULL && sqlite3_stricmp(column->type, "INTEGER") == 0;
}

/* INTEGER PRIMARY KEY is the rowid, though not with DESC, as core has it. */
static int parse_primary_key(Parser *parser, int index) {
  if (!accept_word(parser, "KEY")) {
    Token token = peek(parser);
    return cannot_parse(parser, &token);
  }
  bool descending = accept_word(parser, "DESC");
  accept_order(parser);
  int rc = refuse_clauses(parser);
  if (rc != SQLITE_OK) return rc;
  if (descending || !is_integer(&parser->schema->columns[index])) {
    return index_column(parser, INDEX_PRIMARY, index);
  }
  if (parser->schema->has_primary_key) return fail(parser, "more than one primary key");
  parser->schema->has_primary_key = true;
  parser->schema->columns[index].primary_key = true;
  parser->schema->key = index;
  return SQLITE_OK;
}

static int parse_collation(Parser *parser, ColumnDef *column) {
  Token name = next(parser);
  if (!token_is_name(&name)) return cannot_parse(parser, &name);
  sqlite3_free(column->collation);
  column->collation = token_name(&name);
  return column->collation == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static int parse_constraint(Parser *parser, int index) {
  ColumnDef *column = &parser->schema->columns[index];
  Token token = next(parser);
  if (token_is_word(&token, "CONSTRAINT")) {
    Token name = next(parser);
    return token_is_name(&name) ? SQLITE_OK : cannot_parse(parser, &name);
  }
  if (token_is_word(&token, "PRIMARY")) return parse_primary_key(parser, index);
  if (token_is_word(&token, "COLLATE")) return parse_collation(parser, column);
  if (token_is_word(&token, "UNIQUE") || token_is_word(&token, "INDEX")) {
    int rc = refuse_clauses(parser);
    IndexKind kind = token_is_word(&token, "UNIQUE") ? INDEX_UNIQUE : INDEX_PLAIN;
    return rc == SQLITE_OK ? index_column(parser, kind, index) : rc;
  }
  if (token_is_word(&token, "NULL")) return SQLITE_OK;
  if (token_is_word(&token, "NOT") && accept_word(parser, "NULL")) {
    column->not_null = true;
    return SQLITE_OK;
  }
  if (is_any_word(&token, constraint_words)) {
    return fail(parser, "column %s: %.*s is not supported", column->name, (int)token.size,
                token.text);
  }
  return cannot_parse(parser, &token);
}

static int parse_column(Parser *parser) {
  ColumnDef *column = NULL;
  Token name = next(parser);
  if (!token_is_name(&name)) return cannot_parse(parser, &name);
  int rc = add_column(parser, &name, &column);
  if (rc == SQLITE_OK) rc = parse_type(parser, column);
  while (rc == SQLITE_OK && peek(parser).kind != TOKEN_END) {
    rc = parse_constraint(parser, parser->schema->count - 1);
  }
  return rc;
}

/* ---- table constraints -------------------------------------------------------- */

static int find_column(const Schema *schema, const Token *token) {
  char *name = token_name(token);
  int found = -1;
  for (int i = 0; name != NULL && i < schema->count && found < 0; i++) {
    if (sqlite3_stricmp(schema->columns[i].name, name) == 0) found = i;
  }
  sqlite3_free(name);
  return found;
}

/* (column, ...) behind UNIQUE, INDEX or PRIMARY KEY. */
static int parse_index_columns(Parser *parser, IndexKind kind, IndexDef *def) {
  Token token = next(parser);
  if (!token_is_sign(&token, '(')) return cannot_parse(parser, &token);
  do {
    Token name = next(parser);
    if (!token_is_name(&name)) return cannot_parse(parser, &name);
    int column = find_column(parser->schema, &name);
    if (column < 0) return fail(parser, "no such column: %.*s", (int)name.size, name.text);
    int rc = add_index_column(parser, kind, def, column);
    if (rc != SQLITE_OK) return rc;
    accept_order(parser);
    token = next(parser);
  } while (token_is_sign(&token, ','));
  if (!token_is_sign(&token, ')')) return cannot_parse(parser, &token);
  int rc = refuse_clauses(parser);
  token = next(parser);
  return rc == SQLITE_OK && token.kind != TOKEN_END ? cannot_parse(parser, &token) : rc;
}

static int parse_table_index(Parser *parser, IndexKind kind) {
  Schema *schema = parser->schema;
  IndexDef *def = NULL;
  int rc = add_index(parser, kind, &def);
  if (rc == SQLITE_OK) rc = parse_index_columns(parser, kind, def);
  if (rc != SQLITE_OK || kind != INDEX_PRIMARY || def->count > 1) return rc;
  int column = (int)def->columns[0];
  if (!is_integer(&schema->columns[column])) return rc;
  schema->key = column;
  index_def_clear(def);
  schema->index_count--;
  return rc;
}

static int parse_table_constraint(Parser *parser) {
  Token token = next(parser);
  if (token_is_word(&token, "CONSTRAINT")) {
    Token name = next(parser);
    if (!token_is_name(&name)) return cannot_parse(parser, &name);
    token = next(parser);
  }
  if (token_is_word(&token, "UNIQUE")) return parse_table_index(parser, INDEX_UNIQUE);
  if (token_is_word(&token, "INDEX")) return parse_table_index(parser, INDEX_PLAIN);
  if (token_is_word(&token, "PRIMARY") && accept_word(parser, "KEY")) {
    return parse_table_index(parser, INDEX_PRIMARY);
  }
  return fail(parser, "%.*s is not supported: %s", (int)token.size, token.text, parser->argument);
}

static bool is_table_constraint(const char *argument) {
  static const char *const words[] = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK",
                                      "FOREIGN",    "INDEX",   NULL};
  Token token = token_next(&argument);
  return is_any_word(&token, words);
}

/* ---- the whole ------------------------------------------------------------------ */

static int parse_argument(Parser *parser, const char *argument) {
  parser->argument = parser->at = argument;
  if (is_option(argument)) return parse_option(parser);
  if (is_table_constraint(argument)) return parse_table_constraint(parser);
  return parse_column(parser);
}

static bool has_column(const IndexDef *def, int column) {
  for (uint32_t i = 0; i < def->count; i++) {
    if ((int)def->columns[i] == column) return true;
  }
  return false;
}

/* An index that contains the rowid finds and forbids nothing that the rowid does not. */
static void drop_needless_indexes(Schema *schema) {
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

static int settle_collations(Parser *parser) {
  Schema *schema = parser->schema;
  for (int i = 0; i < schema->index_count; i++) {
    IndexDef *def = &schema->indexes[i];
    for (uint32_t k = 0; k < def->count; k++) {
      const ColumnDef *column = &schema->columns[def->columns[k]];
      if (collation_by_name(column->collation, &def->collations[k])) continue;
      return fail(parser, "column %s: an index needs a built-in collation, not %s", column->name,
                  column->collation);
    }
  }
  return SQLITE_OK;
}

static int parse_image_class(Parser *parser) {
  static const char *const columns[] = {"id INTEGER PRIMARY KEY", "caption TEXT", "url TEXT"};
  int rc = SQLITE_OK;
  for (int i = 0; i < 3 && rc == SQLITE_OK; i++) rc = parse_argument(parser, columns[i]);
  return rc;
}

int schema_parse(const char *const *arguments, int count, Schema **schema, char **error) {
  Parser parser = {.error = error};
  *error = NULL;
  *schema = parser.schema = sqlite3_malloc64(sizeof **schema);
  if (*schema == NULL) return SQLITE_NOMEM;
  **schema = (Schema){.key = -1, .profile = TEXT_BALANCED};
  /* Empty parentheses are one empty argument. */
  if (count == 1 && token_peek(arguments[0]).kind == TOKEN_END) count = 0;
  int rc = SQLITE_OK;
  for (int i = 0; i < count && rc == SQLITE_OK; i++) rc = parse_argument(&parser, arguments[i]);
  if (rc == SQLITE_OK && (*schema)->count == 0) rc = parse_image_class(&parser);
  drop_needless_indexes(*schema);
  if (rc == SQLITE_OK) rc = settle_collations(&parser);
  if (rc != SQLITE_OK) {
    schema_free(*schema);
    *schema = NULL;
  }
  return rc;
}

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
  *command = schema->count;
  sqlite3_str_appendall(sql, "CREATE TABLE x(");
  for (int i = 0; i < schema->count; i++) {
    if (i > 0) sqlite3_str_appendall(sql, ", ");
    declare_column(sql, &schema->columns[i]);
    if (sqlite3_stricmp(schema->columns[i].name, table) == 0) *command = -1;
  }
  if (*command >= 0) sqlite3_str_appendf(sql, ", \"%w\" HIDDEN", table);
  if (schema->has_primary_key) declare_primary_key(sql, schema);
  sqlite3_str_appendall(sql, ")");
  return sqlite3_str_finish(sql);
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
