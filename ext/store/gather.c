/*
** gather.c: see gather.h.
*/
#include "gather.h"

#include "base/sqlite.h"

#define AHEAD 256

/* The next sealed row of a range, rowids decoded ahead. */
typedef struct Sealed {
  const Table *table;
  uint32_t segment;
  uint32_t to;
  uint32_t row;
  uint32_t decoded_from; /* row of rowids[0] */
  uint32_t decoded;
  int64_t rowids[AHEAD];
} Sealed;

static bool sealed_peek(Sealed *sealed, SealRow *next) {
  if (sealed->segment == sealed->to) return false;
  const Segment *segment = table_segment(sealed->table, sealed->segment);
  if (sealed->row - sealed->decoded_from >= sealed->decoded) {
    uint32_t left = segment->rows - sealed->row;
    sealed->decoded_from = sealed->row;
    sealed->decoded = left < AHEAD ? left : AHEAD;
    rowids_read(&segment->rowids, sealed->row, sealed->decoded, sealed->rowids);
  }
  *next = (SealRow){.rowid = sealed->rowids[sealed->row - sealed->decoded_from],
                    .segment = segment,
                    .row = sealed->row};
  return true;
}

static void sealed_advance(Sealed *sealed) {
  if (++sealed->row < table_segment(sealed->table, sealed->segment)->rows) return;
  sealed->segment++;
  sealed->row = 0;
  sealed->decoded = 0;
}

/* Takes sealed rows below `limit`, and skips the one that is equal. */
static void take_sealed(Sealed *sealed, const int64_t *limit, Gathered *gathered) {
  SealRow row;
  while (sealed_peek(sealed, &row)) {
    if (limit != NULL && row.rowid > *limit) return;
    bool hidden = limit != NULL && row.rowid == *limit;
    if (!hidden) gathered->rows[gathered->count++] = row;
    sealed_advance(sealed);
  }
}

static void merge_rows(const Table *table, const SealRange *range, Gathered *gathered) {
  Sealed sealed = {.table = table, .segment = range->from, .to = range->to};
  OpenPlace place;
  const OpenEntry *entry;
  open_seek(&table->open, range->first, &place);
  while ((entry = open_at(&table->open, &place)) != NULL && entry->rowid <= range->last) {
    take_sealed(&sealed, &entry->rowid, gathered);
    if (entry->row != OPEN_TOMBSTONE) {
      gathered->rows[gathered->count++] = (SealRow){.rowid = entry->rowid, .open = entry->row};
      gathered->bytes += row_memory(entry->row);
    }
    open_next(&table->open, &place);
  }
  take_sealed(&sealed, NULL, gathered);
}

int gather_rows(const Table *table, const SealRange *range, Gathered *gathered) {
  uint64_t most = open_count(&table->open, range->first, range->last);
  *gathered = (Gathered){0};
  for (uint32_t i = range->from; i < range->to; i++) {
    int rc = table_ready(table, i);
    if (rc != SQLITE_OK) return rc;
    most += table_segment(table, i)->rows;
    gathered->bytes += table_segment(table, i)->payload;
  }
  gathered->rows = sqlite3_malloc64((most + 1) * sizeof(SealRow));
  if (gathered->rows == NULL) return SQLITE_NOMEM;
  merge_rows(table, range, gathered);
  return SQLITE_OK;
}
