/*
** derive.c: see derive.h.
*/
#include "derive.h"

#include <string.h>

#include "base/integers.h"
#include "base/sqlite.h"

/* ---- transforms ------------------------------------------------------------------ */

/* Letters and digits; `separator` for what separates; at neither end. Room is there. */
static size_t write_slug(const unsigned char *text, size_t size, unsigned char separator, bool drop,
                         unsigned char *into) {
  size_t at = 0;
  bool pending = false;
  for (size_t i = 0; i < size; i++) {
    unsigned char c = ascii_lower(text[i]);
    if (ascii_is_alphanumeric(c) || (drop && c == '_')) {
      if (pending && at > 0) into[at++] = separator;
      pending = false;
      into[at++] = c;
    } else if (!drop || !derive_drops(c)) {
      pending = true;
    }
  }
  return at;
}

static size_t write_style(DeriveStyle style, const unsigned char *text, size_t size,
                          unsigned char *into) {
  switch (style) {
  case DERIVE_LOWER:
    for (size_t i = 0; i < size; i++) into[i] = ascii_lower(text[i]);
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
  unsigned char digits[INTEGER_DIGITS_MAX], *end = digits + sizeof digits;
  const unsigned char *text = source->bytes;
  size_t size = source->size;
  if (source->type == VALUE_INTEGER) {
    text = integer_write(source->integer, end);
    size = (size_t)(end - text);
  } else if (source->type != VALUE_TEXT) {
    return SQLITE_OK;
  }
  if (size == 0) return SQLITE_OK;
  if (transform / DERIVE_STYLES == DERIVE_LAST_WORD) text = last_word(text, &size);
  if (transform / DERIVE_STYLES == DERIVE_FIRST_THREE && size > 3) size = 3;
  int rc = buffer_reserve(into, size + 1);
  if (rc != SQLITE_OK) return rc;
  into->size +=
      write_style((DeriveStyle)(transform % DERIVE_STYLES), text, size, into->bytes + into->size);
  return SQLITE_OK;
}

/* ---- finding ---------------------------------------------------------------------- */

#define BEGIN_BYTES 8   /* of a part: most places that have it not differ in these */
#define PLACES_TRIED 16 /* with that beginning: bounds the time for texts that repeat one byte */

static unsigned char separator_of(uint8_t transform) {
  switch (transform % DERIVE_STYLES) {
  case DERIVE_SLUG:
  case DERIVE_RUNS:
    return '-';
  case DERIVE_SLUG_UNDERLINE:
  case DERIVE_RUNS_UNDERLINE:
    return '_';
  default:
    return ' ';
  }
}

/* The size without the last word and what separates it; 0 when there is one word. */
static size_t drop_word(const unsigned char *text, size_t size, unsigned char separator) {
  while (size > 0 && text[size - 1] != separator) size--;
  return size == 0 ? 0 : size - 1;
}

/* The first place where `part` stands from `place` on, or NULL. */
static const unsigned char *find_bytes(const unsigned char *place, const unsigned char *end,
                                       const unsigned char *part, size_t size) {
  for (; size <= (size_t)(end - place); place++) {
    place = memchr(place, part[0], (size_t)(end - place) - size + 1);
    if (place == NULL || memcmp(place, part, size) == 0) return place;
  }
  return NULL;
}

/* Finds the place where the text has the most bytes of `part`, `least` or more. */
static bool find_longest(const unsigned char *text, size_t size, const Buffer *part, size_t least,
                         DeriveMatch *match) {
  const unsigned char *end = text + size, *place = text;
  size_t begin = least < BEGIN_BYTES ? least : BEGIN_BYTES, same = 0;
  match->size = 0;
  for (uint32_t tries = 0; tries < PLACES_TRIED && same < part->size; tries++, place++) {
    place = find_bytes(place, end, part->bytes, begin);
    if (place == NULL) break;
    size_t most = (size_t)(end - place) < part->size ? (size_t)(end - place) : part->size;
    for (same = begin; same < most && place[same] == part->bytes[same];) same++;
    if (same < least || same <= match->size) continue;
    *match = (DeriveMatch){.at = (size_t)(place - text), .size = same};
  }
  return match->size > 0;
}

size_t derive_least(uint8_t transform, size_t part_size) {
  return derive_has_letter(transform) && part_size > BEGIN_BYTES ? BEGIN_BYTES : part_size;
}

bool derive_find(const unsigned char *text, size_t size, uint8_t transform, const Buffer *part,
                 DeriveMatch *match) {
  size_t least = derive_least(transform, part->size), kept = part->size;
  if (part->size < DERIVE_SHORTEST || least > size) return false;
  if (!find_longest(text, size, part, least, match)) return false;
  while (kept > match->size && match->missing < DERIVE_LETTERS - 1) {
    kept = drop_word(part->bytes, kept, separator_of(transform));
    match->missing++;
  }
  if (kept > match->size || kept < DERIVE_SHORTEST) return false;
  match->size = kept;
  return true;
}

int derive_append_marker(const Derivation *derivation, const DeriveMatch *match, Buffer *into) {
  const unsigned char marker[2] = {derivation->marker,
                                   (unsigned char)(DERIVE_FIRST_LETTER + match->missing)};
  return buffer_append(into, marker, derive_marker_size(derivation->transform));
}

/* ---- expanding -------------------------------------------------------------------- */

bool derive_find_marks(const unsigned char *text, uint32_t size, const Derivation *derivations,
                       uint32_t count, DeriveMarks *marks) {
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
  return marks->count > 0;
}

/* Appends what a mark stands for, and moves *from behind it. */
static int expand_mark(const unsigned char *text, uint32_t size, const Derivation *derivation,
                       const DeriveSources *sources, uint32_t *from, Buffer *into) {
  Value value;
  size_t start = into->size;
  uint32_t missing = 0;
  if (derive_has_letter(derivation->transform)) {
    if (*from == size) return SQLITE_CORRUPT;
    missing = (uint32_t)text[(*from)++] - DERIVE_FIRST_LETTER;
    if (missing >= DERIVE_LETTERS) return SQLITE_CORRUPT;
  }
  int rc = sources->fetch(sources->context, derivation->source, &value);
  if (rc == SQLITE_OK) rc = derive_transform(derivation->transform, &value, into);
  if (rc != SQLITE_OK) return rc;
  for (; missing > 0; missing--) {
    unsigned char separator = separator_of(derivation->transform);
    into->size = start + drop_word(into->bytes + start, into->size - start, separator);
  }
  return SQLITE_OK;
}

int derive_expand(const unsigned char *text, uint32_t size, const DeriveMarks *marks,
                  const DeriveSources *sources, Buffer *into) {
  uint32_t from = 0;
  int rc = SQLITE_OK;
  into->size = 0;
  for (uint32_t i = 0; i < marks->count && rc == SQLITE_OK; i++) {
    if (marks->at[i] < from) return SQLITE_CORRUPT; /* no valid letter */
    rc = buffer_append(into, text + from, marks->at[i] - from);
    from = marks->at[i] + 1;
    if (rc == SQLITE_OK) rc = expand_mark(text, size, marks->derivation[i], sources, &from, into);
  }
  if (rc == SQLITE_OK) rc = buffer_append(into, text + from, size - from);
  if (rc == SQLITE_OK) rc = buffer_append(into, "", 1);
  if (rc == SQLITE_OK) into->size--;
  return rc;
}
