/*
** distinct.h: leaves out rows of a scan that are the like of one shown before, for DISTINCT.
**
** SELECT DISTINCT wants one row of those with the same values, and core takes ten times as long to
** drop a row as the scan. Rows are alike where all columns that the statement
** uses have the same codes: core then cannot tell them apart by any condition, also one that it
** does not show, but for their rowid. Once core asks for that of a row, all that follow are shown;
** the ones left out before were the like of rows of which it needed none. Rows are compared within
** their segment; open rows, and values without a code, are shown.
**
** Owns a bit for each combination of codes. Calls scan.h, segment/slot_blocks.h.
*/
#ifndef SLOTS_DISTINCT_H
#define SLOTS_DISTINCT_H

#include "scan.h"

#define DISTINCT_COLUMNS 4

/* What is told apart; `count` 0: nothing is left out. */
typedef struct DistinctColumns {
  uint32_t count;
  uint32_t columns[DISTINCT_COLUMNS];
} DistinctColumns;

typedef struct Distinct {
  DistinctColumns of;
  bool running;
  uint64_t serial;                  /* of the segment that the bits are about; 0: none */
  uint32_t codes[DISTINCT_COLUMNS]; /* how many each column may have there */
  uint32_t combinations;            /* of them; 0: there are too many, and all rows are shown */
  uint32_t seen;
  uint64_t *bits; /* bit i % 64 of word i / 64: combination i was shown */
} Distinct;

/* How many combinations of codes the rows of a segment may have; 0: too many, or not all have. */
uint32_t distinct_combinations(const Segment *segment, const DistinctColumns *of);

/* To be called when the scan has started. SQLITE_OK or SQLITE_NOMEM. */
int distinct_start(Distinct *distinct, Scan *scan);

/* To the next row that is unlike those before. As scan_next. */
int distinct_next(Distinct *distinct, Scan *scan);

/* All rows that follow are shown. */
static inline void distinct_stop(Distinct *distinct) { distinct->running = false; }

void distinct_clear(Distinct *distinct);

#endif
