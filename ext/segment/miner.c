/*
** miner.c: see miner.h.
*/
#include "miner.h"

#include <string.h>

#include "base/sqlite.h"

/* The least share of a column's bytes to try it for: what a grammar codes well is nearly free
 * anyway. */
#define LEAST_SHARE 128 /* 1/128 */
#define RELATED_STEP 4  /* one row in so many tells whether a source may be one */

/* What is left of the target's texts. */
typedef struct Rest {
  Buffer text;
  uint32_t start[MINER_ROWS + 1];
  uint32_t rows;
} Rest;

static const unsigned char *rest_text(const Rest *rest, uint32_t row, size_t *size) {
  *size = rest->start[row + 1] - rest->start[row];
  if (*size == 0) return (const unsigned char *)"";
  return rest->text.bytes + rest->start[row];
}

static int rest_open(const MinerSample *sample, uint32_t target, Rest *rest) {
  int rc = SQLITE_OK;
  rest->rows = sample->rows;
  for (uint32_t row = 0; row < sample->rows && rc == SQLITE_OK; row++) {
    const Value *value = &sample->values[(size_t)target * sample->rows + row];
    rest->start[row] = (uint32_t)rest->text.size;
    if (value->type == VALUE_TEXT) rc = buffer_append(&rest->text, value->bytes, value->size);
  }
  rest->start[sample->rows] = (uint32_t)rest->text.size;
  return rc;
}

/* What a transform makes of a row's source, and what it made of the one looked at before. */
typedef struct Parts {
  Buffer part, before;
} Parts;

static bool is_again(const Parts *parts) {
  size_t size = parts->part.size;
  return size == parts->before.size &&
         (size == 0 || memcmp(parts->part.bytes, parts->before.bytes, size) == 0);
}

static void swap(Parts *parts) {
  Buffer part = parts->part;
  parts->part = parts->before;
  parts->before = part;
}

/*
** Bytes that a transform of a source would replace, in one of `step` rows. A part that the row
** before has as well is nearly free as it is.
*/
static int gain_of(const MinerSample *sample, const Rest *rest, Derivation derivation,
                   uint32_t step, Parts *parts, uint64_t *gain) {
  const Value *source = &sample->values[(size_t)derivation.source * sample->rows];
  size_t marker = derive_marker_size(derivation.transform);
  *gain = 0;
  parts->before.size = 0;
  for (uint32_t row = 0; row < rest->rows; row += step) {
    size_t size;
    DeriveMatch match;
    const unsigned char *text = rest_text(rest, row, &size);
    if (size < DERIVE_SHORTEST) continue;
    parts->part.size = 0;
    int rc = derive_transform(derivation.transform, &source[row], &parts->part);
    if (rc != SQLITE_OK) return rc;
    if (is_again(parts)) continue;
    if (derive_find(text, size, derivation.transform, &parts->part, &match)) {
      *gain += match.size - marker;
    }
    swap(parts);
  }
  return SQLITE_OK;
}

/* Bytes of a column's texts. */
static uint64_t text_bytes(const MinerSample *sample, uint32_t column) {
  uint64_t bytes = 0;
  for (uint32_t row = 0; row < sample->rows; row++) {
    const Value *value = &sample->values[(size_t)column * sample->rows + row];
    if (value->type == VALUE_TEXT) bytes += value->size;
  }
  return bytes;
}

/* A longer column is not a source: it is the one that repeats, not the one repeated. */
static bool may_be_source(const MinerSample *sample, uint32_t source, uint32_t target) {
  return source != target && sample->usable[source] &&
         text_bytes(sample, source) <= text_bytes(sample, target);
}

/* Whether some rows show that a source is worth trying: with many columns hardly any is. */
static int is_related(const MinerSample *sample, const Rest *rest, uint32_t source, uint64_t least,
                      Parts *parts, bool *related) {
  int rc = SQLITE_OK;
  *related = false;
  for (uint8_t t = 0; rc == SQLITE_OK && !*related && t < DERIVE_TRANSFORMS; t++) {
    Derivation candidate = {.source = (uint16_t)source, .transform = t};
    uint64_t gain = 0;
    rc = gain_of(sample, rest, candidate, RELATED_STEP, parts, &gain);
    *related = gain * RELATED_STEP * 2 >= least;
  }
  return rc;
}

/* The derivation that replaces most; *best_gain is 0 when there is none. */
static int best_derivation(const MinerSample *sample, const Rest *rest, uint32_t target,
                           uint64_t least, Parts *parts, Derivation *best, uint64_t *best_gain) {
  int rc = SQLITE_OK;
  *best_gain = 0;
  for (uint32_t source = 0; rc == SQLITE_OK && source < sample->columns; source++) {
    bool related;
    if (!may_be_source(sample, source, target)) continue;
    rc = is_related(sample, rest, source, least, parts, &related);
    for (uint8_t t = 0; rc == SQLITE_OK && related && t < DERIVE_TRANSFORMS; t++) {
      Derivation candidate = {.source = (uint16_t)source, .transform = t};
      uint64_t gain = 0;
      rc = gain_of(sample, rest, candidate, 1, parts, &gain);
      if (gain <= *best_gain) continue;
      *best_gain = gain;
      *best = candidate;
    }
  }
  return rc;
}

/* Takes the part out; a zero byte separates what was before and behind it. */
static int apply(const MinerSample *sample, Derivation derivation, Buffer *part, Rest *rest) {
  Rest left = {.rows = rest->rows};
  int rc = SQLITE_OK;
  for (uint32_t row = 0; row < rest->rows && rc == SQLITE_OK; row++) {
    size_t size;
    DeriveMatch match;
    const unsigned char *text = rest_text(rest, row, &size);
    left.start[row] = (uint32_t)left.text.size;
    part->size = 0;
    rc = derive_transform(derivation.transform,
                          &sample->values[(size_t)derivation.source * sample->rows + row], part);
    if (rc == SQLITE_OK && derive_find(text, size, derivation.transform, part, &match)) {
      rc = buffer_append(&left.text, text, match.at);
      if (rc == SQLITE_OK) rc = buffer_append(&left.text, "", 1);
      text += match.at + match.size;
      size -= match.at + match.size;
    }
    if (rc == SQLITE_OK) rc = buffer_append(&left.text, text, size);
  }
  left.start[rest->rows] = (uint32_t)left.text.size;
  buffer_clear(&rest->text);
  *rest = left;
  return rc;
}

int miner_find(const MinerSample *sample, uint32_t target, Derivation *derivations,
               uint32_t *count) {
  Rest rest = {0};
  Parts parts = {{0}, {0}};
  *count = 0;
  int rc = rest_open(sample, target, &rest);
  uint64_t least = rest.text.size / LEAST_SHARE + 1;
  while (rc == SQLITE_OK && *count < DERIVATIONS) {
    Derivation best = {0};
    uint64_t gain = 0;
    rc = best_derivation(sample, &rest, target, least, &parts, &best, &gain);
    if (rc != SQLITE_OK || gain < least) break;
    derivations[(*count)++] = best;
    rc = apply(sample, best, &parts.part, &rest);
  }
  buffer_clear(&rest.text);
  buffer_clear(&parts.part);
  buffer_clear(&parts.before);
  return rc;
}
