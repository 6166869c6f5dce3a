/*
** estimate.c: see estimate.h.
*/
#include "estimate.h"

#include "segment/column_order.h"
#include "segment/slot_blocks.h"

#define SEGMENTS_MOST 32 /* that are looked at */

/* Where nothing is known; core assumes about as much without ANALYZE. */
#define SHARE_BOUND 0.25
#define SHARE_EQUAL 0.05
#define SHARE_NULL 0.1
#define SHARE_LIKE 0.1

static double clamp(double share) { return share < 0 ? 0 : share > 1 ? 1 : share; }

/* ---- one slot --------------------------------------------------------------------- */

static double exception_share(const Segment *segment, const SlotHeader *header) {
  return header->flagged ? (double)header->list_count / segment->rows : 0;
}

/* Units above the base that a packed number may be at most; false for other slots. */
static bool units_most(const Segment *segment, const Slot *slot, uint64_t *most) {
  switch (slot->header.encoding) {
  case SLOT_RUN:
    *most = segment->rows - 1;
    return true;
  case SLOT_INTEGER:
  case SLOT_DECIMAL:
    *most = bits_mask(slot->header.width);
    return true;
  case SLOT_BLOCKS:
    *most = slot_blocks_most(slot, segment->rows);
    return true;
  default:
    return false;
  }
}

/* The smallest and largest number of a packed slot, perhaps wider; false for other slots. */
static bool bounds(const Segment *segment, const Slot *slot, double *low, double *high) {
  const SlotHeader *header = &slot->header;
  uint64_t most;
  if (!units_most(segment, slot, &most)) return false;
  double step = header->encoding == SLOT_RUN ? (double)(int64_t)header->step : (double)header->step;
  double first = (double)header->base, last = first + step * (double)most;
  *low = first < last ? first : last;
  *high = first < last ? last : first;
  for (unsigned i = 0; header->encoding == SLOT_DECIMAL && i < header->decimals; i++) {
    *low /= 10;
    *high /= 10;
  }
  return true;
}

/* How many different values there may be, at most, of a slot that has bounds. */
static double different(const Segment *segment, const Slot *slot) {
  const SlotHeader *header = &slot->header;
  uint64_t most;
  bool varies = header->encoding != SLOT_RUN || header->step != 0;
  units_most(segment, slot, &most);
  return varies && most < SEGMENT_ROWS ? (double)most + 1 : varies ? SEGMENT_ROWS : 1;
}

static double range_share(const Segment *segment, const Slot *slot, PredicateOperator op,
                          const Value *value) {
  double low, high;
  if (value == NULL || !bounds(segment, slot, &low, &high)) return SHARE_BOUND;
  bool below = op == PREDICATE_BELOW || op == PREDICATE_BELOW_EQUAL;
  if (value->type != VALUE_INTEGER && value->type != VALUE_REAL) return below ? 1 : 0;
  double at = value->type == VALUE_REAL ? value->real : (double)value->integer;
  double share = high > low ? clamp((at - low) / (high - low)) : at > low ? 1 : 0;
  return below ? share : 1 - share;
}

/*
** Of texts half, as few different ones would be a dictionary; of a column that an index begins with
** as core assumes without ANALYZE.
*/
static double unknown_share(const Segment *segment, const SlotHeader *header, bool leads) {
  double share = header->encoding == SLOT_TEXT ? 0.5 * SHARE_EQUAL : SHARE_EQUAL;
  double few = (double)ESTIMATE_KEY_ROWS / segment->rows;
  return leads && few < share ? few : share;
}

/* One in as many as there are different values, which are at most as many as codes. */
static double equal_share(const Segment *segment, uint32_t column, const Value *value, bool leads) {
  const Slot *slot = &segment->slots[column];
  const SlotHeader *header = &slot->header;
  double low, high, distinct = 0;
  if (header->encoding == SLOT_DICTIONARY) distinct = header->distinct;
  if (bounds(segment, slot, &low, &high)) {
    distinct = different(segment, slot);
    bool number = value != NULL && (value->type == VALUE_INTEGER || value->type == VALUE_REAL);
    double at = !number ? low : value->type == VALUE_REAL ? value->real : (double)value->integer;
    if (value != NULL && (!number || at < low || at > high)) {
      return exception_share(segment, header) * SHARE_EQUAL;
    }
  }
  if (column_order_is_there(segment, column)) distinct = segment->orders[column].distinct;
  return distinct >= 1 ? 1 / distinct : unknown_share(segment, header, leads);
}

/* Flagged rows are not counted apart from their exceptions. */
static double null_share(const Segment *segment, const SlotHeader *header) {
  if (header->encoding == SLOT_DICTIONARY) {
    return header->distinct > 0 ? 1.0 / header->distinct : SHARE_NULL;
  }
  if (header->encoding == SLOT_NUMERAL) return SHARE_NULL;
  return header->flagged && header->list_count < segment->rows ? SHARE_NULL : 0;
}

static double slot_share(const Segment *segment, uint32_t column, PredicateOperator op,
                         const Value *value, bool leads) {
  const Slot *slot = &segment->slots[column];
  switch (op) {
  case PREDICATE_EQUAL:
  case PREDICATE_IS:
    return equal_share(segment, column, value, leads);
  case PREDICATE_IN:
    return clamp(ESTIMATE_LISTED * equal_share(segment, column, NULL, leads));
  case PREDICATE_LIKE:
  case PREDICATE_GLOB:
    return SHARE_LIKE;
  case PREDICATE_IS_NULL:
    return null_share(segment, &slot->header);
  case PREDICATE_NOT_NULL:
    return 1 - null_share(segment, &slot->header);
  default:
    return range_share(segment, slot, op, value);
  }
}

/* ---- tables ------------------------------------------------------------------------- */

static double usual_share(PredicateOperator op) {
  switch (op) {
  case PREDICATE_EQUAL:
  case PREDICATE_IS:
    return SHARE_EQUAL;
  case PREDICATE_NOT_NULL:
    return 1 - SHARE_NULL;
  case PREDICATE_IS_NULL:
  case PREDICATE_LIKE:
  case PREDICATE_GLOB:
    return SHARE_LIKE;
  default:
    return SHARE_BOUND;
  }
}

/* Of a snapshot those count that were looked at; one has to be. */
static bool is_known(const Table *table, uint32_t number) {
  return table_segment(table, number)->bytes != NULL ||
         (number == 0 && table_ready(table, number) == SQLITE_OK);
}

double estimate_share(const Table *table, uint32_t column, PredicateOperator op, const Value *value,
                      bool leads) {
  uint32_t segments = table_segments(table), stride = segments / SEGMENTS_MOST + 1;
  double passing = 0, rows = 0;
  for (uint32_t i = 0; i < segments; i += stride) {
    const Segment *segment = table_segment(table, i);
    if (!is_known(table, i)) continue;
    passing += segment->rows * slot_share(segment, column, op, value, leads);
    rows += segment->rows;
  }
  return rows == 0 ? usual_share(op) : passing / rows;
}

static double rows_below(const Table *table, int64_t rowid) {
  uint32_t segments = table_segments(table), at = table_seek_segment(table, rowid);
  double rows = 0;
  bool found;
  for (uint32_t i = 0; i < at; i++) rows += table_segment(table, i)->rows;
  if (at == segments) return rows;
  const Segment *segment = table_segment(table, at);
  if (segment->bytes != NULL) return rows + rowids_seek(&segment->rowids, rowid, &found);
  if (rowid <= segment->first) return rows;
  double reach = (double)segment->last - (double)segment->first + 1;
  return rows + segment->rows * (((double)rowid - (double)segment->first) / reach);
}

double estimate_between(const Table *table, IntegerInterval rowids) {
  if (rowids.lower > rowids.upper) return 0;
  double sealed = rows_below(table, rowids.upper) - rows_below(table, rowids.lower) + 1;
  double open = (double)open_count(&table->open, rowids.lower, rowids.upper);
  double rows = sealed + open, all = (double)table->rows;
  return rows < all ? rows : all;
}

/* The run that has the most keys; the rows of all are added up. */
static const IndexRun *most_keys(const IndexSet *set, double *rows) {
  const IndexRun *most = NULL;
  for (uint32_t i = 0; i < set->count; i++) {
    *rows += set->runs[i].index->entries;
    if (most == NULL || set->runs[i].index->keys > most->index->keys) most = &set->runs[i];
  }
  return most;
}

/*
** Keys that have many rows in one run are likely to have some in the others, too, and keys of one
** row to have none: of the keys of the others that share is new which is of that one's rows.
*/
double estimate_rows_of_key(const Table *table, uint32_t index) {
  double rows = 0, keys = 0;
  if (table->list == NULL) return ESTIMATE_KEY_ROWS;
  const IndexSet *set = &table->list->sets[index];
  const IndexRun *most = most_keys(set, &rows);
  if (most == NULL || most->index->keys == 0) return ESTIMATE_KEY_ROWS;
  double share = (double)most->index->keys / most->index->entries;
  for (uint32_t i = 0; i < set->count; i++) {
    keys += set->runs[i].index->keys * (&set->runs[i] == most ? 1 : share);
  }
  return rows / keys;
}
