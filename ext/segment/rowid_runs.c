/*
** rowid_runs.c: see rowid_runs.h.
*/
#include "rowid_runs.h"

#include "base/bits.h"

#define ROW_BITS 16
#define WIDTH_MAX (64 - ROW_BITS)
#define BLOCK_RUNS 2 /* in a block, on average, at least */

enum { RUNS_AT_COUNT = 0, RUNS_AT_BLOCK_COUNT = 4, RUNS_AT_BLOCKS = 8 };

/* ---- sizes ---------------------------------------------------------------- */

static uint64_t blocks_of(const RowidHeader *header) {
  return (rowids_reach(header) / header->step >> header->base_width) + 1;
}

static uint64_t runs_offset(const RowidHeader *header) {
  return (RUNS_AT_BLOCKS + 2 * blocks_of(header) + 7) & ~(uint64_t)7;
}

/* Bits of the places where runs begin: whole bytes, so that one load finds a run. */
static unsigned width_of(const RowidHeader *header) {
  return (bits_width(rowids_reach(header) / header->step) + 7) / 8 * 8;
}

static uint32_t run_bytes(const RowidHeader *header) {
  return ((uint32_t)header->width + ROW_BITS) / 8;
}

static uint64_t size_of(const RowidHeader *header, uint32_t runs) {
  return runs_offset(header) + (uint64_t)runs * run_bytes(header) + BITS_PADDING;
}

static uint32_t count_runs(const int64_t *rowids, uint32_t rows, uint64_t step) {
  uint32_t runs = 1;
  for (uint32_t i = 1; i < rows; i++) runs += integer_distance(rowids[i - 1], rowids[i]) != step;
  return runs;
}

uint64_t rowid_runs_size(const int64_t *rowids, uint32_t rows, RowidHeader *header) {
  uint32_t runs = count_runs(rowids, rows, header->step);
  if (width_of(header) > WIDTH_MAX) return UINT64_MAX;
  header->width = (uint8_t)width_of(header);
  header->base_width = 0;
  while (blocks_of(header) > runs / BLOCK_RUNS + 1) header->base_width++;
  return size_of(header, runs);
}

/* ---- encoding ------------------------------------------------------------- */

int rowid_runs_encode(const int64_t *rowids, uint32_t rows, const RowidHeader *header,
                      Buffer *out) {
  uint32_t runs = count_runs(rowids, rows, header->step), run = 0;
  uint64_t block = 0, blocks = blocks_of(header);
  unsigned char *section = NULL;
  int rc = rowids_append_zeros(out, size_of(header, runs), &section);
  if (rc != SQLITE_OK) return rc;
  unsigned char *runs_at = section + runs_offset(header);
  store_u32(section + RUNS_AT_COUNT, runs);
  store_u32(section + RUNS_AT_BLOCK_COUNT, (uint32_t)blocks);
  for (uint32_t i = 0; i < rows; i++) {
    if (i > 0 && integer_distance(rowids[i - 1], rowids[i]) == header->step) continue;
    uint64_t begin = integer_distance(rowids[0], rowids[i]) / header->step;
    for (; block << header->base_width < begin; block++) {
      store_u16(section + RUNS_AT_BLOCKS + 2 * block, (uint16_t)(run - 1));
    }
    unsigned char *at = runs_at + (size_t)run++ * run_bytes(header);
    store_u64(at, load_u64(at) | begin << ROW_BITS | i);
  }
  for (; block < blocks; block++) {
    store_u16(section + RUNS_AT_BLOCKS + 2 * block, (uint16_t)(run - 1));
  }
  return SQLITE_OK;
}

/* ---- reading -------------------------------------------------------------- */

typedef struct Run {
  uint64_t begin; /* units */
  uint32_t row;   /* its first one */
} Run;

static uint32_t runs_of(const Rowids *rowids) { return load_u32(rowids->section + RUNS_AT_COUNT); }

/* As said in the section: a division for each look-up would take as long as all the rest. */
static uint32_t blocks_said(const Rowids *rowids) {
  return load_u32(rowids->section + RUNS_AT_BLOCK_COUNT);
}

static Run run_at(const Rowids *rowids, uint32_t run) {
  uint64_t entry = load_u64(rowids->rows_at + (size_t)run * run_bytes(&rowids->header));
  return (Run){entry >> ROW_BITS & bits_mask(rowids->header.width), (uint16_t)entry};
}

/* The row behind a run's last one. */
static uint32_t run_end(const Rowids *rowids, uint32_t run) {
  return run + 1 < runs_of(rowids) ? run_at(rowids, run + 1).row : rowids->rows;
}

static uint32_t block_run(const Rowids *rowids, uint64_t block) {
  return load_u16(rowids->section + RUNS_AT_BLOCKS + 2 * block);
}

bool rowid_runs_open(Rowids *rowids) {
  const RowidHeader *header = &rowids->header;
  uint64_t reach = rowids_reach(header);
  if (header->width > WIDTH_MAX || header->base_width > WIDTH_MAX) return false;
  if (header->width != width_of(header) || reach % header->step != 0) return false;
  if (header->size < RUNS_AT_BLOCKS) return false;
  uint32_t runs = runs_of(rowids);
  if (runs == 0 || header->size != size_of(header, runs)) return false;
  if (blocks_said(rowids) != blocks_of(header)) return false;
  rowids->rows_at = rowids->section + runs_offset(header);
  return true;
}

/* The blocks say which run is the last one to begin at or before them. */
static bool blocks_are_right(const Rowids *rowids) {
  uint32_t runs = runs_of(rowids), run = 0;
  for (uint32_t block = 0; block < blocks_said(rowids); block++) {
    uint64_t first = (uint64_t)block << rowids->header.base_width;
    while (run + 1 < runs && run_at(rowids, run + 1).begin <= first) run++;
    if (block_run(rowids, block) != run) return false;
  }
  return true;
}

bool rowid_runs_ascend(const Rowids *rowids) {
  uint64_t end = 0;
  for (uint32_t i = 0; i < runs_of(rowids); i++) {
    Run run = run_at(rowids, i);
    uint32_t next = run_end(rowids, i);
    if (i == 0 ? run.begin != 0 || run.row != 0 : run.begin < end) return false;
    if (next <= run.row) return false;
    end = run.begin + (next - run.row);
  }
  return end == rowids_reach(&rowids->header) / rowids->header.step + 1 && blocks_are_right(rowids);
}

/* The last of runs low .. low + left - 1 that begins at or before a unit; without a branch. */
static uint32_t last_begun(const Rowids *rowids, uint32_t low, uint32_t left, uint64_t units) {
  while (left > 1) {
    uint32_t half = left / 2;
    low += run_at(rowids, low + half).begin <= units ? half : 0;
    left -= half;
  }
  return low;
}

uint32_t rowid_runs_seek(const Rowids *rowids, uint64_t units, bool *found) {
  uint64_t block = units >> rowids->header.base_width;
  uint32_t runs = runs_of(rowids), low = block_run(rowids, block), high = runs - 1;
  if (block + 1 < blocks_said(rowids)) high = block_run(rowids, block + 1);
  if (high >= runs) high = runs - 1;
  if (low > high) low = high;
  low = last_begun(rowids, low, high - low + 1, units);
  Run run = run_at(rowids, low);
  uint64_t inside = units - run.begin, length = run_end(rowids, low) - run.row;
  *found = inside < length;
  uint64_t row = run.row + (inside < length ? inside : length);
  return row < rowids->rows ? (uint32_t)row : rowids->rows - 1;
}

/* The run of a row. */
static uint32_t run_of(const Rowids *rowids, uint32_t row) {
  uint32_t low = 0;
  for (uint32_t left = runs_of(rowids); left > 1;) {
    uint32_t half = left / 2;
    low += run_at(rowids, low + half).row <= row ? half : 0;
    left -= half;
  }
  return low;
}

void rowid_runs_read(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into) {
  const RowidHeader *header = &rowids->header;
  uint32_t i = 0, runs = runs_of(rowids);
  for (uint32_t run = run_of(rowids, first); run < runs && i < count; run++) {
    Run at = run_at(rowids, run);
    uint32_t end = run_end(rowids, run);
    for (; i < count && first + i < end; i++) {
      uint64_t units = at.begin + (first + i - at.row);
      into[i] = rowid_advance(header->first, units * header->step);
    }
  }
  while (i < count) into[i++] = header->last; /* the runs end early */
}
