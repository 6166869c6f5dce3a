/*
** field.c: see field.h.
*/
#include "field.h"

const uint64_t field_powers[FIELD_DECIMALS_MAX + 1] = {
    1u,
    10u,
    100u,
    1000u,
    10000u,
    100000u,
    1000000u,
    10000000u,
    100000000u,
    1000000000u,
    10000000000u,
    100000000000u,
    1000000000000u,
    10000000000000u,
    100000000000000u,
    1000000000000000u,
    10000000000000000u,
    100000000000000000u,
    1000000000000000000u,
};

void field_store(const Field *field, unsigned char *bytes) {
  bytes[0] = field->form;
  bytes[1] = field->width;
  bytes[2] = field->target;
  bytes[3] = field->source;
  bytes[4] = (unsigned char)field->scale;
  bytes[5] = field->bits;
  bytes[6] = field->ordinal;
  bytes[7] = 0;
  store_u64(bytes + 8, (uint64_t)field->offset);
}

bool field_valid(const Field *field) {
  uint32_t most = field->form == FIELD_DECIMAL ? FIELD_DECIMALS_MAX : FIELD_HEX_MAX;
  return field->form <= FIELD_HEX_UPPER && field->width >= 1 && field->width <= most &&
         field->target < FIELD_REGISTERS && field->source < FIELD_REGISTERS &&
         field->scale >= -FIELD_DECIMALS_MAX && field->scale <= FIELD_DECIMALS_MAX &&
         field->bits <= 64 && field->ordinal < FIELD_ORDINALS;
}

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

static void write_decimals(uint64_t value, uint32_t width, unsigned char *digits) {
  while (width > 9) {
    digits[--width] = (unsigned char)('0' + value % 10);
    value /= 10;
  }
  uint32_t rest = (uint32_t)(value % 1000000000u);
  while (width >= 2) {
    width -= 2;
    memcpy(digits + width, pairs + 2 * (rest % 100), 2);
    rest /= 100;
  }
  if (width == 1) digits[0] = (unsigned char)('0' + rest % 10);
}

void field_write(const Field *field, uint64_t value, unsigned char *digits) {
  if (field->form == FIELD_DECIMAL) {
    write_decimals(value, field->width, digits);
    return;
  }
  const char *alphabet = field->form == FIELD_HEX_LOWER ? "0123456789abcdef" : "0123456789ABCDEF";
  for (uint32_t i = field->width; i-- > 0; value >>= 4) {
    digits[i] = (unsigned char)alphabet[value & 15];
  }
}
