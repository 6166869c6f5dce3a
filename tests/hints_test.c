/*
** hints_test.c: which open rows may hold a key (store/hints.h).
**
** Plan
**   1 Random hints, some added again and again, of hashes that share a list: each is found once, by
**     its hash and by both parts, and no other one is; while there is more and more room, and after
**     all were forgotten.
**   2 One hash for very many rows takes about as long as hashes of their own: an alarm ends the
**     host where it does not.
*/
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sqlite.h"
#include "cases.h"
#include "store/hints.h"

#define HASHES 24
#define ROWIDS 200
#define MANY 1000000
#define SECONDS 60 /* for MANY hints: far more than they take under valgrind */

static Hints hints;
static bool added[HASHES][ROWIDS];

/* Hashes are told apart by their upper half; some differ in its highest bits only. */
static uint64_t hash_of(uint32_t i) {
  return ((uint64_t)(i % 4) << 32) * (i < HASHES / 2 ? 1 : 77) + ((uint64_t)(i / 4) << 58);
}

static int64_t rowid_of(uint32_t i) { return i % 2 ? (int64_t)i << 32 : -(int64_t)i; }

static void add(uint64_t hash, int64_t rowid) {
  if (hints_reserve(&hints, 1) != SQLITE_OK) abort();
  hints_add(&hints, hash, rowid);
}

static void expect_added(uint32_t i) {
  uint32_t found[ROWIDS] = {0};
  size_t place = 0;
  int64_t rowid;
  while (hints_next(&hints, hash_of(i), &place, &rowid)) {
    for (uint32_t k = 0; k < ROWIDS; k++) found[k] += rowid_of(k) == rowid;
  }
  for (uint32_t k = 0; k < ROWIDS; k++) {
    if (found[k] != added[i][k]) fail("hash %u: row %u is found %u times", i, k, found[k]);
    if (hints_has(&hints, hash_of(i), rowid_of(k)) != added[i][k]) fail("hash %u, row %u", i, k);
  }
}

static void expect_all_added(void) {
  for (uint32_t i = 0; i < HASHES; i++) expect_added(i);
}

static void each_is_found_once(void) {
  expect_all_added();
  for (int round = 0; round < 3; round++) {
    for (int n = 0; n < 4000; n++) {
      uint32_t i = random_below(HASHES), k = random_below(ROWIDS);
      add(hash_of(i), rowid_of(k));
      added[i][k] = true;
      if (n % 200 == 0) expect_all_added();
    }
    expect_all_added();
    hints_empty(&hints);
    memset(added, 0, sizeof added);
    expect_all_added();
  }
  hints_clear(&hints);
  expect_all_added();
}

static void one_hash_for_many(void) {
  alarm(SECONDS);
  for (int64_t i = 0; i < MANY; i++) add(0, i);
  for (int64_t i = 0; i < MANY; i++) {
    if (!hints_has(&hints, 0, i)) fail("row %d is not found", (int)i);
  }
  alarm(0);
  if (hints.count != MANY) fail("there are %u", (unsigned)hints.count);
  hints_clear(&hints);
}

int main(void) {
  run_case(NAMED(each_is_found_once));
  run_case(NAMED(one_hash_for_many));
  return failures > 0;
}
