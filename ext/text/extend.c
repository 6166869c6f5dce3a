/*
** extend.c: see extend.h.
*/
#include "extend.h"

#include "base/sqlite.h"
#include "repair.h"

#define EXTEND_MIN_COUNT 4

int extend_dictionary(Dictionary *d, Kept *kept) {
  Sequences sequences = kept_sequences(kept);
  if (sequences.start[sequences.count] > EXTEND_TOKENS_MAX) return SQLITE_OK;
  parser_clear(&d->parser); /* it borrows what is spelled anew */
  int rc = repair(&d->grammar, &sequences, EXTEND_MIN_COUNT, d->uses);
  return rc == SQLITE_OK ? dictionary_spell(d) : rc;
}
