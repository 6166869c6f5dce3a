/*
** table.h: a table's rows: sealed segments, and open rows above them.
**
** Segments are in ascending order of rowid and disjoint. An open entry hides
** the sealed row of the same rowid. Every change goes through here and into the
** connection's undo log, so it can be taken back. Owns the segments, open rows
** and codecs; reference-counted by the registry and by each sqlite3_vtab.
** Calls compact.h, open_index.h and below.
*/
#ifndef SLOTS_TABLE_H
#define SLOTS_TABLE_H

#include "store.h"

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
Table *table_retain(Table *table);
void table_release(Table *table);

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

/*
** AUTOINCREMENT: notes that `rowid` was inserted; the largest one so far is never
** given again. SQLITE_OK or SQLITE_NOMEM.
*/
int table_raise_sequence(Table *table, int64_t rowid);

/* After a transaction: drops hints that became useless, and memory that was needed. Infallible. */
void table_settle(Table *table);

/* Takes an entry of the log back, or makes it final. Infallible. */
void table_undo(UndoEntry *entry);
void table_commit(UndoEntry *entry);

#endif
