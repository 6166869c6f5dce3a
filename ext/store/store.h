/*
** store.h: the struct behind a table's rows, shared by the files that read it (table.c, lookup.c,
** gather.c), change it (table.c), seal it (compact.c, seal_range.c) and index its open rows
** (open_index.c). table.h has the rules. Calls open.h, undo.h, hints.h, segment/,
** snapshot/snapshot.h, base/progress.h.
*/
#ifndef SLOTS_STORE_H
#define SLOTS_STORE_H

#include "hints.h"
#include "open.h"
#include "base/progress.h"
#include "segment/reader.h"
#include "segment/seal.h"
#include "segment/segment_list.h"
#include "snapshot/snapshot.h"
#include "undo.h"

/*
** Where the sealed rows of a key begin that open rows do not hide, as they do those of a queue,
** which a look-up would pass one by one to find the next. For as long as none can come back.
*/
typedef struct KeyEnd {
  uint64_t hash;
  const SegmentList *list;
  uint64_t serials;
  uint64_t removals;
  int64_t rowid; /* what comes before it, or behind, is hidden */
} KeyEnd;

#define KEY_ENDS 4 /* keys that are remembered, by their hash */

/* What of a key hints are by: all of it, or where it has several columns, the first one. */
typedef enum HintedPart { HINTED_KEY, HINTED_FIRST, HINTED_PARTS } HintedPart;

/* An index of the table: its sets are in the lists of segments, the hints are of open rows. */
typedef struct TableIndex {
  IndexDef def;
  Hints hints[HINTED_PARTS]; /* without room: not kept, as nobody asked */
  KeyEnd ends[2][KEY_ENDS];  /* of the lowest rowids, of the highest */
} TableIndex;

typedef struct Table {
  int64_t id; /* as the shadow table has it */
  uint32_t references;
  uint32_t columns;
  TextProfile profile;
  Undo *undo; /* the connection's */
  OpenRows open;
  SegmentList *list; /* NULL: no segment */
  ColumnLessons *lessons;
  TableIndex *indexes;
  uint32_t index_count;
  Reader reader;    /* of unique checks; opened at the first */
  Reader old;       /* of rows that UPDATEs change; likewise; forgets where new segments come */
  uint64_t serials; /* segments made so far */
  uint64_t rows;
  int64_t last_rowid; /* the largest, where it is known */
  bool last_known;
  int64_t sequence;                  /* the largest rowid that AUTOINCREMENT has seen */
  uint64_t sequence_epoch;           /* of the log, when it was last written there */
  uint64_t version;                  /* changes with every change of rows or of their place */
  uint64_t look_count;               /* open entries at which sealing is considered while loading */
  uint64_t look_bytes;               /* the same, for the memory of open rows */
  uint64_t look_commit;              /* the same, at commit */
  uint64_t sealed_bytes;             /* of the values sealed since table_settle */
  struct BackgroundSeal *background; /* under way, or NULL */
  bool foreground;                   /* until the transaction ends all seals are waited for */
  Progress *progress;                /* of the work that seals, or NULL */
  Buffer declaration;                /* as schema.h has it */
  Snapshot *snapshot;                /* a reference to the file whose rows these are; NULL: none */
  bool follow;                       /* and newer ones are taken up as they come (mount.h) */
  SegmentList *saved; /* a reference to the list that the file at its path has, if it has one */
  uint32_t cursors;   /* open over the table, and changes being made */
} Table;

static inline bool hints_are_kept(const TableIndex *index, HintedPart part) {
  return index->hints[part].size > 0;
}

/* What the hash of such a hint is over. */
static inline IndexDef hinted_def(const TableIndex *index, HintedPart part) {
  IndexDef def = index->def;
  if (part == HINTED_FIRST) def.count = 1;
  return def;
}

/* Segment number `index`, and how many there are. */
static inline uint32_t table_segments(const Table *table) {
  return table->list == NULL ? 0 : table->list->count;
}
static inline const Segment *table_segment(const Table *table, uint32_t index) {
  return table->list->items[index];
}

/*
** To be called, successfully, before the rowids and values of a segment are read (segment.h).
** SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
static inline int table_ready(const Table *table, uint32_t index) {
  return segment_ready(table->list->items[index]);
}

#endif
