/*
** choose.c: see choose.h.
*/
#include "choose.h"

#include "carry_slot.h"
#include "choose_text.h"
#include "slot_dictionary.h"
#include "slot_integer.h"
#include "slot_numeral.h"
#include "slot_real.h"
#include "slot_text.h"
#include "base/sqlite.h"

/* Below this share of distinct values a dictionary wins over coding each text. */
#define FEW_DISTINCT 64
/* Above these shares it is not even tried: it takes coding the distinct values. */
#define MOST_DISTINCT_TEXTS 8
#define MOST_DISTINCT_NUMBERS 4

#define NARROW 4        /* bits of a code: digits as text may cost less from here on */
#define WORTH_PERCENT 5 /* that they must save: they take longer to read */

/* ---- describing ----------------------------------------------------------------- */

static Column describe_column(const Chooser *chooser, uint32_t index) {
  uint32_t rows = chooser->source->count;
  const Value *values = chooser->values.values;
  Column column = {.values = values,
                   .rows = rows,
                   .profile = chooser->profile,
                   .run = chooser->run,
                   .training = &chooser->lessons[index].training};
  for (uint32_t i = 0; i < rows; i++) {
    column.counts[values[i].type]++;
    column.payload += value_payload(&values[i]);
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

/*
** Swaps digits coded as text into the draft of a column of integers where that is smaller.
** Not tried for codes too narrow to gain from it.
*/
static int try_numerals(const Column *column, TextCodec *codec, Draft *draft) {
  if (column->profile != TEXT_SMALL || draft->header.width < NARROW) return SQLITE_OK;
  Draft numerals = {.codec = text_codec_retain(codec)};
  int rc = slot_numeral_draft(column, &numerals);
  if (rc == SQLITE_OK) draft_take_smaller(draft, &numerals, column->rows, WORTH_PERCENT);
  draft_clear(&numerals);
  return rc;
}

/* Keeps what the chosen encoding taught; the rest would take memory for nothing. */
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
  if (kept == &lessons->dictionary) column_lessons_settle(lessons, 1);
}

/* ---- the choice -------------------------------------------------------------------- */

/*
** Drafts a column of values of mostly one type. Texts of which few are distinct become a dictionary
** without a look at anything else.
*/
static int draft_best(Chooser *chooser, uint32_t index, const Column *column, ValueType type,
                      Draft *best) {
  ColumnLessons *lessons = &chooser->lessons[index];
  bool is_text = type == VALUE_TEXT || type == VALUE_BLOB, fits = false;
  uint32_t limit = column->rows / (is_text ? MOST_DISTINCT_TEXTS : MOST_DISTINCT_NUMBERS) + 1;
  Draft dictionary = {.codec = text_codec_retain(lessons->dictionary)};
  int rc = slot_dictionary_draft(column, limit, &dictionary, &fits);
  bool few = fits && (type == VALUE_NULL ||
                      (is_text && dictionary.header.distinct <= column->rows / FEW_DISTINCT));
  lessons->few_texts = few || type != VALUE_TEXT;
  if (rc == SQLITE_OK && few) {
    *best = dictionary;
    return SQLITE_OK;
  }
  if (rc == SQLITE_OK) {
    rc = type == VALUE_TEXT ? choose_text(chooser, index, column, best)
                            : draft_typed(column, type, lessons->text, best);
  }
  if (rc == SQLITE_OK && fits) draft_take_smaller(best, &dictionary, column->rows, 0);
  if (rc == SQLITE_OK && type == VALUE_INTEGER) rc = try_numerals(column, lessons->text, best);
  draft_clear(&dictionary);
  return rc;
}

int choose_slot(Chooser *chooser, uint32_t index, Draft *draft) {
  ColumnLessons *lessons = &chooser->lessons[index];
  bool carried;
  int rc = carry_slot(chooser, index, draft, &carried);
  if (rc != SQLITE_OK || carried) return rc;
  rc = columns_read(chooser->source, index, 1, &chooser->values);
  if (rc != SQLITE_OK) return rc;
  Column column = describe_column(chooser, index);
  ValueType type = most_frequent_type(&column);
  lessons->payload = column.payload;
  if (type != VALUE_TEXT && chooser_leaves(chooser, index)) return SQLITE_OK; /* drafted later */
  Draft best = {0};
  rc = draft_best(chooser, index, &column, type, &best);
  bool left = chooser->settling && !chooser->roles[index].mined;
  if (rc != SQLITE_OK || left) {
    draft_clear(&best);
    return rc;
  }
  learn(lessons, &best);
  best.header.payload = column.payload;
  *draft = best;
  return SQLITE_OK;
}
