/*
** training_test.c: sections of a column that go on from what was learned for the one before
** (text/training.h).
**
** Plan
**   1 Urls whose names drift from section to section: later ones go on, take no more room than
**     those that are trained for anew, and read back; in every profile but small, which learns
**     all of them anew.
**   2 However many sections there are, tokens that are of no use any more go.
**   3 Strings of another kind, or much more alike, are trained for anew: the bytes are those that
**     they have without a section before; so are those of long strings.
**   4 Few strings are learned as a whole, and leave what was learned before as it is.
**   5 Out of memory at each allocation in turn.
*/
#include "text_cases.h"

#include "text/training.h"

#define STRINGS 16000

/* What sections of one column hand on. */
typedef struct Chain {
  TextCodec *codec;
  TextTraining *training;
} Chain;

static void chain_clear(Chain *chain) {
  text_codec_release(chain->codec);
  text_training_free(chain->training);
  *chain = (Chain){0};
}

/* ---- strings ------------------------------------------------------------------------------- */

/* Urls of 400 places, each section's own, in turn; a number that no other string has. */
static void fill_urls(uint32_t section) {
  static const char *const parts[] = {"river", "grand", "north", "villa", "park", "royal",
                                      "old",   "star",  "lake",  "sun",   "hill", "west"};
  random_state = 1000 + section;
  list_clear();
  for (uint32_t i = 0; i < STRINGS; i++) {
    uint32_t place = section * 400 + i * 400 / STRINGS;
    list_addf("https://img%u.example.com/20%02u/%s-%s-%c%c%c/photo-%u-%s.jpg", random_below(4),
              random_below(20), parts[place % 12], parts[place / 12 % 12], 'a' + (int)(place % 26),
              'a' + (int)(place / 7 % 26), 'a' + (int)(place / 31 % 26), 100000 + i,
              random_below(2) ? "1024x683" : "640x480");
  }
}

static void fill_hex(uint32_t seed) {
  random_state = seed;
  list_clear();
  for (uint32_t i = 0; i < STRINGS; i++) {
    list_addf("%08x%08x key %08x%08x", random_below(UINT32_MAX), random_below(UINT32_MAX),
              random_below(UINT32_MAX), random_below(UINT32_MAX));
  }
}

/* Nearly all alike. */
static void fill_alike(uint32_t seed) {
  random_state = seed;
  list_clear();
  for (uint32_t i = 0; i < STRINGS; i++) {
    list_addf("https://img1.example.com/2010/river-grand-abc/photo-%06u-640x480.jpg",
              random_below(4) == 0 ? random_below(50) : 7);
  }
}

static void add_random_words(size_t bytes) {
  size_t begin = list.text.size;
  while (list.text.size < begin + bytes) {
    char word[16];
    uint32_t n = random_below(3000);
    snprintf(word, sizeof word, "%c%u%c ", 'a' + (int)(n % 26), n * 7 % 997, 'a' + (int)(n % 7));
    if (buffer_append(&list.text, word, strlen(word)) != SQLITE_OK) abort();
  }
  list.start[++list.count] = (uint32_t)list.text.size;
}

static void fill_phrases(uint32_t seed) {
  random_state = seed;
  list_clear();
  while (list.count < STRINGS) add_random_words(50);
}

static void fill_documents(uint32_t seed) {
  random_state = seed;
  list_clear();
  while (list.count < 400) add_random_words(40000);
}

/* ---- sections ------------------------------------------------------------------------------ */

/* Encodes the list behind the chain's last section; *size becomes that of section and codec. */
static int encode_next(Chain *chain, TextProfile profile, Section *section, uint64_t *size) {
  Strings strings = list_strings();
  *section = (Section){0};
  int rc = text_encode(&strings, profile, NULL, &chain->codec, &chain->training, &section->bytes);
  *size = section->bytes.size + text_codec_memory(chain->codec);
  return rc;
}

static void check_strings(Section *section, const TextCodec *codec) {
  TextBatch batch = {0};
  int rc = text_open(&section->view, section->bytes.bytes, section->bytes.size, codec);
  if (rc != SQLITE_OK) fail("text_open answers %d", rc);
  for (uint32_t i = 0; rc == SQLITE_OK && i < list.count; i++) {
    uint32_t k = i % TEXT_BATCH_ROWS, left = list.count - i;
    if (k == 0) {
      uint32_t count = left < TEXT_BATCH_ROWS ? left : TEXT_BATCH_ROWS;
      rc = text_read_batch(&section->view, i, count, NULL, &batch);
      if (rc != SQLITE_OK) fail("text_read_batch answers %d", rc);
    }
    uint32_t got = batch.start[k + 1] - batch.start[k] - 1,
             wanted = list.start[i + 1] - list.start[i];
    if (got != wanted ||
        memcmp(batch.text.bytes + batch.start[k], list.text.bytes + list.start[i], wanted) != 0) {
      fail("string %u differs", i);
      break;
    }
  }
  text_batch_clear(&batch);
}

/* Encodes the list and checks it; returns the size of section and codec. */
static uint64_t add_section(Chain *chain, TextProfile profile) {
  Section section;
  uint64_t size;
  int rc = encode_next(chain, profile, &section, &size);
  if (rc != SQLITE_OK) {
    fail("text_encode answers %d", rc);
  } else {
    check_strings(&section, chain->codec);
  }
  section_clear(&section);
  return size;
}

/* What the list takes without a section before it. */
static uint64_t size_alone(TextProfile profile) {
  Chain chain = {0};
  uint64_t size = add_section(&chain, profile);
  chain_clear(&chain);
  return size;
}

/* ---- cases --------------------------------------------------------------------------------- */

static void later_sections_go_on(TextProfile profile) {
  Chain chain = {0};
  fill_urls(0);
  add_section(&chain, profile);
  if (chain.training == NULL) {
    fail("nothing was kept");
    return;
  }
  uint32_t rate = chain.training->rate;
  for (uint32_t i = 1; i < 4; i++) {
    fill_urls(i);
    TextCodec *before = text_codec_retain(chain.codec);
    uint32_t tokens = chain.training->grammar.count;
    uint64_t size = add_section(&chain, profile), alone = size_alone(profile);
    if (chain.codec == before) fail("the codec was used again");
    if (chain.training->grammar.count == tokens) fail("nothing was learned");
    if (chain.training->rate != rate) fail("section %u was trained for anew", i);
    if (size > alone + alone / 50) fail("%d bytes, alone %d", (int)size, (int)alone);
    text_codec_release(before);
  }
  chain_clear(&chain);
}

static void later_sections_go_on_in_balanced(void) { later_sections_go_on(TEXT_BALANCED); }
static void later_sections_go_on_in_fast(void) { later_sections_go_on(TEXT_FAST); }

static void small_keeps_nothing(void) {
  Chain chain = {0};
  fill_urls(0);
  add_section(&chain, TEXT_SMALL);
  if (chain.training != NULL) fail("something was kept");
  chain_clear(&chain);
}

static void tokens_of_no_use_go(void) {
  Chain chain = {0};
  for (uint32_t i = 0; i < 24; i++) {
    fill_urls(i);
    add_section(&chain, TEXT_BALANCED);
    uint32_t tokens = chain.training->grammar.count;
    if (tokens > TOKENS_MAX / 4) fail("section %u leaves %u tokens", i, tokens);
  }
  chain_clear(&chain);
}

/* The second list behind the first takes what it takes alone. */
static void is_trained_anew(void (*fill_first)(uint32_t seed), void (*fill)(uint32_t seed)) {
  Chain chain = {0};
  fill_first(0);
  add_section(&chain, TEXT_BALANCED);
  if (chain.training == NULL) fail("nothing was kept");
  fill(3);
  uint64_t size = add_section(&chain, TEXT_BALANCED), alone = size_alone(TEXT_BALANCED);
  if (size != alone) fail("%d bytes, alone %d", (int)size, (int)alone);
  chain_clear(&chain);
}

static void other_strings_are_trained_anew(void) { is_trained_anew(fill_urls, fill_hex); }
static void strings_more_alike_are_trained_anew(void) { is_trained_anew(fill_urls, fill_alike); }
static void long_strings_are_trained_anew(void) { is_trained_anew(fill_phrases, fill_documents); }

static void few_strings_leave_it(void) {
  Chain chain = {0};
  fill_urls(0);
  add_section(&chain, TEXT_BALANCED);
  const TextTraining *training = chain.training;
  text_codec_release(chain.codec); /* it would be good enough for them */
  chain.codec = NULL;
  fill_urls(1);
  list.count = 4000;
  add_section(&chain, TEXT_BALANCED);
  if (chain.training != training) fail("it was replaced");
  chain_clear(&chain);
}

static void out_of_memory(void) {
  Chain first = {0};
  fill_urls(0);
  add_section(&first, TEXT_BALANCED);
  fill_urls(1);
  (void)list_strings();
  for (int64_t n = 0; n < 80; n++) {
    Chain chain = {.codec = text_codec_retain(first.codec)};
    Dictionary d = {.block_shift = 0};
    Section section;
    uint64_t size;
    int rc = training_resume(first.training, &d);
    if (rc == SQLITE_OK) rc = training_keep(&chain.training, &d, first.training->rate);
    dictionary_clear(&d);
    allocations_left = n;
    if (rc == SQLITE_OK) rc = encode_next(&chain, TEXT_BALANCED, &section, &size);
    allocations_left = -1;
    if (rc != SQLITE_NOMEM) fail("allocation %d: answers %d", (int)n, rc);
    section_clear(&section);
    chain_clear(&chain);
  }
  chain_clear(&first);
}

static void check(const char *name, void (*run)(void)) {
  sqlite3_int64 used = sqlite3_memory_used();
  run();
  buffer_clear(&list.text);
  if (sqlite3_memory_used() != used) fail("it leaks");
  report(name);
}

int main(void) {
  install_failing_allocator();
  check(NAMED(later_sections_go_on_in_balanced));
  check(NAMED(later_sections_go_on_in_fast));
  check(NAMED(small_keeps_nothing));
  check(NAMED(tokens_of_no_use_go));
  check(NAMED(other_strings_are_trained_anew));
  check(NAMED(strings_more_alike_are_trained_anew));
  check(NAMED(long_strings_are_trained_anew));
  check(NAMED(few_strings_leave_it));
  check(NAMED(out_of_memory));
  return failures > 0;
}
