/*
** value_list.c: see value_list.h.
*/
#include "value_list.h"

#include <string.h>

#include "base/bits.h"
#include "base/sqlite.h"

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

int value_list_encode(const Value *values, const uint32_t *keys, uint32_t count, Buffer *out) {
  uint64_t size = 4 + (uint64_t)count * (keys == NULL ? 4 : 8);
  for (uint32_t i = 0; i < count; i++) size += value_size(&values[i]);
  if (size > BUFFER_LIMIT) return SQLITE_TOOBIG;
  int rc = buffer_append_zeros(out, (size_t)size);
  if (rc != SQLITE_OK) return rc;
  unsigned char *at = out->bytes + out->size - (size_t)size;
  store_u32(at, count);
  at += 4;
  for (uint32_t i = 0; keys != NULL && i < count; i++, at += 4) store_u32(at, keys[i]);
  unsigned char *bytes = at + (size_t)count * 4;
  uint32_t end = 0;
  for (uint32_t i = 0; i < count; i++, at += 4) {
    write_value(bytes + end, &values[i]);
    end += value_size(&values[i]);
    store_u32(at, end);
  }
  return SQLITE_OK;
}

bool value_list_open(ValueList *list, const unsigned char *bytes, uint32_t size, bool keyed) {
  *list = (ValueList){0};
  if (size == 0) return true;
  if (size < 4) return false;
  uint32_t count = load_u32(bytes);
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

Value value_list_get(const ValueList *list, uint32_t index) {
  Value none = {.type = VALUE_NULL};
  if (index >= list->count) return none;
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
