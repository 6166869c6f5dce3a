/*
** miner.c: see miner.h.
**
** Of many columns hardly any two are related, and finding that out must not take searches of texts.
** So a part is not searched for in a text that lacks its first three bytes, or its last three: of
** each part the hashes of both are kept, and of each text a bit for every hash of three bytes in
** it.
*/
#include "miner.h"

#include <string.h>

#include "base/sqlite.h"

/* The least share of a column's bytes to try it for: what a grammar codes well is nearly free. */
#define LEAST_SHARE 128
#define RELATED_STEP 4 /* one row in so many tells whether a source may be one */

#define END_BYTES 3  /* no more than DERIVE_SHORTEST */
#define HASH_BITS 12 /* of three bytes */

static uint32_t hash_end(const unsigned char *bytes) {
  uint32_t three = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
  return (three * 0x9e3779b1u) >> (32 - HASH_BITS);
}

/* ---- the sample -------------------------------------------------------------------- */

static uint64_t bytes_of_texts(const Value *values, uint32_t rows) {
  uint64_t bytes = 0;
  for (uint32_t row = 0; row < rows; row++) {
    if (values[row].type == VALUE_TEXT) bytes += values[row].size;
  }
  return bytes;
}

static MinerEnds *ends_of(const Miner *miner, uint32_t column, uint32_t transform) {
  return miner->ends + ((size_t)column * DERIVE_TRANSFORMS + transform) * miner->rows;
}

/*
** A part that the row before has as well (for the first row, the last one) gets no hashes:
** repeated, it is nearly free as it is.
*/
static int find_ends(Miner *miner, uint32_t column, uint8_t transform) {
  MinerEnds *ends = ends_of(miner, column, transform);
  const Value *values = miner->values[column].values;
  Buffer part = {0}, before = {0};
  int rc = derive_transform(transform, &values[miner->rows - 1], &before);
  for (uint32_t row = 0; row < miner->rows && rc == SQLITE_OK; row++) {
    part.size = 0;
    rc = derive_transform(transform, &values[row], &part);
    if (rc != SQLITE_OK || part.size < DERIVE_SHORTEST) continue;
    if (part.size != before.size || memcmp(part.bytes, before.bytes, part.size) != 0) {
      const unsigned char *last = part.bytes + derive_least(transform, part.size) - END_BYTES;
      ends[row] = (MinerEnds){.first = (uint16_t)(1 + hash_end(part.bytes)),
                              .last = (uint16_t)(1 + hash_end(last))};
    }
    Buffer swapped = before;
    before = part;
    part = swapped;
  }
  buffer_clear(&part);
  buffer_clear(&before);
  return rc;
}

static int sample_column(Miner *miner, ColumnSource *source, uint32_t stride, uint32_t column) {
  int rc = columns_read(source, column, stride, &miner->values[column]);
  if (rc != SQLITE_OK) return rc;
  miner->text_bytes[column] = bytes_of_texts(miner->values[column].values, miner->rows);
  for (uint8_t t = 0; t < DERIVE_TRANSFORMS && rc == SQLITE_OK; t++) {
    rc = find_ends(miner, column, t);
  }
  return rc;
}

static int allocate(Miner *miner) {
  size_t columns = miner->columns;
  miner->values = sqlite_zeros(columns * sizeof *miner->values);
  miner->text_bytes = sqlite3_malloc64(columns * sizeof *miner->text_bytes);
  miner->ends = sqlite_zeros(columns * DERIVE_TRANSFORMS * miner->rows * sizeof *miner->ends);
  return miner->values && miner->text_bytes && miner->ends ? SQLITE_OK : SQLITE_NOMEM;
}

int miner_open(Miner *miner, ColumnSource *source) {
  uint32_t stride = (source->count + MINER_ROWS - 1) / MINER_ROWS;
  *miner = (Miner){.rows = (source->count + stride - 1) / stride, .columns = source->columns};
  int rc = allocate(miner);
  for (uint32_t i = 0; i < miner->columns && rc == SQLITE_OK; i++) {
    rc = sample_column(miner, source, stride, i);
  }
  if (rc != SQLITE_OK) miner_close(miner);
  return rc;
}

void miner_close(Miner *miner) {
  for (uint32_t i = 0; miner->values != NULL && i < miner->columns; i++) {
    column_values_clear(&miner->values[i]);
  }
  sqlite3_free(miner->values);
  sqlite3_free(miner->text_bytes);
  sqlite3_free(miner->ends);
  *miner = (Miner){0};
}

/* ---- what is left of a column -------------------------------------------------------- */

typedef struct Rest {
  Buffer text;
  uint32_t start[MINER_ROWS + 1];
  uint64_t has[MINER_ROWS][(1 << HASH_BITS) / 64]; /* by row: a bit for each hash */
} Rest;

static const unsigned char *rest_text(const Rest *rest, uint32_t row, size_t *size) {
  *size = rest->start[row + 1] - rest->start[row];
  return *size == 0 ? (const unsigned char *)"" : rest->text.bytes + rest->start[row];
}

static bool rest_has(const Rest *rest, uint32_t row, uint32_t hash) {
  return (rest->has[row][hash / 64] >> hash % 64 & 1) != 0;
}

static void note_hashes(Rest *rest, uint32_t rows) {
  memset(rest->has, 0, sizeof rest->has);
  for (uint32_t row = 0; row < rows; row++) {
    size_t size;
    const unsigned char *text = rest_text(rest, row, &size);
    for (size_t at = 0; at + END_BYTES <= size; at++) {
      uint32_t hash = hash_end(text + at);
      rest->has[row][hash / 64] |= (uint64_t)1 << hash % 64;
    }
  }
}

static int rest_open(const Miner *miner, uint32_t target, Rest *rest) {
  const Value *values = miner->values[target].values;
  int rc = SQLITE_OK;
  rest->text = (Buffer){0};
  for (uint32_t row = 0; row < miner->rows && rc == SQLITE_OK; row++) {
    rest->start[row] = (uint32_t)rest->text.size;
    if (values[row].type != VALUE_TEXT) continue;
    rc = buffer_append(&rest->text, values[row].bytes, values[row].size);
  }
  rest->start[miner->rows] = (uint32_t)rest->text.size;
  if (rc == SQLITE_OK) note_hashes(rest, miner->rows);
  return rc;
}

/* Takes the parts out; a zero byte separates what was before and behind them. */
static int take_out(const Miner *miner, Derivation derivation, Buffer *part, Rest *rest) {
  const Value *source = miner->values[derivation.source].values;
  Buffer left = {0};
  int rc = SQLITE_OK;
  for (uint32_t row = 0; row < miner->rows && rc == SQLITE_OK; row++) {
    size_t size;
    DeriveMatch match;
    const unsigned char *text = rest_text(rest, row, &size);
    uint32_t start = (uint32_t)left.size;
    part->size = 0;
    rc = derive_transform(derivation.transform, &source[row], part);
    if (rc == SQLITE_OK && derive_find(text, size, derivation.transform, part, &match)) {
      rc = buffer_append(&left, text, match.at);
      if (rc == SQLITE_OK) rc = buffer_append(&left, "", 1);
      text += match.at + match.size;
      size -= match.at + match.size;
    }
    if (rc == SQLITE_OK) rc = buffer_append(&left, text, size);
    rest->start[row] = start;
  }
  rest->start[miner->rows] = (uint32_t)left.size;
  buffer_clear(&rest->text);
  rest->text = left;
  if (rc == SQLITE_OK) note_hashes(rest, miner->rows);
  return rc;
}

/* ---- the search ---------------------------------------------------------------------- */

/* Bytes that a transform of a source would replace, in one of `step` rows. */
static int gain_of(const Miner *miner, const Rest *rest, Derivation derivation, uint32_t step,
                   Buffer *part, uint64_t *gain) {
  const Value *source = miner->values[derivation.source].values;
  const MinerEnds *ends = ends_of(miner, derivation.source, derivation.transform);
  *gain = 0;
  for (uint32_t row = 0; row < miner->rows; row += step) {
    size_t size;
    DeriveMatch match;
    if (ends[row].last == 0 || !rest_has(rest, row, ends[row].last - 1u)) continue;
    if (!rest_has(rest, row, ends[row].first - 1u)) continue;
    const unsigned char *text = rest_text(rest, row, &size);
    part->size = 0;
    int rc = derive_transform(derivation.transform, &source[row], part);
    if (rc != SQLITE_OK) return rc;
    if (derive_find(text, size, derivation.transform, part, &match)) {
      *gain += match.size - derive_marker_size(derivation.transform);
    }
  }
  return SQLITE_OK;
}

/* Whether some rows show that a source is worth trying. */
static int is_related(const Miner *miner, const Rest *rest, uint32_t source, uint64_t least,
                      Buffer *part, bool *related) {
  int rc = SQLITE_OK;
  *related = false;
  for (uint8_t t = 0; rc == SQLITE_OK && !*related && t < DERIVE_TRANSFORMS; t++) {
    Derivation candidate = {.source = (uint16_t)source, .transform = t};
    uint64_t gain = 0;
    rc = gain_of(miner, rest, candidate, RELATED_STEP, part, &gain);
    *related = gain * RELATED_STEP * 2 >= least;
  }
  return rc;
}

/* A longer column is not a source: it is the one that repeats, not the one repeated. */
static bool may_be_source(const Miner *miner, uint32_t source, uint32_t target,
                          const bool *usable) {
  return source != target && usable[source] &&
         miner->text_bytes[source] <= miner->text_bytes[target];
}

/* The derivation that replaces most; *best_gain is 0 when there is none. */
static int best_derivation(const Miner *miner, const Rest *rest, uint32_t target,
                           const bool *usable, uint64_t least, Buffer *part, Derivation *best,
                           uint64_t *best_gain) {
  int rc = SQLITE_OK;
  *best_gain = 0;
  for (uint32_t source = 0; rc == SQLITE_OK && source < miner->columns; source++) {
    bool related;
    if (!may_be_source(miner, source, target, usable)) continue;
    rc = is_related(miner, rest, source, least, part, &related);
    for (uint8_t t = 0; rc == SQLITE_OK && related && t < DERIVE_TRANSFORMS; t++) {
      Derivation candidate = {.source = (uint16_t)source, .transform = t};
      uint64_t gain = 0;
      rc = gain_of(miner, rest, candidate, 1, part, &gain);
      if (gain <= *best_gain) continue;
      *best_gain = gain;
      *best = candidate;
    }
  }
  return rc;
}

int miner_find(const Miner *miner, uint32_t target, const bool *usable, Derivation *derivations,
               uint32_t *count) {
  Buffer part = {0};
  *count = 0;
  Rest *rest = sqlite3_malloc64(sizeof *rest);
  if (rest == NULL) return SQLITE_NOMEM;
  int rc = rest_open(miner, target, rest);
  uint64_t least = rest->text.size / LEAST_SHARE + 1;
  while (rc == SQLITE_OK && *count < DERIVATIONS) {
    Derivation best = {0};
    uint64_t gain = 0;
    rc = best_derivation(miner, rest, target, usable, least, &part, &best, &gain);
    if (rc != SQLITE_OK || gain < least) break;
    derivations[(*count)++] = best;
    rc = take_out(miner, best, &part, rest);
  }
  buffer_clear(&rest->text);
  sqlite3_free(rest);
  buffer_clear(&part);
  return rc;
}
