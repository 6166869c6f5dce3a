/*
** background.h: a full run of open rows that is coded while the connection goes on loading.
**
** With PRAGMA threads a load need not wait for its rows to be sealed. A table has at most one seal
** under way, of rows that no segment lies among. They stay open meanwhile, so whoever reads finds
** them; the segment takes their place when the next run is full, or at commit. A change of one of
** them drops the work, and the table seals in the foreground until the transaction ends, since a
** transaction that has changed rows is likely to change more.
**
** While it is under way nobody else may read or write the table's lessons (background_wait) or
** replace its segments. Owns what was gathered, and the job. Calls gather.h, segment/.
*/
#ifndef SLOTS_BACKGROUND_H
#define SLOTS_BACKGROUND_H

#include "gather.h"

/* What is being sealed. */
typedef struct BackgroundSeal {
  SealRange range;  /* of the rows gathered, without segments */
  int64_t gap_last; /* the last rowid before the next segment */
  Gathered gathered;
  SealJob *job;
} BackgroundSeal;

/*
** Begins to seal the rows gathered from `range`, which has no segments. The rows are taken over
** unless it fails. SQLITE_OK, or an error as of seal_begin.
*/
int background_begin(Table *table, const SealRange *range, const Gathered *gathered,
                     uint32_t threads);

/*
** Returns when all is coded. The seal is no longer the table's, so that another one can begin: it
** moves to *seal, and is to be ended whatever the answer. As seal_wait.
*/
int background_coded(Table *table, BackgroundSeal *seal);

/* Makes the segment, and frees what the seal owns. As seal_end. */
int background_end(BackgroundSeal *seal, Segment **segment);

/* Returns when all is coded, so that lessons may be read. */
void background_wait(const Table *table);

/* Drops the seal that is under way, if there is one. */
void background_drop(Table *table);

/* To be called before the open row of a rowid is changed. */
static inline void background_note_change(Table *table, int64_t rowid) {
  const BackgroundSeal *seal = table->background;
  if (seal == NULL || rowid < seal->range.first || rowid > seal->range.last) return;
  background_drop(table);
  table->foreground = true;
}

#endif
