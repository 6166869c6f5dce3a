/*
** affinity.c: see affinity.h.
*/
#include "affinity.h"

#include <stdbool.h>
#include <string.h>

static int type_contains(const char *type, const char *word) {
  size_t size = strlen(word);
  for (; *type != 0; type++) {
    if (sqlite3_strnicmp(type, word, (int)size) == 0) return 1;
  }
  return 0;
}

Affinity affinity_of_type(const char *type) {
  if (type == NULL || type[0] == 0) return AFFINITY_BLOB;
  if (type_contains(type, "INT")) return AFFINITY_INTEGER;
  if (type_contains(type, "CHAR") || type_contains(type, "CLOB") || type_contains(type, "TEXT")) {
    return AFFINITY_TEXT;
  }
  if (type_contains(type, "BLOB")) return AFFINITY_BLOB;
  if (type_contains(type, "REAL") || type_contains(type, "FLOA") || type_contains(type, "DOUB")) {
    return AFFINITY_REAL;
  }
  return AFFINITY_NUMERIC;
}

/* A real as an integer where no bit is lost, as core's INTEGER affinity does. */
static bool real_to_integer(double real, int64_t *integer) {
  /* Core leaves the two extreme integers as reals. */
  if (!(real > -9223372036854775808.0 && real < 9223372036854775808.0)) return false;
  *integer = (int64_t)real;
  return (double)*integer == real;
}

static int read_value(sqlite3_value *argument, int type, Value *value) {
  *value = (Value){.type = VALUE_NULL};
  switch (type) {
  case SQLITE_INTEGER:
    value->type = VALUE_INTEGER;
    value->integer = sqlite3_value_int64(argument);
    return SQLITE_OK;
  case SQLITE_FLOAT:
    value->type = VALUE_REAL;
    value->real = sqlite3_value_double(argument);
    return SQLITE_OK;
  case SQLITE_TEXT:
    value->type = VALUE_TEXT;
    value->bytes = sqlite3_value_text(argument);
    value->size = (uint32_t)sqlite3_value_bytes(argument);
    return value->bytes == NULL ? SQLITE_NOMEM : SQLITE_OK;
  case SQLITE_BLOB:
    value->type = VALUE_BLOB;
    value->bytes = sqlite3_value_blob(argument);
    value->size = (uint32_t)sqlite3_value_bytes(argument);
    return value->bytes == NULL && value->size > 0 ? SQLITE_NOMEM : SQLITE_OK;
  default:
    return SQLITE_OK;
  }
}

static void apply_numeric(Affinity affinity, Value *value) {
  int64_t integer;
  if (affinity == AFFINITY_REAL && value->type == VALUE_REAL && value->real == 0) {
    value->real = 0; /* core keeps whole reals as integers, so -0.0 loses its sign */
  } else if (affinity == AFFINITY_REAL && value->type == VALUE_INTEGER) {
    double real = (double)value->integer;
    value->type = VALUE_REAL;
    value->real = real;
  } else if (affinity != AFFINITY_REAL && value->type == VALUE_REAL &&
             real_to_integer(value->real, &integer)) {
    value->type = VALUE_INTEGER;
    value->integer = integer;
  }
}

int affinity_apply(Affinity affinity, sqlite3_value *argument, Value *value,
                   sqlite3_value **owned) {
  int type = sqlite3_value_type(argument);
  bool number = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
  bool numeric = affinity >= AFFINITY_NUMERIC;
  *owned = NULL;
  if ((type == SQLITE_TEXT && numeric) || (number && affinity == AFFINITY_TEXT)) {
    /* Converted in a copy: the argument may be a constant that is used again. */
    *owned = sqlite3_value_dup(argument);
    if (*owned == NULL) return SQLITE_NOMEM;
    argument = *owned;
    type = numeric ? sqlite3_value_numeric_type(argument) : SQLITE_TEXT;
  }
  int rc = read_value(argument, type, value);
  if (rc == SQLITE_OK && numeric) apply_numeric(affinity, value);
  return rc;
}
