/*
** training.h: what a training learned, for the next section of the same column to go on from.
**
** While rows are loaded, text drifts: names come and go, but words, the parts of urls and the kinds
** of numbers stay. Going on from them takes a third of the time of learning them anew.
**
** Owns a copy. Calls dictionary.h, types.h.
*/
#ifndef SLOTS_TEXT_TRAINING_H
#define SLOTS_TEXT_TRAINING_H

#include "dictionary.h"
#include "types.h"

struct TextTraining {
  uint32_t rate; /* bits of code per 1,024 bytes of text, as estimated */
  uint32_t block_shift;
  FieldSet fields;
  Grammar grammar; /* with room for its own tokens only */
  uint32_t *uses;  /* by token, in the sample */
};

/*
** Puts what a dictionary, just settled, has learned into *training, in the place of what is
** there. SQLITE_OK; or SQLITE_NOMEM, and *training is as before.
*/
int training_keep(TextTraining **training, const Dictionary *dictionary, uint32_t rate);

/*
** Makes a dictionary, all zeros but for its options, what it was, with room for TOKENS_MAX tokens.
** SQLITE_OK or SQLITE_NOMEM; it is to be cleared even then.
*/
int training_resume(const TextTraining *training, Dictionary *dictionary);

#endif
