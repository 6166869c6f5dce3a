/*
** declare.c: fuzz target: the arguments of CREATE VIRTUAL TABLE.
**
** What schema_parse accepts makes one CREATE TABLE of just those columns, which
** core accepts or refuses; what it refuses has a message. Input: an argument a
** line.
*/
#include <sqlite3.h>
#include <string.h>

#include "declare/declare.h"
#include "input.h"

#define ARGUMENTS_MAX 40

/* The lines as strings, in malloc's memory. */
static int split(Input *input, char **arguments) {
  int count = 0;
  while (input->size > 0 && count < ARGUMENTS_MAX) {
    size_t size;
    const uint8_t *line = input_line(input, &size);
    char *argument = malloc(size + 1);
    expect(argument != NULL, "no memory");
    memcpy(argument, line, size);
    argument[size] = 0;
    arguments[count++] = argument;
  }
  return count;
}

/* Core may refuse it: names that are there twice, a type that is none. */
static void check_declaration(char *sql, int columns) {
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  expect(sql != NULL, "no declaration");
  expect(sqlite3_open(":memory:", &db) == SQLITE_OK, "sqlite3_open");
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK) {
    sqlite3_prepare_v2(db, "SELECT * FROM x", -1, &statement, NULL);
    expect(sqlite3_column_count(statement) == columns, "not %d columns: %s", columns, sql);
    sqlite3_finalize(statement);
    sqlite3_prepare_v2(db, "SELECT count(*) FROM sqlite_schema WHERE name <> 'x' AND sql <> ''", -1,
                       &statement, NULL);
    sqlite3_step(statement);
    expect(sqlite3_column_int(statement, 0) == 0, "more than a table: %s", sql);
    sqlite3_finalize(statement);
  }
  sqlite3_close(db);
  sqlite3_free(sql);
}

static void check_schema(const Schema *schema) {
  int command;
  char *sql = schema_declaration(schema, "t", &command);
  check_declaration(sql, schema->count + (command >= 0));
  check_declaration(schema_row_declaration(schema), schema->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  Input input = {bytes, size};
  char *arguments[ARGUMENTS_MAX];
  int count = split(&input, arguments);
  Schema *schema = NULL;
  char *error = NULL;
  int rc = schema_parse("t", (const char *const *)arguments, count, &schema, &error);
  expect(rc == SQLITE_OK || rc == SQLITE_ERROR, "schema_parse answers %d", rc);
  expect((rc == SQLITE_OK) == (error == NULL), "%d with the message %s", rc, error);
  if (rc == SQLITE_OK && !schema->has_content) check_schema(schema);
  if (rc == SQLITE_OK) schema_free(schema);
  sqlite3_free(error);
  for (int i = 0; i < count; i++) free(arguments[i]);
  return 0;
}
