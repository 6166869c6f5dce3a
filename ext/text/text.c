/*
** text.c: see text.h. Picks the encoding of a section and finds its reader.
*/
#include "text.h"

#include "../bits.h"
#include "../sqlite.h"
#include "coded.h"
#include "encode.h"
#include "plain.h"
#include "section.h"

static const SectionReader *const readers[] = {[SECTION_PLAIN] = &plain_reader,
                                               [SECTION_CODED] = &coded_reader};

#define READER_COUNT (sizeof readers / sizeof readers[0])

static int encode_trained(const Strings *strings, TextCodec **codec, Buffer *out) {
  TrainOptions train = {.sample_bytes = 384 << 10, .tokens = 12000, .block = 4};
  train.prune = (PruneTerms){.scale = 256, .entry_bits = 25, .text_bits = 6};
  EncodeOptions options = {.block_shift = 2, .prune = train.prune};
  Dictionary *dictionary = sqlite3_malloc64(sizeof *dictionary);
  if (dictionary == NULL) return SQLITE_NOMEM;
  int rc = dictionary_train(dictionary, strings, &train);
  uint16_t *item = NULL;
  if (rc == SQLITE_OK) {
    item = sqlite3_malloc64(dictionary->grammar.count * sizeof *item);
    if (item == NULL) rc = SQLITE_NOMEM;
  }
  if (rc == SQLITE_OK) rc = encode_section(strings, dictionary, options, codec, item, out);
  sqlite3_free(item);
  dictionary_clear(dictionary);
  sqlite3_free(dictionary);
  return rc;
}

int text_encode(const Strings *strings, TextProfile profile, TextCodec **codec, Buffer *out) {
  (void)profile;
  size_t begin = out->size;
  uint64_t plain = plain_size(strings);
  TextCodec *made = NULL;
  int rc = encode_trained(strings, &made, out);
  if (rc == SQLITE_OK && out->size - begin + text_codec_memory(made) < plain) {
    text_codec_release(*codec);
    *codec = made;
    return SQLITE_OK;
  }
  text_codec_release(made);
  out->size = begin;
  if (rc != SQLITE_OK) return rc;
  return plain_encode(strings, out);
}

int text_open(TextView *view, const unsigned char *section, size_t size, const TextCodec *codec) {
  *view = (TextView){.section = section, .size = size, .codec = codec};
  if (size < SECTION_HEADER || section[0] >= READER_COUNT) return SQLITE_CORRUPT;
  view->encoding = section[0];
  view->has_nul = (section[1] & SECTION_FLAG_NUL) != 0;
  view->count = load_u32(section + 4);
  view->payload = SECTION_HEADER;
  if (section[2] != 0 || view->count > SECTION_MAX_ROWS) return SQLITE_CORRUPT;
  return readers[view->encoding]->open(view);
}

int text_read(const TextView *view, uint32_t row, Buffer *into) {
  if (row >= view->count) return SQLITE_CORRUPT;
  return readers[view->encoding]->read(view, row, into);
}

int text_read_batch(const TextView *view, uint32_t first, uint32_t count, TextBatch *into) {
  into->first = first;
  into->count = 0;
  into->text.size = 0;
  into->start[0] = 0;
  if (count > TEXT_BATCH_ROWS || first > view->count || count > view->count - first) {
    return SQLITE_CORRUPT;
  }
  if (count == 0) return SQLITE_OK;
  int rc = readers[view->encoding]->read_batch(view, first, count, into);
  if (rc == SQLITE_OK) into->count = count;
  return rc;
}

void text_batch_clear(TextBatch *batch) {
  buffer_clear(&batch->text);
  batch->first = batch->count = 0;
}

void text_describe(const TextView *view, TextInfo *info) {
  *info = (TextInfo){0};
  readers[view->encoding]->describe(view, info);
}
