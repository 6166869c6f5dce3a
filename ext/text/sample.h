/*
** sample.h: a bounded part of a section's strings, as sequences to learn from.
**
** Runs of neighbouring strings, spread evenly, so that repeats and numbers look as they do in the
** whole. A string that occurs again adds to the weight of the first occurrence. Of long strings
** parts are taken, each as a sequence. Strings equal to the one before are counted, not kept.
**
** Owns the sequences. Calls lexer.h, types.h, grammar.h, buffer.h.
*/
#ifndef SLOTS_TEXT_SAMPLE_H
#define SLOTS_TEXT_SAMPLE_H

#include "grammar.h"
#include "lexer.h"
#include "types.h"

/* Which strings: those of every `stride`-th run of `run`, which is less where they are long. */
typedef struct SamplePlan {
  uint32_t run, stride;
  uint32_t parts; /* that longer strings are taken in, not as a whole */
} SamplePlan;

typedef struct Sample {
  Sequences sequences;
  uint32_t same;    /* strings equal to the one before them, where that can be said */
  uint32_t strings; /* picked */
  uint64_t bytes;   /* of the strings picked, without `same` */
  uint64_t taken;   /* of them as sequences: of long strings parts */
} Sample;

/* Whether string i equals the one before it. */
bool strings_repeat(const Strings *strings, uint32_t i);

/* Strings of about `budget` bytes, or all. */
SamplePlan sample_plan(const Strings *strings, uint64_t budget);

/* How many strings the plan picks, and how many of them equal the one before. */
typedef struct SampleCount {
  uint32_t strings, repeats;
} SampleCount;

SampleCount sample_count(const Strings *strings, SamplePlan plan);

/* Picks and lexes; decoding starts afresh at multiples of `block`. */
int sample_take(Sample *sample, const Strings *strings, SamplePlan plan, const FieldSet *set,
                uint32_t block);

void sample_clear(Sample *sample);

#endif
