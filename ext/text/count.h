/*
** count.h: the first pass over the strings of a section: all of them as tokens, and how often each
** token is used.
**
** Strings are cut into parts, each of which begins with a block, and so does not depend on those
** before it. Parts are shared with threads that have nothing else to do; the result does not depend
** on it.
**
** Owns its working space. Calls kept.h, tokenize.h, parallel.h.
*/
#ifndef SLOTS_TEXT_COUNT_H
#define SLOTS_TEXT_COUNT_H

#include "base/parallel.h"
#include "kept.h"

/*
** Fills in `kept`, to be cleared whatever comes of it, and uses[t] for each token t of the
** dictionary. `run` is that of the task under way, or NULL.
*/
int count_tokens(const Strings *strings, const Dictionary *dictionary, ParallelRun *run, Kept *kept,
                 uint32_t *uses);

#endif
