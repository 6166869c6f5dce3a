/*
** open.h: the open rows of a table, the mutable side of the store.
**
** An ordered set of entries (rowid, row) in two levels: an array of pointers to
** blocks of up to OPEN_BLOCK entries, both sorted by rowid. An entry hides the
** sealed row of the same rowid; the entry OPEN_TOMBSTONE hides it as deleted.
** Owns its blocks and the rows in them. Calls row.h.
**
** Undoing must not fail, so room is made beforehand: open_reserve allocates it, and the functions
** said to be infallible use it. A run that was cut out keeps the room needed to put it back.
*/
#ifndef SLOTS_OPEN_H
#define SLOTS_OPEN_H

#include <stdbool.h>
#include <stddef.h>

#include "segment/row.h"

#define OPEN_BLOCK 128

/* The address of an object of its own, so it never equals a real row. */
#define OPEN_TOMBSTONE (open_tombstone())
Row *open_tombstone(void);

typedef struct OpenEntry {
  int64_t rowid;
  Row *row; /* or OPEN_TOMBSTONE */
} OpenEntry;

typedef struct OpenBlock {
  struct OpenBlock *next_spare;
  uint32_t count; /* 1 to OPEN_BLOCK while in the set */
  OpenEntry entries[OPEN_BLOCK];
} OpenBlock;

typedef struct OpenRows {
  OpenBlock **blocks;
  size_t block_count;
  size_t block_capacity;
  OpenBlock *spare; /* allocated, unused */
  size_t spare_count;
  size_t held_slots;  /* block_capacity promised to runs that were cut out */
  size_t held_spares; /* spare blocks promised to them */
  uint64_t count;     /* entries, tombstones among them */
  uint64_t row_bytes; /* memory of the rows */
  uint64_t removals;  /* times that entries were taken out */
} OpenRows;

/* An entry's place; valid until the set changes. block == block_count is the end. */
typedef struct OpenPlace {
  size_t block;
  uint32_t index;
} OpenPlace;

/* Entries that were cut out of a set, in order. Owned by the holder. */
typedef struct OpenRun {
  OpenBlock **blocks;
  size_t block_count;
} OpenRun;

/* Room for `inserts` calls of open_put with a new rowid. SQLITE_OK or SQLITE_NOMEM. */
int open_reserve(OpenRows *open, size_t inserts);

/* The first entry whose rowid is >= `rowid`. True when it is equal. */
bool open_seek(const OpenRows *open, int64_t rowid, OpenPlace *place);

/* The entry at a place, or NULL at the end. */
const OpenEntry *open_at(const OpenRows *open, const OpenPlace *place);

/* Moves to the following entry, or to the one before; false when there is none. */
bool open_next(const OpenRows *open, OpenPlace *place);
bool open_previous(const OpenRows *open, OpenPlace *place);

/* The row or tombstone of `rowid`, or NULL. */
Row *open_find(const OpenRows *open, int64_t rowid);

/*
** Makes `row` the entry of `rowid` (NULL: no entry) and returns what was there
** before, or NULL; the caller owns it. Infallible after open_reserve; needs no
** reserve where an entry exists already or `row` is NULL.
*/
Row *open_put(OpenRows *open, int64_t rowid, Row *row);

/* The number of entries with first <= rowid <= last. */
uint64_t open_count(const OpenRows *open, int64_t first, int64_t last);

/*
** Takes the entries with first <= rowid <= last out into *run, and holds the
** room for putting them back. open_cut_reserve before it makes it infallible.
*/
int open_cut_reserve(OpenRows *open, int64_t first, int64_t last, OpenRun *run);
void open_cut(OpenRows *open, int64_t first, int64_t last, OpenRun *run);

/* Puts a run back; no entry may stand in its range. Infallible. */
void open_splice(OpenRows *open, OpenRun *run);

/* Frees a run's rows and gives up the room that was held for it. */
void open_run_free(OpenRows *open, OpenRun *run);

/* Frees spare blocks that are not promised to a run. */
void open_shrink(OpenRows *open);

/* Bytes of the blocks, spares and rows. */
uint64_t open_memory(const OpenRows *open);

void open_row_free(Row *row); /* NULL and OPEN_TOMBSTONE are allowed */
void open_clear(OpenRows *open);

#endif
