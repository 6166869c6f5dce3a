/*
** carry_test.c: strings carried over from sections to another one (text_carry), against the strings
** themselves, and against encoding them.
**
** Plan
**    1. Whole sections: carried over as they are, one gives itself; two with one codec, one behind
**       the other, what encoding all of it gives.
**    2. Changes: random strings dropped, replaced, put in between; in each profile, of words,
**       repeats, phrases, running numbers, hexadecimal digits, bytes without a token. Hardly
**       larger than encoding them.
**    3. Repeats: a string that comes to lie behind an equal one repeats it; one that repeated
**       another that is gone does not.
**    4. What is not carried: strings of another kind among them, or all alike; a section that
**       would be much larger than what the codec was made for. Then nothing is appended.
**    5. Faults: out of memory at each allocation in turn; damaged sections.
**
** Prints "ok NAME" or "not ok NAME: reason" for each case; exits with 1 if one failed. Seeds are
** fixed.
*/
#include "text_cases.h"

#define SOURCES 2

/* A section to carry strings from, and what they are. */
typedef struct Source {
  List list;
  Section section;
} Source;

static Source sources[SOURCES];
static TextCodec *codec; /* of all sources */
static TextOrigin origins[LIST_MAX];
static List
    given; /* the new strings, others empty; `list` has all strings of the section to be made */
static uint32_t fresh; /* how many are new */

/* ---- strings ---------------------------------------------------------------------------- */

typedef enum Kind { WORDS, PHRASES, NUMBERS, DIGITS, REPEATS, BYTES, KINDS } Kind;

static const char *const kind_names[] = {"words",  "phrases", "numbers",
                                         "digits", "repeats", "bytes"};

/* A string of that kind at the end of the list; the n-th of those that go on from each other. */
static void add_string(Kind kind, uint32_t n) {
  switch (kind) {
  case WORDS:
    add_words();
    break;
  case PHRASES:
    add_phrase();
    break;
  case NUMBERS: {
    uint32_t picture = random_below(10), number = n * 4 + random_below(4);
    list_addf("http://example.org/art/%u/T%05u_%u.jpg", n / 400, number, picture);
    break;
  }
  case DIGITS:
    list_addf("img-%08x%08x-%u", n * 2654435761u, ~n * 40503u, random_below(500));
    break;
  case REPEATS:
    list_addf("Album %u, page %u", n / 6, n % 6 < 3 ? 0 : n % 6); /* three alike, three not */
    break;
  default: {
    unsigned char bytes[24];
    uint32_t size = random_below(sizeof bytes);
    for (uint32_t i = 0; i < size; i++)
      bytes[i] = (unsigned char)(n % 3 == 0 ? random_below(256)
                                            : (uint32_t)(unsigned char)"0aZ "[random_below(4)]);
    list_add(bytes, size);
  }
  }
}

static void copy_list(List *to, const List *from) {
  to->text.size = 0;
  if (buffer_append(&to->text, from->text.bytes, from->text.size) != SQLITE_OK) abort();
  if (buffer_reserve(&to->text, 1) != SQLITE_OK) abort();
  memcpy(to->start, from->start, (from->count + 1) * sizeof *to->start);
  to->count = from->count;
}

/* Makes sources of `count` strings each, and a codec for so many `times` as many. */
static bool make_sources(TextProfile profile, Kind kind, uint32_t count, uint32_t times) {
  Section all;
  list_clear();
  for (uint32_t i = 0; i < times * count; i++) add_string(kind, i);
  bool encoded = encode(&all, profile, &codec);
  section_clear(&all);
  for (uint32_t s = 0; s < SOURCES && encoded; s++) {
    list_clear();
    for (uint32_t i = 0; i < count; i++) add_string(kind, s * count + i);
    encoded = encode(&sources[s].section, profile, &codec);
    copy_list(&sources[s].list, &list);
    if (text_coded_with(&sources[s].section.view) != codec) fail("source %u is not coded", s);
  }
  if (encoded && sources[0].section.view.codec != codec) fail("the sources have two codecs");
  return encoded && reason[0] == 0;
}

static void free_sources(void) {
  for (uint32_t s = 0; s < SOURCES; s++) section_clear(&sources[s].section);
  text_codec_release(codec);
  codec = NULL;
}

/* ---- sections of them ------------------------------------------------------------------- */

static void begin(void) {
  list_clear();
  given.text.size = 0;
  given.count = fresh = 0;
}

static void add_carried(uint32_t source, uint32_t row) {
  const List *from = &sources[source].list;
  origins[list.count] = (TextOrigin){&sources[source].section.view, row};
  given.start[++given.count] = (uint32_t)given.text.size;
  list_add(from->text.bytes + from->start[row], from->start[row + 1] - from->start[row]);
}

/* The string just added to the list is a new one. */
static void make_fresh(void) {
  const uint32_t *start = &list.start[list.count - 1];
  const unsigned char *bytes = list.text.bytes + start[0];
  origins[list.count - 1] = (TextOrigin){0};
  if (buffer_append(&given.text, bytes, start[1] - start[0]) != SQLITE_OK) abort();
  given.start[++given.count] = (uint32_t)given.text.size;
  fresh++;
}

static int carry(Buffer *out, bool changed, bool *done) {
  if (buffer_reserve(&given.text, 1) != SQLITE_OK) abort();
  Strings strings = {given.text.bytes, given.start, given.count};
  return text_carry(origins, &strings, codec, changed, out, done);
}

static void check_strings(const TextView *view) {
  Buffer string = {0};
  TextBatch batch = {0};
  for (uint32_t i = 0; i < list.count; i++) {
    const unsigned char *wanted = list.text.bytes + list.start[i];
    size_t size = list.start[i + 1] - list.start[i];
    if (text_read(view, i, NULL, &string) != SQLITE_OK) fail("string %u cannot be read", i);
    if (string.size != size || memcmp(string.bytes, wanted, size) != 0)
      fail("string %u differs", i);
    uint32_t at = i % TEXT_BATCH_ROWS, left = list.count - i;
    if (at == 0 && text_read_batch(view, i, left < TEXT_BATCH_ROWS ? left : TEXT_BATCH_ROWS, NULL,
                                   &batch) != SQLITE_OK) {
      fail("batch %u cannot be read", i);
      break;
    }
    const unsigned char *bytes = batch.text.bytes + batch.start[at];
    if (batch.start[at + 1] - batch.start[at] - 1 != size || memcmp(bytes, wanted, size) != 0)
      fail("string %u of a batch differs", i);
  }
  if (view->count != list.count) fail("%u strings", view->count);
  if (!view->has_nul && memchr(list.text.bytes, 0, list.text.size) != NULL)
    fail("has_nul is not set");
  buffer_clear(&string);
  text_batch_clear(&batch);
}

/* Carries the list over, and compares with it; returns the size of the section, 0 for none. */
static size_t check_carried(bool changed) {
  Section made = {0};
  bool done;
  int rc = carry(&made.bytes, changed, &done);
  if (rc != SQLITE_OK || !done) {
    fail("%u strings, %u of them new: answers %d, done %d", list.count, fresh, rc, done);
    buffer_clear(&made.bytes);
    return 0;
  }
  buffer_trim(&made.bytes);
  size_t size = made.bytes.size;
  if (text_open(&made.view, made.bytes.bytes, size, codec) != SQLITE_OK) {
    fail("cannot be opened");
  } else {
    check_strings(&made.view);
  }
  section_clear(&made);
  return size;
}

/* The size of a section of the list, encoded with the codec. */
static size_t encoded_size(TextProfile profile) {
  TextCodec *offered = text_codec_retain(codec);
  Section section;
  size_t size = encode(&section, profile, &offered) ? section.bytes.size : 0;
  section_clear(&section);
  text_codec_release(offered);
  return size;
}

/* Runs a body for each profile and kind of strings. */
static void for_each(void (*body)(TextProfile profile, Kind kind)) {
  char before[sizeof reason];
  for (int p = 0; p < 3; p++) {
    for (Kind kind = 0; kind < KINDS; kind++) {
      body(profiles[p], kind);
      free_sources();
      if (reason[0] == 0) continue;
      memcpy(before, reason, sizeof reason);
      reason[0] = 0;
      fail("%s, profile %d: %s", kind_names[kind], p, before);
      return;
    }
  }
}

/* ---- 1. whole sections ------------------------------------------------------------------- */

static void carry_whole(TextProfile profile, Kind kind) {
  if (!make_sources(profile, kind, 3000, 20)) return;
  for (uint32_t s = 0; s < SOURCES; s++) {
    Buffer out = {0};
    bool done;
    begin();
    for (uint32_t i = 0; i < 3000; i++) add_carried(s, i);
    int rc = carry(&out, false, &done);
    const Buffer *was = &sources[s].section.bytes;
    if (rc != SQLITE_OK || !done) fail("answers %d, done %d", rc, done);
    if (out.size != was->size || memcmp(out.bytes, was->bytes, out.size) != 0)
      fail("source %u changes", s);
    buffer_clear(&out);
  }
}

static void a_whole_section_is_itself(void) { for_each(carry_whole); }

static void carry_both(TextProfile profile, Kind kind) {
  if (!make_sources(profile, kind, 2000, 2)) return;
  begin();
  for (uint32_t s = 0; s < SOURCES; s++) {
    for (uint32_t i = 0; i < 2000; i++) add_carried(s, i);
  }
  size_t size = check_carried(false), wanted = encoded_size(profile);
  if (size > wanted + wanted / 200) fail("%zu bytes instead of %zu", size, wanted);
}

static void two_sections_are_joined(void) { for_each(carry_both); }

/* ---- 2. changes ---------------------------------------------------------------------------- */

/* The sources, `percent` of their strings changed in some way. */
static void change_some(Kind kind, uint32_t percent) {
  begin();
  for (uint32_t s = 0; s < SOURCES; s++) {
    for (uint32_t i = 0; i < sources[s].list.count; i++) {
      uint32_t how = random_below(100) < percent ? random_below(4) : 4;
      if (how > 1) add_carried(s, i);
      if (how == 0) continue;
      if (how > 2) continue;
      add_string(kind, s * sources[s].list.count + i);
      make_fresh();
    }
  }
}

static void carry_changed(TextProfile profile, Kind kind) {
  static const uint32_t percents[] = {1, 10, 40};
  if (!make_sources(profile, kind, 1500, 20)) return;
  for (int k = 0; k < 3; k++) {
    change_some(kind, percents[k]);
    size_t size = check_carried(true), wanted = encoded_size(profile);
    if (size > wanted + wanted / 25)
      fail("%u %%: %zu bytes instead of %zu", percents[k], size, wanted);
  }
}

static void changed_sections_read_back(void) { for_each(carry_changed); }

static void carry_runs(TextProfile profile, Kind kind) {
  if (!make_sources(profile, kind, 1500, 20)) return;
  begin();
  for (uint32_t s = 0; s < SOURCES; s++) {
    for (uint32_t i = random_below(300); i < 1500; i += random_below(100)) {
      for (uint32_t end = i + random_below(400); i < end && i < 1500; i++) add_carried(s, i);
    }
  }
  check_carried(true);
}

static void runs_of_strings_read_back(void) { for_each(carry_runs); }

/* ---- 3. repeats ------------------------------------------------------------------------------ */

/* Of every three equal strings those that `kept` has a bit for, new ones in the place of others. */
static void carry_of_three(uint32_t kept, bool replaced) {
  begin();
  for (uint32_t i = 0; i < 1500; i++) {
    if (i % 6 > 2 || (kept >> i % 6 & 1) != 0) {
      add_carried(0, i);
    } else if (replaced) {
      add_string(REPEATS, i);
      make_fresh();
    }
  }
}

static void check_repeats(TextProfile profile) {
  for (uint32_t kept = 1; kept < 8; kept++) {
    for (uint32_t replaced = 0; replaced < 2; replaced++) {
      carry_of_three(kept, replaced != 0);
      size_t size = check_carried(true), wanted = encoded_size(profile);
      if (size > wanted + wanted / 50) {
        fail("kept %u, replaced %u: %zu bytes instead of %zu", kept, replaced, size, wanted);
      }
    }
  }
}

static void repeats_follow_what_they_repeat(void) {
  for (int p = 0; p < 3; p++) {
    if (make_sources(profiles[p], REPEATS, 1500, 20)) check_repeats(profiles[p]);
    free_sources();
  }
}

/* ---- 4. what is not carried ------------------------------------------------------------------ */

static void check_not_carried(bool changed) {
  Buffer out = {0};
  bool done;
  if (buffer_append_zeros(&out, 8) != SQLITE_OK) abort();
  int rc = carry(&out, changed, &done);
  if (rc != SQLITE_OK || done || out.size != 8)
    fail("answers %d, done %d, %zu bytes", rc, done, out.size);
  buffer_clear(&out);
}

static void carry_with_others(Kind kind, uint32_t every, bool changed) {
  begin();
  for (uint32_t i = 0; i < 4000; i++) {
    if (i % every != 0) {
      add_carried(0, i);
    } else {
      add_string(kind, i);
      make_fresh();
    }
  }
  check_not_carried(changed);
}

static void strings_of_another_kind_are_not(void) {
  if (make_sources(TEXT_BALANCED, WORDS, 4000, 1)) {
    carry_with_others(DIGITS, 2, true);
    carry_with_others(DIGITS, 8, false); /* at the end of others, a few are too many */
  }
  free_sources();
}

static void strings_that_became_alike_are_not(void) {
  if (make_sources(TEXT_BALANCED, NUMBERS, 4000, 3)) {
    begin();
    for (uint32_t i = 0; i < 4000; i++) {
      if (i % 2 == 0) {
        add_carried(0, 0 + i);
      } else {
        list_addf("none");
        make_fresh();
      }
    }
    check_not_carried(true);
  }
  free_sources();
}

static void many_more_strings_are_not(void) {
  if (make_sources(TEXT_BALANCED, WORDS, 2000, 1)) {
    begin();
    for (uint32_t s = 0; s < SOURCES; s++) {
      for (uint32_t i = 0; i < 2000; i++) add_carried(s, i);
    }
    for (uint32_t i = 0; i < 2000; i++) {
      add_string(WORDS, i);
      make_fresh();
    }
    check_not_carried(false);
  }
  free_sources();
}

/* ---- 5. faults ------------------------------------------------------------------------------- */

static void out_of_memory_is_reported(void) {
  if (make_sources(TEXT_SMALL, NUMBERS, 500, 20)) {
    change_some(NUMBERS, 20);
    sqlite3_int64 used = sqlite3_memory_used();
    bool all = false;
    for (int nth = 0; !all; nth++) {
      Buffer out = {0};
      bool done = true;
      allocations_left = nth;
      int rc = carry(&out, true, &done);
      all = allocations_left >= 0;
      allocations_left = -1;
      if (rc != (all ? SQLITE_OK : SQLITE_NOMEM) || done != all || (out.size != 0) != all) {
        fail("allocation %d: answers %d, done %d, %zu bytes", nth, rc, done, out.size);
      }
      if (all && nth < 20) fail("only %d allocations", nth);
      buffer_clear(&out);
      if (sqlite3_memory_used() != used) fail("allocation %d: leaks", nth);
    }
  }
  free_sources();
}

static void carry_damaged(TextProfile profile, Kind kind) {
  if (!make_sources(profile, kind, 600, 20)) return;
  Buffer *bytes = &sources[0].section.bytes;
  for (uint32_t k = 0; k < 300; k++) {
    uint32_t at = random_below((uint32_t)bytes->size), bit = 1u << random_below(8);
    bytes->bytes[at] = (unsigned char)(bytes->bytes[at] ^ bit);
    if (text_open(&sources[0].section.view, bytes->bytes, bytes->size, codec) == SQLITE_OK &&
        sources[0].section.view.count >= 600) {
      Buffer out = {0};
      bool done;
      change_some(kind, 20);
      int rc = carry(&out, true, &done);
      if (rc != SQLITE_OK && rc != SQLITE_CORRUPT && rc != SQLITE_TOOBIG)
        fail("bit %u of byte %u: answers %d", bit, at, rc);
      buffer_clear(&out);
    }
    bytes->bytes[at] = (unsigned char)(bytes->bytes[at] ^ bit);
  }
}

static void damaged_sections_stay_in_bounds(void) { for_each(carry_damaged); }

int main(void) {
  install_failing_allocator();
  run_case("a_whole_section_is_itself", a_whole_section_is_itself);
  run_case("two_sections_are_joined", two_sections_are_joined);
  run_case("changed_sections_read_back", changed_sections_read_back);
  run_case("runs_of_strings_read_back", runs_of_strings_read_back);
  run_case("repeats_follow_what_they_repeat", repeats_follow_what_they_repeat);
  run_case("strings_of_another_kind_are_not", strings_of_another_kind_are_not);
  run_case("strings_that_became_alike_are_not", strings_that_became_alike_are_not);
  run_case("many_more_strings_are_not", many_more_strings_are_not);
  run_case("out_of_memory_is_reported", out_of_memory_is_reported);
  run_case("damaged_sections_stay_in_bounds", damaged_sections_stay_in_bounds);
  buffer_clear(&list.text);
  buffer_clear(&given.text);
  return failures > 0;
}
