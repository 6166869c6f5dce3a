/*
** background.c: see background.h.
*/
#include "background.h"

#include "base/sqlite.h"

int background_begin(Table *table, const SealRange *range, const Gathered *gathered,
                     uint32_t threads) {
  BackgroundSeal *seal = sqlite3_malloc64(sizeof *seal);
  if (seal == NULL) return SQLITE_NOMEM;
  *seal = (BackgroundSeal){.range = *range, .gap_last = range->last, .gathered = *gathered};
  seal->range.last = gathered->rows[gathered->count - 1].rowid;
  int rc = seal_begin(gathered->rows, (uint32_t)gathered->count, table->columns, table->profile,
                      table->lessons, threads, &seal->job);
  if (rc == SQLITE_OK) {
    table->background = seal;
  } else {
    sqlite3_free(seal);
  }
  return rc;
}

int background_end(Table *table, BackgroundSeal *seal, Segment **segment) {
  *seal = *table->background;
  sqlite3_free(table->background);
  table->background = NULL;
  int rc = seal_end(seal->job, segment);
  seal->job = NULL;
  return rc;
}

void background_clear(BackgroundSeal *seal) { sqlite3_free(seal->gathered.rows); }

void background_wait(const Table *table) {
  if (table->background != NULL) seal_wait(table->background->job);
}

void background_drop(Table *table) {
  BackgroundSeal seal;
  Segment *segment;
  if (table->background == NULL) return;
  if (background_end(table, &seal, &segment) == SQLITE_OK) segment_release(segment);
  background_clear(&seal);
}
