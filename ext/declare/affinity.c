/*
** affinity.c: see affinity.h.
*/
#include "affinity.h"

#include <string.h>

#include "base/ascii.h"

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

static uint32_t skip_digits(const Value *text, uint32_t at) {
  while (at < text->size && ascii_is_digit(text->bytes[at])) at++;
  return at;
}

/* What core takes for a number, white space around it allowed. */
typedef struct Numeral {
  bool valid;
  bool whole;      /* neither a point nor an exponent, and no zero byte behind it */
  uint32_t first;  /* of the digits of a whole one */
  uint32_t behind; /* their end */
  bool negative;
} Numeral;

static bool zero_ends_numerals(void) { return sqlite3_libversion_number() >= 3052000; }

/*
** Whether core holds the text in UTF-16, where that matters (numeral_end). To be asked before the
** text is read, which converts it.
*/
static bool is_utf16(sqlite3_value *text) {
#if SQLITE_VERSION_NUMBER >= 3040000
  return zero_ends_numerals() && sqlite3_value_encoding(text) != SQLITE_UTF8;
#else
  (void)text;
  return false;
#endif
}

/*
** From SQLite 3.52 on a zero byte ends it, unless a character past U+00FF follows in UTF-16; else
** it is part of it, and no digit.
*/
static uint32_t numeral_end(const Value *text, bool utf16) {
  const unsigned char *zero = NULL;
  if (zero_ends_numerals() && text->size > 0) zero = memchr(text->bytes, 0, text->size);
  if (zero == NULL) return text->size;
  for (const unsigned char *at = zero; utf16 && at < text->bytes + text->size; at++) {
    if (*at > 0xc3) return text->size;
  }
  return (uint32_t)(zero - text->bytes);
}

static Numeral read_numeral(const Value *text, bool utf16) {
  const unsigned char *bytes = text->bytes;
  uint32_t at = 0, end = numeral_end(text, utf16);
  Numeral numeral = {.whole = end == text->size};
  while (at < end && ascii_is_space(bytes[at])) at++;
  while (end > at && ascii_is_space(bytes[end - 1])) end--;
  if (at < end && (bytes[at] == '-' || bytes[at] == '+')) numeral.negative = bytes[at++] == '-';
  numeral.first = at;
  numeral.behind = at = skip_digits(text, at);
  uint32_t digits = at - numeral.first;
  if (at < end && bytes[at] == '.') {
    uint32_t fraction = at + 1;
    at = skip_digits(text, fraction);
    digits += at - fraction;
    numeral.whole = false;
  }
  if (digits > 0 && at < end && (bytes[at] | 0x20) == 'e') {
    uint32_t exponent = at + 1;
    if (exponent < end && (bytes[exponent] == '-' || bytes[exponent] == '+')) exponent++;
    at = skip_digits(text, exponent);
    if (at == exponent) return numeral;
    numeral.whole = false;
  }
  numeral.valid = digits > 0 && at == end;
  return numeral;
}

bool affinity_is_numeral(const Value *text) { return read_numeral(text, false).valid; }

/* The integer, if it has 64 bits at most. */
static bool numeral_integer(const Value *text, const Numeral *numeral, int64_t *integer) {
  uint64_t limit = (uint64_t)INT64_MAX + numeral->negative, total = 0;
  for (uint32_t at = numeral->first; at < numeral->behind; at++) {
    uint64_t digit = (uint64_t)(text->bytes[at] - '0');
    if (total > (limit - digit) / 10) return false;
    total = total * 10 + digit;
  }
  *integer = (int64_t)(numeral->negative ? 0 - total : total);
  return true;
}

bool affinity_plain_integer(const Value *text, int64_t *integer) {
  Numeral numeral = read_numeral(text, false);
  if (!numeral.valid || !numeral.whole || numeral.behind < text->size) return false;
  if (numeral.first != (numeral.negative ? 1 : 0)) return false;
  bool zero = text->bytes[numeral.first] == '0';
  if (zero && (numeral.negative || numeral.behind > 1)) return false;
  return numeral_integer(text, &numeral, integer);
}

/*
** Text that is a number becomes one. sqlite3_value_numeric_type would change the
** argument, which may be a constant that is used again, and since SQLite 3.52
** it cannot be called for a copy.
*/
static void text_to_number(sqlite3_value *argument, bool utf16, Value *value) {
  Numeral numeral = read_numeral(value, utf16);
  int64_t integer;
  if (!numeral.valid) return;
  if (numeral.whole && numeral_integer(value, &numeral, &integer)) {
    *value = (Value){.type = VALUE_INTEGER, .integer = integer};
  } else {
    *value = (Value){.type = VALUE_REAL, .real = sqlite3_value_double(argument)};
  }
}

int affinity_apply(Affinity affinity, sqlite3_value *argument, Value *value,
                   sqlite3_value **owned) {
  int type = sqlite3_value_type(argument);
  bool number = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
  bool numeric = affinity >= AFFINITY_NUMERIC;
  *owned = NULL;
  if (number && affinity == AFFINITY_TEXT) {
    *owned = sqlite3_value_dup(argument);
    if (*owned == NULL) return SQLITE_NOMEM;
    argument = *owned;
    type = SQLITE_TEXT;
  }
  bool utf16 = numeric && type == SQLITE_TEXT && is_utf16(argument);
  int rc = read_value(argument, type, value);
  if (rc == SQLITE_OK && numeric && type == SQLITE_TEXT) text_to_number(argument, utf16, value);
  if (rc == SQLITE_OK && numeric) apply_numeric(affinity, value);
  return rc;
}
