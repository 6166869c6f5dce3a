/*
** lender.h: immutable bytes that belong to somebody else, lent section by section.
**
** A segment or an index over a mapped file knows its lender and the number of
** its section, and asks for the bytes when it is first read. Whoever has
** borrowed holds the lender. It belongs to one connection, so its count of
** references needs no atomics. Calls text/text.h (its types).
*/
#ifndef SLOTS_LENDER_H
#define SLOTS_LENDER_H

#include "text/text.h"

#define NO_SECTION UINT32_MAX

typedef struct Lender {
  const struct LenderMethods *methods;
  uint32_t references;
} Lender;

typedef struct LenderMethods {
  /*
  ** The bytes of a section, 8-aligned, valid as long as the lender, after they
  ** were compared with their checksum. SQLITE_OK, NOMEM or CORRUPT.
  */
  int (*section)(Lender *lender, uint32_t number, const unsigned char **bytes, size_t *size);

  /* The codec in a section, with a reference for the caller; NULL for NO_SECTION. */
  int (*codec)(Lender *lender, uint32_t number, TextCodec **codec);

  /* Nobody holds it any more. */
  void (*close)(Lender *lender);
} LenderMethods;

static inline Lender *lender_retain(Lender *lender) {
  lender->references++;
  return lender;
}

static inline void lender_release(Lender *lender) {
  if (lender != NULL && --lender->references == 0) lender->methods->close(lender);
}

#endif
