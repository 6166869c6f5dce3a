/*
** decode_text.c: see decode.h; codecs whose tokens are pieces of text.
**
** Most tokens are known by the first table to be plain text: loops over them have no
** other branch than for that, and for the end. Tokens with fields stay inside the
** decoding loop, as there are columns with one in every string. The others leave it.
*/
#include "base/sqlite.h"
#include "decode.h"

/* The loops are made twice, for codecs of the usual kind and for others. */
#if defined(__GNUC__) || defined(__clang__)
#define MADE_TWICE __attribute__((always_inline)) static inline
#else
#define MADE_TWICE static inline
#endif

static inline void copy_text(unsigned char *to, const unsigned char *from, uint32_t size) {
  memcpy(to, from, 16);
  for (uint32_t done = 16; done < size; done += 16) memcpy(to + done, from + done, 16);
}

/* How far to shift the bits to come for the number of their entry in the first table. */
MADE_TWICE uint32_t first_shift(const TextCodec *codec, bool large) {
  return 64 - (large ? PREFIX_FIRST_BITS_MAX : codec->code.first_bits);
}

/* Takes the code at d->at, with which `bits` begin; returns the entry of its token. */
static inline CodecToken take_token(Decoder *d, uint64_t bits) {
  uint32_t first = d->codec->first[bits >> first_shift(d->codec, false)];
  uint32_t size = decode_length(d->codec, bits, first);
  d->at += size;
  return codec_token(d->codec, decode_item(d->codec, bits, size));
}

/* Whether a codec has wide entries and a first table of the largest size. */
static bool is_large(const TextCodec *codec) {
  return codec->wide && codec->code.first_bits == PREFIX_FIRST_BITS_MAX;
}

/* What `next` of a reader that has not come to the end stays below. */
static const unsigned char *reader_limit(const Decoder *d) { return d->code + d->end / 8 + 9; }

/* --- tokens that are not just text ---------------------------------------- */

/* Follows the fields of a record; writes them into `text` unless that is NULL. */
MADE_TWICE void decode_fields(Decoder *d, const unsigned char *record, unsigned char *text) {
  const unsigned char *place = record + CODEC_RECORD_SIZE;
  decode_registers(d);
  for (uint32_t left = record[2]; left != 0 && d->at <= d->end; left--, place += 2) {
    const unsigned char *field = d->codec->field_bytes + FIELD_SIZE * (size_t)place[1];
    uint64_t value = decode_field(d, field);
    if (text != NULL) field_write(field, value, text + place[0]);
  }
}

/* Passes over what follows a token without text, by its entry's offset; tells if that ends. */
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

/* --- passing over --------------------------------------------------------- */

/* Passes over the token of any kind at d->at, where the bits are; returns whether it ends a string.
 */
static bool skip_token(Decoder *d, uint64_t bits) {
  CodecToken token = take_token(d, bits);
  if (token.length == 0) skip_special(d, token.offset, &token.ends);
  return token.ends;
}

/* Passes over the token that comes next if it is known to be plain text; tells if it is. */
MADE_TWICE bool skip_plain(const TextCodec *codec, StreamReader *reader, uint32_t *left,
                           bool large) {
  uint32_t first = codec->first[reader->bits >> first_shift(codec, large)];
  if (first < CODEC_FIRST_INNER) return false;
  stream_take(reader, first & CODEC_FIRST_LENGTH);
  *left -= first / CODEC_FIRST_ENDS;
  return true;
}

MADE_TWICE int skip_any(Decoder *d, uint32_t stop, bool large) {
  const TextCodec *codec = d->codec;
  const unsigned char *limit = reader_limit(d);
  uint32_t left = stop - d->row;
  if (d->at > d->end) return SQLITE_CORRUPT;
  StreamReader reader = stream_open(d->code, d->at);
  while (left != 0) {
    if (reader.next > limit) return SQLITE_CORRUPT;
    stream_fill(&reader);
    bool plain = skip_plain(codec, &reader, &left, large);
    if (plain && left != 0) plain = skip_plain(codec, &reader, &left, large);
    if (plain && left != 0) plain = skip_plain(codec, &reader, &left, large);
    if (plain) continue;
    d->at = stream_at(&reader, d->code);
    d->row = stop - left;
    left -= skip_token(d, reader.bits);
    reader = stream_open(d->code, d->at);
  }
  d->row = stop;
  d->at = stream_at(&reader, d->code);
  return SQLITE_OK;
}

/* --- decoding ------------------------------------------------------------- */

/* What the decoding loop has at hand: stores of text could change all else. */
typedef struct PlainLoop {
  const TextCodec *codec;
  const uint8_t *first;
  const PrefixLength *length;
  const unsigned char *entries, *text;
  StreamReader reader;
  unsigned char *begin, *write; /* of the buffer, and where the next token goes */
  uint32_t *end;                /* of the string under way */
  uint32_t row, *start, *last;  /* string of start[0]; behind the end of the last one */
} PlainLoop;

static inline PlainLoop plain_loop(const Decoder *d, uint32_t count, uint32_t *start) {
  return (PlainLoop){.codec = d->codec,
                     .first = d->codec->first,
                     .length = d->codec->code.length,
                     .entries = d->codec->entries,
                     .text = d->codec->text,
                     .reader = stream_open(d->code, d->at),
                     .end = start + 1,
                     .row = d->row,
                     .start = start,
                     .last = start + count + 1};
}

/* Adds the token that comes next if it is known to be plain text; tells if it is. */
MADE_TWICE bool add_plain(PlainLoop *l, bool large) {
  uint64_t bits = l->reader.bits;
  uint32_t first = l->first[bits >> first_shift(l->codec, large)];
  uint32_t size = first & CODEC_FIRST_LENGTH;
  if (first < CODEC_FIRST_INNER) return false;
  uint32_t item = (uint32_t)(l->length[size].base + (int32_t)(bits >> (64 - size)));
  CodecToken token = large ? codec_split_entry(load_u32(l->entries + 3 * (size_t)item) & 0xffffff)
                           : codec_token(l->codec, item);
  stream_take(&l->reader, size);
  copy_text(l->write, l->text + token.offset, token.length);
  l->write += token.length;
  *l->end = (uint32_t)(l->write - l->begin);
  l->end += first / CODEC_FIRST_ENDS;
  return true;
}

/* Adds text behind which the string ends, or does not. */
static inline void add_text(PlainLoop *l, const unsigned char *text, uint32_t size, bool ends) {
  copy_text(l->write, text, size);
  l->write += size;
  *l->end = (uint32_t)(l->write - l->begin);
  l->end += ends;
}

/* Adds the token that comes next if it is text or has fields; tells if it is. */
MADE_TWICE bool add_spelled(Decoder *d, PlainLoop *l, bool large) {
  const TextCodec *codec = l->codec;
  uint64_t bits = l->reader.bits;
  uint32_t size = decode_length(codec, bits, l->first[bits >> first_shift(codec, large)]);
  uint32_t item = decode_item(codec, bits, size);
  CodecToken token = large ? codec_wide_token(codec, item) : codec_token(codec, item);
  if (token.length != 0) {
    stream_take(&l->reader, size);
    add_text(l, l->text + token.offset, token.length, token.ends);
    return true;
  }
  d->at = stream_at(&l->reader, d->code) + size;
  if (token.offset < CODEC_RECORD || d->at > d->end) return false;
  const unsigned char *record = codec->records + (token.offset - CODEC_RECORD);
  unsigned char *text = l->write;
  d->row = l->row + (uint32_t)(l->end - l->start) - 1;
  add_text(l, l->text + (load_u32(record + 3) & 0xffffff), record[0], record[1] != 0);
  decode_fields(d, record, text);
  l->reader = stream_open(d->code, d->at);
  return true;
}

/*
** Adds tokens up to the end of the last string, or until more room is needed, or one
** comes that is neither text nor has fields: *known tells if none came.
*/
MADE_TWICE int add_known(Decoder *d, PlainLoop *l, bool *known, bool large) {
  const unsigned char *limit = reader_limit(d);
  int rc = SQLITE_OK;
  if (d->text->capacity - d->text->size < ROUND_BYTES) rc = buffer_reserve(d->text, ROUND_BYTES);
  if (rc != SQLITE_OK) return rc;
  l->begin = d->text->bytes;
  l->write = l->begin + d->text->size;
  const unsigned char *room = l->begin + d->text->capacity - ROUND_BYTES;
  do {
    if (l->reader.next > limit) return SQLITE_CORRUPT;
    stream_fill(&l->reader);
    *known = add_plain(l, large);
    if (*known && l->end != l->last) *known = add_plain(l, large);
    if (*known && l->end != l->last) *known = add_plain(l, large);
    if (!*known) *known = add_spelled(d, l, large);
  } while (*known && l->end != l->last && l->write <= room);
  d->text->size = (size_t)(l->write - l->begin);
  return SQLITE_OK;
}

/*
** Adds the token that comes next and is neither text nor has fields, unless the code has
** ended; tells if it ends a string. The loop is given by value, to stay in registers.
*/
static int add_special(Decoder *d, PlainLoop l, bool *ends) {
  uint32_t done = (uint32_t)(l.end - l.start) - 1;
  d->at = stream_at(&l.reader, d->code);
  d->row = l.row + done;
  d->begin = l.start[done];
  if (done != 0) {
    d->last_begin = l.start[done - 1];
    d->has_last = true;
  }
  CodecToken token = take_token(d, l.reader.bits);
  *ends = token.offset == CODEC_SAME;
  if (d->at > d->end) return SQLITE_CORRUPT;
  if (token.offset == CODEC_SAME) return decode_same(d);
  d->text->bytes[d->text->size++] = (unsigned char)stream_get(d->code, d->at, 8);
  d->at += 8;
  return SQLITE_OK;
}

MADE_TWICE int decode_any(Decoder *d, uint32_t count, uint32_t *start, bool large) {
  if (d->at > d->end) return SQLITE_CORRUPT;
  PlainLoop l = plain_loop(d, count, start);
  while (l.end != l.last) {
    bool known, ends = false;
    int rc = add_known(d, &l, &known, large);
    if (rc != SQLITE_OK) return rc;
    if (known) continue;
    rc = add_special(d, l, &ends);
    if (rc != SQLITE_OK) return rc;
    *l.end = (uint32_t)d->text->size;
    l.end += ends;
    l.reader = stream_open(d->code, d->at);
  }
  d->row = l.row + count;
  d->at = stream_at(&l.reader, d->code);
  if (count != 0) {
    d->last_begin = start[count - 1];
    d->has_last = true;
  }
  return SQLITE_OK;
}

int decode_strings(Decoder *d, uint32_t count, uint32_t *start) {
  if (d->codec->form == CODEC_PAIRS) return decode_pairs(d, count, start);
  return is_large(d->codec) ? decode_any(d, count, start, true)
                            : decode_any(d, count, start, false);
}

MADE_TWICE int alone_any(Decoder *d, uint32_t row, uint32_t *start, bool large) {
  int rc = d->row == row ? SQLITE_OK : skip_any(d, row, large);
  return rc == SQLITE_OK ? decode_any(d, 1, start, large) : rc;
}

int decode_skip(Decoder *d, uint32_t stop) {
  if (d->codec->form == CODEC_PAIRS) return decode_pairs_skip(d, stop);
  return is_large(d->codec) ? skip_any(d, stop, true) : skip_any(d, stop, false);
}

int decode_alone(Decoder *d, uint32_t row, uint32_t *start) {
  if (d->codec->form == CODEC_PAIRS) {
    int rc = decode_pairs_skip(d, row);
    return rc == SQLITE_OK ? decode_pairs(d, 1, start) : rc;
  }
  return is_large(d->codec) ? alone_any(d, row, start, true) : alone_any(d, row, start, false);
}
