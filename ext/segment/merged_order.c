/*
** merged_order.c: see merged_order.h.
*/
#include "merged_order.h"

#include <string.h>

#include "base/integers.h"
#include "base/sqlite.h"

#define BLOCK 256 /* places */
#define NEAR 16

/* ---- when --------------------------------------------------------------------------------- */

/* So many rows are merged while a search is made. */
#define ROWS_A_SEARCH 8

bool merged_order_search(Segment *segment, uint32_t column) {
  SegmentOrder *order = &segment->orders[column];
  if (order->spent < segment->rows) order->spent += ROWS_A_SEARCH;
  return order->spent >= segment->rows;
}

bool merged_order_is_due(const Segment *segment, uint32_t column) {
  return segment->orders[column].spent >= segment->rows / 2;
}

/* ---- making ------------------------------------------------------------------------------ */

MergedOrder *merged_order_create(uint32_t column, uint32_t rows, uint32_t parts) {
  uint64_t counts = ((uint64_t)rows / BLOCK + 1) * parts * sizeof(uint32_t);
  MergedOrder *merged = sqlite3_malloc64(sizeof *merged + counts + rows / 2 + 1);
  if (merged == NULL) return NULL;
  *merged = (MergedOrder){.references = 1, .column = column, .part_count = parts};
  merged->before = (uint32_t *)(merged + 1);
  merged->parts = (unsigned char *)merged->before + counts;
  return merged;
}

static uint32_t *counts_of(const MergedOrder *merged, uint32_t block) {
  return merged->before + (size_t)block * merged->part_count;
}

void merged_order_add(MergedOrder *merged, uint32_t part) {
  uint32_t place = merged->rows++;
  unsigned char *pair = &merged->parts[place / 2];
  if (place % BLOCK == 0) {
    memcpy(counts_of(merged, place / BLOCK), merged->part_rows,
           merged->part_count * sizeof *merged->part_rows);
  }
  *pair = (unsigned char)(place % 2 == 0 ? part : *pair | part << 4);
  merged->part_rows[part]++;
}

void merged_order_join(MergedOrder *merged, Segment *const *segments) {
  for (uint32_t i = 0; i < merged->part_count; i++) {
    SegmentOrder *order = &segments[i]->orders[merged->column];
    merged->segments[i] = segments[i];
    order->merged = merged;
    order->part = i;
    order->spent = 0;
  }
}

/* ---- reading ----------------------------------------------------------------------------- */

bool merged_order_is_within(const MergedOrder *merged, Segment *const *segments, uint32_t count) {
  uint32_t part = 0;
  for (uint32_t i = 0; i < count && part < merged->part_count; i++) {
    part += segments[i] == merged->segments[part];
  }
  return part == merged->part_count;
}

uint32_t merged_order_part(const MergedOrder *merged, uint32_t place) {
  return merged->parts[place / 2] >> place % 2 * 4 & 15;
}

void merged_order_places(const MergedOrder *merged, uint32_t place, uint32_t *places) {
  if (place == merged->rows) {
    memcpy(places, merged->part_rows, sizeof merged->part_rows);
    return;
  }
  memcpy(places, counts_of(merged, place / BLOCK), merged->part_count * sizeof *places);
  for (uint32_t at = place / BLOCK * BLOCK; at < place; at++)
    places[merged_order_part(merged, at)]++;
}

const Segment *merged_order_row(const MergedOrder *merged, uint32_t place, uint32_t *row) {
  uint32_t places[MERGED_PARTS], part = merged_order_part(merged, place);
  merged_order_places(merged, place, places);
  *row = column_order_row(merged->segments[part], merged->column, places[part]);
  return merged->segments[part];
}

int merged_order_is_before(const MergedOrder *merged, const OrderSought *sought, uint32_t place,
                           bool *before) {
  uint32_t places[MERGED_PARTS], part = merged_order_part(merged, place);
  merged_order_places(merged, place, places);
  return column_order_is_before(merged->segments[part], sought, places[part], before);
}

/* A search among the blocks, and then among the places of one. */
typedef struct MergedSearch {
  const MergedOrder *merged;
  const OrderSought *sought;
  uint32_t first;         /* place of the block */
  uint32_t places[BLOCK]; /* of its rows, in their parts' own orders */
} MergedSearch;

/* Whether the first place of the block comes before what is sought. */
static int block_is_before(const void *context, uint32_t block, bool *before) {
  const MergedSearch *search = context;
  const MergedOrder *merged = search->merged;
  uint32_t part = merged_order_part(merged, block * BLOCK);
  return column_order_is_before(merged->segments[part], search->sought,
                                counts_of(merged, block)[part], before);
}

static int place_is_before(const void *context, uint32_t place, bool *before) {
  const MergedSearch *search = context;
  const Segment *segment = search->merged->segments[merged_order_part(search->merged, place)];
  return column_order_is_before(segment, search->sought, search->places[place - search->first],
                                before);
}

int merged_order_seek(const MergedOrder *merged, const OrderSought *sought, uint32_t *place) {
  MergedSearch search;
  uint32_t blocks = (merged->rows + BLOCK - 1) / BLOCK, next = *place / BLOCK + 1;
  uint32_t counts[MERGED_PARTS];
  if (*place == merged->rows) return SQLITE_OK;
  search.merged = merged;
  search.sought = sought;
  int rc = order_search(block_is_before, &search, &next, blocks, next);
  if (rc != SQLITE_OK) return rc;
  uint32_t first = search.first = (next - 1) * BLOCK, end = smaller(first + BLOCK, merged->rows);
  memcpy(counts, counts_of(merged, next - 1), merged->part_count * sizeof *counts);
  for (uint32_t at = first; at < end; at++)
    search.places[at - first] = counts[merged_order_part(merged, at)]++;
  uint32_t middle = first + (end - first) / 2;
  if (*place < first) *place = first;
  if (*place > first) middle = smaller(*place + NEAR, end - 1); /* in the block where it began */
  return order_search(place_is_before, &search, place, end, middle);
}
