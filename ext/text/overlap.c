/*
** overlap.c: see overlap.h.
**
** From the longest overlap down: texts that nothing precedes yet are listed by a hash of
** their first bytes, those that nothing follows look there for their last ones.
*/
#include "overlap.h"

#include <string.h>

#include "base/sqlite.h"

#define LIST_BITS 12
#define MULTIPLIER 0x9e3779b1u

typedef struct Joiner {
  const unsigned char *bytes;
  const uint32_t *start;
  uint32_t count;
  OverlapLink *link;
  uint32_t *first; /* by text that nothing follows: the first one of its chain */
  uint32_t *last;  /* by text that follows on none: the last one of its chain */
  uint32_t *after; /* by text: the next one in its list */
  uint32_t *hash;  /* by place */
  uint32_t power[TOKEN_BYTES_MAX + 1];
  uint32_t list[1 << LIST_BITS];
} Joiner;

static uint32_t size_of(const Joiner *j, uint32_t text) {
  return j->start[text + 1] - j->start[text];
}

/* The list of bytes from..to - 1, from the hashes of all bytes up to a place. */
static uint32_t list_of(const Joiner *j, uint32_t from, uint32_t to) {
  return (j->hash[to] - j->hash[from] * j->power[to - from]) * MULTIPLIER >> (32 - LIST_BITS);
}

static uint32_t list_of_begin(const Joiner *j, uint32_t text, uint32_t shared) {
  return list_of(j, j->start[text], j->start[text] + shared);
}

static uint32_t list_of_end(const Joiner *j, uint32_t text, uint32_t shared) {
  return list_of(j, j->start[text + 1] - shared, j->start[text + 1]);
}

/* Hashes all bytes up to each place, as digits of a number to the base MULTIPLIER. */
static void hash_bytes(Joiner *j) {
  uint32_t size = j->start[j->count];
  j->hash[0] = 0;
  for (uint32_t i = 0; i < size; i++) j->hash[i + 1] = j->hash[i] * MULTIPLIER + j->bytes[i] + 1;
  j->power[0] = 1;
  for (uint32_t i = 0; i < TOKEN_BYTES_MAX; i++) j->power[i + 1] = j->power[i] * MULTIPLIER;
}

static void list_texts(Joiner *j, uint32_t shared) {
  memset(j->list, 0xff, sizeof j->list);
  for (uint32_t i = j->count; i-- > 0;) {
    if (size_of(j, i) <= shared || j->link[i].before != OVERLAP_NONE) continue;
    uint32_t *list = &j->list[list_of_begin(j, i, shared)];
    j->after[i] = *list;
    *list = i;
  }
}

/* A text that can follow on a, their chains becoming one, or OVERLAP_NONE. */
static uint32_t find_next(Joiner *j, uint32_t a, uint32_t shared) {
  const unsigned char *end = j->bytes + j->start[a + 1] - shared;
  uint32_t *at = &j->list[list_of_end(j, a, shared)];
  while (*at != OVERLAP_NONE) {
    uint32_t b = *at;
    if (j->link[b].before != OVERLAP_NONE) {
      *at = j->after[b]; /* it has been taken since */
    } else {
      if (j->first[a] != b && memcmp(end, j->bytes + j->start[b], shared) == 0) return b;
      at = &j->after[b];
    }
  }
  return OVERLAP_NONE;
}

static void join(Joiner *j, uint32_t a, uint32_t b, uint32_t shared) {
  uint32_t first = j->first[a], last = j->last[b];
  j->link[a].next = b;
  j->link[a].shared = shared;
  j->link[b].before = a;
  j->first[last] = first;
  j->last[first] = last;
}

/* Joins texts that share so many bytes. */
static void join_all(Joiner *j, uint32_t shared) {
  list_texts(j, shared);
  for (uint32_t a = 0; a < j->count; a++) {
    if (size_of(j, a) <= shared || j->link[a].next != OVERLAP_NONE) continue;
    uint32_t b = find_next(j, a, shared);
    if (b != OVERLAP_NONE) join(j, a, b, shared);
  }
}

int overlap_link(const unsigned char *bytes, const uint32_t *start, uint32_t count,
                 OverlapLink *link) {
  uint64_t room = ((uint64_t)count * 3 + start[count] + 1) * sizeof(uint32_t);
  Joiner *j = sqlite3_malloc64(sizeof *j + room);
  if (j == NULL) return SQLITE_NOMEM;
  j->bytes = bytes;
  j->start = start;
  j->count = count;
  j->link = link;
  j->first = (uint32_t *)(void *)(j + 1);
  j->last = j->first + count;
  j->after = j->last + count;
  j->hash = j->after + count;
  hash_bytes(j);
  uint32_t most = 0;
  for (uint32_t i = 0; i < count; i++) {
    link[i] = (OverlapLink){.next = OVERLAP_NONE, .before = OVERLAP_NONE};
    j->first[i] = j->last[i] = i;
    if (size_of(j, i) > most) most = size_of(j, i);
  }
  for (uint32_t shared = most; shared-- > 1;) join_all(j, shared);
  sqlite3_free(j);
  return SQLITE_OK;
}
