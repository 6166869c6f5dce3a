/*
** choose_text.c: see choose_text.h.
**
** In a large column a trial on some rows decides, unless it is close: coding all
** of them both ways would take half of the time that sealing takes.
*/
#include "choose_text.h"

#include <string.h>

#include "slot_text.h"
#include "base/sqlite.h"
#include "substitute.h"

#define WORTH_PERCENT 3 /* that deriving must save: it costs time to read */
#define TRIAL_ROWS 2048
#define TRIAL_RUN 64           /* neighbouring rows of it */
#define TRIAL_CLEAR_PERCENT 15 /* saved in a trial, leaves no doubt */

/* Looks for what the column repeats of others. */
static int mine(Chooser *chooser, uint32_t index) {
  ColumnLessons *lessons = &chooser->lessons[index];
  uint32_t columns = chooser->source->columns;
  bool *usable = sqlite3_malloc64(columns * sizeof *usable);
  if (usable == NULL) return SQLITE_NOMEM;
  roles_allow(chooser->roles, chooser->lessons, columns, index, usable);
  int rc = chooser->miner->rows > 0 ? SQLITE_OK : miner_open(chooser->miner, chooser->source);
  if (rc == SQLITE_OK) {
    rc =
        miner_find(chooser->miner, index, usable, lessons->derivations, &lessons->derivation_count);
  }
  sqlite3_free(usable);
  return rc;
}

/* Chooses the markers of the lessons' derivations; false if there are none, or not enough. */
static bool choose_markers(ColumnLessons *lessons, const Column *column) {
  return lessons->derivation_count > 0 &&
         substitute_markers(column->values, column->rows, lessons->derivations,
                            lessons->derivation_count);
}

static int draft_as_is(const Column *column, const ColumnLessons *lessons, Draft *draft) {
  draft->codec = text_codec_retain(lessons->text);
  return slot_text_draft(column, VALUE_TEXT, draft);
}

/* A column with its derived parts left out. */
typedef struct Rest {
  Column column;
  Value *values; /* the column's */
  Buffer text;   /* theirs */
} Rest;

static int rest_make(const Chooser *chooser, const Column *column, const ColumnLessons *lessons,
                     Rest *rest) {
  *rest = (Rest){.column = *column};
  rest->values = sqlite3_malloc64((uint64_t)column->rows * sizeof *rest->values);
  if (rest->values == NULL) return SQLITE_NOMEM;
  rest->column.values = rest->values;
  memcpy(rest->values, column->values, column->rows * sizeof *rest->values);
  return substitute(chooser->source, lessons->derivations, lessons->derivation_count, rest->values,
                    &rest->text);
}

static void rest_clear(Rest *rest) {
  sqlite3_free(rest->values);
  buffer_clear(&rest->text);
}

static int draft_rest(const Rest *rest, const ColumnLessons *lessons, Draft *draft) {
  draft->codec = text_codec_retain(lessons->derived);
  int rc = slot_text_draft(&rest->column, VALUE_TEXT, draft);
  draft->header.derivation_count = (uint8_t)lessons->derivation_count;
  memcpy(draft->header.derivations, lessons->derivations, sizeof lessons->derivations);
  return rc;
}

/* ---- which way ------------------------------------------------------------------- */

/* The rows of a trial: runs of them, spread. `picked` has room for all; returns how many. */
static uint32_t pick_rows(const Column *column, Value *picked) {
  uint32_t step = column->rows / TRIAL_ROWS * TRIAL_RUN, count = 0;
  for (uint32_t run = 0; run < column->rows; run += step) {
    for (uint32_t i = run; i < run + TRIAL_RUN && i < column->rows; i++) {
      picked[count++] = column->values[i];
    }
  }
  return count;
}

/* Bytes that the rows of a trial take. */
static int trial_cost(const Column *column, uint64_t *cost) {
  Draft draft = {0};
  Value *picked = sqlite3_malloc64((uint64_t)column->rows * sizeof *picked);
  if (picked == NULL) return SQLITE_NOMEM;
  Column trial = {.values = picked, .profile = column->profile};
  trial.rows = pick_rows(column, picked);
  int rc = slot_text_draft(&trial, VALUE_TEXT, &draft);
  *cost = draft_cost(&draft, trial.rows);
  draft_clear(&draft);
  sqlite3_free(picked);
  return rc;
}

/* Tells which ways of coding are still to be tried in full. */
static int run_trial(const Column *column, const Rest *rest, bool *as_is, bool *derived) {
  uint64_t cost = 0, rest_cost = 0;
  *as_is = *derived = true;
  if (column->rows < 4 * TRIAL_ROWS) return SQLITE_OK;
  int rc = trial_cost(column, &cost);
  if (rc == SQLITE_OK) rc = trial_cost(&rest->column, &rest_cost);
  *derived = rest_cost < cost;
  *as_is = rest_cost * 100 > cost * (100 - TRIAL_CLEAR_PERCENT);
  return rc;
}

/* Drafts the column the smaller way, given what mining has found; its role says which. */
static int draft_smaller(Chooser *chooser, uint32_t index, const Column *column, Draft *draft) {
  const ColumnLessons *lessons = &chooser->lessons[index];
  Draft derived = {0};
  Column whole = *column;
  Rest rest;
  bool try_as_is = false, try_derived = false;
  int rc = rest_make(chooser, column, lessons, &rest);
  if (rc == SQLITE_OK) rc = run_trial(column, &rest, &try_as_is, &try_derived);
  if (rc == SQLITE_OK && try_as_is != try_derived && chooser_leaves(chooser, index)) {
    chooser->roles[index].derived = try_derived;
    try_as_is = try_derived = false;
  }
  /* One would go on from what was learned for the other. */
  if (try_as_is && try_derived) whole.training = rest.column.training = NULL;
  if (rc == SQLITE_OK && try_as_is) rc = draft_as_is(&whole, lessons, draft);
  if (rc == SQLITE_OK && try_derived) rc = draft_rest(&rest, lessons, try_as_is ? &derived : draft);
  if (rc == SQLITE_OK && try_as_is && try_derived) {
    draft_take_smaller(draft, &derived, column->rows, WORTH_PERCENT);
  }
  if (draft->header.derivation_count > 0) chooser->roles[index].derived = true;
  draft_clear(&derived);
  rest_clear(&rest);
  return rc;
}

/* Looks for derivations, and drafts the column with them if they pay. */
static int mine_and_draft(Chooser *chooser, uint32_t index, const Column *column, Draft *draft) {
  ColumnLessons *lessons = &chooser->lessons[index];
  int rc = mine(chooser, index);
  if (rc != SQLITE_OK) return rc;
  lessons->mined_rows = column->rows;
  if (choose_markers(lessons, column)) {
    rc = draft_smaller(chooser, index, column, draft);
  } else if (!chooser_leaves(chooser, index)) {
    rc = draft_as_is(column, lessons, draft);
  }
  if (!chooser->roles[index].derived) lessons->derivation_count = 0;
  return rc;
}

static int draft_as_learned(const Chooser *chooser, const Column *column,
                            const ColumnLessons *lessons, Draft *draft) {
  Rest rest;
  int rc = rest_make(chooser, column, lessons, &rest);
  if (rc == SQLITE_OK) rc = draft_rest(&rest, lessons, draft);
  rest_clear(&rest);
  return rc;
}

int choose_text(Chooser *chooser, uint32_t index, const Column *column, Draft *draft) {
  ColumnLessons *lessons = &chooser->lessons[index];
  const ColumnRole *role = &chooser->roles[index];
  if (role->mined) return mine_and_draft(chooser, index, column, draft);
  if (role->derived && choose_markers(lessons, column)) {
    return draft_as_learned(chooser, column, lessons, draft);
  }
  return draft_as_is(column, lessons, draft);
}
