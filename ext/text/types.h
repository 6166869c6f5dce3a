/*
** types.h: the types of the text layer: strings to be coded, sections opened for reading, decoded
** strings, and codecs. text.h says what is done with them.
**
** Codecs are implemented by codec.c, expansions by expand.c, trainings by training.c. Calls
** buffer.h (its types).
*/
#ifndef SLOTS_TEXT_TYPES_H
#define SLOTS_TEXT_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* ---- strings ---- */

/* Strings to encode: string i is bytes[start[i]] up to bytes[start[i + 1]]. */
typedef struct Strings {
  const unsigned char *bytes;
  const uint32_t *start; /* count + 1 offsets into bytes */
  uint32_t count;        /* at most 65,536 */
} Strings;

/* Bytes of all strings. */
static inline uint32_t strings_size(const Strings *strings) {
  return strings->start[strings->count] - strings->start[0];
}

/* ---- codecs ---- */

/* A trained dictionary: immutable, shared by an atomic reference count. */
typedef struct TextCodec TextCodec;

TextCodec *text_codec_retain(const TextCodec *codec); /* NULL is allowed, and returned */
void text_codec_release(TextCodec *codec);            /* NULL is allowed */

/* The codec as bytes, to be stored; valid as long as the codec. */
const unsigned char *text_codec_bytes(const TextCodec *codec, size_t *size);

/* A codec out of a copy of such bytes, which are validated, with one reference. */
int text_codec_open(const unsigned char *bytes, size_t size, TextCodec **codec);

/* The same over the bytes themselves, which must stay as long as the codec. */
int text_codec_borrow(const unsigned char *bytes, size_t size, TextCodec **codec);

bool text_codec_is_borrowed(const TextCodec *codec);

/* Bytes that the codec takes for itself, as sqlite3_malloc64 was asked for. */
uint64_t text_codec_memory(const TextCodec *codec);

/*
** What was learned from a sample of a section's strings, for the next section of the column to go
** on from. Some 100 KB, so it is for while rows are loaded.
*/
typedef struct TextTraining TextTraining;

void text_training_free(TextTraining *training); /* NULL is allowed */

/* ---- sections ---- */

/* A section opened for reading; points into the section and the codec, owns neither. */
typedef struct TextView {
  const unsigned char *section;
  size_t size;
  uint32_t count;
  bool has_nul; /* some string contains a zero byte */
  const TextCodec *codec;
  uint32_t encoding;
  uint32_t layout[8]; /* for the encoding's own use */
} TextView;

/* Where a string comes from: string `row` of an open section; where `view` is NULL it is new. */
typedef struct TextOrigin {
  const TextView *view;
  uint32_t row;
} TextOrigin;

/* Where the bytes of a section go, for slots_layout and slots_stats. */
typedef struct TextInfo {
  const char *encoding; /* static name: "plain", "huffman", "fixed", "pairs" */
  uint64_t code_bytes;
  uint64_t offset_bytes;
  uint32_t tokens; /* of the codec, 0 for none */
} TextInfo;

/*
** State shared by the reads of many strings, in a row or here and there: how many were decoded, and
** their codec expanded (expand.h). All zeros at first.
*/
typedef struct TextExpansion {
  const TextCodec *counted; /* of which `strings` were decoded; may be gone */
  uint32_t strings;
  bool refused;        /* it cannot be expanded */
  TextCodec *pairs;    /* with a reference, while there is `expanded` */
  TextCodec *expanded; /* or NULL */
} TextExpansion;

/* Gives back what was made, and counts anew. */
void text_expansion_clear(TextExpansion *expansion);

/*
** A batch of decoded strings: string i of it is text.bytes + start[i], is
** followed by a zero byte and has the length start[i + 1] - start[i] - 1.
** All zeros is an empty one; text_batch_clear gives its memory back.
*/
#define TEXT_BATCH_ROWS 256
typedef struct TextBatch {
  Buffer text;
  uint32_t count; /* entries in use */
  uint32_t start[TEXT_BATCH_ROWS + 1];
} TextBatch;

#endif
