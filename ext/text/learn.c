/*
** learn.c: see learn.h.
*/
#include "learn.h"

#include <string.h>

#include "base/bits.h"
#include "base/sqlite.h"
#include "cost.h"
#include "digits.h"

#define RUNS_MAX 65536u
#define STRING_MAX 4096u /* bytes of a string that are looked at */
#define MIN_WIDTH 2
#define MIN_RUNS 16u /* of a kind, to be worth a look */
#define MIN_USES 4u  /* of a field, to be kept */
#define CANDIDATES_MAX 96
#define CONTEXT_BITS 12 /* log2 of the contexts of the text model */
#define CONTEXT_BYTES 3 /* before the run that a context remembers */

/* A run of decimal digits in the sample. */
typedef struct Run {
  const unsigned char *digits;
  uint64_t value;
  uint8_t width, ordinal;
  uint8_t before; /* bytes before it in its string, at most CONTEXT_BYTES */
  bool fresh;     /* registers are forgotten before it */
} Run;

/* A kind of run: those of one width and ordinal, which get a register. */
typedef struct Kind {
  uint8_t width, ordinal;
  uint32_t runs;
  uint64_t least, most;
} Kind;

typedef struct Candidate {
  Field field;
  uint32_t uses;
} Candidate;

typedef struct Learner {
  Run *runs;
  uint32_t run_count;
  uint64_t strings; /* in the sample, but for repeats */
  uint64_t fields;  /* that numbers in them become */
  uint32_t hex_runs[FIELD_HEX_UPPER + 1];
  Kind kinds[FIELD_REGISTERS]; /* of register r; 0 is none */
  uint32_t kind_count;         /* registers in use, with register 0 */
  uint8_t reg[FIELD_DECIMALS_MAX + 1][FIELD_ORDINALS];
  Candidate candidates[CANDIDATES_MAX]; /* of one register */
  uint32_t candidate_count;
  uint16_t (*context)[10]; /* digits seen by context */
} Learner;

/* --- runs ----------------------------------------------------------------- */

static void add_run(Learner *l, const unsigned char *bytes, uint32_t at, uint32_t width,
                    uint8_t *seen, bool *fresh) {
  if (width > FIELD_DECIMALS_MAX || seen[width] == FIELD_ORDINALS) return;
  Run *run = &l->runs[l->run_count++];
  run->digits = bytes + at;
  run->value = 0;
  for (uint32_t i = 0; i < width; i++) run->value = run->value * 10 + bytes[at + i] - '0';
  run->width = (uint8_t)width;
  run->ordinal = seen[width]++;
  run->before = (uint8_t)(at < CONTEXT_BYTES ? at : CONTEXT_BYTES);
  run->fresh = *fresh;
  *fresh = false;
}

/* Runs of hexadecimal digits in a string, while it is gone through. */
typedef struct HexRuns {
  HexRun next[FIELD_HEX_UPPER + 1]; /* by form */
  uint32_t text_end;                /* of those that begin before where one is */
} HexRuns;

static void find_hex(const unsigned char *bytes, uint32_t size, uint32_t at, FieldForm form,
                     HexRun *run) {
  if (!hex_find(bytes, size, at, size, form, run)) *run = (HexRun){UINT32_MAX, UINT32_MAX};
}

/* Counts the runs of hexadecimal digits that begin before `at` or there. */
static void pass_hex(Learner *l, const unsigned char *bytes, uint32_t size, uint32_t at,
                     HexRuns *hex) {
  for (FieldForm form = FIELD_HEX_LOWER; form <= FIELD_HEX_UPPER; form++) {
    HexRun *run = &hex->next[form];
    while (run->begin <= at) {
      l->hex_runs[form]++;
      if (run->end > hex->text_end) hex->text_end = run->end;
      find_hex(bytes, size, run->end, form, run);
    }
  }
}

static void add_string(Learner *l, const unsigned char *bytes, uint32_t size, bool *fresh) {
  uint8_t seen[FIELD_DECIMALS_MAX + 1] = {0};
  HexRuns hex = {.text_end = 0};
  for (FieldForm form = FIELD_HEX_LOWER; form <= FIELD_HEX_UPPER; form++) {
    find_hex(bytes, size, 0, form, &hex.next[form]);
  }
  for (uint32_t at = 0; at < size && l->run_count < RUNS_MAX;) {
    at = digits_find(bytes, at, size);
    pass_hex(l, bytes, size, at, &hex);
    uint32_t width = digits_end(bytes, at, size) - at;
    if (width != 0 && at >= hex.text_end) add_run(l, bytes, at, width, seen, fresh);
    at += width;
  }
}

static void find_runs(Learner *l, const Strings *strings, SamplePlan plan, uint32_t block) {
  bool fresh = true;
  for (uint32_t first = 0; first < strings->count; first += plan.stride * plan.run) {
    uint32_t end = strings->count - first < plan.run ? strings->count : first + plan.run;
    for (uint32_t i = first; i < end; i++) {
      if (i == first || i % block == 0) fresh = true;
      if (i % block != 0 && strings_repeat(strings, i)) continue;
      l->strings++;
      uint32_t start = strings->start[i], size = strings->start[i + 1] - start;
      add_string(l, strings->bytes + start, size < STRING_MAX ? size : STRING_MAX, &fresh);
    }
  }
}

/* --- kinds ---------------------------------------------------------------- */

/* Runs of each width and ordinal. */
typedef uint32_t RunCounts[FIELD_DECIMALS_MAX + 1][FIELD_ORDINALS];

/* The most frequent kind of MIN_RUNS or more; width 0: there is none. */
static Kind most_frequent(RunCounts counts) {
  Kind kind = {.runs = MIN_RUNS - 1, .least = UINT64_MAX};
  for (uint8_t width = MIN_WIDTH; width <= FIELD_DECIMALS_MAX; width++) {
    for (uint8_t ordinal = 0; ordinal < FIELD_ORDINALS; ordinal++) {
      if (counts[width][ordinal] <= kind.runs) continue;
      kind.width = width;
      kind.ordinal = ordinal;
      kind.runs = counts[width][ordinal];
    }
  }
  return kind;
}

/* Gives registers to the most frequent widths and ordinals. */
static void choose_kinds(Learner *l) {
  RunCounts counts = {{0}};
  for (uint32_t i = 0; i < l->run_count; i++) counts[l->runs[i].width][l->runs[i].ordinal]++;
  l->kind_count = 1;
  while (l->kind_count < FIELD_REGISTERS) {
    Kind kind = most_frequent(counts);
    if (kind.width == 0) break;
    counts[kind.width][kind.ordinal] = 0;
    l->reg[kind.width][kind.ordinal] = (uint8_t)l->kind_count;
    l->kinds[l->kind_count++] = kind;
  }
  for (uint32_t i = 0; i < l->run_count; i++) {
    Kind *kind = &l->kinds[l->reg[l->runs[i].width][l->runs[i].ordinal]];
    if (l->runs[i].value < kind->least) kind->least = l->runs[i].value;
    if (l->runs[i].value > kind->most) kind->most = l->runs[i].value;
  }
}

/* --- candidates ----------------------------------------------------------- */

static void add_candidate(Learner *l, uint32_t reg, uint32_t source, int scale, uint32_t bits,
                          int64_t offset) {
  if (l->candidate_count == CANDIDATES_MAX) return;
  const Kind *kind = &l->kinds[reg];
  Field field = {FIELD_DECIMAL, kind->width,   (uint8_t)reg,  (uint8_t)source,
                 (int8_t)scale, (uint8_t)bits, kind->ordinal, 0,
                 offset};
  uint32_t at = l->candidate_count++;
  while (at != 0 && l->candidates[at - 1].field.bits > bits) {
    l->candidates[at] = l->candidates[at - 1];
    at--;
  }
  l->candidates[at] = (Candidate){field, 0};
}

/* All that can be tried for the register's numbers, cheapest payload first. */
static void add_candidates(Learner *l, uint32_t reg) {
  const Kind *kind = &l->kinds[reg];
  l->candidate_count = 0;
  uint32_t range = bits_width(kind->most - kind->least);
  uint32_t full = bits_width(field_powers[kind->width] - 1);
  add_candidate(l, reg, reg, 0, 0, 0);
  add_candidate(l, reg, reg, 0, 0, 1);
  for (uint32_t bits = 0; bits + 1 < range && bits < 40; bits++) {
    int64_t reach = (int64_t)1 << bits;
    if (bits != 0) add_candidate(l, reg, reg, 0, bits, reach);
    add_candidate(l, reg, reg, 0, bits, 1 - 2 * reach);
  }
  for (uint32_t source = 1; source < l->kind_count; source++) {
    int scale = (int)kind->width - (int)l->kinds[source].width;
    if (source == reg) continue;
    uint32_t bits = scale > 0 ? bits_width(field_powers[scale] - 1) : 0;
    if (bits < range) add_candidate(l, reg, source, scale, bits, 0);
  }
  if (range < full) add_candidate(l, reg, 0, 0, range, (int64_t)kind->least);
  add_candidate(l, reg, 0, 0, full, 0);
}

/* Counts which candidate each number of the register takes. */
static void count_uses(Learner *l, uint32_t reg) {
  uint64_t registers[FIELD_REGISTERS] = {0};
  for (uint32_t c = 0; c < l->candidate_count; c++) l->candidates[c].uses = 0;
  for (uint32_t i = 0; i < l->run_count; i++) {
    const Run *run = &l->runs[i];
    if (run->fresh) memset(registers, 0, sizeof registers);
    uint32_t own = l->reg[run->width][run->ordinal];
    for (uint32_t c = 0; own == reg && c < l->candidate_count; c++) {
      uint64_t payload;
      if (!field_payload(&l->candidates[c].field, registers, run->value, &payload)) continue;
      l->candidates[c].uses++;
      break;
    }
    if (own != 0) registers[own] = run->value;
  }
}

/* Drops candidates that are seldom taken, but for the last, which takes all; says if it did. */
static bool drop_candidates(Learner *l, uint32_t least) {
  uint32_t kept = 0;
  for (uint32_t c = 0; c < l->candidate_count; c++) {
    if (l->candidates[c].uses < least && c + 1 != l->candidate_count) continue;
    l->candidates[kept++] = l->candidates[c];
  }
  bool dropped = kept != l->candidate_count;
  l->candidate_count = kept;
  return dropped;
}

/* --- costs ---------------------------------------------------------------- */

/* Bits, in 1/256, of the register's numbers as fields. */
static uint64_t cost_as_fields(const Learner *l, uint32_t reg) {
  uint64_t cost = 0;
  for (uint32_t c = 0; c < l->candidate_count; c++) {
    uint64_t uses = l->candidates[c].uses;
    if (uses == 0) continue;
    cost += uses * (cost_of(uses, l->kinds[reg].runs) + l->candidates[c].field.bits * COST_BIT);
  }
  return cost + (uint64_t)l->candidate_count * FIELD_SIZE * 8 * COST_BIT;
}

/* Whether their digits cost more than that under a model that learns as it goes. */
static bool dearer_as_text(Learner *l, uint32_t reg, uint64_t limit) {
  uint64_t cost = 0;
  memset(l->context, 0, sizeof *l->context << CONTEXT_BITS);
  for (uint32_t i = 0; i < l->run_count && cost <= limit; i++) {
    const Run *run = &l->runs[i];
    if (l->reg[run->width][run->ordinal] != reg) continue;
    uint32_t hash = run->width;
    for (uint32_t k = run->before; k != 0; k--) hash = (hash + run->digits[-(int)k]) * 0x9e3779b1u;
    for (uint32_t k = 0; k < run->width; k++) {
      uint16_t *seen = l->context[hash >> (32 - CONTEXT_BITS)];
      uint32_t total = 0, digit = run->digits[k] - (uint32_t)'0';
      for (uint32_t d = 0; d < 10; d++) total += seen[d];
      cost += cost_of(8u * seen[digit] + 1, 8u * total + 10);
      if (seen[digit] < UINT16_MAX / 8) seen[digit]++;
      hash = (hash + digit + 1) * 0x9e3779b1u;
    }
  }
  return cost > limit;
}

/* --- the set -------------------------------------------------------------- */

static void add_hex_fields(Learner *l, FieldSet *set) {
  for (FieldForm form = FIELD_HEX_LOWER; form <= FIELD_HEX_UPPER; form++) {
    if (l->hex_runs[form] < MIN_RUNS) continue;
    for (uint32_t width = FIELD_HEX_MAX; width != 0; width /= 2) {
      set->field[set->count++] =
          (Field){.form = (uint8_t)form, .width = (uint8_t)width, .bits = (uint8_t)(4 * width)};
    }
  }
}

static void learn_register(Learner *l, uint32_t reg, uint32_t margin, FieldSet *set) {
  uint32_t least = l->kinds[reg].runs / 256;
  if (least < MIN_USES) least = MIN_USES;
  add_candidates(l, reg);
  count_uses(l, reg);
  for (int round = 0; round < 3 && drop_candidates(l, least); round++) count_uses(l, reg);
  if (set->count + l->candidate_count > FIELDS_MAX) return;
  if (!dearer_as_text(l, reg, cost_as_fields(l, reg) / 100 * margin)) return;
  for (uint32_t c = 0; c < l->candidate_count; c++) {
    set->field[set->count++] = l->candidates[c].field;
  }
  l->fields += l->kinds[reg].runs;
}

int learn_fields(FieldSet *set, const Strings *strings, SamplePlan plan, uint32_t block,
                 uint32_t margin, uint32_t *share) {
  memset(set, 0, sizeof *set);
  Learner *l = sqlite_zeros(sizeof *l);
  if (l == NULL) return SQLITE_NOMEM;
  l->runs = sqlite3_malloc64(RUNS_MAX * sizeof *l->runs);
  l->context = sqlite3_malloc64(sizeof *l->context << CONTEXT_BITS);
  int rc = l->runs && l->context ? SQLITE_OK : SQLITE_NOMEM;
  if (rc == SQLITE_OK) {
    find_runs(l, strings, plan, block);
    choose_kinds(l);
    add_hex_fields(l, set);
    for (uint32_t reg = 1; reg < l->kind_count; reg++) learn_register(l, reg, margin, set);
    (void)fieldset_index(set); /* they are in order */
    *share = (uint32_t)(l->fields * 256 / (l->strings + 1));
  }
  sqlite3_free(l->runs);
  sqlite3_free(l->context);
  sqlite3_free(l);
  return rc;
}
