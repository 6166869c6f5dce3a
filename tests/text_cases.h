/*
** text_cases.h: what the hosts that test the text layer have in common: cases and
** how they are reported, random numbers that are the same in each run, lists of
** strings. Included once, by the one C file of a host.
*/
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "text/text.h"

/* --- cases ---------------------------------------------------------------- */

static int failures;
static char reason[400]; /* why the case under way fails; "": it does not */

static void fail(const char *format, ...) {
  if (reason[0] != 0) return;
  va_list list;
  va_start(list, format);
  vsnprintf(reason, sizeof reason, format, list);
  va_end(list);
}

static void run(const char *name, void (*body)(void)) {
  reason[0] = 0;
  body();
  if (reason[0] == 0) {
    printf("ok %s\n", name);
  } else {
    printf("not ok %s: %s\n", name, reason);
    failures++;
  }
  fflush(stdout);
}

/* --- random numbers ------------------------------------------------------- */

static uint64_t random_state;

static uint32_t random_below(uint32_t limit) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((random_state >> 33) % limit);
}

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

/* --- an allocator that fails on demand ------------------------------------- */

static sqlite3_mem_methods system_methods;
static int64_t allocations_left = -1; /* before one fails; -1: none does */

static bool next_fails(void) {
  if (allocations_left < 0) return false;
  return allocations_left-- == 0;
}

static void *failing_malloc(int size) { return next_fails() ? NULL : system_methods.xMalloc(size); }

static void *failing_realloc(void *old, int size) {
  return next_fails() ? NULL : system_methods.xRealloc(old, size);
}
