/*
** field.h: a run of digits inside a string, coded as a number.
**
** A field computes its value from a register (the number that some field of
** this string or of one before it left there), a constant and a payload:
**
**    value = source * 10^scale + offset + payload     (scale < 0 divides)
**
** so one form says "one more than the last" (offset 1, payload 0 bits), "one
** of the next 16", "the digits before, and three more" (scale 3) or "a number
** from 1000 on". Register 0 is always 0. Hexadecimal fields have no registers.
**
** As bytes a field takes FIELD_SIZE:
**
**    0  u8   form, a FieldForm
**    1  u8   width: digits written, 1 to 18, hexadecimal 1 to 16
**    2  u8   target: register that keeps the value, 0 for none
**    3  u8   source register
**    4  i8   scale, -18 to 18
**    5  u8   payload bits, 0 to 64
**    6  u8   ordinal: of the run among those of its width in a string, 0 to 3
**    7  u8   0
**    8  i64  offset
**
** Owns nothing. Calls bits.h.
*/
#ifndef SLOTS_TEXT_FIELD_H
#define SLOTS_TEXT_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"

enum {
  FIELD_AT_FORM = 0,
  FIELD_AT_WIDTH = 1,
  FIELD_AT_TARGET = 2,
  FIELD_AT_SOURCE = 3,
  FIELD_AT_SCALE = 4,
  FIELD_AT_BITS = 5,
  FIELD_AT_OFFSET = 8,
  FIELD_SIZE = 16
};

#define FIELD_REGISTERS 16
#define FIELD_DECIMALS_MAX 18
#define FIELD_HEX_MAX 16
#define FIELD_ORDINALS 4

typedef enum FieldForm { FIELD_DECIMAL, FIELD_HEX_LOWER, FIELD_HEX_UPPER } FieldForm;

typedef struct Field {
  uint8_t form, width, target, source;
  int8_t scale;
  uint8_t bits, ordinal, unused;
  int64_t offset;
} Field;

_Static_assert(offsetof(Field, offset) == 8, "a field's bytes are laid out as the struct is");

extern const uint64_t field_powers[FIELD_DECIMALS_MAX + 1]; /* of 10 */

static inline void field_store(const Field *field, unsigned char *bytes) {
  memcpy(bytes, field, offsetof(Field, offset)); /* all of one byte, in this order */
  store_u64(bytes + 8, (uint64_t)field->offset);
}

static inline Field field_load(const unsigned char *bytes) {
  Field field;
  memcpy(&field, bytes, offsetof(Field, offset));
  field.offset = (int64_t)load_u64(bytes + 8);
  return field;
}

/* Whether all of it lies in the ranges above. */
bool field_valid(const Field *field);

static inline uint64_t field_scale(uint64_t value, int scale) {
  if (scale > 0) value *= field_powers[scale];
  if (scale < 0) value /= field_powers[-scale];
  return value;
}

/* The value for payload 0. */
static inline uint64_t field_start(const Field *field, const uint64_t *registers) {
  return field_scale(registers[field->source], field->scale) + (uint64_t)field->offset;
}

/* Whether the field can express a value, and the payload that does. */
static inline bool field_payload(const Field *field, const uint64_t *registers, uint64_t value,
                                 uint64_t *payload) {
  *payload = value - field_start(field, registers);
  return field->bits >= 64 || *payload >> field->bits == 0;
}

/* The value for payload 0 of a field that is given as its bytes. */
static inline uint64_t field_start_of(const unsigned char *bytes, const uint64_t *registers) {
  uint64_t source = registers[bytes[FIELD_AT_SOURCE]];
  return field_scale(source, (int8_t)bytes[FIELD_AT_SCALE]) + load_u64(bytes + FIELD_AT_OFFSET);
}

/* Writes the last `width` digits of the value of a field that is given as its bytes. */
void field_write(const unsigned char *bytes, uint64_t value, unsigned char *digits);

#endif
