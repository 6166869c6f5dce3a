/*
** seal.h: builds a sealed segment out of rows, open or sealed before.
**
** Column by column: gather the values, let each encoding that may pay draft
** the slot, keep the smallest; then lay the fixed parts out in one struct.
** Working memory is that of one column's values and text, and 8 bytes a value
** of the slots drafted so far. Calls segment.h, draft.h, slot_*.h, row.h.
*/
#ifndef SLOTS_SEAL_H
#define SLOTS_SEAL_H

#include "row.h"
#include "segment.h"

/* One row to seal: an open one, or row `row` of a segment where open is NULL. */
typedef struct SealRow {
  int64_t rowid;
  const Row *open;
  const Segment *segment;
  uint32_t row;
} SealRow;

/* The codecs that a column's last segment used, offered to the next. References. */
typedef struct ColumnCodecs {
  TextCodec *text;
  TextCodec *dictionary;
} ColumnCodecs;

void column_codecs_clear(ColumnCodecs *codecs, uint32_t columns);

/*
** Builds a segment of `count` (1 to SEGMENT_ROWS) rows, ascending by rowid.
** `codecs` (one a column) is read and updated. SQLITE_OK, SQLITE_NOMEM,
** SQLITE_TOOBIG; or SQLITE_CORRUPT from a segment that is read.
*/
int seal_rows(const SealRow *rows, uint32_t count, uint32_t columns, TextProfile profile,
              ColumnCodecs *codecs, Segment **segment);

#endif
