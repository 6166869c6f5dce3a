/*
** choose.c: see choose.h.
*/
#include "choose.h"

#include <string.h>

#include "miner.h"
#include "slot_dictionary.h"
#include "slot_integer.h"
#include "slot_real.h"
#include "slot_text.h"
#include "sqlite.h"
#include "substitute.h"

/* Below this share of distinct values a dictionary wins over coding each text. */
#define FEW_DISTINCT 64
/* Above these shares it is not even tried: it takes coding the distinct values. */
#define MOST_DISTINCT_TEXTS 8
#define MOST_DISTINCT_NUMBERS 4
#define FEWEST_MINED 256 /* rows; fewer teach nothing */

int chooser_open(Chooser *chooser, ColumnSource *source, TextProfile profile,
                 ColumnLessons *lessons) {
  *chooser = (Chooser){.source = source, .profile = profile, .lessons = lessons};
  chooser->derived = sqlite3_malloc64((uint64_t)source->columns * 2 * sizeof(bool));
  if (chooser->derived == NULL) return SQLITE_NOMEM;
  memset(chooser->derived, 0, source->columns * 2 * sizeof(bool));
  chooser->needed = chooser->derived + source->columns;
  return SQLITE_OK;
}

void chooser_close(Chooser *chooser) {
  sqlite3_free(chooser->derived);
  column_values_clear(&chooser->values);
}

void column_lessons_clear(ColumnLessons *lessons, uint32_t columns) {
  for (uint32_t i = 0; i < columns; i++) {
    text_codec_release(lessons[i].text);
    text_codec_release(lessons[i].dictionary);
    text_codec_release(lessons[i].derived);
    lessons[i] = (ColumnLessons){0};
  }
}

/* ---- describing ----------------------------------------------------------------- */

static Column describe_column(const Chooser *chooser) {
  uint32_t rows = chooser->source->count;
  const Value *values = chooser->values.values;
  Column column = {.values = values, .rows = rows, .profile = chooser->profile};
  for (uint32_t i = 0; i < rows; i++) {
    column.counts[values[i].type]++;
    if (value_has_bytes(&values[i])) {
      column.payload += values[i].size;
    } else if (values[i].type != VALUE_NULL) {
      column.payload += 8;
    }
  }
  return column;
}

static ValueType most_frequent_type(const Column *column) {
  ValueType type = VALUE_NULL;
  uint32_t count = 0;
  for (ValueType i = VALUE_INTEGER; i < VALUE_TYPES; i++) {
    if (column->counts[i] > count) {
      type = i;
      count = column->counts[i];
    }
  }
  return type;
}

/* ---- drafts ------------------------------------------------------------------------ */

static int draft_typed(const Column *column, ValueType type, TextCodec *codec, Draft *draft) {
  switch (type) {
  case VALUE_INTEGER:
    return slot_integer_draft(column, draft);
  case VALUE_REAL:
    return slot_real_draft(column, draft);
  default:
    draft->codec = text_codec_retain(codec);
    return slot_text_draft(column, type, draft);
  }
}

/* Moves `other` into `best` when it is smaller by the percentage. */
static void take_smaller(Draft *best, Draft *other, uint32_t rows, uint64_t percent) {
  if (draft_cost(other, rows) * 100 >= draft_cost(best, rows) * (100 - percent)) return;
  Draft swap = *best;
  *best = *other;
  *other = swap;
}

/* ---- derived texts ------------------------------------------------------------------ */

/* The values of all columns in rows spread over the source, one column after the other. */
static int sample_columns(Chooser *chooser, uint32_t stride, uint32_t rows, Value *values,
                          ColumnValues *columns) {
  uint32_t count = chooser->source->columns;
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
    rc = columns_read(chooser->source, i, stride, &columns[i]);
    if (rc == SQLITE_OK) {
      memcpy(values + (size_t)i * rows, columns[i].values, rows * sizeof *values);
    }
  }
  return rc;
}

static int mine(Chooser *chooser, uint32_t column, bool *usable, ColumnLessons *lessons) {
  uint32_t columns = chooser->source->columns, count = chooser->source->count;
  uint32_t stride = (count + MINER_ROWS - 1) / MINER_ROWS;
  uint32_t rows = (count + stride - 1) / stride;
  Value *values = sqlite3_malloc64((uint64_t)columns * rows * sizeof *values);
  ColumnValues *sampled = sqlite3_malloc64(columns * sizeof *sampled);
  int rc = values == NULL || sampled == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) {
    memset(sampled, 0, columns * sizeof *sampled);
    rc = sample_columns(chooser, stride, rows, values, sampled);
  }
  if (rc == SQLITE_OK) {
    MinerSample sample = {.values = values, .rows = rows, .columns = columns, .usable = usable};
    rc = miner_find(&sample, column, lessons->derivations, &lessons->derivation_count);
  }
  for (uint32_t i = 0; sampled != NULL && i < columns; i++) column_values_clear(&sampled[i]);
  sqlite3_free(sampled);
  sqlite3_free(values);
  return rc;
}

/* Whether the lessons' derivations can be used in this segment; chooses their markers. */
static bool lessons_apply(const Chooser *chooser, uint32_t index, const Column *column) {
  ColumnLessons *lessons = &chooser->lessons[index];
  for (uint32_t i = 0; i < lessons->derivation_count; i++) {
    if (chooser->derived[lessons->derivations[i].source]) return false;
  }
  return lessons->derivation_count > 0 &&
         substitute_markers(column->values, column->rows, lessons->derivations,
                            lessons->derivation_count);
}

static int draft_derived(Chooser *chooser, const Column *column, ColumnLessons *lessons,
                         Draft *draft) {
  Buffer text = {0};
  Value *values = sqlite3_malloc64((uint64_t)column->rows * sizeof *values);
  int rc = values == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) {
    memcpy(values, column->values, column->rows * sizeof *values);
    rc =
        substitute(chooser->source, lessons->derivations, lessons->derivation_count, values, &text);
  }
  if (rc == SQLITE_OK) {
    Column rest = *column;
    rest.values = values;
    draft->codec = text_codec_retain(lessons->derived);
    rc = slot_text_draft(&rest, VALUE_TEXT, draft);
    draft->header.derivation_count = (uint8_t)lessons->derivation_count;
    memcpy(draft->header.derivations, lessons->derivations, sizeof lessons->derivations);
  }
  sqlite3_free(values);
  buffer_clear(&text);
  return rc;
}

static void note_derived(Chooser *chooser, uint32_t column, const ColumnLessons *lessons) {
  chooser->derived[column] = true;
  for (uint32_t i = 0; i < lessons->derivation_count; i++) {
    chooser->needed[lessons->derivations[i].source] = true;
  }
}

/* Looks for derivations, and codes the column with them to see whether they pay. */
static int try_derived(Chooser *chooser, uint32_t index, const Column *column, Draft *draft) {
  ColumnLessons *lessons = &chooser->lessons[index];
  Draft derived = {0};
  bool *usable = sqlite3_malloc64(chooser->source->columns * sizeof *usable);
  if (usable == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < chooser->source->columns; i++) usable[i] = !chooser->derived[i];
  int rc = mine(chooser, index, usable, lessons);
  sqlite3_free(usable);
  if (rc != SQLITE_OK) return rc;
  lessons->mined_rows = column->rows;
  if (lessons_apply(chooser, index, column)) {
    rc = draft_derived(chooser, column, lessons, &derived);
    if (rc == SQLITE_OK) take_smaller(draft, &derived, column->rows, 3);
  }
  if (draft->header.derivation_count == 0) lessons->derivation_count = 0;
  draft_clear(&derived);
  return rc;
}

/* A column of texts: derived as its last segment was, else as it is, else what mining finds. */
static int draft_text(Chooser *chooser, uint32_t index, const Column *column, Draft *draft) {
  ColumnLessons *lessons = &chooser->lessons[index];
  bool may_derive =
      chooser->profile != TEXT_FAST && column->rows >= FEWEST_MINED && !chooser->needed[index];
  bool mining = may_derive && column->rows / 4 >= lessons->mined_rows;
  int rc;
  if (may_derive && !mining && lessons_apply(chooser, index, column)) {
    rc = draft_derived(chooser, column, lessons, draft);
  } else {
    rc = draft_typed(column, VALUE_TEXT, lessons->text, draft);
    if (rc == SQLITE_OK && mining) rc = try_derived(chooser, index, column, draft);
  }
  if (rc == SQLITE_OK && draft->header.derivation_count > 0) note_derived(chooser, index, lessons);
  return rc;
}

/* Keeps the codec of the chosen encoding; the others would take memory for nothing. */
static void learn(ColumnLessons *lessons, const Draft *draft) {
  TextCodec **kept = draft->header.encoding == SLOT_DICTIONARY ? &lessons->dictionary
                     : draft->header.derivation_count > 0      ? &lessons->derived
                                                               : &lessons->text;
  TextCodec *codec = draft->codec == NULL ? *kept : draft->codec;
  text_codec_retain(codec);
  text_codec_release(lessons->text);
  text_codec_release(lessons->dictionary);
  text_codec_release(lessons->derived);
  lessons->text = lessons->dictionary = lessons->derived = NULL;
  *kept = codec;
}

/* ---- the choice -------------------------------------------------------------------- */

int choose_slot(Chooser *chooser, uint32_t index, Draft *draft) {
  ColumnLessons *lessons = &chooser->lessons[index];
  int rc = columns_read(chooser->source, index, 1, &chooser->values);
  if (rc != SQLITE_OK) return rc;
  Column column = describe_column(chooser);
  ValueType type = most_frequent_type(&column);
  bool is_text = type == VALUE_TEXT || type == VALUE_BLOB, fits = false;
  Draft dictionary = {.codec = text_codec_retain(lessons->dictionary)}, typed = {0};
  uint32_t limit = column.rows / (is_text ? MOST_DISTINCT_TEXTS : MOST_DISTINCT_NUMBERS) + 1;
  rc = slot_dictionary_draft(&column, limit, &dictionary, &fits);
  bool few = fits && (type == VALUE_NULL ||
                      (is_text && dictionary.header.distinct <= column.rows / FEW_DISTINCT));
  if (rc == SQLITE_OK && !few) {
    rc = type == VALUE_TEXT ? draft_text(chooser, index, &column, &typed)
                            : draft_typed(&column, type, lessons->text, &typed);
  }
  if (fits && !few) take_smaller(&typed, &dictionary, column.rows, 0);
  Draft *best = few ? &dictionary : &typed;
  if (rc == SQLITE_OK) {
    learn(lessons, best);
    *draft = *best;
    draft->header.payload = column.payload;
    *best = (Draft){0};
  }
  draft_clear(&dictionary);
  draft_clear(&typed);
  return rc;
}
