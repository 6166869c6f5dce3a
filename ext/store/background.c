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

int background_coded(Table *table, BackgroundSeal *seal) {
  *seal = *table->background;
  sqlite3_free(table->background);
  table->background = NULL;
  return seal_wait(seal->job);
}

int background_end(BackgroundSeal *seal, Segment **segment) {
  int rc = seal_end(seal->job, segment);
  sqlite3_free(seal->gathered.rows);
  return rc;
}

void background_wait(const Table *table) {
  if (table->background != NULL) (void)seal_wait(table->background->job); /* see background_end */
}

void background_drop(Table *table) {
  BackgroundSeal seal;
  Segment *segment;
  if (table->background == NULL) return;
  (void)background_coded(table, &seal);
  if (background_end(&seal, &segment) == SQLITE_OK) segment_release(segment);
}
