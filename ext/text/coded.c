/*
** coded.c: reads coded sections; see coded.h for their layout.
*/
#include "coded.h"

#include "../sqlite.h"
#include "bitstream.h"
#include "codec.h"

/* Tokens between two checks of the bounds: that many 16 bit codes fit one load. */
#define ROUND_TOKENS 3
/* What a round may write, the tail of its last copy included. */
#define ROUND_BYTES (ROUND_TOKENS * 128 + 16)

typedef struct Decoder {
  const TextCodec *codec;
  const unsigned char *code;
  uint64_t at, end;        /* bits: the next token, and what bounds the code */
  uint32_t block_shift;
  uint32_t row;            /* string under way */
  uint32_t last_text;      /* string before it that is not SYMBOL_SAME */
  Buffer *text;            /* its size is where the next token goes */
  size_t begin;            /* of the string under way, in the text */
  size_t last_begin;       /* of the one before it */
  uint32_t register_block; /* that the registers belong to */
  uint64_t registers[FIELD_REGISTERS];
} Decoder;

static int coded_open(TextView *view) {
  if (view->size < CODED_FIXED_SIZE || view->codec == NULL) return SQLITE_CORRUPT;
  const unsigned char *section = view->section;
  uint32_t shift = section[CODED_AT_SHIFT], width = section[CODED_AT_WIDTH];
  uint32_t code_size = load_u32(section + CODED_AT_CODE_SIZE);
  if (shift > CODED_GROUP_SHIFT || width > 32) return SQLITE_CORRUPT;
  if (load_u32(section + CODED_AT_CHECK) != view->codec->check) return SQLITE_CORRUPT;
  uint64_t code = coded_code_offset(view->count, shift, width);
  if (code + code_size + STREAM_PADDING > view->size) return SQLITE_CORRUPT;
  view->layout[CODED_SHIFT] = shift;
  view->layout[CODED_WIDTH] = width;
  view->layout[CODED_RESIDUALS] = CODED_FIXED_SIZE + 4 * (coded_groups(view->count) + 1);
  view->layout[CODED_CODE] = (uint32_t)code;
  view->layout[CODED_CODE_SIZE] = code_size;
  view->layout[CODED_BIAS] = load_u32(section + CODED_AT_BIAS);
  return SQLITE_OK;
}

/* Bit offset of a block; of the one after the last, the end of the code. */
static uint64_t block_at(const TextView *view, uint32_t block) {
  uint32_t shift = CODED_GROUP_SHIFT - view->layout[CODED_SHIFT];
  uint32_t g = block >> shift, k = block & ((1u << shift) - 1);
  if ((uint64_t)block << view->layout[CODED_SHIFT] >= view->count) {
    return (uint64_t)view->layout[CODED_CODE_SIZE] * 8;
  }
  const unsigned char *bases = view->section + CODED_FIXED_SIZE + 4 * (size_t)g;
  uint64_t base = load_u32(bases);
  if (k == 0) return base;
  uint64_t line = (load_u32(bases + 4) - base) * k >> shift;
  uint64_t index = (uint64_t)g * ((1u << shift) - 1) + k - 1;
  uint32_t width = view->layout[CODED_WIDTH];
  uint64_t residual = bits_get(view->section + view->layout[CODED_RESIDUALS], index * width, width);
  return base + line + residual - view->layout[CODED_BIAS];
}

static inline void copy_text(unsigned char *to, const unsigned char *from, uint32_t size) {
  memcpy(to, from, 16);
  for (uint32_t done = 16; done < size; done += 16) memcpy(to + done, from + done, 16);
}

/* --- tokens that are not just text --------------------------------------------- */

/* SYMBOL_SAME stands alone, and not at the start of a block. */
static bool same_allowed(const Decoder *d) {
  return (d->row & ((1u << d->block_shift) - 1)) != 0 && d->text->size == d->begin;
}

static int decode_same(Decoder *d) {
  if (!same_allowed(d)) return SQLITE_CORRUPT;
  size_t size = d->begin - d->last_begin;
  int rc = buffer_reserve(d->text, size + ROUND_BYTES);
  if (rc != SQLITE_OK) return rc;
  memcpy(d->text->bytes + d->begin, d->text->bytes + d->last_begin, size);
  d->text->size += size;
  return SQLITE_OK;
}

/* Follows the fields of a record; writes them into `text` unless that is NULL. */
static inline void decode_fields(Decoder *d, const unsigned char *record, unsigned char *text) {
  uint32_t block = d->row >> d->block_shift;
  if (block != d->register_block) memset(d->registers, 0, sizeof d->registers);
  d->register_block = block;
  const unsigned char *place = record + CODEC_RECORD_SIZE;
  for (uint32_t left = record[2]; left != 0 && d->at <= d->end; left--, place += 2) {
    Field field = field_load(d->codec->field_bytes + FIELD_SIZE * (size_t)place[1]);
    uint64_t value = field_start(&field, d->registers) + stream_get(d->code, d->at, field.bits);
    d->at += field.bits;
    if (field.target != 0) d->registers[field.target] = value;
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

/* --- the loops ---------------------------------------------------------------- */

/* The entry of the token whose code is at the top of *bits; shifts the code out. */
static inline CodecToken next_token(const TextCodec *codec, uint64_t *bits, uint64_t *at) {
  uint32_t peek = (uint32_t)(*bits >> 48);
  uint32_t size = codec->first[peek >> (PREFIX_MAX_BITS - codec->code.first_bits)];
  while (peek >= codec->code.length[size].limit) size++;
  int32_t code = (int32_t)(peek >> (PREFIX_MAX_BITS - size));
  *bits <<= size;
  *at += size;
  return codec_token(codec, (uint32_t)(codec->code.length[size].base + code));
}

/* Room and code for one more round. */
static inline int begin_round(Decoder *d, uint64_t *bits) {
  if (d->at > d->end) return SQLITE_CORRUPT;
  *bits = stream_peek(d->code, d->at);
  if (d->text->capacity - d->text->size >= ROUND_BYTES) return SQLITE_OK;
  return buffer_reserve(d->text, ROUND_BYTES);
}

/* Passes over strings up to `stop`, and notes the last one that has a text. */
static int skip_strings(Decoder *d, uint32_t stop) {
  while (d->row != stop) {
    if (d->at > d->end) return SQLITE_CORRUPT;
    uint64_t bits = stream_peek(d->code, d->at);
    for (int k = 0; k < ROUND_TOKENS && d->row != stop; k++) {
      CodecToken token = next_token(d->codec, &bits, &d->at);
      if (token.length == 0) {
        skip_special(d, token.offset, &token.ends);
        if (token.offset == CODEC_SAME) {
          d->row++;
          break;
        }
        k = ROUND_TOKENS;
      }
      if (token.ends) d->last_text = d->row++;
    }
  }
  return SQLITE_OK;
}

/*
** Decodes `count` strings one behind the other; start[0] is where the first
** one goes, start[i + 1] becomes the end of string i.
*/
static int decode_strings(Decoder *d, uint32_t count, uint32_t *start) {
  const TextCodec *codec = d->codec;
  uint32_t first = d->row, done = 0;
  while (done != count) {
    uint64_t bits, at = d->at;
    int rc = begin_round(d, &bits);
    if (rc != SQLITE_OK) return rc;
    unsigned char *begin = d->text->bytes, *write = begin + d->text->size;
    for (int k = 0; k < ROUND_TOKENS && done != count; k++) {
      CodecToken token = next_token(codec, &bits, &at);
      if (token.length == 0) {
        d->text->size = (size_t)(write - begin);
        d->row = first + done;
        d->at = at;
        d->begin = start[done];
        if (done != 0) d->last_begin = start[done - 1];
        rc = decode_special(d, token.offset, &token.ends);
        if (rc != SQLITE_OK) return rc;
        begin = d->text->bytes;
        write = begin + d->text->size;
        at = d->at;
        k = ROUND_TOKENS;
      } else {
        copy_text(write, codec->text + token.offset, token.length);
        write += token.length;
      }
      start[done + 1] = (uint32_t)(write - begin);
      done += token.ends;
    }
    d->at = at;
    d->text->size = (size_t)(write - begin);
  }
  d->row = first + count;
  if (count != 0) d->last_begin = start[count - 1];
  return SQLITE_OK;
}

/* --- reading ---------------------------------------------------------------------- */

/* Where the code of the block with string `row` ends. */
static uint64_t code_end(const TextView *view, uint32_t row) {
  uint64_t size = (uint64_t)view->layout[CODED_CODE_SIZE] * 8;
  uint64_t end = block_at(view, (row >> view->layout[CODED_SHIFT]) + 1);
  return end < size ? end : size;
}

/* Ready to decode the block that `row` lies in, and no further. */
static Decoder decoder_at(const TextView *view, uint32_t row, Buffer *text) {
  uint32_t shift = view->layout[CODED_SHIFT], first = row >> shift << shift;
  text->size = 0;
  return (Decoder){
    .codec = view->codec, .code = view->section + view->layout[CODED_CODE],
    .at = block_at(view, row >> shift), .end = code_end(view, row), .block_shift = shift,
    .row = first, .last_text = first, .text = text, .register_block = UINT32_MAX,
  };
}

/* Whether the next token is SYMBOL_SAME. */
static bool same_is_next(const Decoder *d) {
  uint64_t bits = stream_peek(d->code, d->at), at = 0;
  CodecToken token = next_token(d->codec, &bits, &at);
  return token.length == 0 && token.offset == CODEC_SAME;
}

static int coded_read(const TextView *view, uint32_t row, Buffer *into) {
  Decoder d = decoder_at(view, row, into);
  int rc = skip_strings(&d, row);
  if (rc == SQLITE_OK && row != d.last_text && same_is_next(&d)) {
    row = d.last_text;
    d = decoder_at(view, row, into);
    rc = skip_strings(&d, row);
  }
  uint32_t ends[2] = {0};
  if (rc == SQLITE_OK) rc = decode_strings(&d, 1, ends);
  if (rc == SQLITE_OK) into->size--;
  return rc;
}

static int coded_read_batch(const TextView *view, uint32_t first, uint32_t count,
                            TextBatch *into) {
  uint32_t skipped[(1u << CODED_GROUP_SHIFT) + 1] = {0};
  Decoder d = decoder_at(view, first, &into->text);
  d.end = code_end(view, first + count - 1);
  uint32_t skip = first - d.row;
  int rc = decode_strings(&d, skip, skipped);
  if (rc != SQLITE_OK) return rc;
  into->start[0] = skipped[skip];
  return decode_strings(&d, count, into->start);
}

static void coded_describe(const TextView *view, TextInfo *info) {
  info->encoding = "huffman";
  info->code_bytes = view->layout[CODED_CODE_SIZE];
  info->offset_bytes = view->layout[CODED_CODE] - CODED_FIXED_SIZE;
  info->tokens = view->codec->tokens;
}

const SectionReader coded_reader = {coded_open, coded_read, coded_read_batch, coded_describe};
