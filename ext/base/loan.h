/*
** loan.h: a text that core holds on to, instead of a copy of it.
**
** To the destructor that it is given with, a result is known by its address alone. So the block
** of such a Buffer begins with a count of those that hold its text: `loans`. While there are any,
** the text stays as it is; who wants the Buffer for another one gets a new block, and the last
** one to return the old block frees it. A block is of one connection, whose mutex core holds
** whenever it returns a text.
** Calls buffer.h.
*/
#ifndef SLOTS_LOAN_H
#define SLOTS_LOAN_H

#include <stdbool.h>

#include "buffer.h"

typedef struct Loan {
  uint32_t loans;
  uint32_t owned; /* by a Buffer */
} Loan;

/* The count of a Buffer's text, which loan_prepare made ready; not const where the text is. */
static inline Loan *loan_of(const unsigned char *bytes) {
  return (Loan *)((uintptr_t)bytes - sizeof(Loan));
}

static inline bool loan_is_out(const Buffer *buffer) {
  return buffer->bytes != NULL && loan_of(buffer->bytes)->loans > 0;
}

/* Before the Buffer, empty or prepared before, gets another text. SQLITE_OK or SQLITE_NOMEM. */
int loan_prepare(Buffer *buffer);

/* buffer_clear of such a Buffer. */
void loan_clear(Buffer *buffer);

/* Counts one who holds the text, and will call loan_return. */
static inline void loan_take(const unsigned char *bytes) { loan_of(bytes)->loans++; }

/* A destructor of core's. */
void loan_return(void *bytes);

#endif
