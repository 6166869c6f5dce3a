/*
** codec.h: a trained dictionary: tokens, their prefix code and their text.
**
** Tokens are numbered by their codes (item i of the prefix code is token i).
** They take one of two forms. As *text* all tokens point into one superstring,
** where a token that is part of another one lies inside it: quick to decode.
** As *pairs* each token is two others: small. Layout, integers little-endian,
** offsets in bytes:
**
**    0  u8   version: 0; 1 with the codes of class_code.h, of pairs only
**    1  u8   form, a CodecForm
**    2  u8   log2 of the entries of the prefix code's first table, 1 to 10; else 1
**    3  u8   text: bits of an offset, 1 to 24; pairs: bits of an entry's number
**    4  u8   log2 of the strings of a block, as trained
**    5  u8   fields, 0 to FIELDS_MAX
**    6  u16  tokens, 2 to TOKENS_MAX
**    8  u32  text: bytes of text; pairs: 0
**   12  u32  text: bytes of records; pairs: entries behind those of tokens
**   16  u32  code bits per 1,024 bytes of text, when trained
**   20  u32  bytes of text that it was trained for
**   24  u16  tokens with codes of 1, 2 ... 16 bits; with class codes 0
**   56       fields, FIELD_SIZE each
**       ...  class codes, in version 1
**       ...  records
**       ...  an entry for each token, and for pairs for each part of tokens that
**            is no token itself, in a field of bits
**       ...  BITS_PADDING bytes
**       ...  text; a token that ends a string has its zero byte there
**       ...  CODEC_TEXT_PADDING bytes
**
** An entry in the form of text: 1 bit "ends a string", 7 bits length of the
** text, then its offset. Length 0 means something else, by offset: 0 the string
** before this one again, 1 a byte that follows as it is, 2 + r a token with
** fields, described by the record at r.
**
** An entry in the form of pairs: number of the left part, number of the right
** part. A left number past all entries means that the right one is a symbol.
**
** A record: u8 length of the text, 1 to TOKEN_BYTES_MAX; u8 ends a string; u8 number
** of fields; u24 offset of the text, which has any digits where fields go;
** then for each field a u8 place in the text and a u8 number of the field.
**
** Owns its bytes and the tables for decoding, in one allocation with a count
** of references. Calls field.h, prefix.h, class_code.h, cost.h, symbols.h, types.h, bits.h.
*/
#ifndef SLOTS_TEXT_CODEC_H
#define SLOTS_TEXT_CODEC_H

#include <stdatomic.h>

#include "base/bits.h"
#include "class_code.h"
#include "field.h"
#include "prefix.h"
#include "symbols.h"
#include "types.h"

#define CODEC_FIXED_SIZE 56
#define CODEC_BLOCK_SHIFT_MAX 6
#define CODEC_OFFSET_BITS_MAX 24
#define CODEC_NUMBER_BITS_MAX 16
#define CODEC_TEXT_PADDING 16
#define CODEC_RECORD_SIZE 6 /* and 2 for each field */
#define CODEC_RECORD_MAX (CODEC_RECORD_SIZE + 2 * TOKEN_BYTES_MAX)
#define CODEC_MIN_SIZE (CODEC_FIXED_SIZE + BITS_PADDING + CODEC_TEXT_PADDING)

enum {
  CODEC_AT_VERSION = 0,
  CODEC_AT_FORM = 1,
  CODEC_AT_FIRST_BITS = 2,
  CODEC_AT_OFFSET_BITS = 3,
  CODEC_AT_NUMBER_BITS = 3,
  CODEC_AT_BLOCK_SHIFT = 4,
  CODEC_AT_FIELDS = 5,
  CODEC_AT_TOKENS = 6,
  CODEC_AT_TEXT_SIZE = 8,
  CODEC_AT_RECORDS_SIZE = 12,
  CODEC_AT_PARTS = 12,
  CODEC_AT_RATE = 16,
  CODEC_AT_TRAINED_SIZE = 20,
  CODEC_AT_PER_LENGTH = 24
};

enum {
  CODEC_RECORD_AT_LENGTH = 0,
  CODEC_RECORD_AT_ENDS = 1,
  CODEC_RECORD_AT_FIELDS = 2,
  CODEC_RECORD_AT_OFFSET = 3
};

enum { CODEC_VERSION_PLAIN = 0, CODEC_VERSION_CLASSES = 1 };

/* What the offset of a token with text length 0 says. */
enum { CODEC_SAME = 0, CODEC_ESCAPE = 1, CODEC_RECORD = 2 };

typedef enum CodecForm { CODEC_TEXT = 0, CODEC_PAIRS = 1 } CodecForm;

#define CODEC_LENGTH_BITS 7 /* of an entry's text */
#define CODEC_WIDE_ENTRY 24
#define CODEC_EXPANDED_ENTRY 32 /* in memory only, see expand.h */
#define CODEC_WIDE_TOKENS 512   /* so many tokens are worth padding to wide entries */

struct TextCodec {
  atomic_uint references; /* of segments, and of those that threads build */
  uint32_t size;          /* of bytes */
  uint32_t check;         /* hash of the bytes */
  uint32_t tokens;
  uint32_t fields;
  uint32_t entry_bits;
  uint32_t entry_count;
  CodecForm form;
  uint32_t same_code; /* of the token that repeats a string */
  uint32_t same_bits; /* its length, 0 without such a token */
  bool wide;          /* entries of text take CODEC_WIDE_ENTRY bits */
  bool borrowed;      /* the bytes are somebody else's */
  uint32_t text_size;
  uint32_t records_size;
  const unsigned char *bytes; /* behind the first table, or borrowed */
  const unsigned char *field_bytes;
  const unsigned char *class_bytes;
  const unsigned char *records;
  const unsigned char *entries;
  const unsigned char *text;
  const ClassCode *classes; /* instead of the prefix code and its first table, or NULL */
  PrefixCode code;
  uint8_t first[]; /* by leading bits of a code, see below */
};

/*
** An entry of the first table: the least length of a code that starts so, and for the form of text,
** if all such codes have that length and stand for plain text, one of two flags: none of them ends
** a string, or all do. The flags are above the six bits that a shift by the entry uses.
*/
#define CODEC_FIRST_LENGTH 63
#define CODEC_FIRST_INNER 64
#define CODEC_FIRST_ENDS 128
#define CODEC_FIRST_PLAIN_LENGTH 31 /* the length in an entry with a flag */

/* Fills the first table, of a codec that is complete but for that. */
void codec_fill_first(TextCodec *codec);

/* The tables of the classes of a codec that expand.h made, which lie behind it. */
static inline const ClassTables *codec_class_tables(const TextCodec *codec) {
  return (const ClassTables *)(const void *)(codec + 1);
}

/* A token's entry, taken apart. */
typedef struct CodecToken {
  uint32_t offset, length;
  bool ends;
} CodecToken;

static inline CodecToken codec_split_entry(uint64_t entry) {
  return (CodecToken){
      .offset = (uint32_t)(entry >> (1 + CODEC_LENGTH_BITS)),
      .length = (uint32_t)(entry >> 1) & ((1u << CODEC_LENGTH_BITS) - 1),
      .ends = (entry & 1) != 0,
  };
}

static inline CodecToken codec_token(const TextCodec *codec, uint32_t token) {
  uint64_t at = (uint64_t)token * codec->entry_bits;
  uint64_t entry = load_u64(codec->entries + at / 8) >> (at % 8);
  return codec_split_entry(entry & (((uint64_t)1 << codec->entry_bits) - 1));
}

/* The same for wide entries. */
static inline CodecToken codec_wide_token(const TextCodec *codec, uint32_t token) {
  return codec_split_entry(load_u32(codec->entries + 3 * (size_t)token) & 0xffffff);
}

static inline const unsigned char *codec_record(const TextCodec *codec, CodecToken token) {
  return codec->records + (token.offset - CODEC_RECORD);
}

/* What a record says of its token's text; `offset` is that of the text itself. */
static inline CodecToken codec_recorded_token(const unsigned char *record) {
  return (CodecToken){.offset = load_u32(record + CODEC_RECORD_AT_OFFSET) & 0xffffff,
                      .length = record[CODEC_RECORD_AT_LENGTH],
                      .ends = record[CODEC_RECORD_AT_ENDS] != 0};
}

/*
** Writes the record of a token that is spelled so, of TOKEN_BYTES_MAX bytes of text at most, which
** lies at `offset`. Returns its size.
*/
uint32_t codec_write_record(const unsigned char *field_bytes, const uint16_t *symbols,
                            uint32_t count, uint32_t offset, unsigned char *record);

/* An entry in the form of pairs. */
typedef struct CodecPair {
  uint32_t left, right;
} CodecPair;

static inline CodecPair codec_pair(const TextCodec *codec, uint32_t number) {
  uint32_t half = codec->entry_bits / 2;
  uint64_t at = (uint64_t)number * codec->entry_bits;
  uint64_t entry = load_u64(codec->entries + at / 8) >> (at % 8);
  uint64_t mask = ((uint64_t)1 << half) - 1;
  return (CodecPair){(uint32_t)(entry & mask), (uint32_t)(entry >> half & mask)};
}

/* Whether one string in four or more repeats the one before it. */
static inline bool codec_repeats(const TextCodec *codec) {
  return codec->same_bits == 1 || codec->same_bits == 2;
}

/* CODEC_SAME or CODEC_ESCAPE for the token that stands for it, CODEC_RECORD for any other. */
uint32_t codec_special(const TextCodec *codec, uint32_t token);

/* The length in bits of the code of `token`, of a codec without classes. */
uint32_t codec_code_bits(const TextCodec *codec, uint32_t token);

/* What the code of `token` costs, in 1/256 bits, in a context that is not known. */
uint32_t codec_code_cost(const TextCodec *codec, uint32_t token);

#endif
