/*
** decode.h: codes back into strings, from the start of a block on.
**
** One Decoder follows the code of a block, and of those behind it. Two forms of
** tokens have loops of their own: decode_text.c and decode_alone.c, where a token is
** a piece of text to be copied, and decode_pairs.c, where it is two others.
**
** Whatever the bytes, a Decoder reads no code behind `end` plus STREAM_PADDING
** bytes, takes at least one bit for each token, and bounds what a token may
** write, so a block cannot grow without end.
**
** Owns nothing. Calls codec.h, bitstream.h, buffer.h; of its source files, decode_loop.h.
*/
#ifndef SLOTS_TEXT_DECODE_H
#define SLOTS_TEXT_DECODE_H

#include "bitstream.h"
#include "codec.h"

/* Tokens between two checks of the bounds: that many 16 bit codes fit one load. */
#define DECODE_ROUND_TOKENS 3
/* What a round may write, the tail of its last copy included. */
#define DECODE_ROUND_BYTES (DECODE_ROUND_TOKENS * 128 + 16)

typedef struct Decoder {
  const TextCodec *codec;
  const unsigned char *code;
  uint64_t at, end;        /* bits: the next token, and what bounds the code */
  uint32_t block_shift;    /* log2 of the strings of a block */
  uint32_t row;            /* string under way */
  uint32_t context;        /* of the next code in it, if it is one of class_code.h */
  Buffer *text;            /* its size is where the next token goes */
  size_t begin;            /* of the string under way, in the text */
  size_t last_begin;       /* of the one before it, if has_last */
  bool has_last;           /* the text has that one; of pairs */
  uint32_t register_block; /* that the registers belong to */
  uint64_t registers[FIELD_REGISTERS];
} Decoder;

/*
** Decodes `count` strings one behind the other, a zero byte behind each;
** start[0] is where the first one goes, start[i + 1] becomes the end of
** string i, zero byte included. The first one begins a block, or follows on
** those that were decoded last.
*/
int decode_strings(Decoder *decoder, uint32_t count, uint32_t *start);

/*
** Passes over strings up to `row`, which leave no text, then decodes that one as all
** of the text, which is empty before. For a codec of pairs answers DECODE_NEEDS_LAST
** when the string repeats one that was passed over. Not for codecs that codec_expand
** made, as it does not know of codes of classes in the form of text.
*/
#define DECODE_NEEDS_LAST (-1)
int decode_alone(Decoder *decoder, uint32_t row);

/* The same for codecs of pairs: what the two above call. */
int decode_pairs(Decoder *decoder, uint32_t count, uint32_t *start);
int decode_pairs_alone(Decoder *decoder, uint32_t row);
int decode_pairs_pass(Decoder *decoder, uint32_t stop); /* over strings up to `stop` */

/* --- what the loops share ------------------------------------------------- */

/* Resets the registers where the string under way is in another block than they are of. */
static inline void decode_registers(Decoder *d) {
  uint32_t block = d->row >> d->block_shift;
  if (block == d->register_block) return;
  memset(d->registers, 0, sizeof d->registers);
  d->register_block = block;
}

/* The value of a field, given as its bytes, whose payload comes next in the code. */
static inline uint64_t decode_field(Decoder *d, const unsigned char *field) {
  uint32_t bits = field[FIELD_AT_BITS], target = field[FIELD_AT_TARGET];
  uint64_t value = field_start_of(field, d->registers) + stream_get(d->code, d->at, bits);
  d->at += bits;
  if (target != 0) d->registers[target] = value;
  return value;
}

/* The length of the next code, where the first table's entry gives only the least it may have. */
static inline uint32_t decode_length(const TextCodec *codec, uint64_t bits, uint32_t first) {
  const PrefixLength *length = codec->code.length;
  uint32_t peek = (uint32_t)(bits >> (64 - PREFIX_MAX_BITS)), size = first & CODEC_FIRST_LENGTH;
  while (peek >= length[size].limit) size++;
  return size;
}

/* The item with a code of that length that comes next. */
static inline uint32_t decode_item(const TextCodec *codec, uint64_t bits, uint32_t size) {
  return (uint32_t)(codec->code.length[size].base + (int32_t)(bits >> ((64 - size) & 63)));
}

/* Takes the code that comes next; returns its item. *context is of the token before, then of it. */
static inline uint32_t decode_next(const TextCodec *codec, StreamReader *reader,
                                   uint32_t *context) {
  if (codec->classes != NULL) return class_code_next(codec->classes, reader, context);
  uint32_t first = codec->first[reader->bits >> (64 - codec->code.first_bits)];
  uint32_t size = decode_length(codec, reader->bits, first);
  uint32_t item = decode_item(codec, reader->bits, size);
  stream_take(reader, size);
  return item;
}

#endif
