/*
** decode_same.c: see decode.h; what both forms of codecs share.
*/
#include "base/sqlite.h"
#include "decode.h"

static bool is_same(const Decoder *d) {
  uint32_t bits = d->codec->same_bits;
  return stream_get(d->code, d->at, bits) == d->codec->same_code;
}

int decode_origin(Decoder *d, uint32_t row) {
  Decoder origin = *d;
  for (;;) {
    while (d->row <= row && d->at <= d->end && is_same(d)) {
      d->at += d->codec->same_bits;
      d->row++;
    }
    if (d->row > row) break;
    origin = *d;
    if (d->row == row) break;
    int rc = decode_skip(d, d->row + 1);
    if (rc != SQLITE_OK) return rc;
  }
  *d = origin;
  return SQLITE_OK;
}

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
