/*
** speed_script.c: see speed_script.h.
*/
#include "speed_script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *what, const char *why) {
  fprintf(stderr, "speed_driver: %s: %s\n", what, why);
  exit(1);
}

static void append(char *to, size_t size, const char *text) {
  size_t used = strlen(to);
  if (used + strlen(text) >= size) fail(text, "too long");
  memcpy(to + used, text, strlen(text) + 1);
}

/* The text behind `-- @name `, or NULL where the line is no such directive. */
static const char *directive(const char *line, const char *name) {
  size_t size = strlen(name);
  if (strncmp(line, "-- @", 4) != 0 || strncmp(line + 4, name, size) != 0) return NULL;
  if (line[4 + size] == 0) return line + 4 + size;
  return line[4 + size] == ' ' ? line + 5 + size : NULL;
}

static void read_per(Query *query, const char *text) {
  size_t size = strcspn(text, " ");
  char count[32] = "";
  query->unit[0] = 0;
  append(query->unit, sizeof query->unit, text);
  if (text[size] == ' ') append(count, sizeof count, text + size + 1);
  query->unit[size] = 0;
  query->per = count[0] != 0 ? atof(count) : strcmp(text, "row") == 0 ? 0 : 1;
}

static void read_directive(Script *script, const char *line) {
  Section *section = &script->section;
  Query *query = &script->query;
  const char *text;
  if ((text = directive(line, "table")) != NULL) {
    *section = (Section){0};
    append(section->table, sizeof section->table, text);
    script->sections++;
  } else if ((text = directive(line, "columns")) != NULL) {
    append(section->columns, sizeof section->columns, text);
  } else if ((text = directive(line, "index")) != NULL) {
    append(section->index, sizeof section->index, text);
  } else if ((text = directive(line, "rows")) != NULL) {
    append(section->rows, sizeof section->rows, text);
  } else if ((text = directive(line, "load")) != NULL) {
    append(section->load, sizeof section->load, text);
  } else if ((text = directive(line, "query")) != NULL) {
    append(query->title, sizeof query->title, text);
  } else if ((text = directive(line, "per")) != NULL) {
    read_per(query, text);
  } else if ((text = directive(line, "keys")) != NULL) {
    append(query->keys, sizeof query->keys, text);
  } else if (directive(line, "fresh") != NULL) {
    query->fresh = true;
  } else if (directive(line, "transaction") != NULL) {
    query->transaction = true;
  } else {
    fail(line, "no such directive");
  }
}

/* A query that can be run. */
static void check(const Script *script) {
  const Section *section = &script->section;
  if (section->table[0] == 0 || section->columns[0] == 0 || section->rows[0] == 0) {
    fail(script->query.sql, "a query needs @table, @columns and @rows before it");
  }
  if (script->query.title[0] == 0) fail(script->query.sql, "a query needs @query before it");
}

bool script_next(Script *script) {
  char line[SCRIPT_TEXT];
  Query *query = &script->query;
  *query = (Query){.unit = "query", .per = 1};
  while (fgets(line, sizeof line, script->file) != NULL) {
    size_t size = strlen(line);
    if (size + 1 == sizeof line) fail("reading queries", "a line is too long");
    while (size > 0 && isspace((unsigned char)line[size - 1])) line[--size] = 0;
    if (strncmp(line, "-- @", 4) == 0) {
      read_directive(script, line);
    } else if (size > 0 && strncmp(line, "--", 2) != 0) {
      append(query->sql, sizeof query->sql, line);
      append(query->sql, sizeof query->sql, "\n");
      if (line[size - 1] != ';') continue;
      check(script);
      return true;
    }
  }
  if (query->title[0] != 0) fail(query->title, "no semicolon at its end");
  return false;
}
