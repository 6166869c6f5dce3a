/*
** compact.h: seals open rows and merges segments: when, and which.
**
** Sealing. A *span* is a segment and the gap behind it up to the next one (the
** first span begins with the lowest rowid). Open rows in a gap become segments
** of their own, merged with segments in front of it that are small, in rows and in bytes; open rows
** inside a segment are merged into it when they reach an eighth of its rows. So a row
** that is appended is written O(log n) times, one that is changed in place
** costs the rewriting of about eight.
**
** A table without entries in the log needs none that takes a seal back (seal_range.h), as its rows
** would be the same. So SEAL_FINAL drops that entry as soon as a range is sealed, and with it the
** segments that were replaced, all of which would stay until commit otherwise.
**
** Calls seal_range.h, store.h.
*/
#ifndef SLOTS_COMPACT_H
#define SLOTS_COMPACT_H

#include <stdbool.h>

#include "store.h"

typedef enum SealWhen {
  SEAL_LOADING, /* full runs only */
  SEAL_COMMIT,  /* what is worth it */
  SEAL_ALL,     /* everything, and small segments merged */
  SEAL_FINAL    /* the same, for good; the log must have nothing of the table */
} SealWhen;

/* Whether so many rows are open that sealing is to be tried, while loading or at commit. */
static inline bool compact_is_due(const Table *table, SealWhen when) {
  if (when == SEAL_COMMIT) return table->open.count >= table->look_commit;
  return table->open.count >= table->look_count || table->open.row_bytes >= table->look_bytes;
}

/*
** Seals what is due. Open rows that could not be sealed stay open, so an error
** (SQLITE_NOMEM, or SQLITE_INTERRUPT where the table has a Progress) may be ignored: the rows
** are the same ones in any case.
*/
int compact_seal(Table *table, SealWhen when);

/* Sets the thresholds of a table without open rows. */
void compact_reset(Table *table);

#endif
