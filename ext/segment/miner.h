/*
** miner.h: finds out which parts of a text column repeat other columns.
**
** Tries every transform of every column that is not longer on a sample of rows, takes the one
** that replaces the most bytes, and goes on with what is left, up to DERIVATIONS
** times. Whether it pays is for the caller to measure. Calls derive.h.
*/
#ifndef SLOTS_MINER_H
#define SLOTS_MINER_H

#include "derive.h"

#define MINER_ROWS 160 /* of a sample */

/* The sampled rows: values[column * rows + row]. Borrowed. */
typedef struct MinerSample {
  const Value *values;
  uint32_t rows;
  uint32_t columns;
  const bool *usable; /* columns that may be sources */
} MinerSample;

/*
** Derivations for column `target`, markers not yet chosen, best first; *count may
** be 0. SQLITE_OK, SQLITE_NOMEM or SQLITE_TOOBIG.
*/
int miner_find(const MinerSample *sample, uint32_t target, Derivation *derivations,
               uint32_t *count);

#endif
