/*
** substitute.c: see substitute.h.
*/
#include "substitute.h"

#include <string.h>

#include "base/sqlite.h"

bool substitute_markers(const Value *values, uint32_t rows, Derivation *derivations,
                        uint32_t count) {
  bool used[256] = {true}; /* a zero byte may end the text for those who read it */
  /* nor may a letter behind a marker be taken for one */
  for (uint32_t i = 0; i < DERIVE_LETTERS; i++) used[DERIVE_FIRST_LETTER + i] = true;
  for (uint32_t row = 0; row < rows; row++) {
    if (values[row].type != VALUE_TEXT) continue;
    for (uint32_t i = 0; i < values[row].size; i++) used[values[row].bytes[i]] = true;
  }
  unsigned marker = 0;
  for (uint32_t i = 0; i < count; i++) {
    while (marker < 256 && used[marker]) marker++;
    if (marker == 256) return false;
    derivations[i].marker = (uint8_t)marker++;
  }
  return true;
}

/* Whether the match takes something of what stands for an earlier part: a marker, or its letter. */
static bool is_taken(const Derivation *derivations, uint32_t earlier, const unsigned char *text,
                     const DeriveMatch *match) {
  for (uint32_t i = 0; i < earlier; i++) {
    bool letter = match->at > 0 && derive_has_letter(derivations[i].transform) &&
                  text[match->at - 1] == derivations[i].marker;
    if (letter || memchr(text + match->at, derivations[i].marker, match->size) != NULL) return true;
  }
  return false;
}

/* Appends one text with the part of derivation `number` replaced; *value gets its new place. */
static int rewrite(const Derivation *derivations, uint32_t number, const Buffer *part, Value *value,
                   Buffer *text) {
  DeriveMatch match;
  size_t start = text->size;
  const Derivation *derivation = &derivations[number];
  const unsigned char *bytes = value->size == 0 ? (const unsigned char *)"" : value->bytes;
  int rc;
  if (derive_find(bytes, value->size, derivation->transform, part, &match) &&
      !is_taken(derivations, number, bytes, &match)) {
    size_t behind = match.at + match.size;
    rc = buffer_append(text, bytes, match.at);
    if (rc == SQLITE_OK) rc = derive_append_marker(derivation, &match, text);
    if (rc == SQLITE_OK) rc = buffer_append(text, bytes + behind, value->size - behind);
  } else {
    rc = buffer_append(text, bytes, value->size);
  }
  value->size = (uint32_t)(text->size - start);
  value->integer = (int64_t)start; /* until the buffer has stopped moving */
  return rc;
}

/* Reserves what the texts take as they are: hardly one grows. */
static int reserve_text(const Value *values, uint32_t rows, Buffer *text) {
  uint64_t size = 0;
  for (uint32_t row = 0; row < rows; row++) {
    if (values[row].type == VALUE_TEXT) size += values[row].size;
  }
  return buffer_reserve(text, size < BUFFER_LIMIT ? (size_t)size : 0);
}

/* One derivation over all rows; the texts move from wherever they are to `text`, which is empty. */
static int substitute_one(ColumnSource *source, const Derivation *derivations, uint32_t number,
                          ColumnValues *sources, Value *values, Buffer *text) {
  Buffer part = {0};
  const Derivation *derivation = &derivations[number];
  int rc = columns_read(source, derivation->source, 1, sources);
  if (rc == SQLITE_OK) rc = reserve_text(values, source->count, text);
  for (uint32_t row = 0; row < source->count && rc == SQLITE_OK; row++) {
    if (values[row].type != VALUE_TEXT) continue;
    part.size = 0;
    rc = derive_transform(derivation->transform, &sources->values[row], &part);
    if (rc == SQLITE_OK) rc = rewrite(derivations, number, &part, &values[row], text);
  }
  for (uint32_t row = 0; row < source->count && rc == SQLITE_OK; row++) {
    if (values[row].type != VALUE_TEXT) continue;
    values[row].bytes = values[row].size == 0 ? NULL : text->bytes + values[row].integer;
  }
  buffer_clear(&part);
  return rc;
}

int substitute(ColumnSource *source, const Derivation *derivations, uint32_t count, Value *values,
               Buffer *text) {
  ColumnValues sources = {0};
  Buffer other = {0};
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    other.size = 0;
    rc = substitute_one(source, derivations, i, &sources, values, &other);
    Buffer swap = *text;
    *text = other;
    other = swap;
  }
  column_values_clear(&sources);
  buffer_clear(&other);
  return rc;
}
