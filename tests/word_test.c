/*
** word_test.c: words that a pattern requires, sought in texts that are kept in parts.
**
** Plan
**    1. The word: the longest run of letters and digits, of one piece; what it says of the pattern.
**    2. Texts put together of random parts, by every transform, with one marker or two: those that
**       have the word are found in what is left or in a source, in every case and without; of the
**       others few are.
**    3. A source whose bytes are dropped: coded text and decoded text give the same answer.
**    4. Every allocation fails in turn: of an automaton; of a statement that has looked for another
**       word before, and looks for the same one again.
**
** Prints "ok NAME" or "not ok NAME: reason" for each case; exits with 1 if one failed. Seeds are
** fixed.
*/
#include "database.h"
#include "query/word.h"
#include "text_cases.h"

/* --- 1. the word ---------------------------------------------------------- */

static void expect_word(const char *like, const char *expected, bool whole) {
  Pattern pattern;
  Word word = {0};
  pattern_like(like, strlen(like), &pattern);
  bool found = word_find(&pattern, 0, &word);
  if (found != (expected[0] != 0)) fail("%s: %s", like, found ? "a word" : "no word");
  if (word.size != strlen(expected) || memcmp(word.bytes, expected, word.size) != 0) {
    fail("%s: %.*s", like, word.size, (const char *)word.bytes);
  }
  if (word.whole != whole) fail("%s: whole is %d", like, word.whole);
}

static void longest_run_of_letters_and_digits(void) {
  expect_word("%Zebra%", "zebra", true);
  expect_word("%Zebra", "zebra", false);
  expect_word("zebra%", "zebra", false);
  expect_word("%zebra-%", "zebra", false);
  expect_word("%zeb%ra12%", "ra12", false);
  expect_word("%a_longer%word%", "longer", false);
  expect_word("http://x.org/art%", "http", false);
  expect_word("%-%/%", "", false);
  expect_word("%\xc3\xa9t\xc3\xa9%", "t", true);
  expect_word("%abcdefghijklmnopqrstuvwxyz%", "abcdefghijklmnop", false);
}

static void the_next_longest_runs(void) {
  static const char *const words[] = {"artworks", "turner", "http", "tate",
                                      "www",      "org",    "art",  "uk"};
  Pattern pattern;
  Word word;
  const char *like = "http://www.tate.org.uk/art/artworks/%turner%";
  pattern_like(like, strlen(like), &pattern);
  for (uint32_t i = 0; i < 8; i++) {
    bool found = word_find(&pattern, i, &word);
    bool same = word.size == strlen(words[i]) && memcmp(word.bytes, words[i], word.size) == 0;
    /* those of one size in any order */
    if (!found || (!same && word.size != strlen(words[i]))) fail("%u: %s", i, words[i]);
    if (i < 2 && !same) fail("%u is not %s", i, words[i]);
  }
  if (word_find(&pattern, 8, &word)) fail("a ninth");
}

static void letters_are_told_from_numbers(void) {
  Pattern pattern;
  Word word;
  pattern_glob("*2012*", 6, &pattern);
  if (!word_find(&pattern, 0, &word) || word.letters || word.fold) fail("2012");
  pattern_like("%T20%", 5, &pattern);
  if (!word_find(&pattern, 0, &word) || !word.letters || !word.fold) fail("T20");
}

/* --- 2. texts in parts ---------------------------------------------------- */

static void fill_random(char *text, uint32_t most, const char *alphabet) {
  uint32_t size = random_below(most + 1), letters = (uint32_t)strlen(alphabet);
  for (uint32_t i = 0; i < size; i++) text[i] = alphabet[random_below(letters)];
  text[size] = 0;
}

#define PARTS 2

/* A derived text, its sources, and what is asked of it. */
typedef struct Parts {
  Derivation derivations[PARTS];
  char sources[PARTS][24];
  char left[40];
  Buffer whole;
  WordSearch search;
} Parts;

static int give_source(void *context, uint32_t column, Value *value) {
  const Parts *parts = context;
  const char *source = parts->sources[column];
  *value = (Value){
      .type = VALUE_TEXT, .bytes = (const unsigned char *)source, .size = (uint32_t)strlen(source)};
  return SQLITE_OK;
}

/* Random parts, each once or not at all, between random bytes. */
static void make_parts(Parts *parts) {
  uint32_t order = random_below(4);
  char *left = parts->left;
  memset(&parts->search, 0, sizeof parts->search);
  parts->search.count = PARTS;
  for (uint32_t k = 0; k < PARTS; k++) {
    Derivation *derivation = &parts->derivations[k];
    *derivation = (Derivation){.source = (uint16_t)k,
                               .transform = (uint8_t)random_below(DERIVE_TRANSFORMS),
                               .marker = (uint8_t)(1 + k)};
    parts->search.marks[k] = (WordMark){.marker = derivation->marker,
                                        .letter = derive_has_letter(derivation->transform)};
    fill_random(parts->sources[k], 20, "abAB12 -_'.");
  }
  fill_random(left, 6, "abA1-/");
  for (uint32_t k = 0; k < PARTS; k++) {
    const Derivation *derivation = &parts->derivations[order & 1 ? PARTS - 1 - k : k];
    DeriveMatch match = {.missing = random_below(3)};
    Buffer marker = {0};
    if (order >= 2 && k == 1) break;
    if (derive_append_marker(derivation, &match, &marker) != SQLITE_OK) abort();
    strncat(left, (const char *)marker.bytes, marker.size);
    buffer_clear(&marker);
    fill_random(left + strlen(left), 6, "abA1-/");
  }
  DeriveSources sources = {.fetch = give_source, .context = parts};
  DeriveMarks marks;
  const unsigned char *bytes = (const unsigned char *)left;
  uint32_t size = (uint32_t)strlen(left);
  derive_find_marks(bytes, size, parts->derivations, PARTS, &marks);
  if (derive_expand(bytes, size, &marks, &sources, &parts->whole) != SQLITE_OK) abort();
}

static bool found_left(const Parts *parts) {
  uint64_t bits[TEXT_MATCH_WORDS];
  TextCodec *codec = NULL;
  TextMatcher *matcher = NULL;
  Section section;
  list_clear();
  list_add(parts->left, strlen(parts->left));
  if (!encode(&section, TEXT_BALANCED, &codec)) return false;
  if (word_rest(&parts->search, &matcher) != SQLITE_OK) abort();
  if (text_match(matcher, &section.view, 0, 1, bits) != SQLITE_OK) abort();
  text_matcher_close(matcher);
  text_codec_release(codec);
  section_clear(&section);
  return bits[0] != 0;
}

static bool found_in_source(const Parts *parts, uint32_t k) {
  const Word *word = &parts->search.word;
  uint8_t transform = parts->derivations[k].transform;
  Pattern pattern;
  word_in_source(word, transform, &pattern);
  return word_fits(word, transform) &&
         pattern_matches(&pattern, parts->sources[k], strlen(parts->sources[k]));
}

static void texts_with_the_word_are_found(void) {
  random_state = 40;
  Parts parts = {0};
  uint32_t with = 0, more = 0, rounds = 60000;
  for (uint32_t i = 0; i < rounds; i++) {
    char asked[8] = "*";
    Pattern pattern;
    Word word;
    make_parts(&parts);
    fill_random(asked + 1, 4, "abA1");
    strcat(asked, "*");
    pattern_glob(asked, strlen(asked), &pattern);
    if (random_below(2) == 0) {
      asked[0] = asked[strlen(asked) - 1] = '%';
      pattern_like(asked, strlen(asked), &pattern);
    }
    if (!word_find(&pattern, 0, &word)) continue;
    parts.search.word = word;
    bool has = pattern_matches(&pattern, parts.whole.bytes, parts.whole.size);
    bool found = found_left(&parts);
    for (uint32_t k = 0; k < PARTS; k++) found |= found_in_source(&parts, k);
    if (has && !found) fail("%s is not found in '%s'", asked, (const char *)parts.whole.bytes);
    with += has;
    more += found && !has;
  }
  if (with < rounds / 8) fail("only %u texts have their word", with);
  if (more > rounds / 3) fail("%u of %u are found for nothing", more, rounds);
  buffer_clear(&parts.whole);
}

/* What is left of a text where a word may be, or may not, and the marker of what. */
static void expect_left(const char *left, const char *word, bool letter, bool anything,
                        bool found) {
  Parts parts = {.search.count = 1, .search.marks[0] = {1, letter, anything}};
  parts.search.word.size = (uint8_t)strlen(word);
  memcpy(parts.search.word.bytes, word, strlen(word));
  strcpy(parts.left, left);
  if (found_left(&parts) != found) fail("%s in %s: %s", word, left, found ? "not found" : "found");
}

static void words_across_the_ends_of_parts(void) {
  expect_left("/art/\1-page", "art", false, false, true);
  expect_left("/art/\1-page", "tart", false, false, false);
  expect_left("/wood\1", "woodcut", false, false, true);
  expect_left("/wood-\1", "woodcut", false, false, false);
  expect_left("/\1cut", "woodcut", false, false, true);
  expect_left("/\1cu", "woodcut", false, false, false);
  expect_left("/\1-cut", "woodcut", false, false, false);
  expect_left("/\1dcut/", "woodcut", false, false, true);
  expect_left("/\1dcat/dcut", "woodcut", false, false, false);
  expect_left("/\1acut", "woodcut", true, false, true); /* a is the letter of the marker */
  expect_left("/\1aacut", "woodcut", true, false, false);
  expect_left("/\1", "woodcut", true, false, false);
  expect_left("/\1-cut", "woodcut", false, true, true);
  expect_left("/none", "woodcut", false, true, false);
  expect_left("/aab", "ab", false, false, true);
}

/* --- 3. sources ----------------------------------------------------------- */

static void dropped_bytes_stand_inside_a_word(void) {
  random_state = 41;
  TextCodec *codec = NULL;
  Section section;
  list_clear();
  for (uint32_t i = 0; i < 3000; i++) {
    char text[24];
    fill_random(text, 16, "abAB1''.\xc3\xa9 -_");
    list_add(text, strlen(text));
  }
  if (!encode(&section, TEXT_BALANCED, &codec)) return;
  const char *const words[] = {"ab", "a", "b1a", "abab"};
  for (uint32_t w = 0; w < 4; w++) {
    uint64_t bits[TEXT_MATCH_WORDS];
    Word word = {.size = (uint8_t)strlen(words[w])};
    PatternMatcher kept = {0};
    Pattern pattern;
    uint32_t found = 0;
    memcpy(word.bytes, words[w], word.size);
    word_in_source(&word, DERIVE_SLUG, &pattern);
    if (pattern_matcher_keep(&kept, &pattern) != SQLITE_OK) abort();
    for (uint32_t i = 0; i < list.count; i++) {
      const unsigned char *text = list.text.bytes + list.start[i];
      bool expected = pattern_matches(&pattern, text, list.start[i + 1] - list.start[i]);
      if (text_match(kept.matcher, &section.view, i, 1, bits) != SQLITE_OK) abort();
      if ((bits[0] != 0) != expected) fail("%s, string %u: %d", words[w], i, !expected);
      found += expected;
    }
    if (found == 0 || found == list.count) fail("%s: found %u times", words[w], found);
    pattern_matcher_clear(&kept);
  }
  text_codec_release(codec);
  section_clear(&section);
}

static void source_patterns_by_style(void) {
  static const struct {
    DeriveStyle style;
    const char *word, *source;
    bool found;
  } cases[] = {
      {DERIVE_AS_IS, "dont", "don't", false},
      {DERIVE_AS_IS, "ab", "xAby", false},
      {DERIVE_LOWER, "ab", "xAby", true},
      {DERIVE_LOWER, "dont", "don't", false},
      {DERIVE_SLUG, "dont", "Don't", true},
      {DERIVE_SLUG, "dont", "don t", false},
      {DERIVE_SLUG, "dont", "don_t", false},
      {DERIVE_SLUG_UNDERLINE, "dont", "d.o.n.t", true},
      {DERIVE_RUNS, "dont", "don't", false},
      {DERIVE_RUNS_UNDERLINE, "t", "don't", true},
      {DERIVE_SLUG, "ete", "\xc3\xa9te", false},
      {DERIVE_SLUG, "te", "\xc3\xa9te", true},
      {DERIVE_SLUG, "ae",
       "a\xc3\xa9"
       "e",
       true},
  };
  for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Word word = {.size = (uint8_t)strlen(cases[i].word)};
    Pattern pattern;
    memcpy(word.bytes, cases[i].word, word.size);
    word_in_source(&word, (uint8_t)cases[i].style, &pattern);
    bool found = pattern_matches(&pattern, cases[i].source, strlen(cases[i].source));
    if (found != cases[i].found) fail("%s in %s: %d", cases[i].word, cases[i].source, found);
  }
}

/* --- 4. faults ------------------------------------------------------------ */

static void out_of_memory(void) {
  WordSearch search = {.word = {.size = 3, .bytes = "abc"}, .count = 1, .marks = {{.marker = 1}}};
  uint32_t failed = 0;
  for (;; failed++) {
    TextMatcher *matcher = NULL;
    allocations_left = (int)failed;
    int rc = word_rest(&search, &matcher);
    allocations_left = -1;
    if (rc == SQLITE_OK) {
      text_matcher_close(matcher);
      break;
    }
    if (rc != SQLITE_NOMEM || matcher != NULL) fail("allocation %u: %d", failed, rc);
  }
  if (failed < 2) fail("%u allocations", failed);
}

/* The number of rows found, or -1 after an error, which is a lack of memory. */
static int count_found(sqlite3_stmt *statement, const char *like) {
  sqlite3_bind_text(statement, 1, like, -1, SQLITE_STATIC);
  int count = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
  int rc = sqlite3_reset(statement);
  if (rc != SQLITE_OK && rc != SQLITE_NOMEM) fail("%s: %d", like, rc);
  return count;
}

static void a_word_sought_again(void) {
  static const char *const words[] = {"%wood%", "%glade-7%", "%x/lake%", "x/wood-7%"};
  sqlite3 *db = open_slots(":memory:");
  must(
      db,
      "CREATE VIRTUAL TABLE t USING slots(id INTEGER PRIMARY KEY, title TEXT, url TEXT);"
      "WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 600)"
      "INSERT INTO t SELECT i, t, 'x/' || replace(lower(t), ' ', '-') || '/y' FROM (SELECT i, CASE "
      "i % 3"
      " WHEN 0 THEN 'Wood ' WHEN 1 THEN 'Glade ' ELSE 'Lake ' END || i % 71 * 7 AS t, i FROM c);"
      "INSERT INTO t(t) VALUES('optimize')");
  sqlite3_stmt *all = prepare(db, "SELECT count(*) FROM t WHERE url || '' LIKE ?");
  for (int w = 1; w < 4; w++) {
    bool reached = true;
    int expected = count_found(all, words[w]);
    for (int64_t n = 0; reached; n++) {
      sqlite3_stmt *sought = prepare(db, "SELECT count(*) FROM t WHERE url LIKE ?");
      count_found(sought, words[w - 1]);
      allocations_failed = 0;
      allocations_left = n;
      count_found(sought, words[w]);
      allocations_left = -1;
      reached = allocations_failed > 0;
      int found = count_found(sought, words[w]);
      if (found != expected) fail("%s after allocation %d: %d", words[w], (int)n, found);
      sqlite3_finalize(sought);
    }
  }
  sqlite3_finalize(all);
  sqlite3_close(db);
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();

  run_case("longest_run_of_letters_and_digits", longest_run_of_letters_and_digits);
  run_case("the_next_longest_runs", the_next_longest_runs);
  run_case("letters_are_told_from_numbers", letters_are_told_from_numbers);
  run_case("texts_with_the_word_are_found", texts_with_the_word_are_found);
  run_case("words_across_the_ends_of_parts", words_across_the_ends_of_parts);
  run_case("dropped_bytes_stand_inside_a_word", dropped_bytes_stand_inside_a_word);
  run_case("source_patterns_by_style", source_patterns_by_style);
  run_case("out_of_memory", out_of_memory);
  run_case("a_word_sought_again", a_word_sought_again);
  buffer_clear(&list.text);
  return failures != 0;
}
