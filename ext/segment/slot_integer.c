/*
** slot_integer.c: see slot_integer.h.
*/
#include "slot_integer.h"

#include <stdlib.h>

#include "base/integers.h"
#include "base/order.h"
#include "base/sqlite.h"
#include "slot_blocks.h"

#define SAMPLE 512
#define EXCEPTION_BITS (19 * 8) /* a number in a list of exceptions, and its share of the flags */

static bool inside(const Frame *frame, int64_t integer) {
  return integer >= frame->lowest && integer <= frame->highest;
}

/* The smallest frame around the usable integers inside `bounds`; how many are outside. */
static uint32_t tighten(const int64_t *integers, const unsigned char *usable, uint32_t rows,
                        const Frame *bounds, Frame *frame) {
  uint32_t outside = 0, found = 0;
  *frame = (Frame){.lowest = INT64_MAX, .highest = INT64_MIN, .step = 1};
  for (uint32_t i = 0; i < rows; i++) {
    if (!usable[i]) continue;
    if (!inside(bounds, integers[i])) {
      outside++;
      continue;
    }
    found++;
    if (integers[i] < frame->lowest) frame->lowest = integers[i];
    if (integers[i] > frame->highest) frame->highest = integers[i];
  }
  if (found == 0) return rows + 1;
  frame->width = bits_width(integer_distance(frame->lowest, frame->highest));
  return outside;
}

static uint64_t common_step(const int64_t *integers, const unsigned char *usable, uint32_t rows,
                            const Frame *frame) {
  uint64_t step = 0;
  for (uint32_t i = 0; i < rows && step != 1; i++) {
    if (!usable[i] || !inside(frame, integers[i])) continue;
    step = common_divisor(integer_distance(frame->lowest, integers[i]), step);
  }
  return step == 0 ? 1 : step;
}

/* A sorted sample of the usable integers; how many. */
static uint32_t sample(const int64_t *integers, const unsigned char *usable, uint32_t rows,
                       int64_t *into) {
  uint32_t count = 0, stride = rows / SAMPLE + 1;
  for (uint32_t i = 0; i < rows && count < SAMPLE; i += stride) {
    if (usable[i]) into[count++] = integers[i];
  }
  qsort(into, count, sizeof into[0], order_i64);
  return count;
}

uint64_t frame_bits(unsigned width, uint32_t rows, uint32_t outside) {
  return (uint64_t)rows * width + (uint64_t)outside * EXCEPTION_BITS + (outside > 0 ? rows : 0);
}

bool frame_choose(const int64_t *integers, const unsigned char *usable, uint32_t rows,
                  Frame *frame) {
  /* Shares of the sample cut off at the low and the high end, in 1/512. */
  static const uint32_t cuts[][2] = {{2, 2}, {8, 8}, {0, 2}, {2, 0}, {0, 8}, {8, 0}};
  const Frame everything = {.lowest = INT64_MIN, .highest = INT64_MAX};
  int64_t sorted[SAMPLE];
  if (tighten(integers, usable, rows, &everything, frame) > rows) return false;
  uint64_t best = frame_bits(frame->width, rows, 0);
  uint32_t count = sample(integers, usable, rows, sorted);
  for (size_t i = 0; count >= 64 && i < sizeof cuts / sizeof cuts[0]; i++) {
    uint32_t low = cuts[i][0] * count / SAMPLE, high = cuts[i][1] * count / SAMPLE;
    Frame bounds = everything, cut;
    if (low > 0) bounds.lowest = sorted[low];
    if (high > 0) bounds.highest = sorted[count - 1 - high];
    /* Only where the sample says that it saves two bits: each try reads all rows. */
    uint64_t reach = integer_distance(low > 0 ? bounds.lowest : frame->lowest,
                                      high > 0 ? bounds.highest : frame->highest);
    if (bits_width(reach) + 2 > frame->width) continue;
    uint32_t outside = tighten(integers, usable, rows, &bounds, &cut);
    if (outside > rows || frame_bits(cut.width, rows, outside) >= best) continue;
    best = frame_bits(cut.width, rows, outside);
    *frame = cut;
  }
  frame->step = common_step(integers, usable, rows, frame);
  frame->width = bits_width(integer_distance(frame->lowest, frame->highest) / frame->step);
  return true;
}

int frame_encode(const Frame *frame, const int64_t *integers, const unsigned char *usable,
                 uint32_t rows, Draft *draft) {
  int rc = frame->width == 0 ? SQLITE_OK : draft_codes(draft, rows);
  draft->header.base = frame->lowest;
  draft->header.step = frame->step;
  draft->header.width = (uint8_t)frame->width;
  for (uint32_t i = 0; i < rows && rc == SQLITE_OK; i++) {
    if (!usable[i] || !inside(frame, integers[i])) {
      rc = draft_flag(draft, rows, i);
    } else if (draft->codes != NULL) {
      draft->codes[i] = integer_distance(frame->lowest, integers[i]) / frame->step;
    }
  }
  return rc;
}

static bool is_run(const int64_t *integers, uint32_t rows) {
  uint64_t step = rows > 1 ? integer_distance(integers[0], integers[1]) : 0;
  for (uint32_t i = 1; i < rows; i++) {
    if (integer_distance(integers[i - 1], integers[i]) != step) return false;
  }
  return true;
}

static int draft_packed(const Frame *frame, const int64_t *integers, const unsigned char *usable,
                        uint32_t rows, Draft *draft) {
  bool smaller;
  int rc = slot_blocks_draft(frame, integers, usable, rows, draft, &smaller);
  if (rc != SQLITE_OK || smaller) return rc;
  draft->header.encoding = SLOT_INTEGER;
  return frame_encode(frame, integers, usable, rows, draft);
}

int slot_integer_draft(const Column *column, Draft *draft) {
  uint32_t rows = column->rows;
  int64_t *integers = sqlite3_malloc64((uint64_t)rows * (sizeof *integers + 1));
  if (integers == NULL) return SQLITE_NOMEM;
  unsigned char *usable = (unsigned char *)(integers + rows);
  for (uint32_t i = 0; i < rows; i++) {
    usable[i] = column->values[i].type == VALUE_INTEGER;
    integers[i] = usable[i] ? column->values[i].integer : 0;
  }
  int rc = SQLITE_OK;
  Frame frame;
  draft->header.type = VALUE_INTEGER;
  if (column->counts[VALUE_INTEGER] == rows && is_run(integers, rows)) {
    draft->header.encoding = SLOT_RUN;
    draft->header.base = integers[0];
    draft->header.step = rows > 1 ? integer_distance(integers[0], integers[1]) : 0;
  } else if (frame_choose(integers, usable, rows, &frame)) {
    rc = draft_packed(&frame, integers, usable, rows, draft);
    if (rc == SQLITE_OK) rc = draft_exceptions(draft, column);
  }
  sqlite3_free(integers);
  return rc;
}
