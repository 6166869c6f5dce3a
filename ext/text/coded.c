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
  Buffer *text;            /* its size is where the next token goes */
  size_t begin;            /* of the string under way, in the text */
  size_t last_begin;       /* of the one before it */
  size_t last_size;        /* of that one, its zero byte included */
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

/* --- tokens that are not just text --------------------------------------------- */

/* The string before this one again. */
static int decode_same(Decoder *d) {
  bool first = (d->row & ((1u << d->block_shift) - 1)) == 0;
  if (first || d->text->size != d->begin) return SQLITE_CORRUPT;
  int rc = buffer_reserve(d->text, d->last_size + ROUND_BYTES);
  if (rc != SQLITE_OK) return rc;
  memmove(d->text->bytes + d->begin, d->text->bytes + d->last_begin, d->last_size);
  d->text->size += d->last_size;
  return SQLITE_OK;
}

static void decode_fields(Decoder *d, const unsigned char *record, unsigned char *text) {
  uint32_t block = d->row >> d->block_shift;
  if (block != d->register_block) memset(d->registers, 0, sizeof d->registers);
  d->register_block = block;
  for (uint32_t i = 0; i < record[2]; i++) {
    const unsigned char *place = record + CODEC_RECORD_SIZE + 2 * i;
    Field field;
    field_load(&field, d->codec->field_bytes + FIELD_SIZE * (size_t)place[1]);
    uint64_t value = field_start(&field, d->registers) + stream_get(d->code, d->at, field.bits);
    d->at += field.bits;
    d->registers[field.target] = field.target == 0 ? 0 : value;
    field_write(&field, value, text + place[0]);
    if (d->at > d->end) return;
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
  memcpy(text, d->codec->text + (load_u32(record + 3) & 0xffffff), record[0]);
  decode_fields(d, record, text);
  d->text->size += record[0];
  *ends = record[1] != 0;
  return SQLITE_OK;
}

/* --- the loops ---------------------------------------------------------------- */

static inline void copy_text(unsigned char *to, const unsigned char *from, uint32_t size) {
  memcpy(to, from, 16);
  for (uint32_t done = 16; done < size; done += 16) memcpy(to + done, from + done, 16);
}

/* The entry of the token whose code the top of *bits is; shifts it out. */
static inline CodecToken next_token(const TextCodec *codec, uint64_t *bits, uint64_t *at) {
  uint32_t peek = (uint32_t)(*bits >> 48);
  uint32_t size = prefix_bits(&codec->code, peek);
  *bits <<= size;
  *at += size;
  return codec_token(codec, prefix_item(&codec->code, peek, size));
}

/* Room and code for one more round. */
static inline int begin_round(Decoder *d, uint64_t *bits) {
  if (d->at > d->end) return SQLITE_CORRUPT;
  *bits = stream_peek(d->code, d->at);
  return buffer_reserve(d->text, ROUND_BYTES);
}

/*
** Decodes strings up to `stop`, each in the place of the one before it, so
** that the last one remains.
*/
static int decode_last(Decoder *d, uint32_t stop) {
  while (d->row != stop) {
    uint64_t bits;
    int rc = begin_round(d, &bits);
    if (rc != SQLITE_OK) return rc;
    for (int k = 0; k < ROUND_TOKENS && d->row != stop; k++) {
      CodecToken token = next_token(d->codec, &bits, &d->at);
      if (token.length == 0) {
        rc = decode_special(d, token.offset, &token.ends);
        if (rc != SQLITE_OK) return rc;
        k = ROUND_TOKENS;
      } else {
        copy_text(d->text->bytes + d->text->size, d->codec->text + token.offset, token.length);
        d->text->size += token.length;
      }
      if (!token.ends) continue;
      d->last_size = d->text->size;
      if (++d->row != stop) d->text->size = 0;
    }
  }
  return SQLITE_OK;
}

/*
** Decodes `count` strings one behind the other; start[0] is where the first
** one goes, start[i + 1] becomes the end of string i.
*/
static int decode_all(Decoder *d, uint32_t count, uint32_t *start) {
  uint32_t first = d->row, done = 0;
  while (done != count) {
    uint64_t bits;
    int rc = begin_round(d, &bits);
    if (rc != SQLITE_OK) return rc;
    unsigned char *write = d->text->bytes + d->text->size;
    for (int k = 0; k < ROUND_TOKENS && done != count; k++) {
      CodecToken token = next_token(d->codec, &bits, &d->at);
      if (token.length == 0) {
        d->text->size = (size_t)(write - d->text->bytes);
        d->row = first + done;
        d->begin = start[done];
        if (done != 0) d->last_begin = start[done - 1];
        d->last_size = d->begin - d->last_begin;
        rc = decode_special(d, token.offset, &token.ends);
        if (rc != SQLITE_OK) return rc;
        write = d->text->bytes + d->text->size;
        k = ROUND_TOKENS;
      } else {
        copy_text(write, d->codec->text + token.offset, token.length);
        write += token.length;
      }
      start[done + 1] = (uint32_t)(write - d->text->bytes);
      done += token.ends;
    }
    d->text->size = (size_t)(write - d->text->bytes);
  }
  d->row = first + count;
  if (count != 0) d->last_begin = start[count - 1];
  return SQLITE_OK;
}

/* --- reading ---------------------------------------------------------------------- */

/* Ready to decode the block that `row` lies in; the code of `last` bounds it. */
static Decoder decoder_at(const TextView *view, uint32_t row, uint32_t last, Buffer *text) {
  uint32_t shift = view->layout[CODED_SHIFT];
  uint64_t size = (uint64_t)view->layout[CODED_CODE_SIZE] * 8;
  Decoder d = {.codec = view->codec, .code = view->section + view->layout[CODED_CODE]};
  d.at = block_at(view, row >> shift);
  d.end = block_at(view, (last >> shift) + 1);
  if (d.end > size) d.end = size;
  d.block_shift = shift;
  d.row = row >> shift << shift;
  d.register_block = UINT32_MAX;
  d.text = text;
  text->size = 0;
  return d;
}

static int coded_read(const TextView *view, uint32_t row, Buffer *into) {
  Decoder d = decoder_at(view, row, row, into);
  int rc = decode_last(&d, row + 1);
  if (rc == SQLITE_OK) into->size--;
  return rc;
}

static int coded_read_batch(const TextView *view, uint32_t first, uint32_t count,
                            TextBatch *into) {
  uint32_t skipped[(1u << CODED_GROUP_SHIFT) + 1] = {0};
  Decoder d = decoder_at(view, first, first + count - 1, &into->text);
  uint32_t skip = first - d.row;
  int rc = decode_all(&d, skip, skipped);
  if (rc != SQLITE_OK) return rc;
  into->start[0] = skipped[skip];
  return decode_all(&d, count, into->start);
}

static void coded_describe(const TextView *view, TextInfo *info) {
  info->encoding = "huffman";
  info->code_bytes = view->layout[CODED_CODE_SIZE];
  info->offset_bytes = view->layout[CODED_CODE] - CODED_FIXED_SIZE;
  info->tokens = view->codec->tokens;
}

const SectionReader coded_reader = {coded_open, coded_read, coded_read_batch, coded_describe};
