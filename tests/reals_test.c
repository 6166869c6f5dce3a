/*
** reals_test.c: a real kept as an integer over a power of ten (segment/slot_real.h) is the double
** that such a text is read as, on every machine: snapshots go from one to another.
**
** Plan
**   1 Every number of decimals, random integers of every size below 2^53, of both signs.
**   2 A decimal that rounding twice, first to the 64 bits of the x87's registers, would change.
*/
#include "segment/slot_real.h"

#include <stdlib.h>
#include <string.h>

#include "cases.h"

static void compare(int64_t integer, unsigned decimals) {
  char text[48];
  SlotHeader header = {.encoding = SLOT_DECIMAL, .step = 1, .decimals = (uint8_t)decimals};
  snprintf(text, sizeof text, "%llde-%u", (long long)integer, decimals);
  double real = slot_real_read(&header, (uint64_t)integer), wanted = strtod(text, NULL);
  if (memcmp(&real, &wanted, sizeof real) != 0) fail("%s is %a, not %a", text, real, wanted);
}

static void every_number_of_decimals(void) {
  for (unsigned i = 0; i < 200000; i++) {
    uint64_t high = random_below(1u << 21), low = random_below(1u << 31) * 2u;
    int64_t integer = (int64_t)((high << 32 | low) >> i % 53);
    compare(i & 1 ? -integer : integer, i / 53 % (SLOT_DECIMALS + 1));
  }
}

static void rounded_once(void) { compare(269755237169, 6); }

int main(void) {
  run_case(NAMED(every_number_of_decimals));
  run_case(NAMED(rounded_once));
  return failures > 0;
}
