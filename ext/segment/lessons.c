/*
** lessons.c: see lessons.h.
*/
#include "lessons.h"

#define FEWEST_MINED 256 /* rows; fewer teach nothing */

void column_lessons_settle(ColumnLessons *lessons, uint32_t columns) {
  for (uint32_t i = 0; i < columns; i++) {
    text_training_free(lessons[i].training);
    lessons[i].training = NULL;
  }
}

void column_lessons_clear(ColumnLessons *lessons, uint32_t columns) {
  column_lessons_settle(lessons, columns);
  for (uint32_t i = 0; i < columns; i++) {
    text_codec_release(lessons[i].text);
    text_codec_release(lessons[i].dictionary);
    text_codec_release(lessons[i].derived);
    lessons[i] = (ColumnLessons){0};
  }
}

static bool has_source(const ColumnLessons *lessons, uint32_t source) {
  for (uint32_t i = 0; i < lessons->derivation_count; i++) {
    if (lessons->derivations[i].source == source) return true;
  }
  return false;
}

/* Steps of the longest way from a column over its sources: DERIVE_DEPTH at most, as allowed. */
static uint32_t depth_below(const ColumnRole *roles, const ColumnLessons *lessons,
                            uint32_t column) {
  uint32_t below = 0;
  if (!roles[column].derived) return 0;
  for (uint32_t i = 0; i < lessons[column].derivation_count; i++) {
    uint32_t depth = depth_below(roles, lessons, lessons[column].derivations[i].source);
    if (depth > below) below = depth;
  }
  return below + 1;
}

/* Steps of the longest way to a column, over those derived from it. */
static uint32_t depth_above(const ColumnRole *roles, const ColumnLessons *lessons, uint32_t columns,
                            uint32_t column) {
  uint32_t above = 0;
  for (uint32_t i = 0; i < columns; i++) {
    if (!roles[i].derived || !has_source(&lessons[i], column)) continue;
    uint32_t depth = 1 + depth_above(roles, lessons, columns, i);
    if (depth > above) above = depth;
  }
  return above;
}

/*
** Whether a column that so many steps lead to may be derived from the source. Longer circles would
** make ways longer than DERIVE_DEPTH, so they need no look of their own.
*/
static bool is_allowed(const ColumnRole *roles, const ColumnLessons *lessons, uint32_t column,
                       uint32_t above, uint32_t source) {
  return source != column && above + 1 + depth_below(roles, lessons, source) <= DERIVE_DEPTH;
}

void roles_allow(const ColumnRole *roles, const ColumnLessons *lessons, uint32_t columns,
                 uint32_t column, bool *allowed) {
  uint32_t above = depth_above(roles, lessons, columns, column);
  for (uint32_t i = 0; i < columns; i++) {
    allowed[i] = is_allowed(roles, lessons, column, above, i);
  }
}

/* Whether the column is derived, all before it being decided. */
static bool derives(const ColumnRole *roles, const ColumnLessons *lessons, uint32_t columns,
                    uint32_t column) {
  const ColumnLessons *own = &lessons[column];
  if (roles[column].mined || own->derivation_count == 0) return false;
  uint32_t above = depth_above(roles, lessons, columns, column);
  for (uint32_t i = 0; i < own->derivation_count; i++) {
    if (!is_allowed(roles, lessons, column, above, own->derivations[i].source)) return false;
  }
  return true;
}

void roles_find(ColumnRole *roles, const ColumnLessons *lessons, uint32_t columns,
                TextProfile profile, uint32_t rows) {
  bool may_derive = profile != TEXT_FAST && rows >= FEWEST_MINED;
  for (uint32_t i = 0; i < columns; i++) {
    bool mined = may_derive && !lessons[i].few_texts && rows / 4 >= lessons[i].mined_rows;
    roles[i] = (ColumnRole){.mined = mined};
  }
  for (uint32_t i = 0; may_derive && i < columns; i++) {
    roles[i].derived = derives(roles, lessons, columns, i);
  }
}
