/*
** match_test.c: patterns, and matching strings of a section without decoding.
**
** Plan
**    1. Patterns: against sqlite3_strlike and sqlite3_strglob on random patterns
**       and texts. Never less than core finds; just that where `%` or `*` are the
**       only wildcards. Wildcards, sets, characters past ASCII, zero
**       bytes and long patterns one by one. Equality with and without case.
**    2. Matching: text_match answers what pattern_matches says of each decoded
**       string: every kind of strings, each profile, patterns cut out of the
**       strings, whole batches and batches from odd places on; codes of classes.
**    3. One matcher over sections of many codecs, and of codecs that are gone.
**    4. Faults: out of memory at each allocation in turn; damaged sections and
**       codecs stay in bounds; strings that are not there.
**
** Prints "ok NAME" or "not ok NAME: reason" for each case; exits with 1 if one
** failed. Seeds are fixed.
*/
#include "base/bits.h"
#include "query/pattern.h"
#include "text/codec.h"
#include "text/match.h"
#include "text_cases.h"

/* --- 1. patterns ---------------------------------------------------------- */

static bool like_finds(const char *like, const char *text) {
  Pattern pattern;
  pattern_like(like, strlen(like), &pattern);
  return pattern_matches(&pattern, text, strlen(text));
}

static bool glob_finds(const char *glob, const char *text) {
  Pattern pattern;
  pattern_glob(glob, strlen(glob), &pattern);
  return pattern_matches(&pattern, text, strlen(text));
}

static void expect(bool found, bool expected, const char *pattern, const char *text) {
  if (found == expected) return;
  fail("'%s' %s '%s'", pattern, found ? "finds" : "does not find", text);
}

static void fill_random(char *text, uint32_t most, const char *alphabet) {
  uint32_t size = random_below(most + 1), letters = (uint32_t)strlen(alphabet);
  for (uint32_t i = 0; i < size; i++) text[i] = alphabet[random_below(letters)];
  text[size] = 0;
}

static void like_is_exact_for_percent(void) {
  random_state = 1;
  for (int k = 0; k < 300000; k++) {
    char like[20], text[20];
    fill_random(like, 6, "aAbB%%");
    fill_random(text, 10, "aAbB%x");
    expect(like_finds(like, text), sqlite3_strlike(like, text, 0) == 0, like, text);
  }
}

static void glob_is_exact_for_star(void) {
  random_state = 2;
  for (int k = 0; k < 300000; k++) {
    char glob[20], text[20];
    fill_random(glob, 6, "aAb*]*");
    fill_random(text, 10, "aAb*]x");
    expect(glob_finds(glob, text), sqlite3_strglob(glob, text) == 0, glob, text);
  }
}

/* All wildcards and broken characters; counts what core does not find. */
static void finds_no_less_than_core(void) {
  random_state = 3;
  uint32_t core = 0, more = 0;
  for (int k = 0; k < 400000; k++) {
    char like[20], glob[20], text[20];
    fill_random(like, 7, "aAb\\%%_\xc3\xa9\x82\xe0");
    fill_random(glob, 7, "aAb[]]^-*?\xc3\xa9\xe9");
    fill_random(text, 8, "aAb\\%_[]-\xc3\xa9\x82\xe9\xe0");
    Pattern pattern;
    pattern_like(like, strlen(like), &pattern);
    bool found = pattern_matches(&pattern, text, strlen(text));
    bool wanted = sqlite3_strlike(like, text, 0) == 0;
    if (wanted && !found) expect(found, wanted, like, text);
    core += wanted;
    more += found && !wanted;
    found = glob_finds(glob, text);
    wanted = sqlite3_strglob(glob, text) == 0;
    if (wanted && !found) expect(found, wanted, glob, text);
  }
  if (core < 4000) fail("core finds only %u", core);
  if (more > 200000) fail("%u found for nothing", more);
}

static void wildcards_are_gaps(void) {
  expect(like_finds("a_c", "abc"), true, "a_c", "abc");
  expect(like_finds("a_c", "abd"), false, "a_c", "abd");
  expect(like_finds("caf\xc3\xa9s", "CAF\xc3\xa9S"), true, "cafes", "CAFES");
  expect(like_finds("caf\xc3\xa9s", "tafes"), false, "cafes", "tafes");
  expect(glob_finds("a[b-d]*e", "acde"), true, "a[b-d]*e", "acde");
  expect(glob_finds("a[]]e", "a]e"), true, "a[]]e", "a]e");
  expect(glob_finds("a[^]]e", "axe"), true, "a[^]]e", "axe");
  expect(glob_finds("a[^]]e", "axf"), false, "a[^]]e", "axf");
  expect(glob_finds("A*", "abc"), false, "A*", "abc");
}

static void empty_pattern_finds_empty_text(void) {
  expect(like_finds("", ""), true, "", "");
  expect(like_finds("", "a"), false, "", "a");
  expect(glob_finds("", "a"), false, "", "a");
}

static void some_patterns_find_all(void) {
  static const char *const all[] = {"%", "%%", "_", "\xc3\xa9", "_%_"};
  for (int i = 0; i < 5; i++) {
    Pattern pattern;
    pattern_like(all[i], strlen(all[i]), &pattern);
    if (!pattern_finds_all(&pattern)) fail("'%s' is narrow", all[i]);
  }
  Pattern pattern;
  char *long_one = sqlite3_malloc(PATTERN_SOURCE_MAX + 1);
  memset(long_one, 'a', PATTERN_SOURCE_MAX + 1);
  pattern_like(long_one, PATTERN_SOURCE_MAX + 1, &pattern);
  if (!pattern_finds_all(&pattern)) fail("a LIKE that core refuses is narrow");
  pattern_glob(long_one, PATTERN_SOURCE_MAX + 1, &pattern);
  if (!pattern_finds_all(&pattern)) fail("a GLOB that core refuses is narrow");
  pattern_glob(long_one, PATTERN_SOURCE_MAX, &pattern);
  if (pattern_finds_all(&pattern)) fail("a GLOB that core takes finds all");
  sqlite3_free(long_one);
}

static void text_ends_at_a_zero_byte(void) {
  Pattern pattern;
  pattern_like("%ab", 3, &pattern);
  if (!pattern_matches(&pattern, "xab\0cd", 6)) fail("a tail before a zero byte");
  if (pattern_matches(&pattern, "xa\0b", 4)) fail("a tail across a zero byte");
  pattern_like("%cd%", 4, &pattern);
  if (pattern_matches(&pattern, "ab\0cd", 5)) fail("a word behind a zero byte");
  pattern_like("ab\0cd", 5, &pattern);
  if (!pattern_matches(&pattern, "AB", 2)) fail("a zero byte does not end the pattern");
}

static void long_patterns_find_more(void) {
  char like[400], text[400];
  for (int i = 0; i < 300; i++) like[i] = text[i] = (char)('a' + i % 26);
  like[300] = text[300] = 0;
  expect(like_finds(like, text), true, "300 letters", "themselves");
  text[PATTERN_BYTES_MAX] = '!';
  expect(like_finds(like, text), true, "300 letters", "the first of them");
  text[5] = '!';
  expect(like_finds(like, text), false, "300 letters", "others");
}

static void equality_is_exact(void) {
  random_state = 4;
  for (int k = 0; k < 200000; k++) {
    char value[20], text[20];
    bool fold = k % 2 == 0;
    fill_random(value, 4, "aAb\xc3\xe3");
    fill_random(text, 4, "aAb\xc3\xe3");
    Pattern pattern;
    pattern_equal(value, strlen(value), fold, &pattern);
    int compared = fold ? sqlite3_stricmp(value, text) : strcmp(value, text);
    expect(pattern_matches(&pattern, text, strlen(text)), compared == 0, value, text);
  }
}

static void equality_compares_bytes(void) {
  char text[300];
  Pattern pattern;
  pattern_equal("a\0B\xff", 4, false, &pattern);
  if (!pattern_matches(&pattern, "a\0B\xff", 4)) fail("not equal to itself");
  if (pattern_matches(&pattern, "a\0b\xff", 4)) fail("case is ignored");
  if (pattern_matches(&pattern, "a\0B", 3) || pattern_matches(&pattern, "a\0B\xff!", 5))
    fail("size");
  pattern_equal("\xc3\x89t\xc3\xa9", 5, true, &pattern);
  if (!pattern_matches(&pattern, "\xc3\x89T\xc3\xa9", 5)) fail("NOCASE minds the case");
  if (pattern_matches(&pattern, "\xc3\xa9T\xc3\xa9", 5)) fail("NOCASE ignores case past ASCII");
  pattern_equal("ab\0x", 4, true, &pattern);
  if (!pattern_matches(&pattern, "AB\0y", 4)) fail("NOCASE looks behind a zero byte");
  pattern_equal("", 0, false, &pattern);
  if (!pattern_matches(&pattern, "", 0) || pattern_matches(&pattern, "\0", 1)) fail("empty");
  memset(text, 'x', sizeof text);
  pattern_equal(text, 300, false, &pattern);
  if (!pattern_matches(&pattern, text, 300)) fail("long text is not found");
  text[299] = 'y';
  if (pattern_matches(&pattern, text, 300)) fail("the end of a long text is not compared");
}

/* --- 2. matching ---------------------------------------------------------- */

static void add_bytes(uint32_t most, uint32_t alphabet) {
  unsigned char bytes[64];
  uint32_t size = random_below(most);
  for (uint32_t i = 0; i < size; i++) {
    bytes[i] = (unsigned char)(alphabet == 256 ? random_below(256) : 'a' + random_below(alphabet));
  }
  list_add(bytes, size);
}

static void add_repeat(void) {
  uint32_t back = 1 + random_below(3);
  if (list.count < back || random_below(3) == 0) {
    add_words();
    return;
  }
  uint32_t start = list.start[list.count - back];
  uint32_t size = list.start[list.count - back + 1] - start;
  char copy[400];
  memcpy(copy, list.text.bytes + start, size);
  list_add(copy, size);
}

static void add_zero_byte(void) {
  char text[40];
  int size = snprintf(text, sizeof text, "left%uright %u", random_below(9), random_below(4));
  text[random_below((uint32_t)size)] = 0;
  list_add(text, (size_t)size);
}

#define KINDS 9

static void add_of_kind(uint32_t kind, uint32_t i) {
  unsigned long long wide = random_state;
  switch (kind) {
  case 0:
    add_words();
    break;
  case 1:
    add_bytes(40, 3);
    break;
  case 2:
    add_bytes(20, 256);
    break;
  case 3:
    list_addf("http://example.org/art/%c/D%02u/D%05u_8.jpg", 'A' + random_below(3), i / 100, i);
    break;
  case 4:
    list_addf("%0*u-%u.png", 1 + random_below(9), random_below(100000), 1990 + random_below(30));
    break;
  case 5:
    list_addf(i % 3 == 0 ? "/img/%016llx%08llX.jpg" : "/img/%llX/%08llx.jpg", wide, wide >> 40);
    break;
  case 6:
    add_repeat();
    break;
  case 7:
    add_zero_byte();
    break;
  default:
    add_of_kind(random_below(8), i);
    break;
  }
}

static void fill_kind(uint32_t kind, uint32_t count) {
  list_clear();
  for (uint32_t i = 0; i < count; i++) add_of_kind(kind, i);
}

/* Up to eight bytes of some string; every eighth time, others. */
static uint32_t cut_out(char *piece) {
  uint32_t i = random_below(list.count), size = list.start[i + 1] - list.start[i];
  uint32_t from = random_below(size + 1), most = size - from < 8 ? size - from : 8;
  uint32_t length = random_below(most + 1);
  memcpy(piece, list.text.bytes + list.start[i] + from, length);
  for (uint32_t k = 0; k < length && random_below(8) == 0; k++) {
    piece[k] = (char)('0' + random_below(75));
  }
  return length;
}

/* A pattern that finds some of the strings. */
static void random_pattern(Pattern *pattern) {
  char source[64];
  uint32_t size = 0, kind = random_below(8), i = random_below(list.count);
  uint32_t whole = list.start[i + 1] - list.start[i];
  if (kind < 2) {
    pattern_equal(list.text.bytes + list.start[i], whole, kind == 1, pattern);
    return;
  }
  if (kind == 2) {
    size = whole < 20 ? random_below(whole + 1) : random_below(20);
    memcpy(source, list.text.bytes + list.start[i], size);
  } else {
    source[size++] = '%';
    size += cut_out(source + size);
  }
  for (uint32_t more = random_below(3); more != 0; more--) {
    source[size++] = '%';
    size += cut_out(source + size);
  }
  if (kind == 3) {
    for (uint32_t k = 0; k < size; k++) source[k] = source[k] == '%' ? '*' : source[k];
    pattern_glob(source, size, pattern);
  } else {
    pattern_like(source, size, pattern);
  }
}

static void check_batch(const Pattern *pattern, TextMatcher *matcher, const TextView *view,
                        uint32_t first, uint32_t count) {
  uint64_t bits[TEXT_MATCH_WORDS];
  int rc = text_match(matcher, view, first, count, bits);
  if (rc != SQLITE_OK) fail("text_match answers %d", rc);
  for (uint32_t i = 0; i < TEXT_BATCH_ROWS && reason[0] == 0; i++) {
    bool found = (bits[i / 64] >> (i % 64) & 1) != 0, expected = false;
    if (i < count) {
      const uint32_t *start = list.start + first + i;
      expected = pattern_matches(pattern, list.text.bytes + start[0], start[1] - start[0]);
    }
    if (found == expected) continue;
    fail("string %u of %u + %u, pieces '%.*s': found %d", i, first, count,
         pattern->count == 0 ? 0 : pattern->end[pattern->count - 1], pattern->bytes, found);
  }
}

/* All strings in batches, then some batches from odd places on. */
static void check_pattern(const Pattern *pattern, TextMatcher *matcher, const TextView *view) {
  for (uint32_t i = 0; i < view->count; i += TEXT_BATCH_ROWS) {
    uint32_t left = view->count - i;
    check_batch(pattern, matcher, view, i, left < TEXT_BATCH_ROWS ? left : TEXT_BATCH_ROWS);
  }
  for (int k = 0; k < 8 && view->count != 0; k++) {
    uint32_t first = random_below(view->count), left = view->count - first;
    uint32_t most = left < TEXT_BATCH_ROWS ? left : TEXT_BATCH_ROWS;
    check_batch(pattern, matcher, view, first, random_below(most + 1));
  }
}

static TextMatcher *open_matcher(const Pattern *pattern) {
  TextMatcher *matcher = NULL;
  if (pattern_matcher(pattern, &matcher) != SQLITE_OK) abort();
  return matcher;
}

static void check_patterns(const TextView *view, uint32_t count) {
  for (uint32_t k = 0; k < count && reason[0] == 0; k++) {
    Pattern pattern;
    random_pattern(&pattern);
    TextMatcher *matcher = open_matcher(&pattern);
    check_pattern(&pattern, matcher, view);
    text_matcher_close(matcher);
  }
}

/* Random bytes stay plain; whatever else there is much of must have been coded. */
static void check_encoding(const TextView *view, uint32_t kind, TextProfile profile) {
  TextInfo info;
  text_describe(view, &info);
  bool plain = strcmp(info.encoding, "plain") == 0, pairs = strcmp(info.encoding, "pairs") == 0;
  if (view->count > 1000 && kind != 2 && plain) fail("%u strings are plain", view->count);
  if (!plain && pairs != (profile == TEXT_SMALL)) fail("the encoding is %s", info.encoding);
}

static void matches_what_pattern_matches(void) {
  random_state = 10;
  for (uint32_t kind = 0; kind < KINDS; kind++) {
    for (uint32_t count = 1; count < 5000; count = count * 7 + 1) {
      fill_kind(kind, count);
      for (int p = 0; p < 3; p++) {
        TextCodec *codec = NULL;
        Section section;
        if (encode(&section, profiles[p], &codec)) {
          check_encoding(&section.view, kind, profiles[p]);
          check_patterns(&section.view, 40);
        }
        section_clear(&section);
        text_codec_release(codec);
        if (reason[0] == 0) continue;
        fprintf(stderr, "kind %u, %u strings, profile %d\n", kind, count, p);
        return;
      }
    }
  }
}

/* Where the code of a token depends on the one before it. */
static void matches_codes_of_classes(void) {
  TextCodec *codec = NULL;
  Section section;
  random_state = 15;
  list_clear();
  for (uint32_t i = 0; i < 6000; i++) add_phrase();
  if (encode(&section, TEXT_SMALL, &codec)) {
    if (codec == NULL || codec->classes == NULL) fail("no classes");
    check_patterns(&section.view, 100);
  }
  section_clear(&section);
  text_codec_release(codec);
}

static void matches_the_long_and_the_short(void) {
  random_state = 11;
  list_clear();
  Buffer text = {0};
  while (text.size < 200000) {
    char word[64];
    int size = snprintf(word, sizeof word, "%u green bottles, ", random_below(100000));
    if (buffer_append(&text, word, (size_t)size) != SQLITE_OK) abort();
  }
  for (int i = 0; i < 40; i++) {
    list_addf("short %d", i);
    list_add("", 0);
    if (i % 7 == 3) list_add(text.bytes, text.size);
    if (i % 7 == 4) list_add(text.bytes, text.size - 1);
    if (i % 7 == 5) list_add(text.bytes, text.size - 1); /* the same again */
  }
  buffer_clear(&text);
  for (int p = 0; p < 3; p++) {
    TextCodec *codec = NULL;
    Section section;
    if (encode(&section, profiles[p], &codec)) check_patterns(&section.view, 30);
    section_clear(&section);
    text_codec_release(codec);
  }
}

/* --- 3. codecs ------------------------------------------------------------ */

static void one_matcher_serves_many_codecs(void) {
  random_state = 20;
  for (int k = 0; k < 20; k++) {
    Section section[KINDS];
    TextCodec *codec[KINDS] = {NULL};
    Pattern pattern;
    fill_kind(0, 50);
    random_pattern(&pattern);
    TextMatcher *matcher = open_matcher(&pattern);
    for (int twice = 0; twice < 2; twice++) {
      for (uint32_t kind = 0; kind < KINDS; kind++) { /* the second time, codecs lie elsewhere */
        random_state = 21 + kind;
        fill_kind(kind, 300);
        if (twice != 0) section_clear(&section[kind]);
        if (twice != 0) text_codec_release(codec[kind]);
        codec[kind] = NULL;
        if (encode(&section[kind], profiles[(uint32_t)k % 3], &codec[kind])) {
          check_pattern(&pattern, matcher, &section[kind].view);
        }
      }
    }
    for (uint32_t kind = 0; kind < KINDS; kind++) {
      section_clear(&section[kind]);
      text_codec_release(codec[kind]);
    }
    text_matcher_close(matcher);
  }
}

/* --- 4. faults ------------------------------------------------------------ */

static int match_once(const Pattern *pattern, const TextView *view) {
  uint64_t bits[TEXT_MATCH_WORDS];
  TextMatcher *matcher = NULL;
  int rc = pattern_matcher(pattern, &matcher);
  uint32_t count = view->count < TEXT_BATCH_ROWS ? view->count : TEXT_BATCH_ROWS;
  if (rc == SQLITE_OK) rc = text_match(matcher, view, 0, count, bits);
  if (rc == SQLITE_NOMEM && matcher != NULL) { /* a second try is as good as a first one */
    allocations_left = -1;
    check_batch(pattern, matcher, view, 0, count);
  }
  text_matcher_close(matcher);
  return rc;
}

static void out_of_memory(void) {
  random_state = 30;
  fill_kind(3, 400);
  for (int p = 0; p < 3; p++) {
    TextCodec *codec = NULL;
    Section section;
    encode(&section, profiles[p], &codec);
    sqlite3_int64 used = sqlite3_memory_used();
    Pattern pattern;
    pattern_like("%D001%", 6, &pattern);
    int rc = SQLITE_NOMEM;
    for (int64_t n = 0; rc == SQLITE_NOMEM && n < 100; n++) {
      allocations_left = n;
      rc = match_once(&pattern, &section.view);
      if (n == 0 && rc == SQLITE_OK) fail("needs no memory");
      allocations_left = -1;
      if (rc != SQLITE_NOMEM && rc != SQLITE_OK) fail("allocation %d: answers %d", (int)n, rc);
      if (sqlite3_memory_used() != used) fail("allocation %d: leaks", (int)n);
    }
    if (rc == SQLITE_NOMEM) fail("never succeeds");
    section_clear(&section);
    text_codec_release(codec);
  }
}

/* Matches all of a damaged section; only its bounds matter, and that it ends. */
static void match_damaged(TextMatcher *matcher, const unsigned char *bytes, size_t size,
                          const TextCodec *codec) {
  TextView view;
  uint64_t bits[TEXT_MATCH_WORDS];
  if (text_open(&view, bytes, size, codec) != SQLITE_OK) return;
  for (uint32_t i = 0; i < view.count && i < 2048; i += 200) {
    uint32_t left = view.count - i;
    int rc = text_match(matcher, &view, i, left < 200 ? left : 200, bits);
    if (rc != SQLITE_OK && rc != SQLITE_CORRUPT) fail("a damaged section answers %d", rc);
  }
}

static void damage_section(TextMatcher *matcher, const Section *section, const TextCodec *codec) {
  size_t size = section->bytes.size;
  unsigned char *copy = sqlite3_malloc64(size);
  for (int k = 0; k < 100; k++) {
    memcpy(copy, section->bytes.bytes, size);
    uint32_t reach = k % 3 == 0 && size > 64 ? 64 : (uint32_t)size;
    for (uint32_t n = 1 + random_below(8); n != 0; n--) {
      copy[random_below(reach)] = (unsigned char)random_below(256);
    }
    match_damaged(matcher, copy, size, codec);
  }
  sqlite3_free(copy);
  for (int k = 0; k < 30; k++) { /* cut off */
    size_t shorter = random_below((uint32_t)size);
    copy = sqlite3_malloc64(shorter + 1);
    memcpy(copy, section->bytes.bytes, shorter);
    match_damaged(matcher, copy, shorter, codec);
    sqlite3_free(copy);
  }
}

static void damage_codec(TextMatcher *matcher, const Section *section, const TextCodec *codec) {
  size_t size = 0;
  const unsigned char *bytes = codec == NULL ? NULL : text_codec_bytes(codec, &size);
  for (int k = 0; k < 200 && size != 0; k++) {
    unsigned char *copy = sqlite3_malloc64(size);
    TextCodec *opened = NULL;
    memcpy(copy, bytes, size);
    uint32_t reach = k % 2 == 0 && size > 120 ? 120 : (uint32_t)size;
    for (uint32_t n = 1 + random_below(3); n != 0; n--) {
      copy[random_below(reach)] ^= (unsigned char)(1 << random_below(8));
    }
    if (text_codec_open(copy, size, &opened) == SQLITE_OK) {
      store_u32(section->bytes.bytes + 12, opened->check);
      match_damaged(matcher, section->bytes.bytes, section->bytes.size, opened);
    }
    text_codec_release(opened);
    sqlite3_free(copy);
  }
}

static void damage_stays_in_bounds(void) {
  random_state = 40;
  for (uint32_t kind = 0; kind < KINDS; kind++) {
    fill_kind(kind, 300);
    for (int p = 0; p < 3; p++) {
      TextCodec *codec = NULL;
      Section section;
      Pattern pattern;
      random_pattern(&pattern);
      TextMatcher *matcher = open_matcher(&pattern);
      if (encode(&section, profiles[p], &codec)) {
        damage_section(matcher, &section, codec);
        damage_codec(matcher, &section, codec);
      }
      text_matcher_close(matcher);
      section_clear(&section);
      text_codec_release(codec);
    }
  }
}

static void strings_out_of_range_are_refused(void) {
  uint64_t bits[TEXT_MATCH_WORDS];
  for (int p = 0; p < 4; p++) { /* the last one plain */
    TextCodec *codec = NULL;
    Section section;
    Pattern pattern;
    random_state = 50;
    fill_kind(0, p == 3 ? 3 : 1000);
    random_pattern(&pattern);
    TextMatcher *matcher = open_matcher(&pattern);
    encode(&section, profiles[p % 3], &codec);
    const TextView *view = &section.view;
    uint32_t n = view->count;
    if (text_match(matcher, view, n, 1, bits) != SQLITE_CORRUPT) fail("past the end");
    if (text_match(matcher, view, n - 1, 2, bits) != SQLITE_CORRUPT) fail("across the end");
    if (text_match(matcher, view, 0, 257, bits) != SQLITE_CORRUPT) fail("257 strings");
    if (text_match(matcher, view, UINT32_MAX, 2, bits) != SQLITE_CORRUPT)
      fail("far behind the end");
    if (text_match(matcher, view, n, 0, bits) != SQLITE_OK) fail("no strings");
    text_matcher_close(matcher);
    section_clear(&section);
    text_codec_release(codec);
  }
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();

  run_case("like_is_exact_for_percent", like_is_exact_for_percent);
  run_case("glob_is_exact_for_star", glob_is_exact_for_star);
  run_case("finds_no_less_than_core", finds_no_less_than_core);
  run_case("wildcards_are_gaps", wildcards_are_gaps);
  run_case("empty_pattern_finds_empty_text", empty_pattern_finds_empty_text);
  run_case("some_patterns_find_all", some_patterns_find_all);
  run_case("text_ends_at_a_zero_byte", text_ends_at_a_zero_byte);
  run_case("long_patterns_find_more", long_patterns_find_more);
  run_case("equality_is_exact", equality_is_exact);
  run_case("equality_compares_bytes", equality_compares_bytes);
  run_case("matches_what_pattern_matches", matches_what_pattern_matches);
  run_case("matches_codes_of_classes", matches_codes_of_classes);
  run_case("matches_the_long_and_the_short", matches_the_long_and_the_short);
  run_case("one_matcher_serves_many_codecs", one_matcher_serves_many_codecs);
  run_case("out_of_memory", out_of_memory);
  run_case("damage_stays_in_bounds", damage_stays_in_bounds);
  run_case("strings_out_of_range_are_refused", strings_out_of_range_are_refused);
  buffer_clear(&list.text);
  return failures != 0;
}
