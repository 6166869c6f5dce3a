/*
** result.c: see result.h.
*/
#include "result.h"

#include <string.h>

/* Core takes text that ends in a zero byte as it is, and copies counted text twice. */
static void result_text(sqlite3_context *context, const Value *value) {
  bool counted =
      value->size == 0 || (!value->c_text && memchr(value->bytes, 0, value->size) != NULL);
  const char *text = value->size == 0 ? "" : (const char *)value->bytes;
  sqlite3_result_text(context, text, counted ? (int)value->size : -1, SQLITE_TRANSIENT);
}

void result_value(sqlite3_context *context, const Value *value) {
  if (value->type == VALUE_TEXT) {
    result_text(context, value);
    return;
  }
  switch (value->type) {
  case VALUE_INTEGER:
    sqlite3_result_int64(context, value->integer);
    break;
  case VALUE_REAL:
    sqlite3_result_double(context, value->real);
    break;
  case VALUE_BLOB:
    sqlite3_result_blob(context, value->size == 0 ? (const void *)"" : value->bytes,
                        (int)value->size, SQLITE_TRANSIENT);
    break;
  default:
    sqlite3_result_null(context);
    break;
  }
}
