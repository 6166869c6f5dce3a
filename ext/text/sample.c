/*
** sample.c: see sample.h.
*/
#include "sample.h"

#include <string.h>

#include "base/buffer.h"
#include "base/sqlite.h"

#define PART_SYMBOLS 1024               /* that a long string is taken in */
#define SYMBOL_BYTES FIELD_DECIMALS_MAX /* of a symbol, at most */
#define FEWEST_PARTS 2                  /* of it: its begin, and one from further on */

#define RUN_STRINGS 16 /* of a run */
#define RUN_BYTES 4096 /* fewer strings, one at least, if they are more than these */

typedef struct Taker {
  Buffer symbols, start, weight;
  uint32_t *seen; /* hash of sequences: number + 1 */
  uint32_t mask;
  uint32_t parts; /* of long strings, taken so far: they lie in places that vary */
  SymbolRun run;
} Taker;

static uint32_t size_of(const Strings *strings, uint32_t i) {
  return strings->start[i + 1] - strings->start[i];
}

static uint32_t taken_of(const Strings *strings, uint32_t i, SamplePlan plan) {
  uint32_t size = size_of(strings, i), most = plan.parts * PART_SYMBOLS;
  return size < most ? size : most;
}

SamplePlan sample_plan(const Strings *strings, uint64_t budget) {
  uint64_t total = 0, parts = budget / PART_SYMBOLS / (strings->count + 1);
  SamplePlan plan = {.parts = parts < FEWEST_PARTS ? FEWEST_PARTS : (uint32_t)parts};
  for (uint32_t i = 0; i < strings->count; i++) total += taken_of(strings, i, plan);
  uint64_t run = RUN_BYTES * (uint64_t)strings->count / (total + 1);
  plan.run = run > RUN_STRINGS ? RUN_STRINGS : run == 0 ? 1 : (uint32_t)run;
  uint64_t stride = total / (budget + 1) + 1, runs = (strings->count + plan.run - 1) / plan.run;
  plan.stride = stride < runs ? (uint32_t)stride : runs == 0 ? 1 : (uint32_t)runs;
  return plan;
}

bool strings_repeat(const Strings *strings, uint32_t i) {
  uint32_t size = size_of(strings, i);
  return i != 0 && size == size_of(strings, i - 1) &&
         memcmp(strings->bytes + strings->start[i], strings->bytes + strings->start[i - 1], size) ==
             0;
}

SampleCount sample_count(const Strings *strings, SamplePlan plan) {
  SampleCount count = {0};
  for (uint32_t run = 0; run < strings->count; run += plan.stride * plan.run) {
    uint32_t end = strings->count - run < plan.run ? strings->count : run + plan.run;
    for (uint32_t i = run; i < end; i++) {
      count.strings++;
      count.repeats += strings_repeat(strings, i);
    }
  }
  return count;
}

static uint32_t hash_symbols(const uint16_t *symbols, uint32_t count) {
  uint32_t hash = count;
  for (uint32_t i = 0; i < count; i++) hash = (hash ^ symbols[i]) * 0x01000193u + 1;
  return (hash ^ hash >> 15) * 0x9e3779b1u >> 7;
}

/* Appends the sequence in taker->run, or adds to the weight of its twin. */
static int keep_sequence(Taker *taker) {
  const uint16_t *symbols = taker->run.symbols;
  uint32_t count = taker->run.count;
  uint32_t *start = (uint32_t *)(void *)taker->start.bytes;
  uint32_t *weight = (uint32_t *)(void *)taker->weight.bytes;
  const uint16_t *kept = (const uint16_t *)(const void *)taker->symbols.bytes;
  uint32_t slot = hash_symbols(symbols, count) & taker->mask;
  for (; taker->seen[slot] != 0; slot = (slot + 1) & taker->mask) {
    uint32_t i = taker->seen[slot] - 1;
    if (start[i + 1] - start[i] != count) continue;
    if (memcmp(kept + start[i], symbols, count * sizeof *symbols) != 0) continue;
    weight[i]++;
    return SQLITE_OK;
  }
  uint32_t one = 1, end = (uint32_t)(taker->symbols.size / sizeof *symbols) + count;
  taker->seen[slot] = (uint32_t)(taker->weight.size / sizeof one) + 1;
  int rc = buffer_append(&taker->symbols, symbols, count * sizeof *symbols);
  if (rc == SQLITE_OK) rc = buffer_append(&taker->weight, &one, sizeof one);
  if (rc == SQLITE_OK) rc = buffer_append(&taker->start, &end, sizeof end);
  return rc;
}

static int take_whole(Taker *taker, const Strings *strings, uint32_t i, Lexer *lexer) {
  int rc = SQLITE_OK;
  lexer_begin(lexer, strings->bytes + strings->start[i], size_of(strings, i));
  while (rc == SQLITE_OK && lexer_next(lexer, &taker->run)) rc = keep_sequence(taker);
  return rc;
}

/* Takes so many symbols of the string from a byte on, or up to its end. */
static int take_part(Taker *taker, const Strings *strings, uint32_t i, uint32_t from, uint32_t most,
                     Lexer *lexer) {
  uint32_t size = size_of(strings, i) - from;
  if (size / SYMBOL_BYTES > most) size = (most + 1) * SYMBOL_BYTES; /* it looks for fields in all */
  lexer_begin(lexer, strings->bytes + strings->start[i] + from, size);
  lexer_next(lexer, &taker->run);
  if (taker->run.count > most) taker->run.count = most;
  return keep_sequence(taker);
}

/* Of a long string the begin, and from each further stretch of it a part that lies anywhere. */
static int take_string(Sample *sample, Taker *taker, const Strings *strings, uint32_t i,
                       SamplePlan plan, Lexer *lexer) {
  uint32_t size = size_of(strings, i), taken = taken_of(strings, i, plan);
  sample->strings++;
  sample->bytes += size;
  sample->taken += taken;
  if (taken == size) return take_whole(taker, strings, i, lexer);
  uint32_t stretch = size / plan.parts, from = 0;
  int rc = SQLITE_OK;
  for (uint32_t k = 0; k < plan.parts && rc == SQLITE_OK; k++) {
    rc = take_part(taker, strings, i, k * stretch + from, PART_SYMBOLS, lexer);
    from =
        (uint32_t)((uint64_t)(++taker->parts * 0x9e3779b1u) * (stretch - PART_SYMBOLS + 1) >> 32);
  }
  return rc;
}

static int take_all(Sample *sample, Taker *taker, const Strings *strings, SamplePlan plan,
                    Lexer *lexer, uint32_t block) {
  for (uint32_t run = 0; run < strings->count; run += plan.stride * plan.run) {
    uint32_t end = strings->count - run < plan.run ? strings->count : run + plan.run;
    for (uint32_t i = run; i < end; i++) {
      if (i == run || i % block == 0) lexer_restart(lexer);
      if (i % block != 0 && strings_repeat(strings, i)) {
        sample->same++;
        sample->strings++;
        continue;
      }
      int rc = take_string(sample, taker, strings, i, plan, lexer);
      if (rc != SQLITE_OK) return rc;
    }
  }
  return SQLITE_OK;
}

int sample_take(Sample *sample, const Strings *strings, SamplePlan plan, const FieldSet *set,
                uint32_t block) {
  *sample = (Sample){0};
  uint32_t slots = 64, zero = 0, picked = strings->count / plan.stride + plan.run;
  while (slots < picked * plan.parts * 2) slots *= 2;
  Lexer lexer;
  lexer_init(&lexer, set);
  Taker *taker = sqlite3_malloc64(sizeof *taker);
  if (taker == NULL) return SQLITE_NOMEM;
  memset(taker, 0, offsetof(Taker, run));
  taker->mask = slots - 1;
  taker->seen = sqlite3_malloc64(slots * sizeof *taker->seen);
  int rc = taker->seen == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) memset(taker->seen, 0, slots * sizeof *taker->seen);
  if (rc == SQLITE_OK) rc = buffer_append(&taker->start, &zero, sizeof zero);
  if (rc == SQLITE_OK) rc = take_all(sample, taker, strings, plan, &lexer, block);
  sample->sequences.symbols = (uint16_t *)(void *)taker->symbols.bytes;
  sample->sequences.start = (uint32_t *)(void *)taker->start.bytes;
  sample->sequences.weight = (uint32_t *)(void *)taker->weight.bytes;
  sample->sequences.count = (uint32_t)(taker->weight.size / sizeof zero);
  sqlite3_free(taker->seen);
  sqlite3_free(taker);
  if (rc != SQLITE_OK) sample_clear(sample);
  return rc;
}

void sample_clear(Sample *sample) {
  sqlite3_free(sample->sequences.symbols);
  sqlite3_free(sample->sequences.start);
  sqlite3_free(sample->sequences.weight);
  *sample = (Sample){0};
}
