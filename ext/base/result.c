/*
** result.c: see result.h.
*/
#include "result.h"

#include <string.h>

/* Core takes text that ends in a zero byte as it is, and copies counted text twice. */
static void result_text(sqlite3_context *context, const Value *value,
                        sqlite3_destructor_type destructor) {
  bool counted =
      value->size == 0 || (!value->c_text && memchr(value->bytes, 0, value->size) != NULL);
  sqlite3_result_text(context, (const char *)value->bytes, counted ? (int)value->size : -1,
                      destructor);
}

static void result_bytes(sqlite3_context *context, const Value *value) {
  Value empty = {.type = value->type, .bytes = (const unsigned char *)""};
  if (value->size == 0) value = &empty;
  sqlite3_destructor_type destructor = result_lend(value->bytes, value->lent);
  if (value->type == VALUE_TEXT) {
    result_text(context, value, destructor);
  } else {
    sqlite3_result_blob(context, value->bytes, (int)value->size, destructor);
  }
}

void result_value(sqlite3_context *context, const Value *value) {
  switch (value->type) {
  case VALUE_TEXT:
  case VALUE_BLOB:
    result_bytes(context, value);
    break;
  case VALUE_INTEGER:
    sqlite3_result_int64(context, value->integer);
    break;
  case VALUE_REAL:
    sqlite3_result_double(context, value->real);
    break;
  default:
    sqlite3_result_null(context);
    break;
  }
}
