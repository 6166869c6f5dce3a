/*
** loan.h: texts that are lent to core, which would copy them otherwise.
**
** Core calls a result's destructor with nothing but the address of its bytes. So the block of such
** a Buffer begins with a count of those who hold its text: `loans`. While there are any, the text
** does not change: a Buffer that is to get another text gets a new block, and the last holder to
** return the old one frees it. A block belongs to one connection, whose mutex core holds whenever
** it returns a text. Calls buffer.h.
*/
#ifndef SLOTS_LOAN_H
#define SLOTS_LOAN_H

#include <stdbool.h>

#include "buffer.h"

typedef struct Loan {
  uint32_t loans;
  uint32_t owned; /* by a Buffer */
} Loan;

/*
** The count of a text in a Buffer that loan_prepare made ready; not const even where the text is.
*/
static inline Loan *loan_of(const unsigned char *bytes) {
  return (Loan *)((uintptr_t)bytes - sizeof(Loan));
}

static inline bool loan_is_out(const Buffer *buffer) {
  return buffer->bytes != NULL && loan_of(buffer->bytes)->loans > 0;
}

/*
** To be called before the Buffer, empty or prepared before, gets another text. SQLITE_OK or NOMEM.
*/
int loan_prepare(Buffer *buffer);

/* buffer_clear for such a Buffer. */
void loan_clear(Buffer *buffer);

/* Counts one more holder of the text, who will call loan_return. */
static inline void loan_take(const unsigned char *bytes) { loan_of(bytes)->loans++; }

/* The destructor to give core with such a text. */
void loan_return(void *bytes);

#endif
