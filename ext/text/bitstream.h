/*
** bitstream.h: codes one after the other, most significant bit first.
**
** Bit k of a stream is bit 7 - k % 8 of byte k / 8, so that the next bits are the top of a
** big-endian load. Readers may load up to STREAM_PADDING bytes behind the last code: whoever makes
** a stream appends these. Calls buffer.h and bits.h.
*/
#ifndef SLOTS_TEXT_BITSTREAM_H
#define SLOTS_TEXT_BITSTREAM_H

#include "base/bits.h"
#include "base/buffer.h"
#include "base/sqlite.h"

#define STREAM_PADDING 24

static inline uint64_t stream_swap(uint64_t value) {
#if defined(__GNUC__) || defined(__clang__)
  return __builtin_bswap64(value);
#else
  uint64_t swapped = 0;
  for (int i = 0; i < 8; i++) swapped = swapped << 8 | (value >> (8 * i) & 0xff);
  return swapped;
#endif
}

/* The bits from `at` on, at the top; at least 57 of them are there. */
static inline uint64_t stream_peek(const unsigned char *stream, uint64_t at) {
  return stream_swap(load_u64(stream + at / 8)) << (at % 8);
}

/* The number of `width` bits (0 to 64) at `at`. */
static inline uint64_t stream_get(const unsigned char *stream, uint64_t at, uint32_t width) {
  if (width <= 57) return stream_peek(stream, at) >> 1 >> (63 - width);
  uint64_t high = stream_peek(stream, at) >> (64 - (width - 32));
  return high << 32 | stream_peek(stream, at + width - 32) >> 32;
}

/*
** Reads code after code. The next bits are at the top of a word, which is refilled with an OR, so
** that refilling does not delay the next code (F. Giesen, "Reading bits in far too many ways",
** 2018).
*/
typedef struct StreamReader {
  const unsigned char *next; /* byte of the first bit that is not in `bits` yet */
  uint64_t bits;
  uint32_t count; /* of them */
} StreamReader;

/* Refills the word to at least 56 bits. */
static inline void stream_fill(StreamReader *reader) {
  reader->bits |= stream_swap(load_u64(reader->next)) >> reader->count;
  reader->next += (63 - reader->count) >> 3;
  reader->count |= 56;
}

/* Takes `width` bits from the word. */
static inline void stream_take(StreamReader *reader, uint32_t width) {
  reader->bits <<= width;
  reader->count -= width;
}

/* A reader of the bits from `at` on, at least 48 of which are in the word. */
static inline StreamReader stream_open(const unsigned char *stream, uint64_t at) {
  StreamReader reader = {.next = stream + at / 8};
  stream_fill(&reader);
  stream_take(&reader, (uint32_t)(at % 8));
  return reader;
}

/* The bit offset of the word's first bit. */
static inline uint64_t stream_at(const StreamReader *reader, const unsigned char *stream) {
  return (uint64_t)(reader->next - stream) * 8 - reader->count;
}

typedef struct StreamWriter {
  Buffer *out;
  uint64_t bits;  /* not yet appended, at the top */
  uint32_t count; /* of them, below 32 between calls */
  uint64_t at;    /* bits written in all */
} StreamWriter;

/* Appends the lowest `width` bits (0 to 32) of `value`, which has no others. */
static inline int stream_put(StreamWriter *writer, uint64_t value, uint32_t width) {
  if (width == 0) return SQLITE_OK;
  if (writer->out->capacity - writer->out->size < 8) {
    int rc = buffer_reserve(writer->out, 4096);
    if (rc != SQLITE_OK) return rc;
  }
  writer->bits |= value << (64 - width - writer->count);
  writer->count += width;
  writer->at += width;
  if (writer->count < 32) return SQLITE_OK;
  unsigned char *to = writer->out->bytes + writer->out->size;
  for (int i = 0; i < 4; i++) to[i] = (unsigned char)(writer->bits >> (56 - 8 * i));
  writer->out->size += 4;
  writer->bits <<= 32;
  writer->count -= 32;
  return SQLITE_OK;
}

/* The same for 0 to 64 bits. */
static inline int stream_put_wide(StreamWriter *writer, uint64_t value, uint32_t width) {
  if (width <= 32) return stream_put(writer, value, width);
  int rc = stream_put(writer, value >> 32, width - 32);
  return rc == SQLITE_OK ? stream_put(writer, value & 0xffffffff, 32) : rc;
}

/* Appends the bits that fill no byte yet, and the padding. */
static inline int stream_finish(StreamWriter *writer) {
  unsigned char last[4];
  for (int i = 0; i < 4; i++) last[i] = (unsigned char)(writer->bits >> (56 - 8 * i));
  int rc = buffer_append(writer->out, last, (writer->count + 7) / 8);
  return rc == SQLITE_OK ? buffer_append_zeros(writer->out, STREAM_PADDING) : rc;
}

#endif
