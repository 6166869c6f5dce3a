/*
** train.c: see train.h.
*/
#include "train.h"

#include <string.h>

#include "base/sqlite.h"
#include "extend.h"
#include "learn.h"
#include "repair.h"

#define SAMPLE_BYTES (384u << 10)
#define WHOLE_BYTES (512u << 10)   /* so little is learned from as a whole: up to .05 s */
#define SAMPLE_ALONE (1536u << 10) /* where nothing is learned behind it */
#define TOKENS_FEW (EXTEND_TOKENS_MAX / 3 * 2) /* estimates from a sample are a third too high */
#define MIN_PAIR_COUNT 4
#define FIELD_TOKENS 3    /* tokens that are decoded in the time of a field */
#define OTHERS_TOKENS 4   /* tokens of a string that does not repeat the one before, as a guess */
#define BLOCK_SHIFT_MAX 5 /* larger blocks would make strings that repeat others slow to read */
#define LONG_TOKENS 256   /* in strings of so many, an offset for each is nothing beside them */
#define REPEATS_SHARE 256 /* and so few of them repeat the one before that little is lost */

static int learn_tokens(Dictionary *d, Sample *sample, const TrainOptions *options) {
  uint8_t widths[FIELDS_MAX];
  for (uint32_t f = 0; f < d->fields.count; f++) widths[f] = d->fields.field[f].width;
  int rc = grammar_init(&d->grammar, options->tokens, widths, d->fields.count);
  if (rc == SQLITE_OK) rc = dictionary_alloc(d, options->tokens);
  if (rc == SQLITE_OK) rc = repair(&d->grammar, &sample->sequences, MIN_PAIR_COUNT, d->uses);
  if (rc == SQLITE_OK) rc = dictionary_spell(d);
  return rc;
}

/* The code of what was counted in the sample, scaled up. */
static uint64_t estimate_bits(const Dictionary *d, uint32_t scale) {
  uint64_t cost = 0;
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    cost += d->uses[t] * (uint64_t)(d->cost[t] + dictionary_payload_bits(d, t) * COST_BIT);
  }
  return cost / COST_BIT * scale / 256;
}

/*
** Learns fields, and sets the block size by how many strings have some. *share becomes
** the number of fields per string, in 1/256.
*/
static int learn_numbers(Dictionary *d, const Strings *strings, const TrainOptions *options,
                         SamplePlan plan, uint32_t *share) {
  d->block_shift = options->block_shift;
  *share = 0;
  if (options->margin == 0) return SQLITE_OK;
  int rc =
      learn_fields(&d->fields, strings, plan, 1u << options->number_shift, options->margin, share);
  if (*share >= 128) d->block_shift = options->number_shift;
  return rc;
}

/*
** Makes blocks larger where strings take so few tokens, fields among them, that passing
** over some costs little: most repeat the one before, or are one token.
*/
static void enlarge_blocks(Dictionary *d, uint64_t tokens, uint32_t strings, uint32_t most) {
  while (d->block_shift < BLOCK_SHIFT_MAX && tokens << (d->block_shift + 1) <= most * strings) {
    d->block_shift++;
  }
}

/* The same before the tokens are known, since strings that begin a block are to learn from. */
static void guess_blocks(Dictionary *d, const Strings *strings, SamplePlan plan, uint32_t most) {
  SampleCount count = sample_count(strings, plan);
  uint64_t others = (uint64_t)OTHERS_TOKENS * (count.strings - count.repeats);
  enlarge_blocks(d, others + count.repeats, count.strings, most);
}

/* One string a block where they are long, and too few repeat the one before to lose by it. */
static void shrink_blocks(Dictionary *d, uint64_t tokens, const Sample *sample) {
  bool rare = sample->same < sample->strings / REPEATS_SHARE + 1;
  if (rare && tokens > (uint64_t)LONG_TOKENS * sample->strings) d->block_shift = 0;
}

/* Tokens of the sample, a field counting as some. */
static uint64_t count_tokens(const Dictionary *d, const Sample *sample, uint32_t share) {
  uint64_t tokens = sample->same + (uint64_t)share * sample->strings * FIELD_TOKENS / 256;
  for (uint32_t t = 0; t < d->grammar.count; t++) tokens += d->uses[t];
  return tokens;
}

/* How often the sample's text is there in all, in 1/256. */
static uint32_t scale_of(const Strings *strings, const Sample *sample) {
  double strings_scale = (double)strings->count / (sample->strings + 1);
  double scale = 256 * strings_scale * (double)(sample->bytes + 1) / (double)(sample->taken + 1);
  return scale < UINT32_MAX ? (uint32_t)scale : UINT32_MAX;
}

/* Trains on so many bytes; *tokens becomes an estimate of how many all strings take. */
static int train_on(Dictionary *d, const Strings *strings, const TrainOptions *options,
                    uint32_t bytes, uint64_t *bits, uint64_t *tokens) {
  memset(d, 0, sizeof *d);
  d->flat = options->flat;
  d->form = options->form;
  d->refine = options->refine;
  Sample sample = {0};
  SamplePlan plan = sample_plan(strings, bytes);
  uint32_t share;
  int rc = learn_numbers(d, strings, options, plan, &share);
  if (rc == SQLITE_OK && share == 0) guess_blocks(d, strings, plan, options->block_tokens);
  if (rc == SQLITE_OK) rc = sample_take(&sample, strings, plan, &d->fields, 1u << d->block_shift);
  if (rc == SQLITE_OK) rc = learn_tokens(d, &sample, options);
  if (rc == SQLITE_OK) {
    *tokens = count_tokens(d, &sample, share);
    enlarge_blocks(d, *tokens, sample.strings, options->block_tokens);
    shrink_blocks(d, *tokens * (sample.bytes + 1) / (sample.taken + 1), &sample);
    PruneTerms terms = options->prune;
    terms.scale = scale_of(strings, &sample);
    d->uses[SYMBOL_SAME] = sample.same;
    rc = dictionary_settle(d, terms);
    *bits = estimate_bits(d, terms.scale);
    *tokens = *tokens * terms.scale / 256;
  }
  sample_clear(&sample);
  if (rc != SQLITE_OK) dictionary_clear(d);
  return rc;
}

int dictionary_train(Dictionary *d, const Strings *strings, const TrainOptions *options,
                     uint64_t *bits) {
  uint64_t tokens = 0;
  bool whole = strings_size(strings) <= WHOLE_BYTES;
  uint32_t sample = whole ? WHOLE_BYTES : SAMPLE_BYTES;
  int rc = train_on(d, strings, options, sample, bits, &tokens);
  if (rc != SQLITE_OK || tokens <= TOKENS_FEW) return rc;
  dictionary_clear(d);
  return train_on(d, strings, options, SAMPLE_ALONE, bits, &tokens);
}
