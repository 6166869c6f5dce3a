/*
** slot_real.c: see slot_real.h.
*/
#include "slot_real.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "frame.h"
#include "base/sqlite.h"

/*
** Powers of ten up to 22 and integers below 2^53 are exact, so one division rounds once: on every
** machine to the same double, but not in the registers of the x87.
*/
#define EXACT 9007199254740992.0
_Static_assert(FLT_EVAL_METHOD != 2, "32-bit x86 is to be compiled with -msse2 -mfpmath=sse");

static const double powers[SLOT_DECIMALS + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

static bool same_bits(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

/* Whether `real` is an integer over 10^decimals, and which. */
static bool as_decimal(double real, unsigned decimals, int64_t *integer) {
  double scaled = real * powers[decimals];
  if (!(fabs(scaled) < EXACT)) return false;
  *integer = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  return same_bits((double)*integer / powers[decimals], real);
}

/*
** The fewest decimals that serve all reals but a row in 256, and but those that no number of
** decimals serves; SLOT_DECIMALS + 1 where these are more than a row in 16.
*/
static unsigned count_decimals(const Column *column) {
  uint32_t needing[SLOT_DECIMALS + 2] = {0}, left_out = 0;
  for (uint32_t i = 0; i < column->rows; i++) {
    if (column->values[i].type != VALUE_REAL) continue;
    unsigned decimals = 0;
    int64_t integer;
    while (decimals <= SLOT_DECIMALS && !as_decimal(column->values[i].real, decimals, &integer)) {
      decimals++;
    }
    needing[decimals]++;
    if (needing[SLOT_DECIMALS + 1] > column->rows / 16) return SLOT_DECIMALS + 1;
  }
  unsigned decimals = SLOT_DECIMALS;
  while (decimals > 0 && left_out + needing[decimals] <= column->rows / 256) {
    left_out += needing[decimals--];
  }
  return decimals;
}

/* *fits: some real is such a decimal. */
static int draft_decimal(const Column *column, unsigned decimals, Draft *draft, bool *fits) {
  uint32_t rows = column->rows;
  int64_t *integers = sqlite3_malloc64((uint64_t)rows * (sizeof *integers + 1));
  if (integers == NULL) return SQLITE_NOMEM;
  unsigned char *usable = (unsigned char *)(integers + rows);
  for (uint32_t i = 0; i < rows; i++) {
    integers[i] = 0;
    usable[i] = column->values[i].type == VALUE_REAL &&
                as_decimal(column->values[i].real, decimals, &integers[i]);
  }
  Frame frame;
  const Integers all = {integers, usable, rows};
  int rc = SQLITE_OK;
  draft->header.encoding = SLOT_DECIMAL;
  draft->header.type = VALUE_REAL;
  draft->header.decimals = (uint8_t)decimals;
  *fits = frame_choose(&all, &frame);
  if (*fits) {
    rc = frame_encode(&frame, &all, draft);
    if (rc == SQLITE_OK) rc = draft_exceptions(draft, column);
  }
  sqlite3_free(integers);
  return rc;
}

static int draft_bits(const Column *column, Draft *draft) {
  int rc = draft_codes(draft, column->rows);
  draft->header.encoding = SLOT_REAL;
  draft->header.type = VALUE_REAL;
  draft->header.width = 64;
  for (uint32_t i = 0; i < column->rows && rc == SQLITE_OK; i++) {
    if (column->values[i].type == VALUE_REAL) {
      memcpy(&draft->codes[i], &column->values[i].real, sizeof(uint64_t));
    } else {
      rc = draft_flag(draft, column->rows, i);
    }
  }
  return rc == SQLITE_OK ? draft_exceptions(draft, column) : rc;
}

int slot_real_draft(const Column *column, Draft *draft) {
  Draft bits = {0};
  bool fits = false;
  unsigned decimals = count_decimals(column);
  int rc = SQLITE_OK;
  if (decimals <= SLOT_DECIMALS) rc = draft_decimal(column, decimals, draft, &fits);
  bool worse = !fits || draft_cost(draft, column->rows) >= sizeof(double) * (uint64_t)column->rows;
  if (rc != SQLITE_OK || !worse) return rc;
  rc = draft_bits(column, &bits);
  if (rc == SQLITE_OK && fits) draft_take_smaller(&bits, draft, column->rows, 0);
  draft_clear(draft);
  *draft = bits;
  return rc;
}

double slot_real_read(const SlotHeader *header, uint64_t code) {
  double real;
  if (header->encoding == SLOT_DECIMAL) {
    int64_t integer = (int64_t)((uint64_t)header->base + header->step * code);
    return (double)integer / powers[header->decimals <= SLOT_DECIMALS ? header->decimals : 0];
  }
  memcpy(&real, &code, sizeof real);
  return real;
}
