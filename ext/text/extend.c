/*
** extend.c: see extend.h.
*/
#include "extend.h"

#include "base/sqlite.h"
#include "repair.h"

#define EXTEND_MIN_COUNT 4
#define EXTEND_TOKENS_MAX (3u << 19) /* RePair takes 12 to 16 bytes for each */

int extend_dictionary(Dictionary *d, Kept *kept, uint32_t size) {
  Sequences sequences = kept_sequences(kept);
  uint32_t tokens = sequences.start[sequences.count];
  if (size > EXTEND_TEXT_MAX || tokens > EXTEND_TOKENS_MAX) return SQLITE_OK;
  int rc = repair(&d->grammar, &sequences, EXTEND_MIN_COUNT, d->uses);
  return rc == SQLITE_OK ? dictionary_spell(d) : rc;
}
