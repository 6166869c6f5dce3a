/*
** choose.h: which encoding a column of a segment gets: the smallest of those
** that may pay, everything counted. Calls choose_text.h, columns.h, draft.h,
** slot_*.h.
*/
#ifndef SLOTS_CHOOSE_H
#define SLOTS_CHOOSE_H

#include "columns.h"
#include "draft.h"

/* What a column's last segment taught, offered to the next. Codecs are references. */
typedef struct ColumnLessons {
  TextCodec *text;
  TextCodec *dictionary;
  TextCodec *derived;
  Derivation derivations[DERIVATIONS]; /* found to pay; none: found not to */
  uint32_t derivation_count;
  uint32_t mined_rows; /* of the segment where that was found; 0: nobody looked */
} ColumnLessons;

typedef struct Chooser {
  ColumnSource *source;
  TextProfile profile;
  ColumnLessons *lessons; /* one a column */
  bool *derived;          /* columns of this segment that are derived */
  bool *needed;           /* columns that others are derived from: to stay as they are */
  ColumnValues values;    /* of the current column */
} Chooser;

/* SQLITE_OK or SQLITE_NOMEM. */
int chooser_open(Chooser *chooser, ColumnSource *source, TextProfile profile,
                 ColumnLessons *lessons);
void chooser_close(Chooser *chooser);

/* Drafts a column's slot. SQLITE_OK, NOMEM, TOOBIG or CORRUPT. */
int choose_slot(Chooser *chooser, uint32_t column, Draft *draft);

void column_lessons_clear(ColumnLessons *lessons, uint32_t columns);

#endif
