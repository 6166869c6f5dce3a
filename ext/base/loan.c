/*
** loan.c: see loan.h.
*/
#include "loan.h"

#include "sqlite.h"

int loan_prepare(Buffer *buffer) {
  if (loan_is_out(buffer)) loan_clear(buffer);
  if (buffer->bytes != NULL) return SQLITE_OK;
  buffer->head = sizeof(Loan);
  int rc = buffer_reserve(buffer, 1);
  if (rc == SQLITE_OK) *loan_of(buffer->bytes) = (Loan){.owned = 1};
  return rc;
}

void loan_clear(Buffer *buffer) {
  if (!loan_is_out(buffer)) {
    buffer_clear(buffer);
    return;
  }
  loan_of(buffer->bytes)->owned = 0;
  *buffer = (Buffer){0};
}

void loan_return(void *bytes) {
  Loan *loan = loan_of(bytes);
  if (--loan->loans == 0 && !loan->owned) sqlite3_free(loan);
}
