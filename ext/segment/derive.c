/*
** derive.c: see derive.h.
*/
#include "derive.h"

#include <string.h>

#include "base/sqlite.h"

static bool is_alphanumeric(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static unsigned char lower(unsigned char c) {
  return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

/* ---- transforms ------------------------------------------------------------------ */

/* Letters and digits; `separator` for what separates; at neither end. Room is there. */
static size_t write_slug(const unsigned char *text, size_t size, unsigned char separator, bool drop,
                         unsigned char *into) {
  size_t at = 0;
  bool pending = false;
  for (size_t i = 0; i < size; i++) {
    unsigned char c = lower(text[i]);
    if (is_alphanumeric(c) || (drop && c == '_')) {
      if (pending && at > 0) into[at++] = separator;
      pending = false;
      into[at++] = c;
    } else if (!drop || c == ' ' || c == '-') {
      pending = true;
    }
  }
  return at;
}

static size_t write_style(DeriveStyle style, const unsigned char *text, size_t size,
                          unsigned char *into) {
  switch (style) {
  case DERIVE_LOWER:
    for (size_t i = 0; i < size; i++) into[i] = lower(text[i]);
    return size;
  case DERIVE_SLUG:
    return write_slug(text, size, '-', true, into);
  case DERIVE_SLUG_UNDERLINE:
    return write_slug(text, size, '_', true, into);
  case DERIVE_RUNS:
    return write_slug(text, size, '-', false, into);
  case DERIVE_RUNS_UNDERLINE:
    return write_slug(text, size, '_', false, into);
  default:
    memcpy(into, text, size);
    return size;
  }
}

static const unsigned char *last_word(const unsigned char *text, size_t *size) {
  size_t at = *size;
  while (at > 0 && text[at - 1] != ' ') at--;
  *size -= at;
  return text + at;
}

int derive_transform(uint8_t transform, const Value *source, Buffer *into) {
  char digits[24];
  const unsigned char *text = source->bytes;
  size_t size = source->size;
  into->size = 0;
  if (source->type == VALUE_INTEGER) {
    sqlite3_snprintf(sizeof digits, digits, "%lld", (sqlite3_int64)source->integer);
    text = (const unsigned char *)digits;
    size = strlen(digits);
  } else if (source->type != VALUE_TEXT) {
    return SQLITE_OK;
  }
  if (size == 0) return SQLITE_OK;
  if (transform / DERIVE_STYLES == DERIVE_LAST_WORD) text = last_word(text, &size);
  int rc = buffer_reserve(into, size + 1);
  if (rc != SQLITE_OK) return rc;
  into->size = write_style((DeriveStyle)(transform % DERIVE_STYLES), text, size, into->bytes);
  return SQLITE_OK;
}

bool derive_find(const unsigned char *text, size_t size, const Buffer *part, size_t *at) {
  if (part->size < DERIVE_SHORTEST || part->size > size) return false;
  const unsigned char *place = text, *end = text + (size - part->size) + 1;
  while (place < end && (place = memchr(place, part->bytes[0], (size_t)(end - place))) != NULL) {
    *at = (size_t)(place - text);
    if (memcmp(place, part->bytes, part->size) == 0) return true;
    place++;
  }
  return false;
}

/* ---- expanding -------------------------------------------------------------------- */

/* The places of the markers in a text, in order. */
typedef struct Marks {
  uint32_t at[DERIVATIONS];
  const Derivation *derivation[DERIVATIONS];
  uint32_t count;
} Marks;

static void find_marks(const unsigned char *text, uint32_t size, const Derivation *derivations,
                       uint32_t count, Marks *marks) {
  marks->count = 0;
  for (uint32_t i = 0; i < count && size > 0; i++) {
    const unsigned char *place = memchr(text, derivations[i].marker, size);
    if (place == NULL) continue;
    uint32_t at = (uint32_t)(place - text), slot = marks->count++;
    for (; slot > 0 && marks->at[slot - 1] > at; slot--) {
      marks->at[slot] = marks->at[slot - 1];
      marks->derivation[slot] = marks->derivation[slot - 1];
    }
    marks->at[slot] = at;
    marks->derivation[slot] = &derivations[i];
  }
}

bool derive_is_marked(const unsigned char *text, uint32_t size, const Derivation *derivations,
                      uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (size > 0 && memchr(text, derivations[i].marker, size) != NULL) return true;
  }
  return false;
}

int derive_expand(const unsigned char *text, uint32_t size, const Derivation *derivations,
                  uint32_t count, const DeriveSources *sources, Buffer *into) {
  Marks marks;
  uint32_t from = 0;
  int rc = SQLITE_OK;
  find_marks(text, size, derivations, count, &marks);
  into->size = 0;
  for (uint32_t i = 0; i < marks.count && rc == SQLITE_OK; i++) {
    Value value;
    rc = buffer_append(into, text + from, marks.at[i] - from);
    from = marks.at[i] + 1;
    if (rc == SQLITE_OK) {
      rc = sources->fetch(sources->context, marks.derivation[i]->source, &value);
    }
    if (rc == SQLITE_OK) {
      rc = derive_transform(marks.derivation[i]->transform, &value, sources->part);
    }
    if (rc == SQLITE_OK) rc = buffer_append(into, sources->part->bytes, sources->part->size);
  }
  if (rc == SQLITE_OK) rc = buffer_append(into, text + from, size - from);
  if (rc == SQLITE_OK) rc = buffer_append(into, "", 1);
  if (rc == SQLITE_OK) into->size--;
  return rc;
}
