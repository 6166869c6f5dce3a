/*
** pattern.c: fuzz target: patterns over coded text and over the same text decoded.
**
** text_match on the section finds what pattern_matches finds in the strings, and
** that is no less than what core's LIKE and GLOB find. Input: what (a letter of
** KINDS, modulo), profile (u8), copies (u8, modulo 16), the pattern up to a line
** break, lines (list.h).
*/
#include <string.h>

#include "list.h"
#include "query/pattern.h"

enum { LIKE, GLOB, EQUAL, EQUAL_FOLD, KINDS };

#define PATTERN_MAX 64 /* core takes exponential time for long ones */
#define STRING_MAX 256

static List list;

static void make_pattern(uint32_t kind, const char *source, size_t size, Pattern *pattern) {
  switch (kind) {
  case LIKE:
    pattern_like(source, size, pattern);
    break;
  case GLOB:
    pattern_glob(source, size, pattern);
    break;
  default:
    pattern_equal(source, size, kind == EQUAL_FOLD, pattern);
    break;
  }
}

static bool core_finds(uint32_t kind, const char *source, const char *text) {
  switch (kind) {
  case LIKE:
    return sqlite3_strlike(source, text, 0) == 0;
  case GLOB:
    return sqlite3_strglob(source, text) == 0;
  default:
    return kind == EQUAL_FOLD ? sqlite3_stricmp(source, text) == 0 : strcmp(source, text) == 0;
  }
}

/* Whether the pattern finds string i; core, asked too, may find no more. */
static bool finds(uint32_t kind, const char *source, const Pattern *pattern, uint32_t i) {
  const unsigned char *text = list.text.bytes + list.start[i];
  uint32_t size = list.start[i + 1] - list.start[i];
  bool found = pattern_matches(pattern, text, size);
  /* Core sees up to the first zero byte, equality all bytes. */
  bool comparable = kind < EQUAL || memchr(text, 0, size) == NULL;
  if (found || size >= STRING_MAX || !comparable) return found;
  char copy[STRING_MAX] = {0};
  memcpy(copy, text, size);
  expect(!core_finds(kind, source, copy), "core finds string %u", i);
  return found;
}

static void match_all(uint32_t kind, const char *source, const Pattern *pattern,
                      const TextView *view) {
  TextMatcher *matcher;
  uint64_t bits[TEXT_MATCH_WORDS];
  expect(pattern_matcher(pattern, &matcher) == SQLITE_OK, "pattern_matcher");
  for (uint32_t first = 0; first < view->count; first += TEXT_BATCH_ROWS) {
    uint32_t left = view->count - first, count = left < TEXT_BATCH_ROWS ? left : TEXT_BATCH_ROWS;
    expect(text_match(matcher, view, first, count, bits) == SQLITE_OK, "text_match");
    for (uint32_t i = 0; i < count; i++) {
      bool coded = (bits[i / 64] >> (i % 64) & 1) != 0;
      bool wanted = finds(kind, source, pattern, first + i);
      expect(coded == wanted, "string %u: %d, not %d", first + i, coded, wanted);
    }
  }
  text_matcher_close(matcher);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  Input input = {bytes, size};
  uint32_t kind = input_below(&input, KINDS);
  TextProfile profile = list_profile(input_byte(&input));
  uint32_t copies = 1 + input_below(&input, 16);
  size_t length, section_size;
  const uint8_t *line = input_line(&input, &length);
  char source[PATTERN_MAX + 1] = {0};
  if (length > PATTERN_MAX) length = PATTERN_MAX;
  if (length > 0) memcpy(source, line, length);
  if (kind >= EQUAL) length = strlen(source);
  Pattern pattern;
  TextView view;
  TextCodec *codec;
  make_pattern(kind, source, length, &pattern);
  list_read(&list, input, copies);
  unsigned char *section = list_encode(&list, profile, &codec, &section_size);
  expect(text_open(&view, section, section_size, codec) == SQLITE_OK, "text_open");
  match_all(kind, source, &pattern, &view);
  sqlite3_free(section);
  text_codec_release(codec);
  list_clear(&list);
  return 0;
}
