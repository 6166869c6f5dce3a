/*
** column_order.c: see column_order.h.
*/
#include "column_order.h"

#include <string.h>

#include "base/sqlite.h"
#include "sort_run.h"

#define NEVER UINT32_MAX
#define COMPOUND_MAKING 2             /* rows tested one by one, a row that is sorted */
#define NEAR 32                       /* places */
#define BYTES_MOST ((size_t)24 << 20) /* of texts to be sorted */

/* ---- making ------------------------------------------------------------------------------ */

static int add_row(const Segment *segment, uint32_t row, Reader *reader, SortRun *run) {
  int rc = sort_run_add(run, (SortRow){.row = row});
  for (uint32_t i = 0; i < run->order->count && rc == SQLITE_OK; i++) {
    Value value;
    rc = reader_value(reader, segment, row, (uint32_t)run->order->terms[i].column, &value);
    if (rc == SQLITE_OK && run->bytes.size + value.size > BYTES_MOST) rc = SQLITE_TOOBIG;
    if (rc == SQLITE_OK) rc = sort_run_set(run, i, &value);
  }
  return rc;
}

static size_t bits_at(const Segment *segment) { return (size_t)segment->rows * 2; }

static unsigned char *write_order(const Segment *segment, const SortRun *run, uint32_t *distinct) {
  size_t bits = (segment->rows + 7) / 8;
  unsigned char *bytes = sqlite3_malloc64(bits_at(segment) + bits);
  if (bytes == NULL) return NULL;
  unsigned char *first = bytes + bits_at(segment);
  memset(first, 0, bits);
  for (uint32_t i = 0; i < run->count; i++) {
    uint32_t at = run->items[i].at;
    store_u16(bytes + (size_t)i * 2, (uint16_t)at);
    if (i > 0 && sort_run_compare(run, run->items[i - 1].at, run, at) == 0) continue;
    first[i / 8] = (unsigned char)(first[i / 8] | 1u << i % 8);
    ++*distinct;
  }
  return bytes;
}

static int make_order(const Segment *segment, const SortOrder *order, SegmentOrder *made) {
  SortRun run;
  Reader reader;
  sort_run_open(&run, order);
  int rc = reader_open(&reader, segment->columns);
  for (uint32_t row = 0; row < segment->rows && rc == SQLITE_OK; row++) {
    rc = add_row(segment, row, &reader, &run);
  }
  if (rc == SQLITE_OK) rc = sort_run_sort(&run);
  made->distinct = 0;
  if (rc == SQLITE_OK) made->bytes = write_order(segment, &run, &made->distinct);
  reader_close(&reader);
  sort_run_close(&run);
  return rc;
}

static int reserve_orders(Segment *segment) {
  if (segment->orders != NULL) return SQLITE_OK;
  uint64_t size = (uint64_t)SEGMENT_ORDERS * segment->columns * sizeof *segment->orders;
  segment->orders = sqlite3_malloc64(size);
  if (segment->orders == NULL) return SQLITE_NOMEM;
  memset(segment->orders, 0, (size_t)size);
  return SQLITE_OK;
}

/* Without memory for it, or with too many bytes to be sorted, there is none. */
static int keep_order(const Segment *segment, const SortOrder *by, SegmentOrder *order,
                      bool *there) {
  int rc = make_order(segment, by, order);
  *there = order->bytes != NULL;
  order->spent = rc == SQLITE_TOOBIG ? NEVER : 0;
  return rc == SQLITE_NOMEM || rc == SQLITE_TOOBIG ? SQLITE_OK : rc;
}

/* Adds what was spent without the order, and tells whether that would pay for making it. */
static bool pays(SegmentOrder *order, uint32_t spent, uint32_t making) {
  if (order->bytes != NULL || order->spent == NEVER) return false;
  if (order->spent < making) order->spent += spent;
  return order->spent >= making;
}

bool column_order_miss(Segment *segment, uint32_t column, uint32_t spent) {
  if (reserve_orders(segment) != SQLITE_OK) return false;
  return pays(&segment->orders[column], spent, ORDER_MAKING);
}

int column_order_want(Segment *segment, uint32_t column, Collation collation, uint32_t spent,
                      bool *there) {
  bool enough = column_order_miss(segment, column, spent);
  *there = column_order_is_there(segment, column);
  if (!enough) return SQLITE_OK;
  SortOrder by = {.count = 1, .terms = {{.column = (int)column, .collation = collation}}};
  return keep_order(segment, &by, &segment->orders[column], there);
}

int column_order_want_compound(Segment *segment, const OrderKey *key, uint32_t tested,
                               bool *there) {
  SortOrder by = {.count = key->count};
  size_t next = (key->count - 1) * sizeof *key->columns;
  *there = false;
  if (reserve_orders(segment) != SQLITE_OK) return SQLITE_OK;
  SegmentOrder *order = &segment->orders[column_order_number(segment, key->columns[0], key->count)];
  *there = order->bytes != NULL && memcmp(order->next, key->columns + 1, next) == 0;
  if (!pays(order, tested, COMPOUND_MAKING * segment->rows)) return SQLITE_OK;
  for (uint32_t i = 0; i < key->count; i++) {
    by.terms[i].column = (int)key->columns[i];
    by.terms[i].collation = key->collations[i];
  }
  memcpy(order->next, key->columns + 1, next);
  return keep_order(segment, &by, order, there);
}

/* ---- reading ----------------------------------------------------------------------------- */

uint32_t column_order_row(const Segment *segment, uint32_t order, uint32_t place) {
  return load_u16(segment->orders[order].bytes + (size_t)place * 2);
}

uint32_t column_order_first(const Segment *segment, uint32_t order, uint32_t place) {
  const unsigned char *first = segment->orders[order].bytes + bits_at(segment);
  while ((first[place / 8] >> place % 8 & 1) == 0) place--;
  return place;
}

uint32_t column_order_behind(const Segment *segment, uint32_t order, uint32_t place, uint32_t end) {
  const unsigned char *first = segment->orders[order].bytes + bits_at(segment);
  for (place++; place < end && (first[place / 8] >> place % 8 & 1) == 0; place++) {
  }
  return place < end ? place : end;
}

int column_order_is_before(const Segment *segment, const OrderSought *sought, uint32_t place,
                           bool *before) {
  Value value;
  uint32_t row = column_order_row(segment, sought->order, place);
  int rc = reader_value(sought->reader, segment, row, sought->column, &value);
  if (rc != SQLITE_OK) return rc;
  int order = key_compare(&value, sought->value, sought->collation);
  *before = order < 0 || (order == 0 && sought->behind);
  return SQLITE_OK;
}

int order_search(OrderTest test, const void *context, uint32_t *at, uint32_t end, uint32_t middle) {
  uint32_t low = *at, high = end;
  int rc = SQLITE_OK;
  while (low < high && rc == SQLITE_OK) {
    bool before = false;
    rc = test(context, middle, &before);
    if (before) {
      low = middle + 1;
    } else {
      high = middle;
    }
    middle = low + (high - low) / 2;
  }
  *at = low;
  return rc;
}

/* A search among the places of a segment. */
typedef struct PlaceSearch {
  const Segment *segment;
  const OrderSought *sought;
} PlaceSearch;

static int place_is_before(const void *context, uint32_t place, bool *before) {
  const PlaceSearch *search = context;
  return column_order_is_before(search->segment, search->sought, place, before);
}

int column_order_seek(const Segment *segment, const OrderSought *sought, uint32_t *place,
                      uint32_t end) {
  PlaceSearch search = {segment, sought};
  uint32_t left = end - *place;
  uint32_t middle = *place + (left > 2 * NEAR ? NEAR : left / 2);
  return order_search(place_is_before, &search, place, end, middle);
}
