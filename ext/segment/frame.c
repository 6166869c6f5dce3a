/*
** frame.c: see frame.h.
*/
#include "frame.h"

#include <stdlib.h>

#include "base/order.h"
#include "base/sqlite.h"

#define SAMPLE 512
#define EXCEPTION_BITS (19 * 8) /* a number in a list of exceptions, and its share of the flags */

/* The smallest frame around the usable integers inside `bounds`; how many are outside. */
static uint32_t tighten(const Integers *integers, const Frame *bounds, Frame *frame) {
  uint32_t outside = 0, found = 0;
  *frame = (Frame){.lowest = INT64_MAX, .highest = INT64_MIN, .step = 1};
  for (uint32_t i = 0; i < integers->rows; i++) {
    int64_t value = integers->values[i];
    if (!integers->usable[i]) continue;
    if (!frame_has(bounds, integers, i)) {
      outside++;
      continue;
    }
    found++;
    if (value < frame->lowest) frame->lowest = value;
    if (value > frame->highest) frame->highest = value;
  }
  if (found == 0) return integers->rows + 1;
  frame->width = bits_width(integer_distance(frame->lowest, frame->highest));
  return outside;
}

static uint64_t common_step(const Integers *integers, const Frame *frame) {
  uint64_t step = 0;
  for (uint32_t i = 0; i < integers->rows && step != 1; i++) {
    if (!frame_has(frame, integers, i)) continue;
    step = common_divisor(integer_distance(frame->lowest, integers->values[i]), step);
  }
  return step == 0 ? 1 : step;
}

/* A sorted sample of the usable integers; how many. */
static uint32_t sample(const Integers *integers, int64_t *into) {
  uint32_t count = 0, stride = integers->rows / SAMPLE + 1;
  for (uint32_t i = 0; i < integers->rows && count < SAMPLE; i += stride) {
    if (integers->usable[i]) into[count++] = integers->values[i];
  }
  qsort(into, count, sizeof into[0], order_i64);
  return count;
}

uint64_t frame_bits(unsigned width, uint32_t rows, uint32_t outside) {
  return (uint64_t)rows * width + (uint64_t)outside * EXCEPTION_BITS + (outside > 0 ? rows : 0);
}

bool frame_choose(const Integers *integers, Frame *frame) {
  /* Shares of the sample cut off at the low and the high end, in 1/512. */
  static const uint32_t cuts[][2] = {{2, 2}, {8, 8}, {0, 2}, {2, 0}, {0, 8}, {8, 0}};
  const Frame everything = {.lowest = INT64_MIN, .highest = INT64_MAX};
  uint32_t rows = integers->rows;
  int64_t sorted[SAMPLE];
  if (tighten(integers, &everything, frame) > rows) return false;
  uint64_t best = frame_bits(frame->width, rows, 0);
  uint32_t count = sample(integers, sorted);
  for (size_t i = 0; count >= 64 && i < sizeof cuts / sizeof cuts[0]; i++) {
    uint32_t low = cuts[i][0] * count / SAMPLE, high = cuts[i][1] * count / SAMPLE;
    Frame bounds = everything, cut;
    if (low > 0) bounds.lowest = sorted[low];
    if (high > 0) bounds.highest = sorted[count - 1 - high];
    /* Only where the sample says that it saves two bits: each try reads all rows. */
    uint64_t reach = integer_distance(low > 0 ? bounds.lowest : frame->lowest,
                                      high > 0 ? bounds.highest : frame->highest);
    if (bits_width(reach) + 2 > frame->width) continue;
    uint32_t outside = tighten(integers, &bounds, &cut);
    if (outside > rows || frame_bits(cut.width, rows, outside) >= best) continue;
    best = frame_bits(cut.width, rows, outside);
    *frame = cut;
  }
  frame->step = common_step(integers, frame);
  frame->width = bits_width(integer_distance(frame->lowest, frame->highest) / frame->step);
  return true;
}

int frame_encode(const Frame *frame, const Integers *integers, Draft *draft) {
  int rc = frame->width == 0 ? SQLITE_OK : draft_codes(draft, integers->rows);
  draft->header.base = frame->lowest;
  draft->header.step = frame->step;
  draft->header.width = (uint8_t)frame->width;
  for (uint32_t i = 0; i < integers->rows && rc == SQLITE_OK; i++) {
    if (!frame_has(frame, integers, i)) {
      rc = draft_flag(draft, integers->rows, i);
    } else if (draft->codes != NULL) {
      draft->codes[i] = frame_units(frame, integers->values[i]);
    }
  }
  return rc;
}
