/*
** open.c: see open.h.
*/
#include "open.h"

#include <string.h>

#include "base/sqlite.h"

Row *open_tombstone(void) {
  static const uint64_t marker = 0;
  return (Row *)(uintptr_t)&marker;
}

static uint64_t entry_memory(const Row *row) { return row == OPEN_TOMBSTONE ? 0 : row_memory(row); }

void open_row_free(Row *row) {
  if (row != OPEN_TOMBSTONE) row_free(row);
}

/* Room for `slots` more block pointers beyond those promised. */
static int reserve_slots(OpenRows *open, size_t slots) {
  size_t needed = open->block_count + open->held_slots + slots;
  if (needed <= open->block_capacity) return SQLITE_OK;
  size_t capacity = needed + needed / 2 + 4;
  OpenBlock **blocks = sqlite3_realloc64(open->blocks, capacity * sizeof *blocks);
  if (blocks == NULL) return SQLITE_NOMEM;
  open->blocks = blocks;
  open->block_capacity = capacity;
  return SQLITE_OK;
}

static int reserve_spares(OpenRows *open, size_t spares) {
  while (open->spare_count < open->held_spares + spares) {
    OpenBlock *block = sqlite3_malloc64(sizeof *block);
    if (block == NULL) return SQLITE_NOMEM;
    block->next_spare = open->spare;
    open->spare = block;
    open->spare_count++;
  }
  return SQLITE_OK;
}

int open_reserve(OpenRows *open, size_t inserts) {
  int rc = reserve_slots(open, inserts);
  if (rc == SQLITE_OK) rc = reserve_spares(open, inserts);
  return rc;
}

static OpenBlock *take_spare(OpenRows *open) {
  OpenBlock *block = open->spare;
  open->spare = block->next_spare;
  open->spare_count--;
  block->next_spare = NULL;
  block->count = 0;
  return block;
}

static void give_spare(OpenRows *open, OpenBlock *block) {
  block->next_spare = open->spare;
  open->spare = block;
  open->spare_count++;
}

void open_shrink(OpenRows *open) {
  while (open->spare_count > open->held_spares) sqlite3_free(take_spare(open));
  if (open->block_count > 0 || open->held_slots > 0) return;
  sqlite3_free(open->blocks);
  open->blocks = NULL;
  open->block_capacity = 0;
}

/* The first block whose last rowid is >= `rowid`. */
static size_t find_block(const OpenRows *open, int64_t rowid) {
  size_t low = 0, high = open->block_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const OpenBlock *block = open->blocks[middle];
    if (block->entries[block->count - 1].rowid < rowid) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* The first index whose rowid is >= `rowid`; count if there is none. */
static uint32_t find_index(const OpenBlock *block, int64_t rowid) {
  uint32_t low = 0, high = block->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (block->entries[middle].rowid < rowid) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/*
** Whether `rowid` is that of the last entry or behind it, as in a load, or while that is taken
** back.
*/
static bool seek_at_end(const OpenRows *open, int64_t rowid, OpenPlace *place, bool *found) {
  if (open->block_count == 0) return false;
  const OpenBlock *block = open->blocks[open->block_count - 1];
  int64_t last = block->entries[block->count - 1].rowid;
  *found = last == rowid;
  *place = *found ? (OpenPlace){open->block_count - 1, block->count - 1}
                  : (OpenPlace){open->block_count, 0};
  return last <= rowid;
}

bool open_seek(const OpenRows *open, int64_t rowid, OpenPlace *place) {
  bool found;
  if (seek_at_end(open, rowid, place, &found)) return found;
  place->block = find_block(open, rowid);
  place->index = 0;
  if (place->block == open->block_count) return false;
  const OpenBlock *block = open->blocks[place->block];
  place->index = find_index(block, rowid);
  return block->entries[place->index].rowid == rowid;
}

const OpenEntry *open_at(const OpenRows *open, const OpenPlace *place) {
  if (place->block >= open->block_count) return NULL;
  return &open->blocks[place->block]->entries[place->index];
}

bool open_next(const OpenRows *open, OpenPlace *place) {
  if (place->block >= open->block_count) return false;
  if (++place->index == open->blocks[place->block]->count) {
    place->block++;
    place->index = 0;
  }
  return place->block < open->block_count;
}

bool open_previous(const OpenRows *open, OpenPlace *place) {
  if (place->index == 0) {
    if (place->block == 0) return false;
    place->block--;
    place->index = open->blocks[place->block]->count;
  }
  place->index--;
  return true;
}

Row *open_find(const OpenRows *open, int64_t rowid) {
  OpenPlace place;
  return open_seek(open, rowid, &place) ? open_at(open, &place)->row : NULL;
}

static void insert_block(OpenRows *open, size_t at, OpenBlock *block) {
  memmove(open->blocks + at + 1, open->blocks + at,
          (open->block_count - at) * sizeof open->blocks[0]);
  open->blocks[at] = block;
  open->block_count++;
}

static void remove_blocks(OpenRows *open, size_t at, size_t count) {
  open->block_count -= count;
  memmove(open->blocks + at, open->blocks + at + count,
          (open->block_count - at) * sizeof open->blocks[0]);
}

/* Moves the entries from `index` on into a block of their own behind this one. */
static void split_block(OpenRows *open, size_t at, uint32_t index) {
  OpenBlock *left = open->blocks[at];
  OpenBlock *right = take_spare(open);
  right->count = left->count - index;
  memcpy(right->entries, left->entries + index, right->count * sizeof right->entries[0]);
  left->count = index;
  insert_block(open, at + 1, right);
}

static void merge_with_next(OpenRows *open, size_t at) {
  if (at + 1 >= open->block_count) return;
  OpenBlock *left = open->blocks[at], *right = open->blocks[at + 1];
  if (left->count + right->count > OPEN_BLOCK / 2) return;
  memcpy(left->entries + left->count, right->entries, right->count * sizeof right->entries[0]);
  left->count += right->count;
  remove_blocks(open, at + 1, 1);
  give_spare(open, right);
}

static Row *remove_entry(OpenRows *open, const OpenPlace *place) {
  open->removals++;
  OpenBlock *block = open->blocks[place->block];
  Row *row = block->entries[place->index].row;
  block->count--;
  memmove(block->entries + place->index, block->entries + place->index + 1,
          (block->count - place->index) * sizeof block->entries[0]);
  if (block->count == 0) {
    remove_blocks(open, place->block, 1);
    give_spare(open, block);
  } else {
    merge_with_next(open, place->block);
  }
  open->count--;
  open->row_bytes -= entry_memory(row);
  return row;
}

static void insert_entry(OpenRows *open, OpenPlace place, int64_t rowid, Row *row) {
  if (place.block == open->block_count) {
    /* Behind the last entry: blocks fill up in order, none is split. */
    if (place.block > 0 && open->blocks[place.block - 1]->count < OPEN_BLOCK) {
      place.block--;
    } else {
      insert_block(open, place.block, take_spare(open));
    }
    place.index = open->blocks[place.block]->count;
  } else if (open->blocks[place.block]->count == OPEN_BLOCK) {
    split_block(open, place.block, OPEN_BLOCK / 2);
    if (place.index > OPEN_BLOCK / 2) {
      place.block++;
      place.index -= OPEN_BLOCK / 2;
    }
  }
  OpenBlock *block = open->blocks[place.block];
  memmove(block->entries + place.index + 1, block->entries + place.index,
          (block->count - place.index) * sizeof block->entries[0]);
  block->entries[place.index] = (OpenEntry){.rowid = rowid, .row = row};
  block->count++;
  open->count++;
  open->row_bytes += entry_memory(row);
}

Row *open_put(OpenRows *open, int64_t rowid, Row *row) {
  OpenPlace place;
  if (!open_seek(open, rowid, &place)) {
    if (row != NULL) insert_entry(open, place, rowid, row);
    return NULL;
  }
  if (row == NULL) return remove_entry(open, &place);
  OpenEntry *entry = &open->blocks[place.block]->entries[place.index];
  Row *before = entry->row;
  open->row_bytes = open->row_bytes - entry_memory(before) + entry_memory(row);
  entry->row = row;
  return before;
}

/* Entries in front of a place. */
static uint64_t rank(const OpenRows *open, const OpenPlace *place) {
  uint64_t count = place->index;
  for (size_t i = 0; i < place->block; i++) count += open->blocks[i]->count;
  return count;
}

uint64_t open_count(const OpenRows *open, int64_t first, int64_t last) {
  if (open->count == 0 || first > last) return 0;
  OpenPlace from, to;
  open_seek(open, first, &from);
  uint64_t end = open->count;
  if (last < INT64_MAX) {
    open_seek(open, last + 1, &to);
    end = rank(open, &to);
  }
  return end - rank(open, &from);
}

int open_cut_reserve(OpenRows *open, int64_t first, int64_t last, OpenRun *run) {
  *run = (OpenRun){0};
  uint64_t entries = open_count(open, first, last);
  if (entries == 0) return SQLITE_OK;
  /* Two blocks may be split at the ends, and one again when the run comes back. */
  int rc = reserve_slots(open, 3);
  if (rc == SQLITE_OK) rc = reserve_spares(open, 3);
  if (rc != SQLITE_OK) return rc;
  run->blocks = sqlite3_malloc64((open->block_count + 2) * sizeof *run->blocks);
  return run->blocks == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* Splits blocks so that a block starts at the first entry >= `rowid`; its number. */
static size_t block_boundary(OpenRows *open, int64_t rowid) {
  OpenPlace place;
  open_seek(open, rowid, &place);
  if (place.block == open->block_count || place.index == 0) return place.block;
  split_block(open, place.block, place.index);
  return place.block + 1;
}

static void count_run(OpenRows *open, const OpenRun *run, int sign) {
  for (size_t i = 0; i < run->block_count; i++) {
    const OpenBlock *block = run->blocks[i];
    for (uint32_t k = 0; k < block->count; k++) {
      uint64_t bytes = entry_memory(block->entries[k].row);
      open->row_bytes = sign > 0 ? open->row_bytes + bytes : open->row_bytes - bytes;
    }
    open->count = sign > 0 ? open->count + block->count : open->count - block->count;
  }
}

void open_cut(OpenRows *open, int64_t first, int64_t last, OpenRun *run) {
  open->removals++;
  if (open_count(open, first, last) == 0) {
    sqlite3_free(run->blocks);
    *run = (OpenRun){0};
    return;
  }
  size_t from = block_boundary(open, first);
  size_t to = last == INT64_MAX ? open->block_count : block_boundary(open, last + 1);
  run->block_count = to - from;
  memcpy(run->blocks, open->blocks + from, run->block_count * sizeof *run->blocks);
  remove_blocks(open, from, run->block_count);
  count_run(open, run, -1);
  open->held_slots += run->block_count + 1;
  open->held_spares += 1;
}

static void release_held(OpenRows *open, const OpenRun *run) {
  if (run->block_count == 0) return;
  open->held_slots -= run->block_count + 1;
  open->held_spares -= 1;
}

void open_splice(OpenRows *open, OpenRun *run) {
  if (run->block_count == 0) return;
  release_held(open, run);
  size_t at = block_boundary(open, run->blocks[0]->entries[0].rowid);
  memmove(open->blocks + at + run->block_count, open->blocks + at,
          (open->block_count - at) * sizeof open->blocks[0]);
  memcpy(open->blocks + at, run->blocks, run->block_count * sizeof *run->blocks);
  open->block_count += run->block_count;
  count_run(open, run, +1);
  sqlite3_free(run->blocks);
  *run = (OpenRun){0};
}

static void free_block(OpenBlock *block) {
  for (uint32_t i = 0; i < block->count; i++) open_row_free(block->entries[i].row);
  sqlite3_free(block);
}

void open_run_free(OpenRows *open, OpenRun *run) {
  release_held(open, run);
  for (size_t i = 0; i < run->block_count; i++) free_block(run->blocks[i]);
  sqlite3_free(run->blocks);
  *run = (OpenRun){0};
}

uint64_t open_memory(const OpenRows *open) {
  return (open->block_count + open->spare_count) * sizeof(OpenBlock) +
         open->block_capacity * sizeof open->blocks[0] + open->row_bytes;
}

void open_clear(OpenRows *open) {
  for (size_t i = 0; i < open->block_count; i++) free_block(open->blocks[i]);
  while (open->spare != NULL) sqlite3_free(take_spare(open));
  sqlite3_free(open->blocks);
  *open = (OpenRows){0};
}
