/*
** text_cases.h: what the hosts that test the text layer have in common: lists of strings.
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

static void list_addf(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  list_add(text, (size_t)size);
}

static void add_words(void) {
  static const char *const words[] = {"the ",   "view ",  "of ",  "a ",   "river",
                                      " near ", "Study ", "for ", "head", "landscape ",
                                      "with ",  "(",      ") ",   "é",    "c."};
  char text[400] = "";
  for (uint32_t n = random_below(12); n != 0; n--) strcat(text, words[random_below(15)]);
  list_add(text, strlen(text));
}
