/*
** text.h: a run of byte strings, coded so that any one of them can be read.
**
** The text layer knows bytes only: no SQL types, no NULLs, no rows' other
** columns. A *section* is what it makes of the strings of one slot of one
** segment: position-independent bytes, valid in the heap and in a mapped file.
** A *codec* (the dictionary that was trained) stands apart from the section,
** since several sections may share one. Calls down to buffer.h and bits.h.
**
** Functions that return int answer SQLITE_OK, SQLITE_NOMEM, SQLITE_TOOBIG, or
** SQLITE_CORRUPT for bytes that no encoder wrote; reading never leaves the
** section or the codec, whatever the bytes are.
*/
#ifndef SLOTS_TEXT_H
#define SLOTS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

typedef enum TextProfile { TEXT_BALANCED, TEXT_FAST, TEXT_SMALL } TextProfile;

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

/* A trained dictionary: immutable, shared by an atomic reference count. */
typedef struct TextCodec TextCodec;

/* Where the bytes of a section go, for slots_layout and slots_stats. */
typedef struct TextInfo {
  const char *encoding; /* static name: "plain", "huffman", "fixed", "pairs" */
  uint64_t code_bytes;
  uint64_t offset_bytes;
  uint32_t tokens; /* of the codec, 0 for none */
} TextInfo;

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

/*
** A batch of decoded strings: string i of it is text.bytes + start[i], is
** followed by a zero byte and has the length start[i + 1] - start[i] - 1.
** All zeros is an empty one; text_batch_clear gives its memory back.
*/
#define TEXT_BATCH_ROWS 256
typedef struct TextBatch {
  Buffer text;
  uint32_t first; /* string number of entry 0 */
  uint32_t count; /* entries in use */
  uint32_t start[TEXT_BATCH_ROWS + 1];
} TextBatch;

/*
** Appends the section for `strings` to `out` (whose size must be a multiple of
** 8). *codec is what the section before this one of the same column used, or
** NULL; on return it is the one that this section needs and that the next
** should be offered (possibly another one, or NULL), with a reference for the
** caller; the reference that came in is given up. After an error *codec and
** the content of `out` are as they were.
*/
int text_encode(const Strings *strings, TextProfile profile, TextCodec **codec, Buffer *out);

/* Where a string comes from: it is string `row` of an open section, or where `view` is NULL a new
 * one. */
typedef struct TextOrigin {
  const TextView *view;
  uint32_t row;
} TextOrigin;

/* The codec of whose codes a section consists; NULL for one of plain text. */
const TextCodec *text_coded_with(const TextView *view);

/*
** Appends a section of strings most of which others have that are coded with `codec`, if that
** is much as good as encoding them; *done tells, and else `out` is as it was. Strings of one
** section come in its order and without those of another between them; those without one are
** in `strings`, whose bytes are not NULL, and whose other strings are empty. `changed`: strings
** of those sections are left out. SQLITE_CORRUPT for damaged sections.
*/
int text_carry(const TextOrigin *origins, const Strings *strings, const TextCodec *codec,
               bool changed, Buffer *out, bool *done);

/* Opens and validates a section, O(1) in its size. `codec` is the one it was encoded with. */
int text_open(TextView *view, const unsigned char *section, size_t size, const TextCodec *codec);

/* Replaces `into`'s content by string `row` and a zero byte, which size does not count. */
int text_read(const TextView *view, uint32_t row, Buffer *into);

/* Decodes strings first .. first + count - 1, count <= TEXT_BATCH_ROWS. */
int text_read_batch(const TextView *view, uint32_t first, uint32_t count, TextBatch *into);

void text_batch_clear(TextBatch *batch);

void text_describe(const TextView *view, TextInfo *info);

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

#endif
