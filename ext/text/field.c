/*
** field.c: see field.h.
*/
#include "field.h"

#include "../bits.h"

const uint64_t field_powers[FIELD_DECIMALS_MAX + 1] = {
  1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u, 1000000000u,
  10000000000u, 100000000000u, 1000000000000u, 10000000000000u, 100000000000000u,
  1000000000000000u, 10000000000000000u, 100000000000000000u, 1000000000000000000u,
};

void field_store(const Field *field, unsigned char *bytes) {
  bytes[0] = field->form;
  bytes[1] = field->width;
  bytes[2] = field->target;
  bytes[3] = field->source;
  bytes[4] = (unsigned char)field->scale;
  bytes[5] = field->bits;
  bytes[6] = bytes[7] = 0;
  store_u64(bytes + 8, (uint64_t)field->offset);
}

bool field_load(Field *field, const unsigned char *bytes) {
  field->form = bytes[0];
  field->width = bytes[1];
  field->target = bytes[2];
  field->source = bytes[3];
  field->scale = (int8_t)bytes[4];
  field->bits = bytes[5];
  field->offset = (int64_t)load_u64(bytes + 8);
  uint32_t most = field->form == FIELD_DECIMAL ? FIELD_DECIMALS_MAX : FIELD_HEX_MAX;
  return field->form <= FIELD_HEX_UPPER && field->width >= 1 && field->width <= most &&
         field->target < FIELD_REGISTERS && field->source < FIELD_REGISTERS &&
         field->scale >= -FIELD_DECIMALS_MAX && field->scale <= FIELD_DECIMALS_MAX &&
         field->bits <= 64;
}

static void write_decimals(uint64_t value, uint32_t width, unsigned char *digits) {
  while (width >= 2) {
    uint32_t pair = (uint32_t)(value % 100);
    value /= 100;
    width -= 2;
    digits[width] = (unsigned char)('0' + pair / 10);
    digits[width + 1] = (unsigned char)('0' + pair % 10);
  }
  if (width == 1) digits[0] = (unsigned char)('0' + value % 10);
}

void field_write(const Field *field, uint64_t value, unsigned char *digits) {
  if (field->form == FIELD_DECIMAL) {
    write_decimals(value, field->width, digits);
    return;
  }
  const char *alphabet = field->form == FIELD_HEX_LOWER ? "0123456789abcdef"
                                                        : "0123456789ABCDEF";
  for (uint32_t i = field->width; i-- > 0; value >>= 4) {
    digits[i] = (unsigned char)alphabet[value & 15];
  }
}
