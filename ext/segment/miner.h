/*
** miner.h: finds out which parts of text columns repeat other columns.
**
** Tries every transform of every column that is not longer on a sample of rows, takes the one
** that replaces the most bytes, and goes on with what is left, up to DERIVATIONS
** times. Whether it pays is for the caller to measure.
**
** Owns the sample. Calls columns.h, derive.h, buffer.h.
*/
#ifndef SLOTS_MINER_H
#define SLOTS_MINER_H

#include "columns.h"
#include "derive.h"

#define MINER_ROWS 160 /* of a sample */

/*
** 1 + the hashes of the bytes at both ends of what a text with the part must contain; 0 where a row
** has no part, or one that is nearly free as it is.
*/
typedef struct MinerEnds {
  uint16_t first, last;
} MinerEnds;

/* All zeros is one that is not open. */
typedef struct Miner {
  uint32_t rows; /* of the sample; 0: not open */
  uint32_t columns;
  ColumnValues *values; /* one a column, */
  uint64_t *text_bytes; /* likewise */
  MinerEnds *ends;      /* one a column, transform and row */
} Miner;

/* Samples the rows, which must stay as they are. SQLITE_OK, NOMEM, TOOBIG or CORRUPT. */
int miner_open(Miner *miner, ColumnSource *source);

/*
** Derivations for column `target` from columns that are `usable`, markers not yet chosen, best
** first; *count may be 0. SQLITE_OK, SQLITE_NOMEM or SQLITE_TOOBIG.
*/
int miner_find(const Miner *miner, uint32_t target, const bool *usable, Derivation *derivations,
               uint32_t *count);

void miner_close(Miner *miner);

#endif
