/*
** decode_pairs.c: see decode.h; codecs whose tokens are pairs of others.
*/
#include "base/sqlite.h"
#include "decode.h"

/* Room that a token may need: its symbols, each of them the widest field. */
#define TOKEN_ROOM (TOKEN_BYTES_MAX * FIELD_DECIMALS_MAX)

/* Adds what a symbol that is no byte stands for; returns where the next one goes. */
static unsigned char *add_symbol(Decoder *d, uint32_t symbol, unsigned char *write) {
  if (symbol >= SYMBOL_FIELD) {
    decode_registers(d);
    const unsigned char *field = d->codec->field_bytes + FIELD_SIZE * (symbol - SYMBOL_FIELD);
    field_write(field, decode_field(d, field), write);
    return write + field[FIELD_AT_WIDTH];
  }
  *write = 0;
  if (symbol == SYMBOL_ESCAPE) {
    *write = (unsigned char)stream_get(d->code, d->at, 8);
    d->at += 8;
  }
  return write + 1;
}

/*
** Adds all symbols of an item; *last becomes the last of them. Bounded, should
** the items go round in circles.
*/
static int add_item(Decoder *d, uint32_t item, uint32_t *last) {
  const TextCodec *codec = d->codec;
  uint32_t waiting[TOKEN_BYTES_MAX], depth = 0, symbols = 0;
  int rc = buffer_reserve(d->text, TOKEN_ROOM);
  if (rc != SQLITE_OK) return rc;
  unsigned char *write = d->text->bytes + d->text->size;
  for (;;) {
    CodecPair pair = codec_pair(codec, item);
    if (pair.left != codec->entry_count) {
      if (depth == TOKEN_BYTES_MAX) return SQLITE_CORRUPT;
      waiting[depth++] = pair.right;
      item = pair.left;
      continue;
    }
    if (++symbols > TOKEN_BYTES_MAX) return SQLITE_CORRUPT;
    if (pair.right < 256) {
      *write++ = (unsigned char)pair.right;
    } else {
      if (d->at > d->end) return SQLITE_CORRUPT;
      write = add_symbol(d, pair.right, write);
    }
    *last = pair.right;
    if (depth == 0) break;
    item = waiting[--depth];
  }
  d->text->size = (size_t)(write - d->text->bytes);
  return SQLITE_OK;
}

/* Takes the code that comes next, unless the code has ended. */
static int take_item(Decoder *d, uint32_t *context, uint32_t *item) {
  if (d->at > d->end) return SQLITE_CORRUPT;
  StreamReader reader = stream_open(d->code, d->at);
  *item = decode_next(d->codec, &reader, context);
  d->at = stream_at(&reader, d->code);
  return SQLITE_OK;
}

/* Decodes one string; *same tells if that is SYMBOL_SAME, which adds nothing here. */
static int add_string(Decoder *d, bool *same) {
  uint32_t last = 0, context = 0, item;
  d->begin = d->text->size;
  while (last != SYMBOL_END) {
    int rc = take_item(d, &context, &item);
    if (rc != SQLITE_OK) return rc;
    *same = codec_special(d->codec, item) == CODEC_SAME;
    if (*same) return SQLITE_OK;
    rc = add_item(d, item, &last);
    if (rc != SQLITE_OK) return rc;
  }
  return SQLITE_OK;
}

/* The last symbol of an item; SYMBOL_END, too, should the items go round in circles. */
static uint32_t last_symbol(const TextCodec *codec, uint32_t item) {
  for (uint32_t depth = 0; depth < TOKEN_BYTES_MAX; depth++) {
    CodecPair pair = codec_pair(codec, item);
    item = pair.right;
    if (pair.left == codec->entry_count) return item;
  }
  return SYMBOL_END;
}

/* Passes over one string, of a codec without fields: nothing but its last symbol matters. */
static int pass_string(Decoder *d) {
  uint32_t last = 0, context = 0, item;
  while (last != SYMBOL_END && last != SYMBOL_SAME) {
    int rc = take_item(d, &context, &item);
    if (rc != SQLITE_OK) return rc;
    last = last_symbol(d->codec, item);
    if (last == SYMBOL_ESCAPE) d->at += 8;
  }
  return SQLITE_OK;
}

/* Where there are fields, strings passed over are decoded all the same, and their text dropped. */
int decode_pairs_pass(Decoder *d, uint32_t stop) {
  for (; d->row != stop; d->row++) {
    bool same;
    int rc = d->codec->fields == 0 ? pass_string(d) : add_string(d, &same);
    if (rc != SQLITE_OK) return rc;
    if (d->codec->fields != 0) d->text->size = d->begin;
  }
  return SQLITE_OK;
}

/* Adds the string before the one under way again. */
static int add_same(Decoder *d) {
  bool first = (d->row & ((1u << d->block_shift) - 1)) == 0;
  if (first || d->text->size != d->begin) return SQLITE_CORRUPT;
  if (!d->has_last) return DECODE_NEEDS_LAST;
  size_t size = d->begin - d->last_begin;
  int rc = buffer_reserve(d->text, size);
  if (rc != SQLITE_OK) return rc;
  memcpy(d->text->bytes + d->begin, d->text->bytes + d->last_begin, size);
  d->text->size += size;
  return SQLITE_OK;
}

int decode_pairs(Decoder *d, uint32_t count, uint32_t *start) {
  for (uint32_t i = 0; i < count; i++, d->row++) {
    bool same;
    int rc = add_string(d, &same);
    if (rc == SQLITE_OK && same) rc = add_same(d);
    if (rc != SQLITE_OK) return rc;
    d->last_begin = d->begin;
    d->has_last = true;
    start[i + 1] = (uint32_t)d->text->size;
  }
  return SQLITE_OK;
}

int decode_pairs_alone(Decoder *d, uint32_t row) {
  uint32_t start[2] = {0};
  int rc = decode_pairs_pass(d, row);
  return rc == SQLITE_OK ? decode_pairs(d, 1, start) : rc;
}
