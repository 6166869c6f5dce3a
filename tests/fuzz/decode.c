/*
** decode.c: fuzz target: codecs and sections of bytes that no encoder wrote.
**
** Reading answers SQLITE_OK or SQLITE_CORRUPT and stays within the bytes, which
** the sanitizers watch. Input: how (u8), and
**   even: damages (damage.h) to codec 0 and section 1, profile (u8), copies (u8,
**         modulo 16), lines (list.h): strings coded, then damaged
**   odd:  size of the codec (u16), the codec, the section
*/
#include <string.h>

#include "damage.h"
#include "list.h"
#include "query/pattern.h"
#include "text/codec.h"
#include "text/coded.h"

static List list;

static void check_answer(int rc, const char *what) {
  expect(rc == SQLITE_OK || rc == SQLITE_CORRUPT || rc == SQLITE_TOOBIG, "%s answers %d", what, rc);
}

static void match_strings(const TextView *view, const char *like) {
  Pattern pattern;
  TextMatcher *matcher;
  uint64_t bits[TEXT_MATCH_WORDS];
  pattern_like(like, strlen(like), &pattern);
  expect(pattern_matcher(&pattern, &matcher) == SQLITE_OK, "pattern_matcher");
  for (uint32_t first = 0; first < view->count && first < LIST_MAX; first += TEXT_BATCH_ROWS) {
    uint32_t left = view->count - first, count = left < TEXT_BATCH_ROWS ? left : TEXT_BATCH_ROWS;
    check_answer(text_match(matcher, view, first, count, bits), "text_match");
  }
  text_matcher_close(matcher);
}

static void read_strings(const TextView *view) {
  Buffer string = {0};
  TextBatch batch = {0};
  TextInfo info;
  text_describe(view, &info);
  for (uint32_t i = 0; i < view->count && i < LIST_MAX; i++) {
    int rc = text_read(view, i, NULL, &string);
    check_answer(rc, "text_read");
    if (rc == SQLITE_OK) expect(string.bytes[string.size] == 0, "no zero byte behind %u", i);
  }
  TextExpansion expansion = {.counted = view->codec, .strings = UINT32_MAX}; /* at once */
  for (uint32_t first = 0; first < view->count && first < LIST_MAX; first += 100) {
    uint32_t left = view->count - first, count = left < 100 ? left : 100;
    check_answer(text_read_batch(view, first, count, NULL, &batch), "text_read_batch");
    check_answer(text_read_batch(view, first, count, &expansion, &batch), "text_read_batch, again");
    check_answer(text_read(view, first, &expansion, &string), "text_read, again");
  }
  text_expansion_clear(&expansion);
  text_batch_clear(&batch);
  buffer_clear(&string);
  match_strings(view, "%e%");
  match_strings(view, "a%12%b");
}

/* The section is the codec's, as far as the check of the codec goes. */
static void fix_check(const TextCodec *codec, unsigned char *section, size_t size) {
  if (codec == NULL || size < CODED_FIXED_SIZE || section[0] != SECTION_CODED) return;
  memcpy(section + CODED_AT_CHECK, &codec->check, sizeof codec->check);
}

/* `codec` may be NULL where `codec_size` is 0. The section is overwritten. */
static void try_bytes(const unsigned char *codec_bytes, size_t codec_size, unsigned char *section,
                      size_t size) {
  TextCodec *codec = NULL;
  TextView view;
  if (codec_size > 0) {
    int rc = text_codec_open(codec_bytes, codec_size, &codec);
    check_answer(rc, "text_codec_open");
    if (rc != SQLITE_OK) return;
  }
  fix_check(codec, section, size);
  int rc = text_open(&view, section, size, codec);
  check_answer(rc, "text_open");
  if (rc == SQLITE_OK) read_strings(&view);
  text_codec_release(codec);
}

static unsigned char *copy_of(const void *bytes, size_t size) {
  unsigned char *copy = sqlite3_malloc64(size + 1);
  expect(copy != NULL, "no memory");
  if (size > 0) memcpy(copy, bytes, size);
  return sqlite3_realloc64(copy, size + (size == 0));
}

static void try_damaged(Input *input) {
  Damages damages;
  TextCodec *codec;
  size_t size, codec_size = 0;
  damages_read(input, &damages);
  TextProfile profile = list_profile(input_byte(input));
  uint32_t copies = 1 + input_below(input, 16);
  list_read(&list, *input, copies);
  unsigned char *section = list_encode(&list, profile, &codec, &size);
  const unsigned char *trained = codec == NULL ? NULL : text_codec_bytes(codec, &codec_size);
  unsigned char *codec_bytes = copy_of(trained, codec_size);
  damages_inflict(&damages, 0, 2, codec_bytes, codec_size);
  damages_inflict(&damages, 1, 2, section, size);
  try_bytes(codec_bytes, codec_size, section, size);
  sqlite3_free(codec_bytes);
  sqlite3_free(section);
  text_codec_release(codec);
  list_clear(&list);
}

static void try_raw(Input *input) {
  size_t codec_size = input_u16(input);
  const uint8_t *codec = input_bytes(input, &codec_size);
  unsigned char *codec_bytes = copy_of(codec, codec_size);
  unsigned char *section = copy_of(input->bytes, input->size);
  try_bytes(codec_bytes, codec_size, section, input->size);
  sqlite3_free(codec_bytes);
  sqlite3_free(section);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  Input input = {bytes, size};
  if (input_byte(&input) % 2 == 0) {
    try_damaged(&input);
  } else {
    try_raw(&input);
  }
  return 0;
}
