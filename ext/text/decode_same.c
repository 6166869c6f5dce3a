/*
** decode_same.c: see decode.h; what both forms of codecs share.
*/
#include "base/sqlite.h"
#include "decode.h"

int decode_same(Decoder *d) {
  bool first = (d->row & ((1u << d->block_shift) - 1)) == 0;
  if (first || d->text->size != d->begin) return SQLITE_CORRUPT;
  if (!d->has_last) return DECODE_NEEDS_LAST;
  size_t size = d->begin - d->last_begin;
  int rc = buffer_reserve(d->text, size + ROUND_BYTES);
  if (rc != SQLITE_OK) return rc;
  memcpy(d->text->bytes + d->begin, d->text->bytes + d->last_begin, size);
  d->text->size += size;
  return SQLITE_OK;
}
