/*
** sample.h: a bounded part of a section's strings, as sequences to learn from.
**
** Runs of neighbouring strings, spread evenly, so that repeats and numbers
** look as they do in the whole. A string met again adds to the weight of the
** first one. Strings equal to the one before are counted, not kept.
**
** Owns the sequences. Calls lexer.h and text.h.
*/
#ifndef SLOTS_TEXT_SAMPLE_H
#define SLOTS_TEXT_SAMPLE_H

#include "grammar.h"
#include "lexer.h"
#include "text.h"

#define SAMPLE_RUN 16

/* Which strings: those of every `stride`-th run of SAMPLE_RUN. */
typedef struct SamplePlan {
  uint32_t stride;
} SamplePlan;

typedef struct Sample {
  Sequences sequences;
  uint32_t same;    /* strings equal to the one before them, where that can be said */
  uint32_t strings; /* picked */
  uint64_t bytes;   /* of text picked */
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
