/*
** text.c: fuzz target: strings are coded and read back, alone and in batches.
**
** Input: profile (u8), copies (u8, modulo 64), lines (list.h).
*/
#include <string.h>

#include "list.h"

static List list;

static void check_string(uint32_t i, const unsigned char *bytes, size_t size, const char *how) {
  uint32_t from = list.start[i], wanted = list.start[i + 1] - from;
  expect(size == wanted, "string %u, %s: %zu bytes, not %u", i, how, size, wanted);
  expect(memcmp(bytes, list.text.bytes + from, size) == 0, "string %u, %s", i, how);
  expect(bytes[size] == 0, "string %u, %s: no zero byte", i, how);
}

static void check_batches(const TextView *view, uint32_t step, TextExpansion *expansion) {
  TextBatch batch = {0};
  for (uint32_t first = 0; first < view->count; first += step) {
    uint32_t left = view->count - first, count = left < step ? left : step;
    expect(text_read_batch(view, first, count, expansion, &batch) == SQLITE_OK, "text_read_batch");
    for (uint32_t i = 0; i < count; i++) {
      uint32_t at = batch.start[i], size = batch.start[i + 1] - at - 1;
      check_string(first + i, batch.text.bytes + at, size, "batch");
    }
  }
  text_batch_clear(&batch);
}

static void check_codec(const TextCodec *codec) {
  TextCodec *again = NULL;
  size_t size;
  if (codec == NULL) return;
  const unsigned char *bytes = text_codec_bytes(codec, &size);
  expect(text_codec_open(bytes, size, &again) == SQLITE_OK, "text_codec_open");
  text_codec_release(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  Input input = {bytes, size};
  TextProfile profile = list_profile(input_byte(&input));
  uint32_t copies = 1 + input_below(&input, 64);
  TextView view;
  TextCodec *codec;
  Buffer string = {0};
  size_t section_size;
  list_read(&list, input, copies);
  unsigned char *section = list_encode(&list, profile, &codec, &section_size);
  expect(text_open(&view, section, section_size, codec) == SQLITE_OK, "text_open");
  expect(view.count == list.count, "%u strings, not %u", view.count, list.count);
  for (uint32_t i = 0; i < list.count; i++) {
    expect(text_read(&view, i, NULL, &string) == SQLITE_OK, "text_read");
    check_string(i, string.bytes, string.size, "alone");
  }
  TextExpansion expansion = {.counted = codec, .strings = UINT32_MAX}; /* at once */
  check_batches(&view, TEXT_BATCH_ROWS, NULL);
  check_batches(&view, 7, NULL);
  check_batches(&view, 7, &expansion);
  text_expansion_clear(&expansion);
  check_codec(codec);
  buffer_clear(&string);
  sqlite3_free(section);
  text_codec_release(codec);
  list_clear(&list);
  return 0;
}
