/*
** row.c: see row.h.
*/
#include "row.h"

#include <string.h>

#include "base/buffer.h"
#include "base/sqlite.h"

struct Row {
  uint64_t slots[1]; /* really one a column */
};

static size_t header_size(int columns) { return (size_t)columns * 9; }

/* In 64 bits: the same large text may be the value of several columns. */
static uint64_t row_size(const Value *values, int columns) {
  uint64_t size = header_size(columns);
  for (int i = 0; i < columns; i++) {
    if (value_has_bytes(&values[i])) size += (uint64_t)values[i].size + 1;
  }
  return size;
}

Row *row_create(const Value *values, int columns) {
  uint64_t size = row_size(values, columns);
  if (size > BUFFER_LIMIT) return NULL;
  Row *row = sqlite3_malloc64(size);
  if (row == NULL) return NULL;
  unsigned char *base = (unsigned char *)row;
  unsigned char *types = base + (size_t)columns * 8;
  size_t at = header_size(columns);
  for (int i = 0; i < columns; i++) {
    const Value *value = &values[i];
    uint64_t slot = 0;
    if (value_has_bytes(value)) {
      slot = (uint64_t)at | (uint64_t)value->size << 32;
      if (value->size > 0) memcpy(base + at, value->bytes, value->size);
      base[at + value->size] = 0;
      at += (size_t)value->size + 1;
    } else if (value->type != VALUE_NULL) {
      memcpy(&slot, &value->integer, sizeof slot);
    }
    memcpy(base + (size_t)i * 8, &slot, sizeof slot);
    types[i] = value->type;
  }
  return row;
}

Value row_value(const Row *row, int columns, int column) {
  const unsigned char *base = (const unsigned char *)row;
  uint64_t slot;
  memcpy(&slot, base + (size_t)column * 8, sizeof slot);
  Value value = {.type = base[(size_t)columns * 8 + (size_t)column]};
  if (value_has_bytes(&value)) {
    value.bytes = base + (uint32_t)slot;
    value.size = (uint32_t)(slot >> 32);
  } else {
    memcpy(&value.integer, &slot, sizeof slot);
  }
  return value;
}

uint64_t row_memory(const Row *row) { return sqlite3_msize((void *)(uintptr_t)row); }

void row_free(Row *row) { sqlite3_free(row); }
