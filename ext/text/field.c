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

/* 2^57 / 100^i, rounded up. */
static const uint64_t pair_scale[] = {0x200000000000000, 0x51eb851eb851f, 0xd1b71758e22,
                                      0x218def416c, 0x55e63b89};

/*
** Writes up to 9 digits from the left, in fixed point: above bit 57 come one digit, if their
** number is odd, or two, and times 100 the next two. The scale is exact for 9 digits: what
** rounding it up adds stays below one in the last place, as 10^9 * 10^8 < 2^57.
*/
static inline void write_few(uint64_t value, uint32_t width, unsigned char *digits) {
  uint64_t fraction = (UINT64_C(1) << 57) - 1;
  uint64_t scaled = value * pair_scale[(width - 1) / 2];
  const unsigned char *end = digits + width;
  if (width % 2 == 1) {
    *digits++ = (unsigned char)('0' + (scaled >> 57));
  } else {
    memcpy(digits, pairs + 2 * (scaled >> 57), 2);
    digits += 2;
  }
  for (; digits != end; digits += 2) {
    scaled = (scaled & fraction) * 100;
    memcpy(digits, pairs + 2 * (scaled >> 57), 2);
  }
}

static void write_decimals(uint64_t value, uint32_t width, unsigned char *digits) {
  if (value >= field_powers[width]) value %= field_powers[width];
  if (width > 9) {
    write_few(value / field_powers[9], width - 9, digits);
    write_few(value % field_powers[9], 9, digits + width - 9);
  } else {
    write_few(value, width, digits);
  }
}

#define EACH_BYTE 0x0101010101010101u

/* The last eight hexadecimal digits in the bytes of a word, the first one lowest. */
static inline uint64_t eight_hexadecimals(uint64_t value, FieldForm form) {
  uint64_t digits = (value >> 16 & 0xffff) | (value & 0xffff) << 32;
  digits = (digits >> 8 | digits << 16) & 0x00ff00ff00ff00ffu;
  digits = (digits >> 4 | digits << 8) & 0x0f0f0f0f0f0f0f0fu;
  uint64_t letters = (digits + 6 * EACH_BYTE) >> 4 & EACH_BYTE;
  uint64_t step = form == FIELD_HEX_LOWER ? 'a' - '9' - 1 : 'A' - '9' - 1;
  return digits + '0' * EACH_BYTE + letters * step;
}

/* Writes the last `width` (1 to 8) of eight digits, and nothing else. */
static inline void put_last(unsigned char *bytes, uint64_t digits, uint32_t width) {
  uint64_t wanted = digits >> (64 - 8 * width);
  if (width >= 4) {
    store_u32(bytes, (uint32_t)wanted);
    store_u32(bytes + width - 4, (uint32_t)(digits >> 32));
  } else {
    if (width >= 2) store_u16(bytes, (uint16_t)wanted);
    bytes[width - 1] = (unsigned char)(digits >> 56);
  }
}

void field_write(const unsigned char *bytes, uint64_t value, unsigned char *digits) {
  uint32_t width = bytes[FIELD_AT_WIDTH];
  FieldForm form = (FieldForm)bytes[FIELD_AT_FORM];
  if (form == FIELD_DECIMAL) {
    write_decimals(value, width, digits);
    return;
  }
  if (width > 8) {
    put_last(digits + width - 8, eight_hexadecimals(value, form), 8);
    value >>= 32;
    width -= 8;
  }
  put_last(digits, eight_hexadecimals(value, form), width);
}
