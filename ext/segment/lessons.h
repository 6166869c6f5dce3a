/*
** lessons.h: what the columns' last segments taught, and what follows for the next one: which
** columns are derived, and from which.
**
** Owns the codecs and trainings in the lessons. Calls derive.h, text/text.h.
*/
#ifndef SLOTS_LESSONS_H
#define SLOTS_LESSONS_H

#include "derive.h"
#include "text/text.h"

/* What a column's last segment taught, offered to the next. Codecs are references. */
typedef struct ColumnLessons {
  TextCodec *text;
  TextCodec *dictionary;
  TextCodec *derived;
  TextTraining *training;              /* for those of `text` or `derived`, or NULL */
  Derivation derivations[DERIVATIONS]; /* found to pay; none: found not to */
  uint32_t derivation_count;
  uint32_t mined_rows; /* of the segment where that was found; 0: nobody looked */
  bool few_texts;      /* the last segment had no texts, or few different ones */
  uint32_t payload;    /* bytes of the values looked at last */
} ColumnLessons;

/* Frees what is worth its memory only while rows are loaded. */
void column_lessons_settle(ColumnLessons *lessons, uint32_t columns);

void column_lessons_clear(ColumnLessons *lessons, uint32_t columns);

/* What a column is in the segment to be made. */
typedef struct ColumnRole {
  bool mined;   /* to be searched for parts that repeat other columns, or drafted while it was */
  bool derived; /* parts of it are left out, as its lessons' derivations say */
} ColumnRole;

/* Finds the roles of so many columns, as the lessons have it. */
void roles_find(ColumnRole *roles, const ColumnLessons *lessons, uint32_t columns,
                TextProfile profile, uint32_t rows);

/*
** Which of so many columns may be sources of one that is not derived yet, so that no column becomes
** its own source, and reading any takes a chain of at most DERIVE_DEPTH others.
*/
void roles_allow(const ColumnRole *roles, const ColumnLessons *lessons, uint32_t columns,
                 uint32_t column, bool *allowed);

#endif
