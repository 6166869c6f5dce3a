/*
** result.h: hands a Value to core as the result of xColumn.
**
** Calls loan.h, value.h.
*/
#ifndef SLOTS_RESULT_H
#define SLOTS_RESULT_H

#include "loan.h"
#include "sqlite.h"
#include "value.h"

/* Texts of the store are followed by a zero byte (row.h), which this relies on. */
void result_value(sqlite3_context *context, const Value *value);

/* What core is to do with a result's bytes: return them, or copy them; `lent` as Value has it. */
static inline sqlite3_destructor_type result_lend(const unsigned char *bytes, bool lent) {
  if (!lent) return SQLITE_TRANSIENT;
  loan_take(bytes);
  return loan_return;
}

/* A text with its zero byte, and no other. */
static inline void result_c_text(sqlite3_context *context, const unsigned char *text, bool lent) {
  sqlite3_result_text(context, (const char *)text, -1, result_lend(text, lent));
}

#endif
