/*
** open_cursor.h: a place among the open rows of a table, of those that a scan is to merge.
**
** These are all of them, or, where a filter asks for few values of a column that an index begins
** with, those that hints list (store/hints.h): then neither the other ones need be tested, nor are
** the entries seen that hide sealed rows. Owns the list. Calls filter.h, store/.
*/
#ifndef SLOTS_OPEN_CURSOR_H
#define SLOTS_OPEN_CURSOR_H

#include "filter.h"
#include "store/lookup.h"

typedef struct OpenCursor {
  const OpenRows *open;
  bool descending;
  bool valid;      /* there is an entry at the place */
  OpenPlace place; /* among all */
  bool listed;     /* only those of the list, */
  RowidList list;  /* ascending, */
  size_t at;       /* and this many of them are before the place */
  OpenEntry entry; /* at the place, if listed */
} OpenCursor;

/*
** Chooses which open rows are seen, until the table changes: then open_cursor_see_all has to be
** called. SQLITE_OK or SQLITE_NOMEM.
*/
int open_cursor_start(OpenCursor *cursor, Table *table, const Filter *filter, bool descending);

static inline void open_cursor_see_all(OpenCursor *cursor) { cursor->listed = false; }

/* To the entry of the rowid, or the nearest behind it. */
void open_cursor_seek(OpenCursor *cursor, int64_t rowid);

/* Past the entry, which is there. */
void open_cursor_next(OpenCursor *cursor);

/* The entry at the place; NULL: there is none. */
static inline const OpenEntry *open_cursor_entry(const OpenCursor *cursor) {
  if (!cursor->valid) return NULL;
  return cursor->listed ? &cursor->entry : open_at(cursor->open, &cursor->place);
}

/* Whether an entry that is not seen hides the sealed row. */
static inline bool open_cursor_hides(const OpenCursor *cursor, int64_t rowid) {
  return cursor->listed && open_find(cursor->open, rowid) != NULL;
}

/* Gives back the list. */
void open_cursor_clear(OpenCursor *cursor);

#endif
