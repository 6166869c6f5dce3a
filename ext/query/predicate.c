/*
** predicate.c: see predicate.h.
*/
#include "predicate.h"

#include <math.h>
#include <stdlib.h>

#include "base/host.h"
#include "base/sqlite.h"

bool predicate_takes_value(PredicateOperator op) {
  return op != PREDICATE_IS_NULL && op != PREDICATE_NOT_NULL;
}

bool predicate_is_exact(PredicateOperator op, Affinity affinity) {
  if (!predicate_takes_value(op)) return true;
  return affinity >= AFFINITY_NUMERIC && op != PREDICATE_LIKE && op != PREDICATE_GLOB;
}

bool predicate_is_equality(const Predicate *predicate) {
  bool equal = predicate->as == PREDICATE_EQUAL || predicate->as == PREDICATE_IN;
  return equal && !predicate->all_pass && !predicate->text_passes && !predicate->numeral_passes;
}

static bool is_numeric(const Predicate *predicate) {
  return predicate->affinity >= AFFINITY_NUMERIC;
}

static bool is_number(const Value *value) {
  return value->type == VALUE_INTEGER || value->type == VALUE_REAL;
}

/* ---- binding -------------------------------------------------------------------- */

/* A copy of the value; its bytes are given as an offset until all are there. */
static int add_value(Predicate *predicate, const Value *value) {
  if (predicate->count == predicate->capacity) {
    uint32_t capacity = predicate->capacity * 2 + 1;
    Value *values = sqlite3_realloc64(predicate->values, (uint64_t)capacity * sizeof *values);
    if (values == NULL) return SQLITE_NOMEM;
    predicate->values = values;
    predicate->capacity = capacity;
  }
  Value *copy = &predicate->values[predicate->count];
  *copy = *value;
  if (value_has_bytes(value)) {
    copy->integer = (int64_t)predicate->bytes.size;
    int rc = buffer_append(&predicate->bytes, value->bytes, value->size);
    if (rc != SQLITE_OK) return rc;
  }
  predicate->count++;
  return SQLITE_OK;
}

/* For a number, whose column has no numeric type: all texts are behind it, but pass otherwise. */
static void pass_texts(Predicate *predicate, const Value *number) {
  bool order = predicate_is_order(predicate->op);
  bool above = predicate->op == PREDICATE_ABOVE || predicate->op == PREDICATE_ABOVE_EQUAL;
  bool text = predicate->affinity == AFFINITY_TEXT;
  bool infinite = number->type == VALUE_REAL && isinf(number->real); /* its text is no number */
  if (text && (order || infinite)) {
    predicate->text_passes = true;
  } else if (!above) {
    predicate->numeral_passes = true;
  }
}

static int add_argument(Predicate *predicate, sqlite3_value *argument) {
  Value value;
  sqlite3_value *owned;
  /* Not the column's own affinity: REAL would round large integers. */
  Affinity affinity = is_numeric(predicate) ? AFFINITY_NUMERIC : AFFINITY_BLOB;
  int rc = affinity_apply(affinity, argument, &value, &owned);
  if (rc != SQLITE_OK) return rc;
  if (value.type != VALUE_NULL) {
    if (is_number(&value) && !is_numeric(predicate)) pass_texts(predicate, &value);
    rc = add_value(predicate, &value);
  }
  sqlite3_value_free(owned);
  return rc;
}

static int add_list(Predicate *predicate, sqlite3_value *list) {
  sqlite3_value *item;
  int rc = host_in_first(list, &item);
  while (rc == SQLITE_OK && item != NULL) {
    rc = add_argument(predicate, item);
    if (rc == SQLITE_OK) rc = host_in_next(list, &item);
  }
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static void place_bytes(Predicate *predicate) {
  for (uint32_t i = 0; i < predicate->count; i++) {
    Value *value = &predicate->values[i];
    if (!value_has_bytes(value)) continue;
    value->bytes = value->size == 0 ? NULL : predicate->bytes.bytes + value->integer;
  }
}

/* The order of one collation serves all: equal under it is equal under BINARY. */
static int compare_values(const void *a, const void *b) {
  return key_compare(a, b, COLLATION_BINARY);
}

/* The pattern reads like() and glob(): numbers as their text, a zero byte ends it. */
static int bind_pattern(Predicate *predicate, sqlite3_value *argument, int most) {
  if (sqlite3_value_type(argument) == SQLITE_NULL) return SQLITE_OK;
  sqlite3_value *copy = sqlite3_value_dup(argument);
  if (copy == NULL) return SQLITE_NOMEM;
  const unsigned char *text = sqlite3_value_text(copy);
  size_t size = (size_t)sqlite3_value_bytes(copy);
  predicate->all_pass = sqlite3_value_bytes(copy) > most;
  if (text != NULL && predicate->op == PREDICATE_LIKE) {
    pattern_like(text, size, &predicate->pattern);
  } else if (text != NULL) {
    pattern_glob(text, size, &predicate->pattern);
  }
  int rc = text == NULL ? SQLITE_NOMEM : add_value(predicate, &(Value){.type = VALUE_INTEGER});
  sqlite3_value_free(copy);
  return rc;
}

static int bind_comparison(Predicate *predicate, sqlite3_value *argument) {
  int rc = predicate->op == PREDICATE_IN ? add_list(predicate, argument)
                                         : add_argument(predicate, argument);
  if (rc != SQLITE_OK) return rc;
  place_bytes(predicate);
  if (predicate->op == PREDICATE_IN) {
    predicate->number_passes = predicate->numeral_passes;
    if (predicate->count > 1) {
      qsort(predicate->values, predicate->count, sizeof *predicate->values, compare_values);
    }
    return SQLITE_OK;
  }
  if (predicate->op == PREDICATE_IS) {
    predicate->as = predicate->count == 0 ? PREDICATE_IS_NULL : PREDICATE_EQUAL;
  }
  bool order = predicate_is_order(predicate->op) && !is_numeric(predicate) && predicate->count > 0;
  bool below = predicate->op == PREDICATE_BELOW || predicate->op == PREDICATE_BELOW_EQUAL;
  bool text = order && predicate->values[0].type == VALUE_TEXT;
  if (order && below && !is_number(&predicate->values[0])) {
    predicate->numeral_passes = !(text && affinity_is_numeral(&predicate->values[0]));
  }
  predicate->number_passes = predicate->numeral_passes;
  predicate->blob_passes = text && below;
  predicate->infinity_passes = text && !below && predicate->affinity != AFFINITY_TEXT;
  predicate->infinite_passes = predicate->infinity_passes;
  return SQLITE_OK;
}

int predicate_bind(Predicate *predicate, sqlite3_value *argument, int pattern_most) {
  predicate->as = predicate->op;
  predicate->count = 0;
  predicate->bytes.size = 0;
  predicate->all_pass = predicate->text_passes = false;
  predicate->numeral_passes = predicate->number_passes = false;
  predicate->infinity_passes = predicate->infinite_passes = false;
  predicate->blob_passes = false;
  switch (predicate->op) {
  case PREDICATE_IS_NULL:
  case PREDICATE_NOT_NULL:
    return SQLITE_OK;
  case PREDICATE_LIKE:
  case PREDICATE_GLOB:
    return bind_pattern(predicate, argument, pattern_most);
  default:
    return bind_comparison(predicate, argument);
  }
}

void predicate_pass_utf16(Predicate *predicate) {
  bool text = predicate->count > 0 && predicate->values[0].type == VALUE_TEXT;
  if (predicate_is_order(predicate->op) && text) predicate->text_passes = true;
  if (predicate->op == PREDICATE_LIKE || predicate->op == PREDICATE_GLOB) {
    predicate->blob_passes = true;
  }
}

void predicate_find(Predicate *predicate, uint32_t column, const Pattern *pattern) {
  predicate->column = column;
  predicate->affinity = AFFINITY_BLOB;
  predicate->op = predicate->as = PREDICATE_LIKE;
  predicate->count = 1; /* a value that is never looked at */
  predicate->pattern = *pattern;
}

int predicate_precede(Predicate *predicate, const Value *value, bool descending, bool strict) {
  if (descending) {
    predicate->op = strict ? PREDICATE_ABOVE : PREDICATE_ABOVE_EQUAL;
  } else {
    predicate->op = strict ? PREDICATE_BELOW : PREDICATE_BELOW_EQUAL;
  }
  predicate->as = predicate->op;
  predicate->all_pass = false;
  predicate->null_passes = !descending && !(strict && value->type == VALUE_NULL);
  predicate->count = 0;
  predicate->bytes.size = 0;
  int rc = value->type == VALUE_NULL ? SQLITE_OK : add_value(predicate, value);
  if (rc == SQLITE_OK) place_bytes(predicate);
  return rc;
}

/* ---- testing ---------------------------------------------------------------------- */

static bool compares(Comparison comparison, int order) {
  switch (comparison) {
  case COMPARE_EQUAL:
    return order == 0;
  case COMPARE_ABOVE:
    return order > 0;
  case COMPARE_ABOVE_EQUAL:
    return order >= 0;
  case COMPARE_BELOW:
    return order < 0;
  default:
    return order <= 0;
  }
}

static bool is_listed(const Predicate *predicate, const Value *value) {
  uint32_t low = 0, high = predicate->count;
  if (value->type == VALUE_TEXT && predicate->collation != COLLATION_BINARY) {
    while (low < high && !key_equal(&predicate->values[low], value, predicate->collation)) low++;
    return low < high;
  }
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = key_compare(&predicate->values[middle], value, COLLATION_BINARY);
    if (order == 0) return true;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

static bool matches(const Predicate *predicate, const Value *value) {
  if (!value_has_bytes(value)) return true;
  return pattern_matches(&predicate->pattern, value->size == 0 ? (const void *)"" : value->bytes,
                         value->size);
}

/* Whether a text may pass as the number that it is. */
static bool passes_as_number(const Predicate *predicate, const Value *text) {
  Value number = {.type = VALUE_INTEGER};
  if (!affinity_is_numeral(text)) return false;
  if (predicate_is_order(predicate->as)) return true;
  if (!affinity_plain_integer(text, &number.integer)) return true;
  return is_listed(predicate, &number);
}

bool predicate_passes(const Predicate *predicate, const Value *value) {
  if (predicate->all_pass) return true;
  if (predicate->as == PREDICATE_IS_NULL) return value->type == VALUE_NULL;
  if (value->type == VALUE_NULL) return predicate->null_passes;
  if (predicate->as == PREDICATE_NOT_NULL) return true;
  if (predicate->count == 0) return false;
  if (value->type == VALUE_TEXT) {
    if (predicate->text_passes) return true;
    if (predicate->numeral_passes && passes_as_number(predicate, value)) return true;
  }
  if (value->type == VALUE_BLOB && predicate->blob_passes) return true;
  if (value->type == VALUE_REAL && predicate->infinity_passes && isinf(value->real)) return true;
  switch (predicate->as) {
  case PREDICATE_IN:
    return is_listed(predicate, value);
  case PREDICATE_LIKE:
  case PREDICATE_GLOB:
    return matches(predicate, value);
  default:
    return compares((Comparison)predicate->as,
                    key_compare(value, &predicate->values[0], predicate->collation));
  }
}

int predicate_passes_row(const Predicate *predicate, Reader *reader, const Segment *segment,
                         uint32_t row, bool *passes) {
  Value value;
  int rc = reader_value(reader, segment, row, predicate->column, &value);
  *passes = rc == SQLITE_OK && predicate_passes(predicate, &value);
  return rc;
}

void predicate_clear(Predicate *predicate) {
  sqlite3_free(predicate->values);
  buffer_clear(&predicate->bytes);
  *predicate = (Predicate){0};
}
