/*
** table.h: a table's rows: sealed segments, and open rows above them.
**
** Segments are in ascending order of rowid and disjoint. An open entry hides
** the sealed row of the same rowid. Every change goes through here and into the
** connection's undo log, so it can be taken back. Owns the segments, open rows
** and codecs; reference-counted by the registry and by each sqlite3_vtab.
** Calls open.h, seal.h, index_set.h, hints.h, undo.h.
**
** Sealing. A *span* is a segment and the gap behind it up to the next one (the
** first span begins with the lowest rowid). Open rows in a gap become segments
** of their own, merged with a segment in front of it that is small; open rows inside a
** segment are merged into it when they reach an eighth of its rows. So a row
** that is appended is written O(log n) times, one that is changed in place
** costs the rewriting of about eight.
*/
#ifndef SLOTS_TABLE_H
#define SLOTS_TABLE_H

#include "hints.h"
#include "index_set.h"
#include "open.h"
#include "seal.h"
#include "undo.h"

typedef struct SegmentList {
  uint32_t references;
  uint32_t count;
  uint32_t set_count;
  IndexSet *sets;    /* one an index of the table */
  Segment *items[1]; /* really `count` */
} SegmentList;

/* An index of the table: over the segments of each list, and over the open rows. */
typedef struct TableIndex {
  IndexDef def;
  Hints hints;
} TableIndex;

typedef struct Table {
  int64_t id;   /* as the shadow table has it */
  char *schema; /* name of the database it was connected in last */
  uint32_t references;
  uint32_t columns;
  TextProfile profile;
  Undo *undo; /* the connection's */
  OpenRows open;
  SegmentList *list; /* NULL: no segment */
  ColumnCodecs *codecs;
  TableIndex *indexes;
  uint32_t index_count;
  Reader reader;    /* of unique checks; opened at the first */
  uint64_t serials; /* segments made so far */
  uint64_t rows;
  int64_t last_rowid;   /* the largest, where it is known */
  bool last_known;
  uint64_t version;     /* changes with every change of rows or of their place */
  uint64_t look_count;  /* open entries at which sealing is considered while loading */
  uint64_t look_bytes;  /* the same, for the memory of open rows */
  uint64_t look_commit; /* the same, at commit */
  uint64_t sealed_bytes; /* of the values sealed in this transaction */
} Table;

/* Where a row is: an open one, or row `row` of segment number `segment`. */
typedef struct RowRef {
  const Row *open;
  uint32_t segment;
  uint32_t row;
} RowRef;

/* What a table is made from. */
typedef struct TableDef {
  uint32_t columns;
  TextProfile profile;
  const IndexDef *indexes;
  uint32_t index_count;
} TableDef;

/* SQLITE_OK or SQLITE_NOMEM; the caller has the one reference. */
int table_create(int64_t id, const TableDef *def, Undo *undo, Table **table);
/* Notes the database's name. SQLITE_OK or SQLITE_NOMEM. */
int table_set_schema(Table *table, const char *schema);

Table *table_retain(Table *table);
void table_release(Table *table);

/* Segment number `index`, and how many there are. */
static inline uint32_t table_segments(const Table *table) {
  return table->list == NULL ? 0 : table->list->count;
}
static inline const Segment *table_segment(const Table *table, uint32_t index) {
  return table->list->items[index];
}

/* The number of segments whose last rowid is below `rowid`. */
uint32_t table_seek_segment(const Table *table, int64_t rowid);

/* Finds the row; false when there is none. */
bool table_find(const Table *table, int64_t rowid, RowRef *ref);

/* The largest rowid; false in an empty table. */
bool table_last_rowid(Table *table, int64_t *rowid);

/* A value of a row that was found; as segment_value. */
int table_value(const Table *table, const RowRef *ref, uint32_t column, Buffer *scratch,
                Value *value);

/* Room for `changes` calls of table_put. SQLITE_OK or SQLITE_NOMEM. */
int table_reserve(Table *table, size_t changes);

/* Makes `row` (taken over; NULL: deleted) the row of `rowid`. Infallible after table_reserve. */
void table_put(Table *table, int64_t rowid, Row *row);

typedef enum SealWhen {
  SEAL_LOADING, /* full runs only */
  SEAL_COMMIT,  /* what is worth it */
  SEAL_ALL      /* everything, and small segments merged */
} SealWhen;

/*
** Seals what is due. Open rows that could not be sealed stay open, so an error
** (SQLITE_NOMEM) may be ignored.
*/
int table_seal(Table *table, SealWhen when);

/* After a transaction: drops hints that became useless, and memory that was needed. Infallible. */
void table_settle(Table *table);

/* Takes an entry of the log back, or makes it final. Infallible. */
void table_undo(UndoEntry *entry);
void table_commit(UndoEntry *entry);

#endif
