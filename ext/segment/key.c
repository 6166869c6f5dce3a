/*
** key.c: see key.h.
*/
#include "key.h"

#include <string.h>

#include "base/ascii.h"
#include "base/bits.h"
#include "base/sqlite.h"

bool collation_by_name(const char *name, Collation *collation) {
  static const char *const names[] = {"BINARY", "NOCASE", "RTRIM"};
  for (int i = 0; i < 3; i++) {
    *collation = (Collation)i;
    if (sqlite3_stricmp(name == NULL ? "BINARY" : name, names[i]) == 0) return true;
  }
  return false;
}

/* Multiply and fold; finish() is the finalizer of splitmix64. */
static uint64_t mix(uint64_t a, uint64_t b) {
  uint64_t x = (a ^ b) * 0x9e3779b97f4a7c15u;
  return x ^ x >> 29;
}

static uint64_t finish(uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

static uint64_t hash_bytes(const unsigned char *bytes, uint32_t size) {
  uint64_t hash = size;
  uint32_t at = 0;
  for (; at + 8 <= size; at += 8) hash = mix(hash, load_u64(bytes + at));
  uint64_t rest = 0;
  if (size >= 8) { /* no loop, the end of which would be mispredicted */
    rest = load_big_u64(bytes + size - 8) & bits_mask(8 * (size - at));
  } else {
    for (; at < size; at++) rest = rest << 8 | bytes[at];
  }
  return mix(hash, rest);
}

/* NOCASE compares as far as the first zero byte, and then the lengths. */
static uint64_t hash_folded(const unsigned char *bytes, uint32_t size) {
  uint64_t hash = size;
  for (uint32_t at = 0; at < size && bytes[at] != 0; at++) hash = mix(hash, ascii_lower(bytes[at]));
  return hash;
}

static uint32_t trimmed(const Value *value) {
  uint32_t size = value->size;
  while (size > 0 && value->bytes[size - 1] == ' ') size--;
  return size;
}

/* A real that is an integer, as core compares the two exactly. */
static bool as_integer(double real, int64_t *integer) {
  if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0)) return false;
  *integer = (int64_t)real;
  return (double)*integer == real;
}

uint64_t key_hash(const Value *value, Collation collation) {
  int64_t integer;
  uint64_t bits;
  switch (value->type) {
  case VALUE_INTEGER:
    return finish((uint64_t)value->integer + 1);
  case VALUE_REAL:
    if (as_integer(value->real, &integer)) return finish((uint64_t)integer + 1);
    memcpy(&bits, &value->real, sizeof bits);
    return finish(bits);
  case VALUE_TEXT:
    if (collation == COLLATION_NOCASE) return finish(hash_folded(value->bytes, value->size));
    if (collation == COLLATION_RTRIM) return finish(hash_bytes(value->bytes, trimmed(value)));
    return finish(hash_bytes(value->bytes, value->size));
  case VALUE_BLOB:
    return finish(hash_bytes(value->bytes, value->size) + 1);
  default:
    return 0;
  }
}

/*
** Shifted, since x ^ x is 0 for every key of two equal values, but x ^ x >> 1 differs for each x.
*/
uint64_t key_hash_combine(uint64_t hash, uint64_t next, bool old_hash) {
  if (hash == 0) return next;
  return mix(old_hash ? hash : hash >> 1, next);
}

static bool numbers_equal(const Value *a, const Value *b) {
  int64_t integer;
  if (a->type == b->type) {
    return a->type == VALUE_INTEGER ? a->integer == b->integer : a->real == b->real;
  }
  if (a->type == VALUE_REAL) return numbers_equal(b, a);
  return as_integer(b->real, &integer) && integer == a->integer;
}

static bool bytes_equal(const Value *a, uint32_t a_size, const Value *b, uint32_t b_size) {
  return a_size == b_size && (a_size == 0 || memcmp(a->bytes, b->bytes, a_size) == 0);
}

static bool folded_equal(const Value *a, const Value *b) {
  if (a->size != b->size) return false;
  for (uint32_t i = 0; i < a->size; i++) {
    if (ascii_lower(a->bytes[i]) != ascii_lower(b->bytes[i])) return false;
    if (a->bytes[i] == 0) return true;
  }
  return true;
}

bool key_equal(const Value *a, const Value *b, Collation collation) {
  bool a_number = a->type == VALUE_INTEGER || a->type == VALUE_REAL;
  bool b_number = b->type == VALUE_INTEGER || b->type == VALUE_REAL;
  if (a->type == VALUE_NULL || b->type == VALUE_NULL) return false;
  if (a_number || b_number) return a_number && b_number && numbers_equal(a, b);
  if (a->type != b->type) return false;
  if (a->type == VALUE_TEXT && collation == COLLATION_NOCASE) return folded_equal(a, b);
  if (a->type == VALUE_TEXT && collation == COLLATION_RTRIM) {
    return bytes_equal(a, trimmed(a), b, trimmed(b));
  }
  return bytes_equal(a, a->size, b, b->size);
}

/* ---- order ------------------------------------------------------------------------ */

static int sign(bool above, bool below) { return (int)above - (int)below; }

/* Exact, where a conversion of either would round. */
static int compare_integer_real(int64_t integer, double real) {
  if (real >= 9223372036854775808.0) return -1;
  if (real < -9223372036854775808.0) return 1;
  int64_t whole = (int64_t)real;
  if (integer != whole) return sign(integer > whole, integer < whole);
  return sign((double)whole > real, (double)whole < real);
}

static int compare_numbers(const Value *a, const Value *b) {
  if (a->type == VALUE_INTEGER && b->type == VALUE_INTEGER) {
    return sign(a->integer > b->integer, a->integer < b->integer);
  }
  if (a->type == VALUE_INTEGER) return compare_integer_real(a->integer, b->real);
  if (b->type == VALUE_INTEGER) return -compare_integer_real(b->integer, a->real);
  return sign(a->real > b->real, a->real < b->real);
}

static int compare_bytes(const Value *a, uint32_t a_size, const Value *b, uint32_t b_size) {
  uint32_t size = a_size < b_size ? a_size : b_size;
  int order = size == 0 ? 0 : memcmp(a->bytes, b->bytes, size);
  return order != 0 ? order : sign(a_size > b_size, a_size < b_size);
}

static int compare_folded(const Value *a, const Value *b) {
  uint32_t size = a->size < b->size ? a->size : b->size;
  for (uint32_t i = 0; i < size; i++) {
    int order = ascii_lower(a->bytes[i]) - ascii_lower(b->bytes[i]);
    if (order != 0) return order;
    if (a->bytes[i] == 0) break;
  }
  return sign(a->size > b->size, a->size < b->size);
}

/* NULL, numbers, text, blobs. */
static int rank(const Value *value) {
  switch (value->type) {
  case VALUE_NULL:
    return 0;
  case VALUE_TEXT:
    return 2;
  case VALUE_BLOB:
    return 3;
  default:
    return 1;
  }
}

int key_compare(const Value *a, const Value *b, Collation collation) {
  int a_rank = rank(a), b_rank = rank(b);
  if (a_rank != b_rank) return a_rank - b_rank;
  if (a_rank == 0) return 0;
  if (a_rank == 1) return compare_numbers(a, b);
  if (a_rank == 2 && collation == COLLATION_NOCASE) return compare_folded(a, b);
  if (a_rank == 2 && collation == COLLATION_RTRIM) {
    return compare_bytes(a, trimmed(a), b, trimmed(b));
  }
  return compare_bytes(a, a->size, b, b->size);
}
