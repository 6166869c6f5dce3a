/*
** choose.h: which encoding a column of a segment gets: the smallest of those
** that may pay, everything counted.
**
** Columns that are to be searched for parts that repeat others (miner.h) are looked at one after
** the other, as what is found for one says what is left for the next. All others are chosen in any
** order, also at the same time; so are, when settling, those that were searched without a draft.
** Calls choose_text.h, columns.h, draft.h, lessons.h, miner.h, slot_*.h.
*/
#ifndef SLOTS_CHOOSE_H
#define SLOTS_CHOOSE_H

#include "columns.h"
#include "draft.h"
#include "lessons.h"
#include "miner.h"

typedef struct Chooser {
  ColumnSource *source;
  TextProfile profile;
  ColumnLessons *lessons; /* one a column, */
  ColumnRole *roles;      /* likewise */
  Miner *miner;           /* of the segment, opened when it is needed; for mined columns */
  bool settling;          /* a mined column is only drafted if its role depends on it */
  ColumnValues values;    /* of the current column */
} Chooser;

/* When settling: has the column, whose role is clear, drafted later. */
static inline bool chooser_leaves(Chooser *chooser, uint32_t column) {
  if (chooser->settling) chooser->roles[column].mined = false;
  return chooser->settling;
}

/*
** Drafts a column's slot, changing the lessons of that one; the roles of that one and others only
** if it is mined. When settling, a column that is no longer mined afterwards has no draft yet, and
** the same one comes of choosing it again. SQLITE_OK, NOMEM, TOOBIG or CORRUPT.
*/
int choose_slot(Chooser *chooser, uint32_t column, Draft *draft);

#endif
