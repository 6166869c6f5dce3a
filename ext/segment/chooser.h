/*
** chooser.h: what the choice of an encoding knows; shared by choose.c, choose_text.c and
** carry_slot.c. Calls columns.h, draft.h, lessons.h, miner.h.
*/
#ifndef SLOTS_CHOOSER_H
#define SLOTS_CHOOSER_H

#include "columns.h"
#include "draft.h"
#include "lessons.h"
#include "miner.h"

typedef struct Chooser {
  ColumnSource *source;
  TextProfile profile;
  ParallelRun *run;       /* of the task under way */
  ColumnLessons *lessons; /* one a column, */
  ColumnRole *roles;      /* likewise */
  Miner *miner;           /* of the segment, opened when it is needed; for mined columns */
  bool settling;          /* a mined column is only drafted if its role depends on it */
  ColumnValues values;    /* of the current column */
} Chooser;

/* When settling: leaves the draft of the column, whose role is decided, for later. */
static inline bool chooser_leaves(Chooser *chooser, uint32_t column) {
  if (chooser->settling) chooser->roles[column].mined = false;
  return chooser->settling;
}

#endif
