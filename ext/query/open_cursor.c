/*
** open_cursor.c: see open_cursor.h.
*/
#include "open_cursor.h"

#include "base/sqlite.h"

#define LISTED_LEAST 32 /* open rows: fewer are tested in the time that listing them takes */
#define LISTED_SHARE 8  /* of the open rows: if more are listed, all are tested instead */

void open_cursor_clear(OpenCursor *cursor) {
  rowid_list_clear(&cursor->list);
  cursor->listed = cursor->valid = false;
}

/* ---- starting ----------------------------------------------------------------- */

static int list_rows(OpenCursor *cursor, Table *table, const Filter *filter) {
  size_t most = (size_t)table->open.count / LISTED_SHARE;
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < filter->count && rc == SQLITE_OK && !cursor->listed; i++) {
    const Predicate *predicate = &filter->predicates[i];
    OpenSought sought = {predicate->column, predicate->collation, predicate->values,
                         predicate->count};
    if (!predicate_is_equality(predicate)) continue;
    rc = lookup_open_rows(table, &sought, most, &cursor->list, &cursor->listed);
  }
  return rc;
}

int open_cursor_start(OpenCursor *cursor, Table *table, const Filter *filter, bool descending) {
  cursor->open = &table->open;
  cursor->descending = descending;
  cursor->listed = cursor->valid = false;
  return table->open.count < LISTED_LEAST ? SQLITE_OK : list_rows(cursor, table, filter);
}

/* ---- moving ------------------------------------------------------------------- */

/* The next one of the list that is still open. */
static void settle_listed(OpenCursor *cursor) {
  const RowidList *list = &cursor->list;
  Row *row = NULL;
  while (row == NULL && (cursor->descending ? cursor->at > 0 : cursor->at < list->count)) {
    int64_t rowid = list->items[cursor->descending ? cursor->at - 1 : cursor->at].rowid;
    row = open_find(cursor->open, rowid);
    if (row == NULL) cursor->at += cursor->descending ? SIZE_MAX : 1;
    cursor->entry = (OpenEntry){rowid, row};
  }
  cursor->valid = row != NULL;
}

static void seek_listed(OpenCursor *cursor, int64_t rowid) {
  size_t low = 0, high = cursor->list.count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int64_t other = cursor->list.items[middle].rowid;
    if (other < rowid || (cursor->descending && other == rowid)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  cursor->at = low;
  settle_listed(cursor);
}

void open_cursor_seek(OpenCursor *cursor, int64_t rowid) {
  if (cursor->listed) {
    seek_listed(cursor, rowid);
    return;
  }
  bool found = open_seek(cursor->open, rowid, &cursor->place);
  if (cursor->descending && !found) {
    cursor->valid = open_previous(cursor->open, &cursor->place);
  } else {
    cursor->valid = open_at(cursor->open, &cursor->place) != NULL;
  }
}

void open_cursor_next(OpenCursor *cursor) {
  if (cursor->listed) {
    cursor->at += cursor->descending ? SIZE_MAX : 1;
    settle_listed(cursor);
  } else if (cursor->descending) {
    cursor->valid = open_previous(cursor->open, &cursor->place);
  } else {
    cursor->valid = open_next(cursor->open, &cursor->place);
  }
}
