/*
** decode_alone.c: see decode.h; single strings, for codecs whose tokens are pieces of text.
*/
#include "decode_loop.h"

/* --- passing over --------------------------------------------------------- */

/* Passes over the token that comes next, of any kind; tells if it ends a string. */
LOOP_INLINE bool pass_any(Decoder *d, TextLoop *l, bool large) {
  CodecToken token = loop_take(l, large);
  if (token.length != 0) return token.ends;
  if (token.offset == CODEC_SAME) return true;
  if (l->reader.next > l->limit) return false;
  if (token.offset == CODEC_ESCAPE) {
    stream_fill(&l->reader);
    stream_take(&l->reader, 8);
    return false;
  }
  decode_registers(d);
  const unsigned char *record = codec_record(l->codec, token);
  loop_fields(d, l, record, NULL);
  return codec_recorded_token(record).ends;
}

/* Passes over the token that comes next if it is known to be plain text; tells if it is. */
LOOP_INLINE bool pass_plain(TextLoop *l, uint32_t *left, bool large) {
  uint32_t first = loop_first(l, large);
  if (first < CODEC_FIRST_INNER) return false;
  loop_take_plain(l, first);
  *left -= first / CODEC_FIRST_ENDS;
  return true;
}

/* Passes over strings. */
LOOP_INLINE int pass_strings(Decoder *d, TextLoop *l, uint32_t left, bool large) {
  while (left != 0) {
    if (l->reader.next > l->limit) return SQLITE_CORRUPT;
    stream_fill(&l->reader);
    bool plain = pass_plain(l, &left, large);
    if (plain && left != 0) plain = pass_plain(l, &left, large);
    if (plain && left != 0) plain = pass_plain(l, &left, large);
    if (!plain) left -= pass_any(d, l, large);
  }
  return SQLITE_OK;
}

static int pass_to(Decoder *d, uint32_t stop) {
  if (d->codec->form == CODEC_PAIRS) return decode_pairs_pass(d, stop);
  TextLoop l = loop_open(d);
  int rc = pass_strings(d, &l, stop - d->row, false);
  d->at = stream_at(&l.reader, d->code);
  d->row = stop;
  return rc;
}

/* --- strings that repeat others ------------------------------------------- */

static bool is_same(const Decoder *d) {
  uint32_t bits = d->codec->same_bits;
  return stream_get(d->code, d->at, bits) == d->codec->same_code;
}

/* Passes over strings up to `row`, and goes back to the one that it repeats, or is. */
static int find_origin(Decoder *d, uint32_t row) {
  Decoder origin = *d;
  for (;;) {
    while (d->row <= row && d->at <= d->end && is_same(d)) {
      d->at += d->codec->same_bits;
      d->row++;
    }
    if (d->row > row) break;
    origin = *d;
    if (d->row == row) break;
    int rc = pass_to(d, d->row + 1);
    if (rc == SQLITE_OK && d->at > d->end) rc = SQLITE_CORRUPT;
    if (rc != SQLITE_OK) return rc;
  }
  *d = origin;
  return SQLITE_OK;
}

/* --- decoding ------------------------------------------------------------- */

/* Adds the token that comes next, of any kind; *same tells if the string is the one before. */
LOOP_INLINE int add_any(Decoder *d, TextLoop *l, bool *ends, bool *same, bool large) {
  CodecToken token = loop_take(l, large);
  *ends = token.ends;
  if (token.length != 0) {
    loop_add(l, l->text + token.offset, token.length);
  } else if (token.offset == CODEC_SAME) {
    *ends = *same = true;
    if (l->size != 0) return SQLITE_CORRUPT;
  } else if (token.offset == CODEC_ESCAPE) {
    *ends = false;
    loop_add_byte(l);
  } else {
    decode_registers(d);
    *ends = loop_add_record(d, l, token);
  }
  return SQLITE_OK;
}

/* Adds tokens up to the end of a string; *same tells if it is the one before. */
LOOP_INLINE int add_string(Decoder *d, TextLoop *l, bool *same, bool large) {
  bool ends = false;
  int rc = SQLITE_OK;
  while (!ends && rc == SQLITE_OK) {
    if (l->size > l->room) rc = loop_reserve(l, d->text, 0);
    if (rc != SQLITE_OK) return rc;
    if (l->reader.next > l->limit) return SQLITE_CORRUPT;
    stream_fill(&l->reader);
    uint32_t first = loop_add_plain(l, large);
    if (first / CODEC_FIRST_INNER == 1) first = loop_add_plain(l, large);
    if (first / CODEC_FIRST_INNER == 1) first = loop_add_plain(l, large);
    ends = first >= CODEC_FIRST_ENDS;
    if (first < CODEC_FIRST_INNER) rc = add_any(d, l, &ends, same, large);
  }
  return rc;
}

/* A string that repeats the one before it is seldom the second one to do so: else see above. */
LOOP_INLINE int alone_any(Decoder *d, uint32_t row, bool large) {
  TextLoop l = loop_open(d);
  StreamReader begin = l.reader;
  for (;;) {
    bool same = false;
    int rc = loop_reserve(&l, d->text, 0);
    if (rc == SQLITE_OK) rc = pass_strings(d, &l, row - d->row, large);
    if (rc == SQLITE_OK) rc = add_string(d, &l, &same, large);
    d->text->size = l.size;
    if (rc != SQLITE_OK || !same) return rc;
    if (row-- == d->row) return SQLITE_CORRUPT;
    l.reader = begin;
    d->register_block = UINT32_MAX;
  }
}

int decode_alone(Decoder *d, uint32_t row) {
  if (d->at > d->end) return SQLITE_CORRUPT;
  if (codec_repeats(d->codec)) {
    int rc = find_origin(d, row);
    if (rc != SQLITE_OK) return rc;
    row = d->row;
  }
  if (d->codec->form == CODEC_PAIRS) return decode_pairs_alone(d, row);
  return loop_is_large(d->codec) ? alone_any(d, row, true) : alone_any(d, row, false);
}
