/*
** coded.c: reads coded sections; see coded.h for their layout.
*/
#include "coded.h"

#include "base/sqlite.h"
#include "decode.h"
#include "expand.h"

static int coded_open(TextView *view) {
  if (view->size < CODED_FIXED_SIZE || view->codec == NULL) return SQLITE_CORRUPT;
  const unsigned char *section = view->section;
  uint32_t code_size = load_u32(section + CODED_AT_CODE_SIZE);
  if (load_u32(section + CODED_AT_CHECK) != view->codec->check) return SQLITE_CORRUPT;
  if (!offsets_open(view)) return SQLITE_CORRUPT;
  if ((uint64_t)view->layout[CODED_CODE] + code_size + STREAM_PADDING > view->size) {
    return SQLITE_CORRUPT;
  }
  view->layout[CODED_CODE_SIZE] = code_size;
  return SQLITE_OK;
}

/* Makes the decoder ready for the block that `row` lies in, and no further. */
static void open_block(Decoder *d, const TextView *view, const TextCodec *codec, uint32_t row,
                       Buffer *text) {
  d->at = offsets_block_at(view, row >> view->layout[CODED_SHIFT]);
  d->codec = codec;
  d->code = view->section + view->layout[CODED_CODE];
  d->end = (uint64_t)view->layout[CODED_CODE_SIZE] * 8;
  d->block_shift = view->layout[CODED_SHIFT];
  d->row = row >> d->block_shift << d->block_shift;
  d->context = 0;
  d->text = text;
  d->text->size = d->begin = d->last_begin = 0;
  d->has_last = false;
  d->register_block = UINT32_MAX; /* so the registers need no value yet */
}

/* Decodes all of a block up to string `row`, which is left with its zero byte. */
static int read_in_block(const TextView *view, const TextCodec *codec, uint32_t row, Buffer *into) {
  uint32_t start[(1u << OFFSETS_GROUP_SHIFT) + 1] = {0};
  Decoder d;
  open_block(&d, view, codec, row, into);
  uint32_t before = row - d.row;
  int rc = decode_strings(&d, before + 1, start);
  if (rc != SQLITE_OK) return rc;
  into->size = start[before + 1] - start[before];
  memmove(into->bytes, into->bytes + start[before], into->size);
  return SQLITE_OK;
}

static int coded_read(const TextView *view, uint32_t row, TextExpansion *expansion, Buffer *into) {
  const TextCodec *codec = expansion_use(expansion, view->codec, 1u << view->layout[CODED_SHIFT]);
  int rc = DECODE_NEEDS_LAST;
  if (codec == view->codec) {
    Decoder d;
    open_block(&d, view, codec, row, into);
    rc = decode_alone(&d, row);
  }
  if (rc == DECODE_NEEDS_LAST) rc = read_in_block(view, codec, row, into);
  if (rc == SQLITE_OK) into->size--;
  return rc;
}

static int coded_read_batch(const TextView *view, uint32_t first, uint32_t count,
                            TextExpansion *expansion, TextBatch *into) {
  uint32_t skipped[(1u << OFFSETS_GROUP_SHIFT) + 1] = {0};
  Decoder d;
  open_block(&d, view, expansion_use(expansion, view->codec, count), first, &into->text);
  uint32_t skip = first - d.row;
  int rc = decode_strings(&d, skip, skipped);
  if (rc != SQLITE_OK) return rc;
  into->start[0] = skipped[skip];
  return decode_strings(&d, count, into->start);
}

static void coded_describe(const TextView *view, TextInfo *info) {
  const PrefixCode *code = &view->codec->code;
  bool fixed = code->max_bits - code->min_bits <= 1;
  info->encoding = view->codec->form == CODEC_PAIRS ? "pairs" : fixed ? "fixed" : "huffman";
  info->code_bytes = view->layout[CODED_CODE_SIZE];
  info->offset_bytes = view->layout[CODED_CODE] - CODED_FIXED_SIZE;
  info->tokens = view->codec->tokens;
}

const SectionReader coded_reader = {coded_open, coded_read, coded_read_batch, coded_describe};
