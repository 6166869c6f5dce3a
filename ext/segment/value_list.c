/*
** value_list.c: see value_list.h.
*/
#include "value_list.h"

#include <string.h>

#include "base/integers.h"
#include "base/sqlite.h"

/* Of the packed form: */
enum { PACKED_AT_NULLS = 4, PACKED_AT_WIDTH = 5, PACKED_AT_BASE = 8, PACKED_FIXED_SIZE = 16 };

static uint32_t value_size(const Value *value) {
  if (value->type == VALUE_NULL) return 1;
  if (value->type == VALUE_INTEGER || value->type == VALUE_REAL) return 9;
  return value->size + 2;
}

static void write_value(unsigned char *at, const Value *value) {
  at[0] = value->type;
  if (value->type == VALUE_INTEGER || value->type == VALUE_REAL) {
    uint64_t bits;
    memcpy(&bits, &value->integer, sizeof bits);
    store_u64(at + 1, bits);
  } else if (value->type != VALUE_NULL) {
    if (value->size > 0) memcpy(at + 1, value->bytes, value->size);
    at[1 + value->size] = 0;
  }
}

static uint64_t any_size(const Value *values, const uint32_t *keys, uint32_t count) {
  uint64_t size = 4 + (uint64_t)count * (keys == NULL ? 4 : 8);
  for (uint32_t i = 0; i < count; i++) size += value_size(&values[i]);
  return size;
}

/* Returns where the keys end. */
static unsigned char *write_keys(unsigned char *at, const uint32_t *keys, uint32_t count) {
  for (uint32_t i = 0; keys != NULL && i < count; i++, at += 4) store_u32(at, keys[i]);
  return at;
}

/* ---- writing -------------------------------------------------------------- */

/* Appends the list as values of any type. */
static int encode_any(const Value *values, const uint32_t *keys, uint32_t count, Buffer *out) {
  uint64_t size = any_size(values, keys, count);
  if (size > BUFFER_LIMIT) return SQLITE_TOOBIG;
  int rc = buffer_append_zeros(out, (size_t)size);
  if (rc != SQLITE_OK) return rc;
  unsigned char *at = out->bytes + out->size - (size_t)size;
  store_u32(at, count);
  at = write_keys(at + 4, keys, count);
  unsigned char *bytes = at + (size_t)count * 4;
  uint32_t end = 0;
  for (uint32_t i = 0; i < count; i++, at += 4) {
    write_value(bytes + end, &values[i]);
    end += value_size(&values[i]);
    store_u32(at, end);
  }
  return SQLITE_OK;
}

/* How integers are packed. */
typedef struct Packing {
  uint32_t nulls, width;
  int64_t base;
} Packing;

/* Whether the values are integers, but for a NULL before them. */
static bool find_packing(const Value *values, uint32_t count, Packing *packing) {
  int64_t least = INT64_MAX, most = INT64_MIN;
  packing->nulls = count != 0 && values[0].type == VALUE_NULL;
  for (uint32_t i = packing->nulls; i < count; i++) {
    if (values[i].type != VALUE_INTEGER) return false;
    if (values[i].integer < least) least = values[i].integer;
    if (values[i].integer > most) most = values[i].integer;
  }
  if (least > most) return false;
  packing->base = least;
  packing->width = bits_width(integer_distance(least, most));
  return true;
}

static uint64_t packed_size(const Packing *packing, bool keyed, uint32_t count) {
  uint64_t bits = (uint64_t)packing->width * (count - packing->nulls);
  return PACKED_FIXED_SIZE + (keyed ? (uint64_t)count * 4 : 0) + (bits + 7) / 8 + BITS_PADDING;
}

static int encode_packed(const Value *values, const uint32_t *keys, uint32_t count,
                         const Packing *packing, Buffer *out) {
  uint64_t size = packed_size(packing, keys != NULL, count);
  int rc = buffer_append_zeros(out, (size_t)size);
  if (rc != SQLITE_OK) return rc;
  unsigned char *at = out->bytes + out->size - (size_t)size;
  store_u32(at, count | VALUE_LIST_PACKED);
  at[PACKED_AT_NULLS] = (unsigned char)packing->nulls;
  at[PACKED_AT_WIDTH] = (unsigned char)packing->width;
  store_u64(at + PACKED_AT_BASE, (uint64_t)packing->base);
  at = write_keys(at + PACKED_FIXED_SIZE, keys, count);
  for (uint32_t i = packing->nulls; i < count; i++) {
    uint64_t bit = (uint64_t)packing->width * (i - packing->nulls);
    bits_put(at, bit, packing->width, integer_distance(packing->base, values[i].integer));
  }
  return SQLITE_OK;
}

int value_list_encode(const Value *values, const uint32_t *keys, uint32_t count, Buffer *out) {
  Packing packing;
  if (find_packing(values, count, &packing) &&
      packed_size(&packing, keys != NULL, count) < any_size(values, keys, count)) {
    return encode_packed(values, keys, count, &packing, out);
  }
  return encode_any(values, keys, count, out);
}

/* ---- reading -------------------------------------------------------------- */

static bool open_packed(ValueList *list, const unsigned char *bytes, uint32_t size, bool keyed) {
  if (size < PACKED_FIXED_SIZE) return false;
  uint32_t count = load_u32(bytes) & ~VALUE_LIST_PACKED;
  Packing packing = {.nulls = bytes[PACKED_AT_NULLS], .width = bytes[PACKED_AT_WIDTH]};
  if (packing.nulls > 1 || packing.nulls > count || packing.width > 64) return false;
  uint64_t keys_size = keyed ? (uint64_t)count * 4 : 0;
  if (packed_size(&packing, keyed, count) > size) return false;
  *list = (ValueList){.keys = keyed ? bytes + PACKED_FIXED_SIZE : NULL,
                      .values = bytes + PACKED_FIXED_SIZE + keys_size,
                      .count = count,
                      .nulls = packing.nulls,
                      .width = packing.width,
                      .base = (int64_t)load_u64(bytes + PACKED_AT_BASE)};
  return true;
}

bool value_list_open(ValueList *list, const unsigned char *bytes, uint32_t size, bool keyed) {
  *list = (ValueList){0};
  if (size == 0) return true;
  if (size < 4) return false;
  uint32_t count = load_u32(bytes);
  if (count & VALUE_LIST_PACKED) return open_packed(list, bytes, size, keyed);
  uint64_t header = 4 + (uint64_t)count * (keyed ? 8 : 4);
  if (header > size) return false;
  list->count = count;
  list->keys = keyed ? bytes + 4 : NULL;
  list->ends = bytes + 4 + (keyed ? (size_t)count * 4 : 0);
  list->values = bytes + header;
  list->size = size - (uint32_t)header;
  return true;
}

static Value read_value(const unsigned char *at, uint32_t size) {
  Value value = {.type = VALUE_NULL};
  uint8_t type = at[0];
  if (type == VALUE_INTEGER || type == VALUE_REAL) {
    if (size != 9) return value;
    uint64_t bits = load_u64(at + 1);
    memcpy(&value.integer, &bits, sizeof bits);
    value.type = type;
  } else if (type == VALUE_TEXT || type == VALUE_BLOB) {
    if (size < 2 || at[size - 1] != 0) return value;
    value.bytes = at + 1;
    value.size = size - 2;
    value.type = type;
  }
  return value;
}

static Value read_packed(const ValueList *list, uint32_t index) {
  if (index < list->nulls) return (Value){.type = VALUE_NULL};
  uint64_t bit = (uint64_t)list->width * (index - list->nulls);
  uint64_t integer = (uint64_t)list->base + bits_get(list->values, bit, list->width);
  return (Value){.type = VALUE_INTEGER, .integer = (int64_t)integer};
}

Value value_list_get(const ValueList *list, uint32_t index) {
  Value none = {.type = VALUE_NULL};
  if (index >= list->count) return none;
  if (list->ends == NULL) return read_packed(list, index);
  uint32_t from = index == 0 ? 0 : load_u32(list->ends + (size_t)(index - 1) * 4);
  uint32_t to = load_u32(list->ends + (size_t)index * 4);
  if (from >= to || to > list->size) return none;
  return read_value(list->values + from, to - from);
}

Value value_list_find(const ValueList *list, uint32_t key) {
  uint32_t low = 0, high = list->keys == NULL ? 0 : list->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    uint32_t at = load_u32(list->keys + (size_t)middle * 4);
    if (at == key) return value_list_get(list, middle);
    if (at < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return (Value){.type = VALUE_NULL};
}
