/*
** result.h: hands a Value to core as the result of xColumn.
**
** Calls loan.h.
*/
#ifndef SLOTS_RESULT_H
#define SLOTS_RESULT_H

#include "loan.h"
#include "sqlite.h"
#include "value.h"

/* Texts of the store are followed by a zero byte (row.h), which this relies on. */
void result_value(sqlite3_context *context, const Value *value);

/* A text with its zero byte, and no other; `lent` as Value has it. */
static inline void result_c_text(sqlite3_context *context, const unsigned char *text, bool lent) {
  if (lent) loan_take(text);
  sqlite3_result_text(context, (const char *)text, -1, lent ? loan_return : SQLITE_TRANSIENT);
}

#endif
