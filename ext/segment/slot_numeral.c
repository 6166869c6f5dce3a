/*
** slot_numeral.c: see slot_numeral.h.
*/
#include "slot_numeral.h"

#include "base/ascii.h"
#include "base/integers.h"
#include "base/sqlite.h"
#include "slot_text.h"

static int gather(const Column *column, Draft *draft, Buffer *bytes, uint32_t *start) {
  int rc = SQLITE_OK;
  for (uint32_t row = 0; row < column->rows && rc == SQLITE_OK; row++) {
    const Value *value = &column->values[row];
    start[row] = (uint32_t)bytes->size;
    if (value->type == VALUE_INTEGER) {
      unsigned char numeral[INTEGER_DIGITS_MAX], *end = numeral + sizeof numeral;
      unsigned char *begin = integer_write(value->integer, end);
      rc = buffer_append(bytes, begin, (size_t)(end - begin));
    } else if (value->type != VALUE_NULL) {
      rc = draft_flag(draft, column->rows, row);
    }
  }
  start[column->rows] = (uint32_t)bytes->size;
  return rc;
}

int slot_numeral_draft(const Column *column, Draft *draft) {
  Buffer bytes = {0};
  uint32_t *start = sqlite3_malloc64(((uint64_t)column->rows + 1) * sizeof *start);
  if (start == NULL) return SQLITE_NOMEM;
  draft->header.encoding = SLOT_NUMERAL;
  draft->header.type = VALUE_INTEGER;
  int rc = gather(column, draft, &bytes, start);
  if (rc == SQLITE_OK) rc = slot_text_encode(column, &bytes, start, draft);
  sqlite3_free(start);
  buffer_clear(&bytes);
  return rc;
}

int slot_numeral_value(const unsigned char *text, uint32_t size, Value *value) {
  *value = (Value){.type = VALUE_NULL};
  if (size == 0) return SQLITE_OK;
  uint32_t negative = text[0] == '-' ? 1 : 0;
  uint64_t integer = 0;
  if (size > INTEGER_DIGITS_MAX || size == negative) return SQLITE_CORRUPT;
  for (uint32_t i = negative; i < size; i++) {
    if (!ascii_is_digit(text[i])) return SQLITE_CORRUPT;
    integer = integer * 10 + text[i] - '0';
  }
  value->type = VALUE_INTEGER;
  value->integer = (int64_t)(negative ? 0 - integer : integer);
  return SQLITE_OK;
}
