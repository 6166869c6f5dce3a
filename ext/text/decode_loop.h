/*
** decode_loop.h: what the loops over codes share, for codecs whose tokens are pieces of
** text: decode_text.c decodes strings in a row with it, decode_alone.c single ones.
**
** Most tokens are known by the first table to be plain text: the loops have no other
** branch than for that, and for the end. A loop is kept by value in the function that
** runs it, all of this being inlined there: stores of text could change what is anywhere
** else. The functions are made twice, for codecs of the usual kind (large) and others.
**
** Owns nothing. Calls decode.h, base/.
*/
#ifndef SLOTS_TEXT_DECODE_LOOP_H
#define SLOTS_TEXT_DECODE_LOOP_H

#include "base/sqlite.h"
#include "decode.h"

#if defined(__OPTIMIZE__) && (defined(__GNUC__) || defined(__clang__))
#define LOOP_INLINE __attribute__((always_inline)) static inline
#else
#define LOOP_INLINE static inline
#endif

typedef struct TextLoop {
  const TextCodec *codec;
  const unsigned char *entries, *text; /* the codec's */
  const unsigned char *limit;          /* reader.next stays below, until the code has ended */
  StreamReader reader;
  uint32_t context;     /* of the next code, if it is one of class_code.h */
  unsigned char *bytes; /* of the buffer */
  size_t size;          /* of them, to which the next token is added */
  size_t room;          /* the most of them for which a round has room */
} TextLoop;

/* Whether a codec has wide entries and a first table of the largest size. */
static inline bool loop_is_large(const TextCodec *codec) {
  return codec->wide && codec->code.first_bits == PREFIX_FIRST_BITS_MAX;
}

/* A loop that begins at d->at, without room. */
LOOP_INLINE TextLoop loop_open(const Decoder *d) {
  return (TextLoop){.codec = d->codec,
                    .entries = d->codec->entries,
                    .text = d->codec->text,
                    .limit = d->code + d->end / 8 + 8,
                    .reader = stream_open(d->code, d->at)};
}

/* Makes room for `more` bytes, and a round. */
LOOP_INLINE int loop_reserve(TextLoop *l, Buffer *text, size_t more) {
  text->size = l->size;
  if (text->capacity - text->size < more + DECODE_ROUND_BYTES) {
    int rc = buffer_reserve(text, more + DECODE_ROUND_BYTES);
    if (rc != SQLITE_OK) return rc;
  }
  l->bytes = text->bytes;
  l->room = text->capacity - DECODE_ROUND_BYTES;
  return SQLITE_OK;
}

/* Adds text, 16 bytes at a time; it may lie just before the place it goes to. */
LOOP_INLINE void loop_add(TextLoop *l, const unsigned char *text, uint32_t size) {
  unsigned char part[16], *to = l->bytes + l->size;
  memcpy(part, text, 16);
  memcpy(to, part, 16);
  for (uint32_t done = 16; done < size; done += 16) {
    memcpy(part, text + done, 16);
    memcpy(to + done, part, 16);
  }
  l->size += size;
}

/* The entry of the first table for the code that comes next. */
LOOP_INLINE uint32_t loop_first(const TextLoop *l, bool large) {
  uint32_t bits = large ? PREFIX_FIRST_BITS_MAX : l->codec->code.first_bits;
  return l->codec->first[l->reader.bits >> (64 - bits)];
}

/*
** Takes the next code, of plain text. The processor shifts by the low six bits of its operand only,
** so masking those is free, and does not delay the next code. The count, which is less urgent, has
** a mask of its own: with the same one compilers would mask first, and shift by the outcome.
*/
LOOP_INLINE void loop_take_plain(TextLoop *l, uint32_t first) {
  l->reader.bits <<= first & CODEC_FIRST_LENGTH;
  l->reader.count -= first & CODEC_FIRST_PLAIN_LENGTH;
}

/*
** Adds the token that comes next if it is known to be plain text. Returns its entry of the
** first table, below CODEC_FIRST_INNER if it was not. A wide entry is taken apart here: by
** codec_wide_token gcc takes a hundredth more instructions to decode.
*/
LOOP_INLINE uint32_t loop_add_plain(TextLoop *l, bool large) {
  uint64_t bits = l->reader.bits;
  uint32_t first = loop_first(l, large), size = first & CODEC_FIRST_PLAIN_LENGTH;
  if (first < CODEC_FIRST_INNER) return first;
  int32_t code = (int32_t)(bits >> ((64 - first) & 63));
  uint32_t item = (uint32_t)(l->codec->code.length[size].base + code);
  loop_take_plain(l, first);
  CodecToken token = large ? codec_split_entry(load_u32(l->entries + 3 * (size_t)item) & 0xffffff)
                           : codec_token(l->codec, item);
  loop_add(l, l->text + token.offset, token.length);
  return first;
}

/* Takes the code that comes next, of any kind; returns its entry. */
LOOP_INLINE CodecToken loop_take(TextLoop *l, bool large) {
  uint32_t size = decode_length(l->codec, l->reader.bits, loop_first(l, large));
  uint32_t item = decode_item(l->codec, l->reader.bits, size);
  stream_take(&l->reader, size);
  return large ? codec_wide_token(l->codec, item) : codec_token(l->codec, item);
}

/* The same for codes of classes, whose entries have 32 bits (expand.h). */
LOOP_INLINE CodecToken loop_take_classed(TextLoop *l) {
  uint32_t item =
      class_tables_next(codec_class_tables(l->codec), l->codec->classes, &l->reader, &l->context);
  return codec_split_entry(load_u32(l->entries + CODEC_EXPANDED_ENTRY / 8 * (size_t)item));
}

/* The payload of a field that comes next. */
LOOP_INLINE uint64_t loop_payload(const Decoder *d, TextLoop *l, uint32_t bits) {
  if (l->reader.count < bits) stream_fill(&l->reader);
  if (bits > 56) {
    uint64_t at = stream_at(&l->reader, d->code);
    l->reader = stream_open(d->code, at + bits);
    return stream_get(d->code, at, bits);
  }
  uint64_t payload = l->reader.bits >> 1 >> (63 - bits);
  stream_take(&l->reader, bits);
  return payload;
}

/*
** Follows the fields of a record, into its text unless that is NULL. Ends early where the
** code does, which whoever takes the next code will see.
*/
LOOP_INLINE void loop_fields(Decoder *d, TextLoop *l, const unsigned char *record,
                             unsigned char *text) {
  const unsigned char *place = record + CODEC_RECORD_SIZE;
  const unsigned char *end = place + 2 * (size_t)record[CODEC_RECORD_AT_FIELDS];
  for (; place != end && l->reader.next <= l->limit; place += 2) {
    const unsigned char *field = l->codec->field_bytes + FIELD_SIZE * (size_t)place[1];
    uint32_t target = field[FIELD_AT_TARGET];
    uint64_t value = field_start_of(field, d->registers);
    value += loop_payload(d, l, field[FIELD_AT_BITS]);
    if (target != 0) d->registers[target] = value;
    if (text != NULL) field_write(field, value, text + place[0]);
  }
}

/* Adds a token with fields; tells if it ends a string. */
LOOP_INLINE bool loop_add_record(Decoder *d, TextLoop *l, CodecToken token) {
  const unsigned char *record = codec_record(l->codec, token);
  CodecToken recorded = codec_recorded_token(record);
  unsigned char *text = l->bytes + l->size;
  loop_add(l, l->text + recorded.offset, recorded.length);
  loop_fields(d, l, record, text);
  return recorded.ends;
}

/* Adds the byte that comes next as it is, if the code has not ended. */
LOOP_INLINE void loop_add_byte(TextLoop *l) {
  if (l->reader.next > l->limit) return;
  stream_fill(&l->reader);
  l->bytes[l->size++] = (unsigned char)(l->reader.bits >> 56);
  stream_take(&l->reader, 8);
}

#endif
