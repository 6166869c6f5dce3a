/*
** text_test.c: the text coding layer, from outside its interface.
**
** Plan
**    1. Round trips: random strings of many kinds, each profile, each string
**       read alone, in whole batches and in batches from odd places on.
**    2. Special strings: empty, embedded zeros, invalid UTF-8, 1 MB long,
**       digits of every width, leading zeros, hexadecimal in every case; runs of
**       repeats; beginnings of each other; numbers where long strings are cut into pieces.
**       The digits that a field writes are those of printf, and nothing beside them changes.
**    3. Sizes: never larger than plain, random bytes at most 2 % over the text,
**       small tables pay for no large dictionary, phrases too rare for a sample are
**       learned, long strings as a whole, working memory is bounded.
**    4. Codecs: shared by sections, replaced when they do not fit, not trained
**       for a tail. Codes by the class of the token before: used where they pay, none lost
**       in learning, good for other strings, opened again, refused when damaged.
**    5. Offsets: every block is found where it was put, whatever the sizes of blocks; those of
**       sections of version 0.
**    6. Parsing: every token is found, beside others that begin or lengthen it.
**    7. Faults: out of memory at each allocation in turn; damaged sections; a
**       section opened with the wrong codec.
**
** Prints "ok NAME" or "not ok NAME: reason" for each case; exits with 1 if one
** failed. Seeds are fixed.
*/
#include "base/bits.h"
#include "text/codec.h"
#include "text/field.h"
#include "text/offsets.h"
#include "text/parse.h"
#include "text_cases.h"

static const char *encoding_of(const Section *section) {
  TextInfo info;
  text_describe(&section->view, &info);
  return info.encoding;
}

static void check_string(uint32_t i, const unsigned char *bytes, size_t size, const char *how) {
  uint32_t expected = list.start[i + 1] - list.start[i];
  if (size != expected) {
    fail("string %u %s has %u bytes, not %u", i, how, (unsigned)size, expected);
  } else if (memcmp(bytes, list.text.bytes + list.start[i], size) != 0) {
    fail("string %u %s differs", i, how);
  } else if (bytes[size] != 0) {
    fail("string %u %s has no zero behind it", i, how);
  }
}

static void check_single(const TextView *view, TextExpansion *expansion) {
  Buffer string = {0};
  for (uint32_t k = 0; k < view->count; k++) {
    uint32_t i = k % 2 == 0 ? k : random_below(view->count);
    int rc = text_read(view, i, expansion, &string);
    if (rc != SQLITE_OK) {
      fail("text_read of %u answers %d", i, rc);
      break;
    }
    check_string(i, string.bytes, string.size, "read alone");
  }
  buffer_clear(&string);
}

static void check_batch(const TextView *view, uint32_t first, uint32_t count,
                        TextExpansion *expansion, TextBatch *batch) {
  int rc = text_read_batch(view, first, count, expansion, batch);
  if (rc != SQLITE_OK) {
    fail("text_read_batch of %u answers %d", first, rc);
    return;
  }
  if (batch->count != count) fail("batch at %u has %u strings", first, batch->count);
  for (uint32_t i = 0; i < count; i++) {
    const unsigned char *bytes = batch->text.bytes + batch->start[i];
    check_string(first + i, bytes, batch->start[i + 1] - batch->start[i] - 1, "of a batch");
  }
}

static void check_batches(const TextView *view, TextExpansion *expansion) {
  TextBatch batch = {0};
  for (uint32_t i = 0; i < view->count; i += TEXT_BATCH_ROWS) {
    uint32_t left = view->count - i;
    check_batch(view, i, left < TEXT_BATCH_ROWS ? left : TEXT_BATCH_ROWS, expansion, &batch);
  }
  for (int k = 0; k < 20 && view->count != 0; k++) {
    uint32_t first = random_below(view->count), left = view->count - first;
    uint32_t most = left < TEXT_BATCH_ROWS ? left : TEXT_BATCH_ROWS;
    check_batch(view, first, random_below(most + 1), expansion, &batch);
  }
  text_batch_clear(&batch);
}

/* So many strings read that the codec is expanded at once, if it can be. */
static TextExpansion expanded(const TextView *view) {
  return (TextExpansion){.counted = view->codec, .strings = UINT32_MAX};
}

static void check_section(const Section *section) {
  bool has_nul = list.text.size != 0 && memchr(list.text.bytes, 0, list.text.size) != NULL;
  if (section->view.count != list.count) fail("%u strings", section->view.count);
  if (section->view.has_nul != has_nul) fail("has_nul is %d", section->view.has_nul);
  TextExpansion counting = {0}, expansion = expanded(&section->view);
  TextExpansion *ways[] = {NULL, &counting, &expansion};
  for (int way = 0; way < 3; way++) {
    check_single(&section->view, ways[way]);
    check_batches(&section->view, ways[way]);
  }
  text_expansion_clear(&counting);
  text_expansion_clear(&expansion);
}

/* The list coded and read back in each profile, with no codec to start from. */
static void check_round_trip(void) {
  for (int p = 0; p < 3; p++) {
    TextCodec *codec = NULL;
    Section section;
    if (encode(&section, profiles[p], &codec)) check_section(&section);
    section_clear(&section);
    text_codec_release(codec);
  }
}

/* --- 1. round trips ------------------------------------------------------- */

static void add_random(uint32_t size, uint32_t alphabet) {
  unsigned char bytes[4096];
  for (uint32_t i = 0; i < size; i++) {
    bytes[i] = (unsigned char)(alphabet == 256 ? random_below(256) : 'a' + random_below(alphabet));
  }
  list_add(bytes, size);
}

static void add_number(uint32_t i) {
  switch (random_below(6)) {
  case 0:
    list_addf("http://example.org/art/%c/D%05u_8.jpg", 'A' + random_below(3), i);
    break;
  case 1:
    list_addf("D%02u/D%05u", i / 1000, i);
    break;
  case 2:
    list_addf("%0*u.png", 1 + random_below(9), random_below(100000));
    break;
  case 3:
    list_addf("%u-%02u", 1990 + random_below(30), random_below(13));
    break;
  case 4:
    list_addf("item=%u", 1000000 + i * 3);
    break;
  default:
    list_addf("%018llu", (unsigned long long)random_state);
    break;
  }
}

static void add_hex(uint32_t i) {
  char text[100];
  uint32_t size = 4 + random_below(60);
  const char *digits = i % 3 == 0   ? "0123456789abcdef"
                       : i % 3 == 1 ? "0123456789ABCDEF"
                                    : "0123456789abcdefABCDEF";
  for (uint32_t k = 0; k < size; k++) text[k] = digits[random_below(i % 3 == 2 ? 22 : 16)];
  list_addf("/img/%.*s.jpg", (int)size, text);
}

static void add_repeat(uint32_t i) {
  if (i == 0 || random_below(3) == 0) {
    add_words();
    return;
  }
  uint32_t back = 1 + random_below(i < 5 ? i : 5);
  uint32_t start = list.start[i - back], size = list.start[i - back + 1] - start;
  char copy[8192];
  memcpy(copy, list.text.bytes + start, size);
  list_add(copy, size);
}

static void fill_kind(uint32_t kind, uint32_t count) {
  list_clear();
  for (uint32_t i = 0; i < count; i++) {
    switch (kind == 7 ? random_below(7) : kind) {
    case 0:
      add_random(random_below(40), 1 + random_below(26));
      break;
    case 1:
      add_random(random_below(20), 256);
      break;
    case 2:
      add_words();
      break;
    case 3:
      add_number(i);
      break;
    case 4:
      add_hex(i);
      break;
    case 5:
      add_repeat(i);
      break;
    default:
      add_random(random_below(3), 2);
      break;
    }
  }
}

static void round_trip_random(void) {
  random_state = 1;
  for (uint32_t kind = 0; kind < 8; kind++) {
    for (int k = 0; k < 8; k++) {
      fill_kind(kind, k == 7 ? 5000 : random_below(1u << (k + 2)));
      check_round_trip();
      if (reason[0] != 0) {
        fprintf(stderr, "kind %u size %d\n", kind, k);
        return;
      }
    }
  }
}

static void round_trip_no_strings(void) {
  list_clear();
  check_round_trip();
}

static void round_trip_most_strings(void) {
  random_state = 2;
  list_clear();
  for (uint32_t i = 0; i < LIST_MAX; i++) list_addf("row %u of %u", i, random_below(100));
  check_round_trip();
}

static void section_at_any_offset(void) {
  random_state = 3;
  fill_kind(3, 500);
  list.start[0] = list.start[1]; /* the first string becomes empty, and text begins later */
  Strings strings = list_strings();
  Buffer out = {0};
  TextCodec *codec = NULL;
  if (buffer_append_zeros(&out, 64) != SQLITE_OK) abort();
  if (text_encode(&strings, TEXT_BALANCED, NULL, &codec, NULL, &out) != SQLITE_OK)
    fail("text_encode");
  TextView view;
  if (text_open(&view, out.bytes + 64, out.size - 64, codec) != SQLITE_OK) fail("text_open");
  if (reason[0] == 0) check_single(&view, NULL);
  buffer_clear(&out);
  text_codec_release(codec);
}

/* --- 2. special strings --------------------------------------------------- */

static void round_trip_empty_strings(void) {
  list_clear();
  for (int i = 0; i < 1000; i++) list_add("", 0);
  check_round_trip();
  list_clear();
  for (int i = 0; i < 1000; i++) list_add("abcdefgh", i % 7 == 0 ? 8 : 0);
  check_round_trip();
}

static void round_trip_zero_bytes(void) {
  random_state = 4;
  list_clear();
  for (int i = 0; i < 3000; i++) {
    char text[40];
    int size = snprintf(text, sizeof text, "left%uright %u", random_below(9), random_below(4));
    text[4] = 0;
    if (i % 3 == 0) text[size - 1] = 0;
    list_add(text, (size_t)size);
  }
  check_round_trip();
}

static void round_trip_invalid_utf8(void) {
  random_state = 5;
  list_clear();
  for (int i = 0; i < 2000; i++) {
    unsigned char text[8] = {0xc3, 0x28, 0xff, 0xfe, 0x80, 0xf0, 0, 0xe2};
    text[6] = (unsigned char)random_below(256);
    list_add(text, 3 + random_below(6));
  }
  check_round_trip();
}

static void round_trip_every_byte(void) {
  list_clear();
  for (int i = 0; i < 1024; i++) {
    unsigned char byte[3] = {(unsigned char)i, 'x', (unsigned char)(i >> 2)};
    list_add(byte, 3);
  }
  for (int i = 0; i < 2000; i++) list_addf("an ordinary row of text, number %d of these", i);
  check_round_trip();
}

static void round_trip_long_strings(void) {
  random_state = 6;
  list_clear();
  Buffer text = {0}, same = {0};
  while (text.size < 1 << 20) {
    char word[64];
    int size = snprintf(word, sizeof word, "%u green bottles, ", random_below(100000));
    if (buffer_append(&text, word, (size_t)size) != SQLITE_OK) abort();
  }
  if (buffer_append_zeros(&same, text.size) != SQLITE_OK) abort();
  for (const char *c = "bf0"; *c != 0; c++) { /* nothing but hexadecimal digits */
    memset(same.bytes, *c, same.size);
    list_add(same.bytes, same.size);
  }
  for (int i = 0; i < 20; i++) {
    list_addf("short %d", i);
    if (i % 7 == 3) list_add(text.bytes, text.size);
    if (i % 7 == 4) list_add(text.bytes, text.size); /* the same again */
  }
  list_add("", 0);
  memset(same.bytes, 0, same.size);
  list_add(same.bytes, same.size);
  buffer_clear(&same);
  buffer_clear(&text);
  check_round_trip();
}

static void round_trip_digits(void) {
  random_state = 7;
  for (int order = 0; order < 3; order++) {
    list_clear();
    for (uint32_t i = 0; i < 6000; i++) {
      char digits[32];
      uint32_t width = order == 0 ? 1 + i % 28 : 1 + random_below(28);
      for (uint32_t k = 0; k < width; k++) digits[k] = (char)('0' + random_below(10));
      if (random_below(3) == 0) memset(digits, '0', random_below(width + 1));
      if (random_below(20) == 0) memset(digits, '9', width);
      if (order == 2)
        list_addf("n%0*u/%.*s", 5, i, (int)width, digits);
      else
        list_addf("%.*s", (int)width, digits);
    }
    check_round_trip();
  }
}

static void round_trip_counters(void) {
  random_state = 8;
  list_clear();
  for (uint32_t i = 0; i < 8000; i++) {
    uint32_t step = i * (i % 1000 < 900 ? 1 : 3);
    list_addf("%05u-%08u-%03u", step % 100000, 99999999 - i, (i * 7 + random_below(2)) % 1000);
  }
  check_round_trip();
}

static uint64_t random_number(void) {
  uint64_t high = random_below(UINT32_MAX);
  return high << 33 ^ (uint64_t)random_below(UINT32_MAX) << 10 ^ random_below(1024);
}

/* Compares the last `width` digits of a value with printf's. */
static void check_digits(FieldForm form, uint32_t width, uint64_t value) {
  static const char *const formats[] = {"%0*llu", "%0*llx", "%0*llX"};
  Field field = {.form = (uint8_t)form, .width = (uint8_t)width};
  unsigned char bytes[FIELD_SIZE], digits[24];
  char expected[24], wanted[24];
  field_store(&field, bytes);
  memset(digits, '#', sizeof digits);
  memset(wanted, '#', sizeof wanted);
  int size =
      snprintf(expected, sizeof expected, formats[form], (int)width, (unsigned long long)value);
  memcpy(wanted + 2, expected + (uint32_t)size - width, width);
  field_write(bytes, value, digits + 2);
  if (memcmp(digits, wanted, sizeof digits) != 0) {
    fail("%u digits of %llu: %.24s", width, (unsigned long long)value, (const char *)digits);
  }
}

static void fields_write_their_digits(void) {
  for (uint32_t width = 1; width <= FIELD_DECIMALS_MAX; width++) {
    uint64_t limit = field_powers[width];
    for (uint64_t value = 0; value < 10000; value++) {
      check_digits(FIELD_DECIMAL, width, value);
      check_digits(FIELD_DECIMAL, width, limit - 1 - value);
      check_digits(FIELD_DECIMAL, width, random_number() >> random_below(64));
      check_digits(FIELD_DECIMAL, width,
                   random_number() % limit / field_powers[width / 2] * field_powers[width / 2]);
    }
  }
  for (uint32_t width = 1; width <= FIELD_HEX_MAX; width++) {
    for (uint32_t i = 0; i < 1000; i++) {
      check_digits(FIELD_HEX_LOWER, width, random_number());
      check_digits(FIELD_HEX_UPPER, width, random_number() >> random_below(64));
    }
  }
}

static void round_trip_hex(void) {
  random_state = 9;
  list_clear();
  for (uint32_t i = 0; i < 4000; i++) add_hex(i);
  for (uint32_t i = 0; i < 1000; i++) {
    list_addf("%08x-%04x-%04X/%016llX%016llx.e%u", random_below(1u << 31), random_below(65536),
              random_below(65536), (unsigned long long)random_state,
              (unsigned long long)random_state * 3, i);
  }
  check_round_trip();
}

/* Runs of digits that are longer than a piece of a string, what is left being of every kind. */
static void round_trip_long_hex(void) {
  static const char *const kinds[] = {"0123456789abcdef", "0123456789ABCDEF", "0000000000000007",
                                      "aaaaaaaaaaaaaaaf"};
  enum { PIECE = 65536, LENGTH = 3 * PIECE };
  char *text = malloc(LENGTH);
  if (text == NULL) abort();
  random_state = 10;
  list_clear();
  for (uint32_t i = 0; i < 2000; i++) add_hex(i);
  for (uint32_t i = 0; i < 16; i++) {
    const char *first = kinds[i % 2], *rest = kinds[i / 2 % 4];
    uint32_t size = 2 * PIECE - 20 + 7 * i;
    for (uint32_t k = 0; k < LENGTH; k++) text[k] = (k < PIECE ? first : rest)[random_below(16)];
    list_add(text, i < 8 ? size : LENGTH);
  }
  free(text);
  check_round_trip();
}

/* Runs of equal strings, with numbers and without, some met again much later. */
static void round_trip_repeats(void) {
  random_state = 31;
  list_clear();
  while (list.count < 12000) {
    uint32_t number = random_below(300), times = 1 + random_below(9);
    for (uint32_t i = 0; i < times; i++) {
      if (number % 3 == 0) {
        list_addf("photo %05u of the garden, seen from house %u", number * 7, number);
      } else {
        list_addf("The garden of %c%c, seen from the house", 'a' + number % 26, 'a' + number / 26);
      }
    }
  }
  check_round_trip();
}

/* Beginnings of a few long strings, many with a byte changed. */
static void round_trip_prefixes(void) {
  random_state = 35;
  list_clear();
  for (uint32_t i = 0; i < 6000; i++) {
    char text[121];
    uint32_t which = random_below(7), size = random_below(4) == 0 ? random_below(121) : 120;
    for (uint32_t k = 0; k < size; k++)
      text[k] = (char)('a' + (k * (which / 3 + 7) + k / 60 * which) % 26);
    if (size != 0 && random_below(3) == 0) text[random_below(size)] = '!';
    list_add(text, size);
  }
  check_round_trip();
}

/* Runs of digits at all places around the ends of the pieces that strings are cut into. */
static void round_trip_pieces(void) {
  random_state = 32;
  list_clear();
  for (uint32_t i = 0; i < 64; i++) {
    for (uint32_t k = 0; k < 4096 - 40 + i; k++) buffer_append(&list.text, "x", 1);
    for (uint32_t k = 0; k < 70; k++) {
      const char *digits = i % 3 == 0   ? "0123456789"
                           : i % 3 == 1 ? "0123456789abcdef"
                                        : "89ABCDEF01";
      buffer_append(&list.text, &digits[random_below(i % 3 == 1 ? 16 : 10)], 1);
    }
    list_addf("/%06u-%08x.", i * 3, random_below(1u << 31));
  }
  check_round_trip();
}

/* --- 3. sizes ------------------------------------------------------------- */

static uint64_t plain_bytes(void) { return list.text.size + 5 * (uint64_t)list.count + 64; }

/* Section and codec, in bytes. */
static uint64_t coded_bytes(TextProfile profile) {
  TextCodec *codec = NULL;
  Section section;
  uint64_t size = 0;
  if (encode(&section, profile, &codec)) size = section.bytes.size + text_codec_memory(codec);
  section_clear(&section);
  text_codec_release(codec);
  return size;
}

static void never_larger_than_plain(void) {
  random_state = 10;
  for (uint32_t kind = 0; kind < 8; kind++) {
    for (uint32_t count = 0; count < 3000; count = count * 2 + 1) {
      fill_kind(kind, count);
      for (int p = 0; p < 3; p++) {
        uint64_t size = coded_bytes(profiles[p]);
        if (size <= plain_bytes()) continue;
        fail("kind %u, %u strings: %u bytes", kind, count, (unsigned)size);
      }
    }
  }
}

static void incompressible_is_plain(void) {
  random_state = 11;
  list_clear();
  for (int i = 0; i < 2000; i++) add_random(200 + random_below(200), 256);
  for (int p = 0; p < 3; p++) {
    TextCodec *codec = NULL;
    Section section;
    if (encode(&section, profiles[p], &codec)) {
      if (section.bytes.size > list.text.size + list.text.size / 50) fail("over 2 %%");
      if (strcmp(encoding_of(&section), "plain") != 0) fail("is %s", encoding_of(&section));
      if (codec != NULL) fail("has a codec");
    }
    section_clear(&section);
    text_codec_release(codec);
  }
}

static void small_tables_pay_for_no_large_dictionary(void) {
  static const uint32_t counts[] = {10, 1000, 20000};
  for (int k = 0; k < 3; k++) {
    random_state = 12;
    list_clear();
    for (uint32_t i = 0; i < counts[k]; i++) add_words();
    TextCodec *codec = NULL;
    Section section;
    encode(&section, TEXT_BALANCED, &codec);
    uint64_t codec_size = text_codec_memory(codec);
    if (codec_size > list.text.size / 8 + 600) {
      fail("%u strings have a codec of %u bytes", counts[k], (unsigned)codec_size);
    }
    section_clear(&section);
    text_codec_release(codec);
  }
}

static void repeats_cost_little(void) {
  random_state = 13;
  list_clear();
  for (int i = 0; i < 20000; i++) list_addf("the same string again and again");
  if (coded_bytes(TEXT_BALANCED) > 20000) fail("%u bytes", (unsigned)coded_bytes(TEXT_BALANCED));
}

/* Phrases that come some times each, too seldom for a sample to have them. */
static void rare_phrases_cost_little(void) {
  random_state = 36;
  list_clear();
  for (int i = 0; i < 40000; i++) {
    uint32_t phrase = random_below(5000) * 2654435761u;
    list_addf("%x of %x", phrase >> 12, phrase * 2246822519u >> 12);
  }
  uint64_t size = coded_bytes(TEXT_BALANCED);
  if (size > 185000) fail("%u bytes", (unsigned)size);
}

/* Texts that all begin alike, so that their begins teach nothing of what is behind. */
static void fill_long(uint32_t count, int times) {
  random_state = 37;
  list_clear();
  for (uint32_t i = 0; i < count; i++) {
    char text[16000] = "";
    size_t size = 0;
    while (size < 3000) size += (size_t)snprintf(text + size, 16, "%u, ", (unsigned)size);
    while (size < 9000) {
      uint32_t word = random_below(400) * 2654435761u;
      size += (size_t)snprintf(text + size, 16, "%x ", word >> 12);
    }
    for (int k = 0; k < times; k++) list_add(text, size);
  }
}

static void long_strings_are_learned_from_everywhere(void) {
  fill_long(400, 1);
  for (int p = 0; p < 3; p++) {
    uint64_t size = coded_bytes(profiles[p]);
    if (size > list.text.size / 5) fail("%u of %u", (unsigned)size, (unsigned)list.text.size);
  }
}

static uint64_t offset_bytes(void) {
  TextCodec *codec = NULL;
  Section section;
  TextInfo info = {0};
  if (encode(&section, TEXT_BALANCED, &codec)) text_describe(&section.view, &info);
  section_clear(&section);
  text_codec_release(codec);
  return info.offset_bytes;
}

/* Nothing is passed over to read one, unless that cost the ones that repeat the one before. */
static void long_strings_have_offsets_of_their_own(void) {
  fill_long(400, 1);
  uint64_t own = offset_bytes();
  if (own < 400) fail("%u bytes", (unsigned)own);
  fill_long(200, 2);
  uint64_t shared = offset_bytes();
  if (shared >= 400) fail("%u bytes where strings repeat", (unsigned)shared);
}

/* A run's string once, and of the blocks, which are larger than of other text, little. */
static void runs_cost_little(void) {
  random_state = 34;
  list_clear();
  while (list.count < 20000) {
    uint32_t words[3] = {random_below(40), random_below(40), random_below(40)};
    for (int i = 0; i < 20; i++) {
      list_addf("the %c%c house of %c%c and %c%c", 'a' + words[0] % 26, 'a' + words[0] / 26,
                'a' + words[1] % 26, 'a' + words[1] / 26, 'a' + words[2] % 26, 'a' + words[2] / 26);
    }
  }
  if (coded_bytes(TEXT_BALANCED) > 16000) fail("%u bytes", (unsigned)coded_bytes(TEXT_BALANCED));
}

static void counters_cost_little(void) {
  list_clear();
  for (int i = 0; i < 20000; i++) {
    list_addf("http://example.org/images/D%02d/D%05d_8.jpg", i / 1000, i);
  }
  if (coded_bytes(TEXT_BALANCED) > 40000) fail("%u bytes", (unsigned)coded_bytes(TEXT_BALANCED));
}

static void hex_costs_half(void) {
  random_state = 14;
  list_clear();
  for (int i = 0; i < 10000; i++) {
    list_addf("%08x%08x%08x%08x", random_below(1u << 31), random_below(1u << 31),
              random_below(1u << 31), random_below(1u << 31));
  }
  if (coded_bytes(TEXT_SMALL) > 10000 * 18) fail("%u bytes", (unsigned)coded_bytes(TEXT_SMALL));
}

/* What encoding takes beside the strings, the section and the codec. */
static void working_memory_is_bounded(void) {
  random_state = 33;
  list_clear();
  for (uint32_t i = 0; i < LIST_MAX; i++) {
    uint32_t words[4];
    for (int k = 0; k < 4; k++) words[k] = random_below(60000) * 2654435761u;
    list_addf("%x%c%x%c%o~%x", words[0], 33 + (int)(words[0] % 90), words[1],
              33 + (int)(words[1] % 90), words[2], words[3]);
  }
  for (int p = 0; p < 3; p++) {
    TextCodec *codec = NULL;
    Section section;
    sqlite3_int64 used = sqlite3_memory_used();
    sqlite3_memory_highwater(1);
    encode(&section, profiles[p], &codec);
    sqlite3_int64 peak = sqlite3_memory_highwater(0) - used - (sqlite3_int64)section.bytes.size;
    if (peak > 32 << 20) fail("profile %d takes %u KB", p, (unsigned)(peak >> 10));
    section_clear(&section);
    text_codec_release(codec);
  }
}

/* --- 4. codecs ------------------------------------------------------------ */

static void fill_words(uint32_t seed, uint32_t count) {
  random_state = seed;
  list_clear();
  for (uint32_t i = 0; i < count; i++) add_words();
}

static void codec_is_shared(void) {
  for (int p = 0; p < 3; p++) {
    TextCodec *codec = NULL, *first;
    Section section;
    fill_words(20, 20000);
    encode(&section, profiles[p], &codec);
    section_clear(&section);
    first = text_codec_retain(codec);
    if (first == NULL) fail("no codec");
    for (uint32_t k = 0; k < 3; k++) {
      fill_words(21 + k, k == 2 ? 500 : 20000);
      if (encode(&section, profiles[p], &codec)) check_section(&section);
      if (codec != first) fail("profile %d, section %u: another codec", p, k);
      section_clear(&section);
    }
    text_codec_release(codec);
    text_codec_release(first);
  }
}

static void codec_grows_with_the_table(void) {
  TextCodec *codec = NULL, *first;
  Section section;
  fill_words(25, 500);
  encode(&section, TEXT_BALANCED, &codec);
  section_clear(&section);
  first = text_codec_retain(codec);
  fill_words(26, 20000);
  if (encode(&section, TEXT_BALANCED, &codec)) check_section(&section);
  if (codec == first) fail("20,000 strings have the codec of 500");
  section_clear(&section);
  text_codec_release(codec);
  text_codec_release(first);
}

static void codec_is_replaced(void) {
  TextCodec *codec = NULL, *first;
  Section section;
  fill_words(30, 20000);
  encode(&section, TEXT_BALANCED, &codec);
  section_clear(&section);
  first = text_codec_retain(codec);
  list_clear();
  for (uint32_t i = 0; i < 20000; i++) list_addf("zq%uxj!%ukw", random_below(20), i);
  if (encode(&section, TEXT_BALANCED, &codec)) check_section(&section);
  if (codec == first) fail("the codec was kept");
  section_clear(&section);
  text_codec_release(codec);
  text_codec_release(first);
}

static void shared_codec_codes_other_bytes(void) {
  TextCodec *codec = NULL;
  Section section;
  fill_words(40, 20000);
  encode(&section, TEXT_BALANCED, &codec);
  section_clear(&section);
  fill_words(41, 3000);
  list_addf("\x01\x02~^|#%%$");
  list_add("a\0b", 3);
  if (encode(&section, TEXT_BALANCED, &codec)) check_section(&section);
  section_clear(&section);
  text_codec_release(codec);
}

static void fill_phrases(uint32_t seed, uint32_t count) {
  random_state = seed;
  list_clear();
  for (uint32_t i = 0; i < count; i++) add_phrase();
}

/* Codes of classes, for strings and then for others, also out of the codec's bytes. */
static void codes_know_the_token_before(void) {
  TextCodec *codec = NULL, *opened = NULL;
  Section section;
  fill_phrases(42, 20000);
  if (encode(&section, TEXT_SMALL, &codec)) check_section(&section);
  if (codec == NULL || codec->classes == NULL) {
    fail("no classes");
  } else {
    size_t size;
    const unsigned char *bytes = text_codec_bytes(codec, &size);
    if (text_codec_open(bytes, size, &opened) != SQLITE_OK) fail("not opened again");
  }
  section_clear(&section);
  const TextCodec *first = codec;
  fill_phrases(43, 3000);
  fill_words(44, 2000);
  list_addf("\x01\x02~^|#%%$");
  list_add("a\0b", 3);
  if (encode(&section, TEXT_SMALL, &opened)) check_section(&section);
  section_clear(&section);
  fill_phrases(43, 3000);
  if (encode(&section, TEXT_SMALL, &codec)) check_section(&section);
  if (codec != first) fail("another codec");
  section_clear(&section);
  text_codec_release(codec);
  text_codec_release(opened);
}

/* Classes that lose all their tokens are given others, so hardly one is lost in the end. */
static void classes_are_not_lost(void) {
  static const char *const vowels = "aeiou";
  TextCodec *codec = NULL;
  Section section;
  random_state = 46;
  list_clear();
  for (int i = 0; i < 20000; i++) {
    char text[80] = "";
    for (uint32_t n = 1 + random_below(7); n != 0; n--) {
      uint32_t word = random_below(300) * 7919 % 3001;
      snprintf(text + strlen(text), 8, "%s%c%c%c%u", text[0] == 0 ? "" : " ",
               'a' + (int)(word % 20), vowels[word / 20 % 5], 'l' + (int)(word / 100 % 9),
               random_below(10));
    }
    list_addf("%s", text);
  }
  encode(&section, TEXT_SMALL, &codec);
  uint32_t classes = codec == NULL || codec->classes == NULL ? 0 : codec->classes->classes;
  if (classes < 20) fail("%u classes", classes);
  section_clear(&section);
  text_codec_release(codec);
}

/* Tokens in no order have no classes, which would cost more than they save. */
static void codes_know_nothing_of_random_words(void) {
  TextCodec *codec = NULL;
  Section section;
  random_state = 45;
  list_clear();
  for (uint32_t i = 0; i < 20000; i++)
    list_addf("%c%c", 'a' + (int)random_below(26), 'a' + (int)random_below(26));
  encode(&section, TEXT_SMALL, &codec);
  if (codec != NULL && codec->classes != NULL) fail("classes");
  section_clear(&section);
  text_codec_release(codec);
}

static void plain_keeps_the_codec_offered(void) {
  TextCodec *codec = NULL, *first;
  Section section;
  fill_words(50, 5000);
  encode(&section, TEXT_BALANCED, &codec);
  section_clear(&section);
  first = codec;
  list_clear();
  for (int i = 0; i < 500; i++) add_random(50, 256);
  if (encode(&section, TEXT_BALANCED, &codec)) check_section(&section);
  if (codec != first) fail("the codec is lost");
  section_clear(&section);
  text_codec_release(codec);
}

/* --- 5. offsets ----------------------------------------------------------- */

static uint32_t block_at[LIST_MAX + 1];

/* Blocks of random sizes, some of them far larger than others; returns how many. */
static uint32_t fill_blocks(uint32_t count, uint32_t shift, uint32_t kind) {
  uint32_t blocks = (count + (1u << shift) - 1) >> shift, at = 0;
  for (uint32_t i = 0; i < blocks; i++) {
    block_at[i] = at;
    if (kind != 0) at += random_below(200);
    if (kind == 2 && random_below(100) == 0) at += random_below(30000);
    if (kind == 3 && random_below(500) == 0) at += random_below(1 << 24);
  }
  block_at[blocks] = at;
  return blocks;
}

/* Appends the layout of version 0 for the blocks. */
static void append_version_0(uint32_t blocks, uint32_t count, uint32_t shift, Buffer *out) {
  uint32_t per_group = 6 - shift, mask = (1u << per_group) - 1, groups = (count + 63) / 64;
  size_t residuals = 24 + 4 * ((size_t)groups + 1), bits = 0;
  if (buffer_append_zeros(out, residuals - 24 + 4 * (size_t)blocks + BITS_PADDING)) abort();
  out->bytes[9] = 32;
  store_u32(out->bytes + 20, 1u << 30);
  for (uint32_t g = 0; g <= groups; g++) {
    uint32_t block = g << per_group;
    store_u32(out->bytes + 24 + 4 * (size_t)g, block_at[block < blocks ? block : blocks]);
  }
  for (uint32_t block = 0; block < blocks; block++) {
    const unsigned char *bases = out->bytes + 24 + 4 * (size_t)(block >> per_group);
    uint32_t base = load_u32(bases);
    uint64_t line = (uint64_t)(load_u32(bases + 4) - base) * (block & mask) >> per_group;
    uint64_t residual = block_at[block] - base - line + (1u << 30);
    if ((block & mask) == 0) continue;
    bits_put(out->bytes + residuals, bits, 32, residual & UINT32_MAX);
    bits += 32;
  }
}

static void check_blocks(const Buffer *section, uint32_t count, uint32_t blocks) {
  TextView view = {.section = section->bytes, .size = section->size, .count = count};
  if (!offsets_open(&view)) fail("%u blocks are not opened", blocks);
  for (uint32_t i = 0; i < blocks && reason[0] == 0; i++) {
    uint64_t at = offsets_block_at(&view, i);
    if (at != block_at[i]) fail("block %u of %u is at %u", i, blocks, (unsigned)at);
  }
  if (view.layout[OFFSETS_END] > section->size) fail("the end is behind the section");
  view.size = view.layout[OFFSETS_END] - 1;
  if (offsets_open(&view)) fail("opened though cut off");
}

static void every_block_is_found(void) {
  random_state = 61;
  for (uint32_t shift = 0; shift <= 6; shift++) {
    for (uint32_t k = 0; k < 60; k++) {
      uint32_t count = k < 20 ? k * 37 : 1 + random_below(k % 4 == 0 ? LIST_MAX : 3000);
      uint32_t blocks = fill_blocks(count, shift, k % 4);
      Buffer section = {0}, old = {0};
      if (buffer_append_zeros(&section, 24) || buffer_append_zeros(&old, 24)) abort();
      if (offsets_append(block_at, count, shift, 0, &section) != SQLITE_OK) fail("not appended");
      check_blocks(&section, count, blocks);
      old.bytes[8] = (unsigned char)shift;
      append_version_0(blocks, count, shift, &old);
      check_blocks(&old, count, blocks);
      buffer_clear(&section);
      buffer_clear(&old);
    }
  }
}

/* Residuals too wide for a record. */
static void blocks_far_apart_are_found(void) {
  Buffer section = {0};
  if (buffer_append_zeros(&section, 24)) abort();
  for (uint32_t i = 0; i <= 32; i++) block_at[i] = i == 0 ? 0 : i < 31 ? 2100000000u : 4200000000u;
  if (offsets_append(block_at, 128, 2, 0, &section) != SQLITE_OK) fail("not appended");
  if (section.bytes[2] != 0) fail("in a record");
  check_blocks(&section, 128, 32);
  buffer_clear(&section);
}

/* --- 6. parsing ----------------------------------------------------------- */

/* Adds a token behind the others: a random one, or one of them cut, lengthened or changed. */
static void add_token(Buffer *symbols, uint32_t *start, uint32_t count) {
  uint16_t token[TOKEN_BYTES_MAX];
  uint32_t size = 0, wanted = 2 + random_below(random_below(4) == 0 ? 40 : 6);
  if (count > SYMBOL_LIMIT && random_below(4) != 0) {
    uint32_t other = SYMBOL_LIMIT + random_below(count - SYMBOL_LIMIT);
    size = start[other + 1] - start[other];
    memcpy(token, symbols->bytes + start[other] * sizeof *token, size * sizeof *token);
    if (random_below(2) == 0) size = 1 + random_below(size);
    wanted = size + random_below(8);
    token[random_below(size)] = (uint16_t)('a' + random_below(3));
  }
  for (; size < wanted && size < TOKEN_BYTES_MAX; size++) {
    token[size] = (uint16_t)('a' + random_below(3));
  }
  if (size == 1) token[size++] = SYMBOL_END;
  if (buffer_append(symbols, token, size * sizeof *token) != SQLITE_OK) abort();
  start[count + 1] = start[count] + size;
}

/* The token that the parser makes of those symbols, or UINT32_MAX for several. */
static uint32_t parse_as_one(Parser *parser, const Sequences *tokens, uint32_t token) {
  static ParseTable best;
  uint16_t symbols[TOKEN_BYTES_MAX + 1], parsed[TOKEN_BYTES_MAX];
  uint32_t size = tokens->start[token + 1] - tokens->start[token];
  memcpy(symbols, tokens->symbols + tokens->start[token], size * sizeof *symbols);
  return parser_parse(parser, best, symbols, size, parsed) == 1 ? parsed[0] : UINT32_MAX;
}

static bool spelled_alike(const Sequences *tokens, uint32_t a, uint32_t b) {
  uint32_t size = tokens->start[a + 1] - tokens->start[a];
  return size == tokens->start[b + 1] - tokens->start[b] &&
         memcmp(tokens->symbols + tokens->start[a], tokens->symbols + tokens->start[b],
                size * sizeof(uint16_t)) == 0;
}

static void find_all_tokens(uint32_t count) {
  static uint32_t start[SYMBOL_LIMIT + 2000 + 1], uses[SYMBOL_LIMIT + 2000];
  Buffer symbols = {0};
  Parser parser;
  for (uint16_t t = 0; t < SYMBOL_LIMIT; t++) {
    start[t + 1] = t + 1u;
    if (buffer_append(&symbols, &t, sizeof t) != SQLITE_OK) abort();
  }
  for (uint32_t t = SYMBOL_LIMIT; t < count; t++) add_token(&symbols, start, t);
  for (uint32_t t = 0; t < count; t++) uses[t] = t % 7 != 0;
  Sequences tokens = {.symbols = (uint16_t *)(void *)symbols.bytes, .start = start, .count = count};
  if (parser_init(&parser, &tokens, uses) != SQLITE_OK) abort();
  for (uint32_t t = 0; t < count; t++) parser_set_cost(&parser, t, COST_BIT);
  for (uint32_t t = SYMBOL_LIMIT; t < count; t++) {
    uint32_t found = parse_as_one(&parser, &tokens, t);
    bool same = found != UINT32_MAX && spelled_alike(&tokens, found, t);
    if (uses[t] != 0 && !same) fail("token %u of %u is not found", t, count);
    if (found != UINT32_MAX && (!same || uses[found] == 0))
      fail("token %u is taken for another", t);
  }
  parser_clear(&parser);
  buffer_clear(&symbols);
}

/* Tokens that begin, lengthen and almost equal each other. */
static void every_token_is_found(void) {
  random_state = 11;
  for (uint32_t count = 1; count < 2000; count += 1 + count / 2) {
    find_all_tokens(SYMBOL_LIMIT + count);
  }
}

/* --- 7. faults ------------------------------------------------------------ */

/* Two sections and all reads; the first error, or SQLITE_OK. */
static int use_all(TextProfile profile) {
  TextCodec *codec = NULL;
  Buffer out = {0}, string = {0};
  TextBatch batch = {0};
  TextView view;
  Strings strings = {list.text.bytes, list.start, list.count};
  int rc = text_encode(&strings, profile, NULL, &codec, NULL, &out);
  out.size = 0;
  if (rc == SQLITE_OK) rc = text_encode(&strings, profile, NULL, &codec, NULL, &out);
  if (rc == SQLITE_OK) rc = text_open(&view, out.bytes, out.size, codec);
  if (rc == SQLITE_OK) rc = text_read(&view, list.count / 2, NULL, &string);
  TextExpansion expansion = {0};
  if (rc == SQLITE_OK) {
    expansion = expanded(&view);
    rc = text_read_batch(&view, 0, list.count < 256 ? list.count : 256, &expansion, &batch);
  }
  text_expansion_clear(&expansion);
  buffer_clear(&out);
  buffer_clear(&string);
  text_batch_clear(&batch);
  text_codec_release(codec);
  return rc;
}

static void out_of_memory(void) {
  random_state = 60;
  fill_kind(7, 400);
  sqlite3_int64 used = sqlite3_memory_used();
  for (int p = 0; p < 3; p++) {
    int rc = SQLITE_NOMEM;
    for (int64_t n = 0; rc == SQLITE_NOMEM && n < 5000; n++) {
      allocations_left = n;
      rc = use_all(profiles[p]);
      bool all = allocations_left >= 0;
      allocations_left = -1;
      if (rc != SQLITE_NOMEM && rc != SQLITE_OK) fail("allocation %d: answers %d", (int)n, rc);
      if (rc == SQLITE_OK && !all) rc = SQLITE_NOMEM; /* a failure that did no harm */
      if (sqlite3_memory_used() != used) fail("allocation %d: leaks", (int)n);
    }
    if (rc == SQLITE_NOMEM) fail("never succeeds");
  }
}

/* Reads all that can be read of a damaged section; only its bounds matter. */
static void read_damaged(const unsigned char *bytes, size_t size, const TextCodec *codec) {
  TextView view;
  Buffer string = {0};
  TextBatch batch = {0};
  if (text_open(&view, bytes, size, codec) == SQLITE_OK) {
    TextExpansion expansion = expanded(&view);
    for (uint32_t i = 0; i < view.count && i < 300; i++) {
      text_read(&view, i, NULL, &string);
      text_read(&view, i, &expansion, &string);
    }
    for (uint32_t i = 0; i < view.count && i < 2048; i += TEXT_BATCH_ROWS) {
      uint32_t left = view.count - i, count = left < TEXT_BATCH_ROWS ? left : TEXT_BATCH_ROWS;
      text_read_batch(&view, i, count, NULL, &batch);
      text_read_batch(&view, i, count, &expansion, &batch);
    }
    text_expansion_clear(&expansion);
  }
  buffer_clear(&string);
  text_batch_clear(&batch);
}

/* Encodes the list with a codec that is given up; what becomes of it does not matter. */
static int try_encoding_with(TextCodec *codec) {
  Strings strings = list_strings();
  Buffer out = {0};
  int rc = text_encode(&strings, TEXT_BALANCED, NULL, &codec, NULL, &out);
  buffer_clear(&out);
  text_codec_release(codec);
  return rc;
}

static void damage(const Section *section, const TextCodec *codec) {
  size_t size = section->bytes.size;
  unsigned char *copy = sqlite3_malloc64(size);
  for (int k = 0; k < 150; k++) {
    memcpy(copy, section->bytes.bytes, size);
    uint32_t from = k % 3 == 0 ? 0 : random_below((uint32_t)size);
    uint32_t reach = k % 3 == 0 ? 64 : 1 + random_below((uint32_t)size - from);
    if (reach > size - from) reach = (uint32_t)size - from;
    for (uint32_t n = 1 + random_below(8); n != 0; n--) {
      copy[from + random_below(reach)] = (unsigned char)random_below(256);
    }
    read_damaged(copy, size, codec);
  }
  sqlite3_free(copy);
  for (int k = 0; k < 50; k++) { /* cut off */
    size_t shorter = random_below((uint32_t)size);
    copy = sqlite3_malloc64(shorter + 1);
    memcpy(copy, section->bytes.bytes, shorter);
    read_damaged(copy, shorter, codec);
    sqlite3_free(copy);
  }
}

static void damaged_sections_stay_in_bounds(void) {
  random_state = 70;
  for (uint32_t kind = 0; kind < 8; kind++) {
    fill_kind(kind, 300);
    for (int p = 0; p < 3; p++) {
      TextCodec *codec = NULL;
      Section section;
      if (encode(&section, profiles[p], &codec)) damage(&section, codec);
      section_clear(&section);
      text_codec_release(codec);
    }
  }
}

/* A damaged codec is refused, or decodes something else within its bounds. */
static void damaged_codecs_stay_in_bounds(void) {
  random_state = 75;
  for (uint32_t kind = 0; kind < 8; kind++) {
    fill_kind(kind, 400);
    for (int p = 0; p < 3; p++) {
      TextCodec *codec = NULL;
      Section section;
      encode(&section, profiles[p], &codec);
      size_t size = 0;
      const unsigned char *bytes = codec == NULL ? NULL : text_codec_bytes(codec, &size);
      for (int k = 0; k < 300 && size != 0; k++) {
        unsigned char *copy = sqlite3_malloc64(size);
        TextCodec *opened = NULL;
        memcpy(copy, bytes, size);
        uint32_t reach = k % 2 == 0 ? 56 + 64 : (uint32_t)size;
        if (reach > size) reach = (uint32_t)size;
        for (uint32_t n = 1 + random_below(3); n != 0; n--) {
          copy[random_below(reach)] ^= (unsigned char)(1 << random_below(8));
        }
        if (text_codec_open(copy, size - (size_t)(k % 5 == 4), &opened) == SQLITE_OK) {
          store_u32(section.bytes.bytes + 12, opened->check);
          read_damaged(section.bytes.bytes, section.bytes.size, opened);
          int rc = try_encoding_with(opened);
          if (rc != SQLITE_OK && rc != SQLITE_CORRUPT) fail("text_encode answers %d", rc);
        }
        sqlite3_free(copy);
      }
      section_clear(&section);
      text_codec_release(codec);
    }
  }
}

/* The codes of classes: each bit of them wrong in turn, each end cut off. */
static void damaged_class_codes_stay_in_bounds(void) {
  TextCodec *codec = NULL;
  Section section;
  fill_phrases(87, 6000);
  encode(&section, TEXT_SMALL, &codec);
  size_t size = 0, accepted = 0;
  const unsigned char *bytes = codec == NULL ? NULL : text_codec_bytes(codec, &size);
  if (codec == NULL || codec->classes == NULL) fail("no classes");
  size_t from = CODEC_FIXED_SIZE + FIELD_SIZE * (size_t)(codec == NULL ? 0 : codec->fields);
  for (size_t bit = 8 * from; bit < 8 * size && reason[0] == 0; bit += 1 + random_below(16)) {
    unsigned char *copy = sqlite3_malloc64(size);
    TextCodec *opened = NULL;
    memcpy(copy, bytes, size);
    copy[bit / 8] ^= (unsigned char)(1 << bit % 8);
    if (text_codec_open(copy, size, &opened) == SQLITE_OK) {
      accepted++;
      store_u32(section.bytes.bytes + 12, opened->check);
      read_damaged(section.bytes.bytes, section.bytes.size, opened);
      text_codec_release(opened);
    }
    sqlite3_free(copy);
  }
  if (accepted == 0) fail("nothing was read");
  section_clear(&section);
  text_codec_release(codec);
}

static void codec_survives_its_bytes(void) {
  TextCodec *codec = NULL, *opened = NULL;
  Section section;
  fill_words(85, 3000);
  encode(&section, TEXT_BALANCED, &codec);
  size_t size;
  const unsigned char *bytes = text_codec_bytes(codec, &size);
  int rc = text_codec_open(bytes, size, &opened);
  text_codec_release(codec);
  const Buffer *stored = &section.bytes;
  if (rc == SQLITE_OK) rc = text_open(&section.view, stored->bytes, stored->size, opened);
  if (rc == SQLITE_OK) {
    check_section(&section);
  } else {
    fail("opening answers %d", rc);
  }
  section_clear(&section);
  text_codec_release(opened);
}

/* Readers of strings rely on the zero byte; a codec whose text has none is none. */
static void codec_without_zero_bytes_is_corrupt(void) {
  for (int p = 0; p < 2; p++) {
    TextCodec *codec = NULL, *opened = NULL;
    Section section;
    fill_words(86, 3000);
    encode(&section, profiles[p], &codec);
    size_t size;
    const unsigned char *bytes = text_codec_bytes(codec, &size);
    unsigned char *copy = sqlite3_malloc64(size);
    memcpy(copy, bytes, size);
    for (size_t i = size - 16 - load_u32(bytes + 8); i < size - 16; i++) {
      if (copy[i] == 0) copy[i] = 'x';
    }
    if (text_codec_open(copy, size, &opened) != SQLITE_CORRUPT) fail("profile %d", p);
    text_codec_release(opened);
    sqlite3_free(copy);
    section_clear(&section);
    text_codec_release(codec);
  }
}

static void wrong_codec_is_corrupt(void) {
  TextCodec *one = NULL, *other = NULL;
  Section section, another;
  TextView view;
  fill_words(80, 2000);
  encode(&section, TEXT_BALANCED, &one);
  fill_words(81, 1000);
  encode(&another, TEXT_BALANCED, &other);
  int rc = text_open(&view, section.bytes.bytes, section.bytes.size, other);
  if (rc != SQLITE_CORRUPT) fail("another codec answers %d", rc);
  rc = text_open(&view, section.bytes.bytes, section.bytes.size, NULL);
  if (rc != SQLITE_CORRUPT) fail("no codec answers %d", rc);
  section_clear(&section);
  section_clear(&another);
  text_codec_release(one);
  text_codec_release(other);
}

static void rows_out_of_range_are_refused(void) {
  TextCodec *codec = NULL;
  Section section;
  Buffer string = {0};
  TextBatch batch = {0};
  fill_words(90, 1000);
  encode(&section, TEXT_BALANCED, &codec);
  if (text_read(&section.view, 1000, NULL, &string) == SQLITE_OK) fail("text_read");
  if (text_read_batch(&section.view, 900, 101, NULL, &batch) == SQLITE_OK) fail("text_read_batch");
  if (text_read_batch(&section.view, 0, 257, NULL, &batch) == SQLITE_OK) fail("a batch of 257");
  if (text_read_batch(&section.view, 1000, 0, NULL, &batch) != SQLITE_OK) fail("an empty batch");
  buffer_clear(&string);
  text_batch_clear(&batch);
  section_clear(&section);
  text_codec_release(codec);
}

int main(void) {
  install_failing_allocator();
  sqlite3_initialize();

  run_case(NAMED(round_trip_random));
  run_case(NAMED(round_trip_no_strings));
  run_case(NAMED(round_trip_most_strings));
  run_case(NAMED(section_at_any_offset));
  run_case(NAMED(round_trip_empty_strings));
  run_case(NAMED(round_trip_zero_bytes));
  run_case(NAMED(round_trip_invalid_utf8));
  run_case(NAMED(round_trip_every_byte));
  run_case(NAMED(round_trip_long_strings));
  run_case(NAMED(round_trip_digits));
  run_case(NAMED(round_trip_counters));
  run_case(NAMED(fields_write_their_digits));
  run_case(NAMED(round_trip_hex));
  run_case(NAMED(round_trip_long_hex));
  run_case(NAMED(round_trip_repeats));
  run_case(NAMED(round_trip_prefixes));
  run_case(NAMED(round_trip_pieces));
  run_case(NAMED(never_larger_than_plain));
  run_case(NAMED(incompressible_is_plain));
  run_case(NAMED(small_tables_pay_for_no_large_dictionary));
  run_case(NAMED(repeats_cost_little));
  run_case(NAMED(rare_phrases_cost_little));
  run_case(NAMED(long_strings_are_learned_from_everywhere));
  run_case(NAMED(long_strings_have_offsets_of_their_own));
  run_case(NAMED(runs_cost_little));
  run_case(NAMED(counters_cost_little));
  run_case(NAMED(hex_costs_half));
  run_case(NAMED(working_memory_is_bounded));
  run_case(NAMED(codec_is_shared));
  run_case(NAMED(codec_grows_with_the_table));
  run_case(NAMED(codec_is_replaced));
  run_case(NAMED(shared_codec_codes_other_bytes));
  run_case(NAMED(codes_know_the_token_before));
  run_case(NAMED(classes_are_not_lost));
  run_case(NAMED(codes_know_nothing_of_random_words));
  run_case(NAMED(plain_keeps_the_codec_offered));
  run_case(NAMED(every_block_is_found));
  run_case(NAMED(blocks_far_apart_are_found));
  run_case(NAMED(every_token_is_found));
  run_case(NAMED(out_of_memory));
  run_case(NAMED(damaged_sections_stay_in_bounds));
  run_case(NAMED(damaged_codecs_stay_in_bounds));
  run_case(NAMED(damaged_class_codes_stay_in_bounds));
  run_case(NAMED(codec_survives_its_bytes));
  run_case(NAMED(codec_without_zero_bytes_is_corrupt));
  run_case(NAMED(wrong_codec_is_corrupt));
  run_case(NAMED(rows_out_of_range_are_refused));
  buffer_clear(&list.text);
  return failures != 0;
}
