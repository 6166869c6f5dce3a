/*
** columns.c: see columns.h.
*/
#include "columns.h"

#include "base/sqlite.h"

int columns_open(ColumnSource *source, const SealRow *rows, uint32_t count, uint32_t columns) {
  *source = (ColumnSource){.rows = rows, .count = count, .columns = columns};
  return reader_open(&source->reader, columns);
}

void columns_close(ColumnSource *source) { reader_close(&source->reader); }

/*
** A value out of a segment: its bytes are copied to into->text, which moves as it
** grows, so value->integer holds their offset until all are read.
*/
static int read_sealed(ColumnSource *source, const SealRow *row, uint32_t column,
                       ColumnValues *into, Value *value) {
  int rc = reader_value(&source->reader, row->segment, row->row, column, value);
  if (rc != SQLITE_OK || !value_has_bytes(value)) return rc;
  const unsigned char *bytes = value->bytes;
  value->integer = (int64_t)into->text.size;
  return buffer_append(&into->text, bytes, value->size);
}

static int reserve(ColumnValues *into, uint32_t count) {
  if (count <= into->capacity) return SQLITE_OK;
  Value *values = sqlite3_realloc64(into->values, (uint64_t)count * sizeof *values);
  if (values == NULL) return SQLITE_NOMEM;
  into->values = values;
  into->capacity = count;
  return SQLITE_OK;
}

int columns_read(ColumnSource *source, uint32_t column, uint32_t stride, ColumnValues *into) {
  uint32_t count = (source->count + stride - 1) / stride;
  int rc = reserve(into, count);
  into->text.size = 0;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    const SealRow *row = &source->rows[i * stride];
    if (row->open != NULL) {
      into->values[i] = row_value(row->open, (int)source->columns, (int)column);
    } else {
      rc = read_sealed(source, row, column, into, &into->values[i]);
    }
  }
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    Value *value = &into->values[i];
    if (source->rows[i * stride].open != NULL || !value_has_bytes(value)) continue;
    value->bytes = value->size == 0 ? NULL : into->text.bytes + value->integer;
  }
  return rc;
}

void column_values_clear(ColumnValues *values) {
  sqlite3_free(values->values);
  buffer_clear(&values->text);
  *values = (ColumnValues){0};
}
