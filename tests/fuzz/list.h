/*
** list.h: many strings out of a few lines of input. Calls input.h, text.h.
**
** Each line is a string; `#` in it becomes the number of the string in the list,
** and `\` flips bit 6 of the byte behind it, so that `\J` is a line break and
** `\@` a zero byte. All lines are repeated `copies` times, for a dictionary is
** learned from much text only.
*/
#ifndef FUZZ_LIST_H
#define FUZZ_LIST_H

#include <sqlite3.h>

#include "input.h"
#include "text/text.h"

#define LIST_MAX 4096

typedef struct List {
  Buffer text;
  uint32_t start[LIST_MAX + 1];
  uint32_t count;
} List;

static inline void list_append(List *list, const void *bytes, size_t size) {
  expect(buffer_append(&list->text, bytes, size) == SQLITE_OK, "no memory");
}

static inline void list_add_line(List *list, const uint8_t *line, size_t size) {
  for (size_t i = 0; i < size; i++) {
    uint8_t byte = line[i];
    char number[16];
    int digits = snprintf(number, sizeof number, "%u", list->count);
    if (byte == '#') {
      list_append(list, number, (size_t)digits);
      continue;
    }
    if (byte == '\\' && i + 1 < size) byte = line[++i] ^ 0x40;
    list_append(list, &byte, 1);
  }
  list->start[++list->count] = (uint32_t)list->text.size;
}

/* Fills an empty list. */
static inline void list_read(List *list, Input input, uint32_t copies) {
  for (uint32_t i = 0; i < copies; i++) {
    Input lines = input;
    while (lines.size > 0 && list->count < LIST_MAX) {
      size_t size;
      const uint8_t *line = input_line(&lines, &size);
      list_add_line(list, line, size);
    }
  }
  list_append(list, "", 1); /* so that there are bytes, though all strings are empty */
}

static inline void list_clear(List *list) {
  buffer_clear(&list->text);
  list->count = 0;
}

static inline TextProfile list_profile(uint32_t byte) {
  static const TextProfile profiles[] = {TEXT_BALANCED, TEXT_FAST, TEXT_SMALL};
  return profiles[byte % 3];
}

/* The section of the list, in exactly as many bytes as it has; *codec comes with a reference. */
static inline unsigned char *list_encode(const List *list, TextProfile profile, TextCodec **codec,
                                         size_t *size) {
  Strings strings = {list->text.bytes, list->start, list->count};
  Buffer section = {0};
  *codec = NULL;
  expect(text_encode(&strings, profile, NULL, codec, NULL, &section) == SQLITE_OK, "text_encode");
  unsigned char *exact = sqlite3_malloc64(section.size);
  expect(exact != NULL, "no memory");
  for (size_t i = 0; i < section.size; i++) exact[i] = section.bytes[i];
  *size = section.size;
  buffer_clear(&section);
  return exact;
}

#endif
