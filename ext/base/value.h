/*
** value.h: one SQL value, borrowed from whoever holds its bytes. Calls nothing.
*/
#ifndef SLOTS_VALUE_H
#define SLOTS_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef enum ValueType {
  VALUE_NULL,
  VALUE_INTEGER,
  VALUE_REAL,
  VALUE_TEXT, /* UTF-8 as SQLite gave it, not necessarily valid */
  VALUE_BLOB,
  VALUE_TYPES
} ValueType;

typedef struct Value {
  union {
    int64_t integer;
    double real;
    const unsigned char *bytes; /* text and blob; NULL allowed when size is 0 */
  };
  uint32_t size;  /* bytes of a text or blob, else 0 */
  uint8_t type;   /* a ValueType */
  uint8_t c_text; /* 1: a text known to have no zero byte but the one behind it */
  uint8_t lent;   /* 1: the bytes may be lent to core (loan.h) */
} Value;

/* Texts and blobs have bytes; the others are complete in themselves. */
static inline bool value_has_bytes(const Value *value) {
  return value->type == VALUE_TEXT || value->type == VALUE_BLOB;
}

/* What a value counts as payload: 8 bytes a number, the length of text and blobs. */
static inline uint32_t value_payload(const Value *value) {
  if (value_has_bytes(value)) return value->size;
  return value->type == VALUE_NULL ? 0 : 8;
}

/* Stricter than equality in SQL: 1 and 1.0 differ, and so do 0.0 and -0.0; NULL is like NULL. */
static inline bool value_identical(const Value *a, const Value *b) {
  if (a->type != b->type) return false;
  if (a->type == VALUE_NULL) return true;
  if (!value_has_bytes(a)) return memcmp(&a->integer, &b->integer, sizeof a->integer) == 0;
  return a->size == b->size && (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

#endif
