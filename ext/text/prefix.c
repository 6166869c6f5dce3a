/*
** prefix.c: see prefix.h.
*/
#include "prefix.h"

#include <stdlib.h>
#include <string.h>

#include "base/order.h"

/*
** Turns ascending weights into code lengths in place (Moffat and Katajainen,
** "In-Place Calculation of Minimum-Redundancy Codes", 1995).
*/
static void huffman(uint64_t *a, uint32_t n) {
  uint32_t leaf = 0, root = 0;
  for (uint32_t next = 0; next + 1 < n; next++) {
    uint64_t sum = 0;
    for (int k = 0; k < 2; k++) {
      if (leaf >= n || (root < next && a[root] < a[leaf])) {
        sum += a[root];
        a[root++] = next;
      } else {
        sum += a[leaf++];
      }
    }
    a[next] = sum;
  }
  a[n - 2] = 0;
  for (uint32_t i = n - 2; i-- > 0;) a[i] = a[a[i]] + 1;
  uint64_t available = 1, depth = 0;
  uint32_t internal = n - 1, out = n;
  while (available > 0) {
    uint64_t used = 0;
    while (internal > 0 && a[internal - 1] == depth) {
      used++;
      internal--;
    }
    while (available > used) {
      a[--out] = depth;
      available--;
    }
    available = 2 * used;
    depth++;
  }
}

/* Cuts lengths (descending in `a`) to `most` bits and makes the code complete again. */
static void limit_lengths(uint64_t *a, uint32_t n, uint32_t most) {
  uint64_t used = 0, whole = (uint64_t)1 << most;
  for (uint32_t i = 0; i < n; i++) {
    if (a[i] > most) a[i] = most;
    used += whole >> a[i];
  }
  for (uint32_t i = 0; used > whole; i++) {
    while (a[i] < most && used > whole) used -= whole >> ++a[i];
  }
  for (uint32_t i = n; used < whole && i-- > 0;) {
    while (a[i] > 1 && whole >> a[i] <= whole - used) used += whole >> a[i]--;
  }
}

/* The items seen, rarest first: their weights above their numbers. Returns how many. */
static uint32_t sort_weights(const uint32_t *weight, uint32_t count, uint64_t *sorted) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (weight[i] != 0) sorted[n++] = (uint64_t)weight[i] << 32 | i;
  }
  qsort(sorted, n, sizeof *sorted, order_u64);
  return n;
}

void prefix_lengths(const uint32_t *weight, uint32_t count, uint32_t most, uint8_t *length,
                    uint64_t *work) {
  uint64_t *sorted = work, *lengths = work + count;
  uint32_t n = sort_weights(weight, count, sorted);
  for (uint32_t i = 0; i < n; i++) lengths[i] = sorted[i] >> 32;
  huffman(lengths, n);
  limit_lengths(lengths, n, most);
  memset(length, 0, count);
  for (uint32_t i = 0; i < n; i++) length[(uint32_t)sorted[i]] = (uint8_t)lengths[i];
}

void prefix_flat_lengths(const uint32_t *weight, uint32_t count, uint8_t *length, uint64_t *work) {
  uint32_t n = sort_weights(weight, count, work), bits = 1;
  while (1u << bits < n) bits++;
  uint32_t longer = 2 * (n - (1u << (bits - 1))); /* the rarest ones */
  memset(length, 0, count);
  for (uint32_t i = 0; i < n; i++) length[(uint32_t)work[i]] = (uint8_t)(bits - (i >= longer));
}

bool prefix_define(PrefixCode *code, const uint16_t *per_length, uint32_t items) {
  uint32_t next = 0, item = 0;
  code->min_bits = code->max_bits = 0;
  code->length[0] = (PrefixLength){0, 0};
  for (uint32_t bits = 1; bits <= PREFIX_MAX_BITS; bits++) {
    uint32_t n = per_length[bits];
    code->length[bits].base = (int32_t)item - (int32_t)(next >> (PREFIX_MAX_BITS - bits));
    item += n;
    if (n > (65536 - next) >> (PREFIX_MAX_BITS - bits)) return false;
    next += n << (PREFIX_MAX_BITS - bits);
    code->length[bits].limit = next;
    if (n == 0) continue;
    if (code->min_bits == 0) code->min_bits = (uint8_t)bits;
    code->max_bits = (uint8_t)bits;
  }
  return next == 65536 && item == items;
}

void prefix_fill_first(const PrefixCode *code, uint8_t *first) {
  uint32_t bits = code->min_bits;
  for (uint32_t i = 0; i < 1u << code->first_bits; i++) {
    uint32_t peek = i << (PREFIX_MAX_BITS - code->first_bits);
    while (peek >= code->length[bits].limit) bits++;
    first[i] = (uint8_t)bits;
  }
}
