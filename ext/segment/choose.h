/*
** choose.h: which encoding a column of a segment gets: the smallest of those
** that may pay, everything counted.
**
** Columns that are to be searched for parts that repeat others (miner.h) are looked at one after
** the other, as what is found for one says what is left for the next. All others are chosen in any
** order, also at the same time; so are, when settling, those that were searched without a draft.
** Calls choose_text.h, columns.h, draft.h, slot_*.h.
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
  uint32_t payload;    /* bytes of the last segment's values */
} ColumnLessons;

/* What is known of all columns of a segment. */
typedef struct ColumnRole {
  bool mined;   /* to be searched for parts that repeat other columns, or drafted while it was */
  bool derived; /* parts of it are left out */
  bool needed;  /* others are derived from it: to stay as it is */
} ColumnRole;

typedef struct Chooser {
  ColumnSource *source;
  TextProfile profile;
  ColumnLessons *lessons; /* one a column, */
  ColumnRole *roles;      /* likewise */
  bool settling;          /* a mined column is only drafted if its role depends on it */
  ColumnValues values;    /* of the current column */
} Chooser;

/* When settling: has the column, whose role is clear, drafted later. */
static inline bool chooser_leaves(Chooser *chooser, uint32_t column) {
  if (chooser->settling) chooser->roles[column].mined = false;
  return chooser->settling;
}

/* Finds the roles of so many columns, as the lessons have it. */
void choose_roles(ColumnRole *roles, const ColumnLessons *lessons, uint32_t columns,
                  TextProfile profile, uint32_t rows);

/*
** Drafts a column's slot, changing the lessons of that one; the roles of that one and others only
** if it is mined. When settling, a column that is no longer mined afterwards has no draft yet, and
** the same one comes of choosing it again. SQLITE_OK, NOMEM, TOOBIG or CORRUPT.
*/
int choose_slot(Chooser *chooser, uint32_t column, Draft *draft);

void column_lessons_clear(ColumnLessons *lessons, uint32_t columns);

#endif
