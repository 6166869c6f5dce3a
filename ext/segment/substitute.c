/*
** substitute.c: see substitute.h.
*/
#include "substitute.h"

#include "base/sqlite.h"

bool substitute_markers(const Value *values, uint32_t rows, Derivation *derivations,
                        uint32_t count) {
  bool used[256] = {true}; /* a zero byte would take the text's end in many a reader's eyes */
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

/* Appends one text with `part` replaced; *value gets its new place. */
static int rewrite(const Derivation *derivation, const Buffer *part, Value *value, Buffer *text) {
  size_t at, start = text->size;
  const unsigned char *bytes = value->size == 0 ? (const unsigned char *)"" : value->bytes;
  int rc;
  if (derive_find(bytes, value->size, part, &at)) {
    rc = buffer_append(text, bytes, at);
    if (rc == SQLITE_OK) rc = buffer_append(text, &derivation->marker, 1);
    size_t behind = at + part->size;
    if (rc == SQLITE_OK) rc = buffer_append(text, bytes + behind, value->size - behind);
  } else {
    rc = buffer_append(text, bytes, value->size);
  }
  value->size = (uint32_t)(text->size - start);
  value->integer = (int64_t)start; /* until the buffer has stopped moving */
  return rc;
}

/* One derivation over all rows; the texts move from wherever they are to `text`. */
static int substitute_one(ColumnSource *source, const Derivation *derivation, ColumnValues *sources,
                          Value *values, Buffer *text) {
  Buffer part = {0};
  int rc = columns_read(source, derivation->source, 1, sources);
  for (uint32_t row = 0; row < source->count && rc == SQLITE_OK; row++) {
    if (values[row].type != VALUE_TEXT) continue;
    rc = derive_transform(derivation->transform, &sources->values[row], &part);
    if (rc == SQLITE_OK) rc = rewrite(derivation, &part, &values[row], text);
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
    rc = substitute_one(source, &derivations[i], &sources, values, &other);
    Buffer swap = *text;
    *text = other;
    other = swap;
  }
  column_values_clear(&sources);
  buffer_clear(&other);
  return rc;
}
