/*
** decode_text.c: see decode.h; codecs whose tokens are pieces of text.
*/
#include "../sqlite.h"
#include "decode.h"

static inline void copy_text(unsigned char *to, const unsigned char *from, uint32_t size) {
  memcpy(to, from, 16);
  for (uint32_t done = 16; done < size; done += 16) memcpy(to + done, from + done, 16);
}

/* --- tokens that are not just text ---------------------------------------- */

/* Follows the fields of a record; writes them into `text` unless that is NULL. */
static inline void decode_fields(Decoder *d, const unsigned char *record, unsigned char *text) {
  const unsigned char *place = record + CODEC_RECORD_SIZE;
  for (uint32_t left = record[2]; left != 0 && d->at <= d->end; left--, place += 2) {
    Field field = field_load(d->codec->field_bytes + FIELD_SIZE * (size_t)place[1]);
    uint64_t value = decode_field(d, &field);
    if (text != NULL) field_write(&field, value, text + place[0]);
  }
}

/* Decodes the token at d->at whose entry has that offset; tells if it ends a string. */
static int decode_special(Decoder *d, uint32_t offset, bool *ends) {
  unsigned char *text = d->text->bytes + d->text->size;
  *ends = offset == CODEC_SAME;
  if (d->at > d->end) return SQLITE_CORRUPT;
  if (offset == CODEC_SAME) return decode_same(d);
  if (offset == CODEC_ESCAPE) {
    *text = (unsigned char)stream_get(d->code, d->at, 8);
    d->text->size++;
    d->at += 8;
    return SQLITE_OK;
  }
  const unsigned char *record = d->codec->records + (offset - CODEC_RECORD);
  const unsigned char *from = d->codec->text + (load_u32(record + 3) & 0xffffff);
  copy_text(text, from, record[0]);
  decode_fields(d, record, text);
  d->text->size += record[0];
  *ends = record[1] != 0;
  return SQLITE_OK;
}

/* The same without the text. */
static void skip_special(Decoder *d, uint32_t offset, bool *ends) {
  *ends = offset == CODEC_SAME;
  if (offset == CODEC_SAME || d->at > d->end) return;
  if (offset == CODEC_ESCAPE) {
    d->at += 8;
    return;
  }
  const unsigned char *record = d->codec->records + (offset - CODEC_RECORD);
  decode_fields(d, record, NULL);
  *ends = record[1] != 0;
}

/* --- the loops ------------------------------------------------------------ */

/* The entry of the token whose code comes next. */
static inline CodecToken next_token(const TextCodec *codec, StreamReader *reader, CodeKind kind) {
  uint32_t item = decode_item(codec, reader, kind);
  return kind == CODE_ANY ? codec_token(codec, item) : codec_wide_token(codec, item);
}

/* What the loops below may assume of a codec with wide entries. */
static CodeKind code_kind(const TextCodec *codec) {
  if (!codec->wide) return CODE_ANY;
  if (codec->code.max_bits - codec->code.min_bits <= 1) return CODE_FLAT;
  return codec->code.first_bits == PREFIX_FIRST_BITS_MAX ? CODE_LARGE : CODE_ANY;
}

static inline int skip_any(Decoder *d, uint32_t stop, CodeKind kind) {
  const TextCodec *codec = d->codec;
  uint32_t row = d->row;
  if (d->at > d->end) return SQLITE_CORRUPT;
  StreamReader reader = stream_open(d->code, d->at);
  while (row != stop) {
    if (stream_at(&reader, d->code) > d->end) return SQLITE_CORRUPT;
    stream_fill(&reader);
    for (int k = 0; k < ROUND_TOKENS && row != stop; k++) {
      CodecToken token = next_token(codec, &reader, kind);
      if (token.length == 0) {
        d->at = stream_at(&reader, d->code);
        d->row = row;
        skip_special(d, token.offset, &token.ends);
        reader = stream_open(d->code, d->at);
        k = ROUND_TOKENS;
      }
      row += token.ends;
    }
  }
  d->row = row;
  d->at = stream_at(&reader, d->code);
  return SQLITE_OK;
}

int decode_skip(Decoder *d, uint32_t stop) {
  if (d->row == stop) return SQLITE_OK;
  if (d->codec->form == CODEC_PAIRS) return decode_pairs_skip(d, stop);
  switch (code_kind(d->codec)) {
  case CODE_LARGE:
    return skip_any(d, stop, CODE_LARGE);
  case CODE_FLAT:
    return skip_any(d, stop, CODE_FLAT);
  default:
    return skip_any(d, stop, CODE_ANY);
  }
}

/* Decodes a token without plain text for decode_any, whose state it keeps in step. */
static int leave_loop(Decoder *d, StreamReader *reader, CodecToken *token, uint32_t done,
                      const uint32_t *start) {
  d->at = stream_at(reader, d->code);
  d->begin = start[done];
  if (done != 0) {
    d->last_begin = start[done - 1];
    d->has_last = true;
  }
  int rc = decode_special(d, token->offset, &token->ends);
  *reader = stream_open(d->code, d->at);
  return rc;
}

static inline int decode_any(Decoder *d, uint32_t count, uint32_t *start, CodeKind kind) {
  const TextCodec *codec = d->codec;
  uint32_t first = d->row, done = 0;
  if (d->at > d->end) return SQLITE_CORRUPT;
  StreamReader reader = stream_open(d->code, d->at);
  while (done != count) {
    int rc = SQLITE_OK;
    if (d->text->capacity - d->text->size < ROUND_BYTES) rc = buffer_reserve(d->text, ROUND_BYTES);
    if (stream_at(&reader, d->code) > d->end) rc = SQLITE_CORRUPT;
    if (rc != SQLITE_OK) return rc;
    stream_fill(&reader);
    unsigned char *begin = d->text->bytes, *write = begin + d->text->size;
    for (int k = 0; k < ROUND_TOKENS && done != count; k++) {
      CodecToken token = next_token(codec, &reader, kind);
      if (token.length == 0) {
        d->text->size = (size_t)(write - begin);
        d->row = first + done;
        rc = leave_loop(d, &reader, &token, done, start);
        if (rc != SQLITE_OK) return rc;
        begin = d->text->bytes;
        write = begin + d->text->size;
        k = ROUND_TOKENS;
      } else {
        copy_text(write, codec->text + token.offset, token.length);
        write += token.length;
      }
      start[done + 1] = (uint32_t)(write - begin);
      done += token.ends;
    }
    d->text->size = (size_t)(write - begin);
  }
  d->row = first + count;
  d->at = stream_at(&reader, d->code);
  if (count != 0) {
    d->last_begin = start[count - 1];
    d->has_last = true;
  }
  return SQLITE_OK;
}

int decode_strings(Decoder *d, uint32_t count, uint32_t *start) {
  if (d->codec->form == CODEC_PAIRS) return decode_pairs(d, count, start);
  switch (code_kind(d->codec)) {
  case CODE_LARGE:
    return decode_any(d, count, start, CODE_LARGE);
  case CODE_FLAT:
    return decode_any(d, count, start, CODE_FLAT);
  default:
    return decode_any(d, count, start, CODE_ANY);
  }
}
