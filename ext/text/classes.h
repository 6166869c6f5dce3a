/*
** classes.h: assigns tokens to classes, so that a token's class predicts the next one's well.
**
** A token belongs with tokens that follow the same classes, and are followed by the same ones: the
** exchange algorithm, which maximizes the likelihood of each class given the one before it (Martin,
** Liermann and Ney, "Algorithms for bigram and trigram word clustering", 1998), with all tokens
** moved at once.
**
** Owns what it finds. Calls dictionary.h, class_code.h, cost.h.
*/
#ifndef SLOTS_TEXT_CLASSES_H
#define SLOTS_TEXT_CLASSES_H

#include "class_code.h"
#include "dictionary.h"

typedef struct Classes {
  uint32_t count;                                    /* 0 where too few tokens teach nothing */
  uint8_t *of;                                       /* by token */
  uint32_t follows[CLASS_CONTEXTS_MAX][CLASSES_MAX]; /* times that a class came in a context */
} Classes;

/*
** Finds classes for the tokens of all strings, one after the other, those that are not
** used being what they are pairs of. SQLITE_OK, or SQLITE_NOMEM with nothing to clear.
*/
int classes_find(Classes *classes, const Dictionary *dictionary, const uint16_t *tokens,
                 uint32_t count);

void classes_clear(Classes *classes);

#endif
