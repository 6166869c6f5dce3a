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
#define MORE_SHARE 16     /* of a rate: strings that take so much more are trained for anew, */
#define LESS_SHARE 4      /* or so much less */
#define REPEATS_SHARE 256 /* and so few of them repeat the one before that little is lost */

static int learn_tokens(Dictionary *d, Sample *sample) {
  int rc = dictionary_open(d, TOKENS_MAX);
  return rc == SQLITE_OK ? repair(&d->grammar, &sample->sequences, MIN_PAIR_COUNT, d->uses) : rc;
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
static uint64_t tokens_of_sample(const Dictionary *d, const Sample *sample, uint32_t share) {
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

/* Keeps what pays, and tells what all strings will take. */
static int settle(Dictionary *d, const Strings *strings, const Sample *sample,
                  const TrainOptions *options, uint64_t *bits) {
  PruneTerms terms = options->prune;
  terms.scale = scale_of(strings, sample);
  d->uses[SYMBOL_SAME] = sample->same;
  int rc = dictionary_settle(d, terms);
  if (rc == SQLITE_OK) *bits = estimate_bits(d, terms.scale);
  return rc;
}

/* Nothing but what it is to be. */
static void clear_to(Dictionary *d, const TrainOptions *options) {
  memset(d, 0, sizeof *d);
  d->flat = options->flat;
  d->form = options->form;
  d->refine = options->refine;
}

/* Trains on so many bytes; *tokens becomes an estimate of how many all strings take. */
static int train_on(Dictionary *d, const Strings *strings, const TrainOptions *options,
                    uint32_t bytes, uint64_t *bits, uint64_t *tokens) {
  Sample sample = {0};
  SamplePlan plan = sample_plan(strings, bytes);
  uint32_t share;
  clear_to(d, options);
  d->block_shift = options->block_shift;
  int rc = learn_fields(&d->fields, strings, plan, 1u << d->block_shift, options->margin, &share);
  if (rc == SQLITE_OK && share == 0) guess_blocks(d, strings, plan, options->block_tokens);
  if (rc == SQLITE_OK) rc = sample_take(&sample, strings, plan, &d->fields, 1u << d->block_shift);
  if (rc == SQLITE_OK) rc = learn_tokens(d, &sample);
  if (rc == SQLITE_OK) {
    *tokens = tokens_of_sample(d, &sample, share);
    enlarge_blocks(d, *tokens, sample.strings, options->block_tokens);
    shrink_blocks(d, *tokens * (sample.bytes + 1) / (sample.taken + 1), &sample);
    *tokens = *tokens * scale_of(strings, &sample) / 256;
    rc = settle(d, strings, &sample, options, bits);
  }
  sample_clear(&sample);
  if (rc != SQLITE_OK) dictionary_clear(d);
  return rc;
}

/* Bits of code per 1,024 bytes. */
static uint32_t rate_of(const Strings *strings, uint64_t bits) {
  uint64_t rate = bits * 1024 / (strings_size(strings) + 1);
  return rate < UINT32_MAX ? (uint32_t)rate : UINT32_MAX;
}

/* Whether strings that are coded at that rate are much like those of the first training. */
static bool is_alike(const TextTraining *training, uint32_t rate) {
  uint32_t first = training->rate;
  return rate <= first + first / MORE_SHARE && rate >= first - first / LESS_SHARE;
}

/* Goes on from a training, if it turns out to have been for strings like these, as *done tells. */
static int train_further(Dictionary *d, const Strings *strings, const TrainOptions *options,
                         const TextTraining *training, uint64_t *bits, bool *done) {
  Sample sample = {0};
  clear_to(d, options);
  int rc = training_resume(training, d);
  if (rc == SQLITE_OK) {
    rc = sample_take(&sample, strings, sample_plan(strings, SAMPLE_BYTES), &d->fields,
                     1u << d->block_shift);
  }
  if (rc == SQLITE_OK) rc = parser_parse_all(&d->parser, &sample.sequences);
  if (rc == SQLITE_OK) rc = repair(&d->grammar, &sample.sequences, MIN_PAIR_COUNT, d->uses);
  uint64_t tokens = rc == SQLITE_OK ? tokens_of_sample(d, &sample, 0) : 0;
  tokens = tokens * scale_of(strings, &sample) / 256;
  if (rc == SQLITE_OK) rc = settle(d, strings, &sample, options, bits);
  *done = rc == SQLITE_OK && tokens <= TOKENS_FEW && is_alike(training, rate_of(strings, *bits));
  sample_clear(&sample);
  if (!*done) dictionary_clear(d);
  return rc;
}

/* Trains from symbols on. *comparable: on a sample as that of a full section mostly is. */
static int train_anew(Dictionary *d, const Strings *strings, const TrainOptions *options,
                      uint64_t *bits, bool *comparable) {
  uint64_t tokens = 0;
  bool whole = strings_size(strings) <= WHOLE_BYTES;
  int rc = train_on(d, strings, options, whole ? WHOLE_BYTES : SAMPLE_BYTES, bits, &tokens);
  *comparable = !whole && tokens <= TOKENS_FEW;
  if (rc != SQLITE_OK || tokens <= TOKENS_FEW) return rc;
  dictionary_clear(d);
  return train_on(d, strings, options, SAMPLE_ALONE, bits, &tokens);
}

int dictionary_train(Dictionary *d, const Strings *strings, const TrainOptions *options,
                     TextTraining **training, uint64_t *bits) {
  if (options->refine) training = NULL; /* what is learned anew takes less room */
  const TextTraining *before = training == NULL ? NULL : *training;
  bool further = false, comparable = true;
  int rc = SQLITE_OK;
  if (before != NULL && strings_size(strings) > WHOLE_BYTES) {
    rc = train_further(d, strings, options, before, bits, &further);
  }
  if (rc == SQLITE_OK && !further) rc = train_anew(d, strings, options, bits, &comparable);
  if (rc != SQLITE_OK || training == NULL || !comparable) return rc;
  rc = training_keep(training, d, further ? before->rate : rate_of(strings, *bits));
  if (rc != SQLITE_OK) dictionary_clear(d);
  return rc;
}
