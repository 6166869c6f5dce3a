/*
** learn.h: finds out which runs of digits are better coded as numbers.
**
** Looks at the runs of digits in a sample. For each width and ordinal with
** enough of them it tries ways to predict a number (the last one of its kind
** plus a little, another field's digits, a range), keeps those that are
** used, and compares what they cost with what the digits cost as text, in
** the model of an adaptive order-3 coder.
**
** Owns nothing. Calls lexer.h, digits.h, sample.h, cost.h, bits.h.
*/
#ifndef SLOTS_TEXT_LEARN_H
#define SLOTS_TEXT_LEARN_H

#include "lexer.h"
#include "sample.h"

/*
** Fills in the set, which is empty when no fields pay: digits get fields where they cost, as text,
** more than `margin` percent of what the fields cost. *share becomes the number of fields per
** string, in 1/256.
*/
int learn_fields(FieldSet *set, const Strings *strings, SamplePlan plan, uint32_t block,
                 uint32_t margin, uint32_t *share);

#endif
