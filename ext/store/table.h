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
  const Buffer *declaration; /* copied */
  bool follow;               /* newer snapshots are taken up as they come (mount.h) */
  Snapshot *snapshot;        /* NULL: the table is empty; else it has these rows: */
  SegmentList *list;
  uint64_t serials; /* the largest of the list */
  uint64_t rows;
} TableDef;

/*
** SQLITE_OK or SQLITE_NOMEM; the caller has the one reference. The table takes
** references of its own to what the definition names.
*/
int table_create(int64_t id, const TableDef *def, Undo *undo, Table **table);
Table *table_retain(Table *table);
void table_release(Table *table);

/* Puts the snapshot's rows, as a TableDef has them, in the place of all rows. Infallible. */
void table_set_snapshot(Table *table, const TableDef *def);

/*
** Drops all rows, and the file that they came from; no cursor may be open, and the log has nothing
** of the table.
*/
void table_forget_rows(Table *table);

/* The number of segments whose last rowid is below `rowid`. */
uint32_t table_seek_segment(const Table *table, int64_t rowid);

/*
** Looks for the row of a rowid. SQLITE_OK; SQLITE_NOMEM or SQLITE_CORRUPT when the bytes that it
** would lie in cannot be read, and then none is found.
*/
int table_look(const Table *table, int64_t rowid, RowRef *ref, bool *found);

/* Makes sure that table_find can look for `rowid`. Results as of table_look. */
int table_touch(const Table *table, int64_t rowid);

/* Finds the row, after table_touch; false when there is none. */
bool table_find(const Table *table, int64_t rowid, RowRef *ref);

/* The largest rowid; *found is false in an empty table. As table_touch. */
int table_last_rowid(Table *table, int64_t *rowid, bool *found);

/* A value of a row that was found; as segment_value. */
int table_value(const Table *table, const RowRef *ref, uint32_t column, Buffer *scratch,
                Value *value);

/*
** The same of a row that is to be changed, valid until another row's is asked for, or rows change.
** Texts of rows that follow one another are decoded many at once.
*/
int table_old_value(Table *table, const RowRef *ref, uint32_t column, Value *value);

/* Room for `changes` calls of table_put. SQLITE_OK or SQLITE_NOMEM. */
int table_reserve(Table *table, size_t changes);

/*
** Makes `row` (taken over; NULL: deleted) the row of `rowid`. Infallible after table_reserve and,
** of this rowid, table_touch.
*/
void table_put(Table *table, int64_t rowid, Row *row);

/*
** AUTOINCREMENT: notes that `rowid` was inserted; the largest one so far is never
** given again. SQLITE_OK or SQLITE_NOMEM.
*/
int table_raise_sequence(Table *table, int64_t rowid);

/*
** After a transaction: drops hints that became useless, and memory that it needed. Returns the
** bytes of the values sealed since the last time, for memory_give_back. Infallible.
*/
uint64_t table_settle(Table *table);

/* Whether the log has an entry of the table: a rollback could change its rows, or remove it. */
bool table_has_changes(const Table *table);

/*
** Seals every row of a table without such changes, for good. SQLITE_OK, SQLITE_NOMEM or
** SQLITE_CORRUPT.
*/
int table_seal(Table *table);

/* Takes an entry of the log back, or makes it final. Infallible. */
void table_undo(UndoEntry *entry);
void table_commit(UndoEntry *entry);

#endif
