/*
** distinct.c: see distinct.h.
*/
#include "distinct.h"

#include <string.h>

#include "base/sqlite.h"
#include "segment/slot_blocks.h"

#define COMBINATIONS 1048576 /* at most: 128 KB */

/* How many codes a column's rows may have, NULL counted as one; 0: not each value has its own. */
static uint64_t codes_of(const Segment *segment, uint32_t column) {
  const Slot *slot = &segment->slots[column];
  const SlotHeader *header = &slot->header;
  uint64_t null = header->flagged;
  switch (header->encoding) {
  case SLOT_DICTIONARY:
    return header->distinct + null;
  case SLOT_INTEGER:
  case SLOT_DECIMAL:
    return header->width < 20 ? bits_mask(header->width) + 1 + null : 0;
  case SLOT_BLOCKS:
    return slot_blocks_most(slot, segment->rows) + 1 + null;
  case SLOT_RUN:
    return header->step == 0 ? 1 + null : 0;
  default:
    return 0;
  }
}

uint32_t distinct_combinations(const Segment *segment, const DistinctColumns *of) {
  uint64_t all = 1;
  for (uint32_t i = 0; i < of->count && all > 0; i++) {
    uint64_t codes = codes_of(segment, of->columns[i]);
    all = codes <= COMBINATIONS && all * codes <= COMBINATIONS ? all * codes : 0;
  }
  return (uint32_t)all;
}

/* Begins with a segment. */
static int begin(Distinct *distinct, const Segment *segment) {
  const DistinctColumns *of = &distinct->of;
  distinct->serial = segment->serial;
  distinct->seen = 0;
  distinct->combinations = distinct_combinations(segment, of);
  if (distinct->combinations == 0) return SQLITE_OK;
  for (uint32_t i = 0; i < of->count; i++) {
    distinct->codes[i] = (uint32_t)codes_of(segment, of->columns[i]);
  }
  if (distinct->bits == NULL) distinct->bits = sqlite3_malloc64(COMBINATIONS / 8);
  if (distinct->bits == NULL) return SQLITE_NOMEM;
  memset(distinct->bits, 0, (distinct->combinations + 63) / 64 * sizeof *distinct->bits);
  return SQLITE_OK;
}

/* The code of a row's value, below codes_of; false: it is an exception. */
static bool find_code(const Segment *segment, uint32_t row, uint32_t column, uint32_t codes,
                      uint32_t *code) {
  const Slot *slot = &segment->slots[column];
  const SlotHeader *header = &slot->header;
  if (segment_is_flagged(segment, header, row)) {
    *code = codes - 1;
    return header->list_count == 0;
  }
  uint64_t base = header->encoding == SLOT_BLOCKS ? slot_blocks_base(slot, row) : 0;
  uint64_t units = base + segment_code(segment, row, column);
  *code = (uint32_t)units;
  return units < codes; /* it may be otherwise in a damaged file */
}

/* Whether no row like it was shown; now it is. */
static bool is_new(Distinct *distinct, const Segment *segment, uint32_t row) {
  uint32_t combination = 0, code;
  for (uint32_t i = 0; i < distinct->of.count; i++) {
    uint32_t codes = distinct->codes[i];
    if (!find_code(segment, row, distinct->of.columns[i], codes, &code)) return true;
    combination = combination * codes + code;
  }
  uint64_t *word = &distinct->bits[combination / 64], bit = (uint64_t)1 << combination % 64;
  if (*word & bit) return false;
  *word |= bit;
  distinct->seen++;
  return true;
}

/* Whether the scan's current row is to be shown. */
static int test(Distinct *distinct, const Scan *scan, bool *shown) {
  *shown = true;
  if (!scan_is_sealed(scan)) return SQLITE_OK;
  const Segment *segment = table_segment(scan->table, scan->ref.segment);
  int rc = distinct->serial == segment->serial ? SQLITE_OK : begin(distinct, segment);
  if (rc == SQLITE_OK && distinct->combinations > 0) {
    *shown = is_new(distinct, segment, scan->ref.row);
  }
  return rc;
}

int distinct_start(Distinct *distinct, Scan *scan) {
  bool shown;
  distinct->running = true;
  distinct->serial = 0;
  return scan->eof ? SQLITE_OK : test(distinct, scan, &shown);
}

int distinct_next(Distinct *distinct, Scan *scan) {
  bool shown = false;
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && !shown) {
    bool all = distinct->combinations > 0 && distinct->seen == distinct->combinations;
    rc = all ? scan_leave(scan) : scan_next(scan);
    if (rc != SQLITE_OK || scan->eof) return rc;
    rc = test(distinct, scan, &shown);
  }
  if (rc != SQLITE_OK) scan->eof = true;
  return rc;
}

void distinct_clear(Distinct *distinct) {
  sqlite3_free(distinct->bits);
  *distinct = (Distinct){0};
}
