/*
** train.h: a dictionary learned from a sample of the strings.
**
** Fields first (learn.h), then the grammar over strings with fields in them, of which
** the tokens are kept that pay by their uses in the sample (prune.h). Or, behind a section that
** was trained for (training.h), its fields and tokens, and those that RePair adds over a sample
** parsed with them.
**
** Owns nothing. Calls dictionary.h, learn.h, repair.h, sample.h, training.h, extend.h,
** prune.h.
*/
#ifndef SLOTS_TEXT_TRAIN_H
#define SLOTS_TEXT_TRAIN_H

#include "dictionary.h"
#include "prune.h"
#include "sample.h"
#include "training.h"

typedef struct TrainOptions {
  uint32_t block_shift;  /* to begin with */
  uint32_t block_tokens; /* up to which blocks may be larger than that */
  uint32_t margin;       /* of fields over digits, learn.h */
  bool flat;             /* codes of (nearly) one length */
  bool refine;           /* take more time for less room */
  CodecForm form;
  PruneTerms prune;
} TrainOptions;

/*
** Trains on a sample. *bits becomes an estimate of the code for all strings,
** in bits. Goes on from *training, where that is not NULL and the strings take about the same
** rate, and replaces it; `training` is NULL where no other section comes. After SQLITE_NOMEM the
** dictionary is cleared.
*/
int dictionary_train(Dictionary *dictionary, const Strings *strings, const TrainOptions *options,
                     TextTraining **training, uint64_t *bits);

#endif
