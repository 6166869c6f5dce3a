/*
** columns.h: rows that are to be sealed, column by column, whether they are open
** or in segments. Borrows the rows. Calls row.h, reader.h, base/.
*/
#ifndef SLOTS_COLUMNS_H
#define SLOTS_COLUMNS_H

#include "reader.h"
#include "row.h"

/* One row to seal: an open one, or row `row` of a segment where open is NULL. */
typedef struct SealRow {
  int64_t rowid;
  const Row *open;
  const Segment *segment;
  uint32_t row;
} SealRow;

typedef struct ColumnSource {
  const SealRow *rows; /* ascending by rowid */
  uint32_t count;
  uint32_t columns;
  Reader reader;
} ColumnSource;

/* The values of one column; those that a segment held in `text`. All zeros is empty. */
typedef struct ColumnValues {
  Value *values;
  uint32_t capacity;
  Buffer text;
} ColumnValues;

/* SQLITE_OK or SQLITE_NOMEM. */
int columns_open(ColumnSource *source, const SealRow *rows, uint32_t count, uint32_t columns);
void columns_close(ColumnSource *source);

/*
** Reads every `stride`-th value of a column, from the first on, into into->values.
** SQLITE_OK, SQLITE_NOMEM, SQLITE_TOOBIG; or SQLITE_CORRUPT from a segment.
*/
int columns_read(ColumnSource *source, uint32_t column, uint32_t stride, ColumnValues *into);

void column_values_clear(ColumnValues *values);

#endif
