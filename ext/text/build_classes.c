/*
** build_classes.c: see build_classes.h.
*/
#include "build_classes.h"

#include <string.h>

#include "base/sqlite.h"

/* Of tokens of `class`: their uses. Returns how many are used. */
static uint32_t weigh(const Dictionary *d, const Classes *classes, uint32_t class,
                      uint32_t *weight) {
  uint32_t used = 0;
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    weight[t] = classes->of[t] == class ? d->uses[t] : 0;
    used += weight[t] != 0;
  }
  return used;
}

/* Lengths of the codes of all classes in one context. */
static void context_lengths(const uint32_t *follows, uint32_t classes, uint8_t *length) {
  uint32_t weight[CLASSES_MAX] = {0};
  uint64_t work[2 * CLASSES_MAX];
  /* every class has a code: other strings may need it */
  for (uint32_t k = 0; k < classes; k++) weight[k] = follows[k] < UINT32_MAX ? follows[k] + 1 : 1;
  prefix_lengths(weight, classes, CLASS_BITS_MAX, length, work);
}

static uint64_t bits_of_classes(const Classes *classes) {
  uint64_t bits = 8 * (class_code_size(classes->count) + sizeof(ClassCode));
  for (uint32_t c = 0; c <= classes->count; c++) {
    uint8_t length[CLASSES_MAX];
    context_lengths(classes->follows[c], classes->count, length);
    for (uint32_t k = 0; k < classes->count; k++) {
      bits += (uint64_t)classes->follows[c][k] * length[k];
    }
  }
  return bits;
}

int build_class_lengths(const Dictionary *d, const Classes *classes, uint8_t *length,
                        uint64_t *bits) {
  uint32_t count = d->grammar.count;
  uint64_t *work = sqlite3_malloc64(2 * count * sizeof *work);
  uint32_t *weight = sqlite3_malloc64(count * sizeof *weight);
  uint8_t *of_class = sqlite3_malloc64(count);
  int rc = work && weight && of_class ? SQLITE_OK : SQLITE_NOMEM;
  memset(length, 0, count);
  for (uint32_t class = 0; rc == SQLITE_OK && class < classes->count; class ++) {
    if (weigh(d, classes, class, weight) < 2) continue; /* no choice, no bits */
    prefix_lengths(weight, count, PREFIX_MAX_BITS, of_class, work);
    for (uint32_t t = 0; t < count; t++) length[t] |= of_class[t];
  }
  *bits = bits_of_classes(classes);
  for (uint32_t t = 0; t < count; t++) *bits += (uint64_t)d->uses[t] * length[t];
  sqlite3_free(work);
  sqlite3_free(weight);
  sqlite3_free(of_class);
  return rc;
}

/* Puts the lengths of the codes of all classes in one context, 4 bits each. */
static void put_context(const uint32_t *follows, uint32_t classes, unsigned char *bytes) {
  uint8_t length[CLASSES_MAX];
  context_lengths(follows, classes, length);
  for (uint32_t k = 0; k < classes; k++) {
    bytes[k / 2] = (unsigned char)(bytes[k / 2] | length[k] << (k % 2 * 4));
  }
}

static void put_tokens(const Dictionary *d, const Classes *classes, const uint8_t *length,
                       unsigned char *bytes) {
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    if (d->uses[t] == 0) continue;
    unsigned char *at = bytes + 2 * ((size_t)CLASS_LENGTHS * classes->of[t] + length[t]);
    store_u16(at, (uint16_t)(load_u16(at) + 1));
  }
}

static int cost_of_all(const Dictionary *d, const Classes *classes, const unsigned char *bytes,
                       size_t size, uint64_t *bits) {
  ClassCode *code = sqlite3_malloc64(sizeof *code);
  uint32_t items = 0;
  uint64_t cost = 0;
  if (code == NULL) return SQLITE_NOMEM;
  for (uint32_t t = 0; t < d->grammar.count; t++) items += d->uses[t] != 0;
  bool complete = class_code_open(code, bytes, size, items);
  for (uint32_t k = 0; complete && k < classes->count; k++) {
    uint64_t uses = 0;
    for (uint32_t c = 0; c <= classes->count; c++) uses += classes->follows[c][k];
    cost += uses * class_code_cost(code, k);
  }
  sqlite3_free(code);
  *bits = cost / COST_BIT;
  return complete ? SQLITE_OK : SQLITE_CORRUPT;
}

int build_class_codes(const Dictionary *d, const Classes *classes, const uint8_t *length,
                      Buffer *bytes, uint64_t *bits) {
  size_t begin = bytes->size, size = class_code_size(classes->count);
  uint32_t context_size = (classes->count + 1) / 2;
  int rc = buffer_append_zeros(bytes, size);
  if (rc != SQLITE_OK) return rc;
  unsigned char *at = bytes->bytes + begin;
  at[CLASS_AT_COUNT] = (unsigned char)classes->count;
  at += CLASS_AT_TOKENS;
  put_tokens(d, classes, length, at);
  at += 2 * (size_t)CLASS_LENGTHS * classes->count;
  for (uint32_t c = 0; c <= classes->count; c++, at += context_size) {
    put_context(classes->follows[c], classes->count, at);
  }
  return cost_of_all(d, classes, bytes->bytes + begin, size, bits);
}
