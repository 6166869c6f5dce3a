/*
** text_cases.h: what the hosts that test the text layer have in common: lists of strings, sections
** of them.
** Included once, by the one C file of a host. Calls cases.h, text.h.
*/
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "failing_allocator.h"
#include "text/text.h"

/* --- lists of strings ----------------------------------------------------- */

#define LIST_MAX 65536

typedef struct List {
  Buffer text;
  uint32_t start[LIST_MAX + 1];
  uint32_t count;
} List;

static List list;

static void list_clear(void) {
  list.text.size = 0;
  list.count = 0;
  list.start[0] = 0;
}

static void list_add(const void *bytes, size_t size) {
  if (buffer_append(&list.text, bytes, size) != SQLITE_OK) abort();
  list.start[++list.count] = (uint32_t)list.text.size;
}

static inline void list_addf(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  list_add(text, (size_t)size);
}

static inline void add_words(void) {
  static const char *const words[] = {"the ",   "view ",  "of ",  "a ",   "river",
                                      " near ", "Study ", "for ", "head", "landscape ",
                                      "with ",  "(",      ") ",   "é",    "c."};
  char text[400] = "";
  for (uint32_t n = random_below(12); n != 0; n--) strcat(text, words[random_below(15)]);
  list_add(text, strlen(text));
}

/* Words of four kinds, one kind after the other, so that a word tells the kind of the next. */
static inline void add_phrase(void) {
  static const char *const forms[] = {"%c%cy ", "%c%cer", " %co%cing ", "%c%c, "};
  char text[400] = "";
  for (uint32_t i = 0, words = random_below(16); i < words; i++) {
    uint32_t word = random_below(200);
    snprintf(text + strlen(text), 16, forms[i % 4], 'a' + (int)(word % 20), 'A' + (int)(word / 20));
  }
  uint32_t start = list.count == 0 ? 0 : list.start[list.count - 1];
  uint32_t size = list.start[list.count] - start;
  if (random_below(8) != 0 || size >= sizeof text) {
    list_add(text, strlen(text));
  } else {
    memcpy(text, list.text.bytes + start, size); /* the one before again */
    list_add(text, size);
  }
}

/* The list as the text layer takes it; good until the list changes. */
static Strings list_strings(void) {
  if (buffer_reserve(&list.text, 1) != SQLITE_OK) abort();
  return (Strings){list.text.bytes, list.start, list.count};
}

/* --- coded sections ------------------------------------------------------- */

static const TextProfile profiles[] = {TEXT_BALANCED, TEXT_FAST, TEXT_SMALL};

typedef struct Section {
  Buffer bytes;
  TextView view;
} Section;

static inline void section_clear(Section *section) { buffer_clear(&section->bytes); }

/* Encodes the list and opens the section; false after a failure. */
static inline bool encode(Section *section, TextProfile profile, TextCodec **codec) {
  Strings strings = list_strings();
  *section = (Section){0};
  int rc = text_encode(&strings, profile, NULL, codec, NULL, &section->bytes);
  if (rc != SQLITE_OK) {
    fail("text_encode answers %d", rc);
    return false;
  }
  buffer_trim(&section->bytes); /* so that a checker sees reads behind the end */
  rc = text_open(&section->view, section->bytes.bytes, section->bytes.size, *codec);
  if (rc != SQLITE_OK) fail("text_open answers %d", rc);
  return rc == SQLITE_OK;
}
