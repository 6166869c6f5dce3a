/*
** encode.h: writes a coded section (coded.h has its layout).
**
** Owns its working space. Calls count.h, extend.h, classes.h, build.h, code_writer.h,
** dictionary.h, prune.h, offsets.h, section.h, parallel.h.
*/
#ifndef SLOTS_TEXT_ENCODE_H
#define SLOTS_TEXT_ENCODE_H

#include "base/parallel.h"
#include "dictionary.h"
#include "prune.h"

/*
** Appends a section of all strings. With *codec NULL makes one out of the
** dictionary, pruned on `terms`; else the dictionary is *codec reopened, and
** item[t] the item of its token t. `run`: threads that may help (count.h), or NULL.
*/
int encode_section(const Strings *strings, Dictionary *dictionary, PruneTerms terms,
                   ParallelRun *run, TextCodec **codec, uint16_t *item, Buffer *out);

#define ESTIMATE_STRINGS 2048 /* that encode_estimate looks at, about */

/* The code of all strings in bits, estimated from ESTIMATE_STRINGS of them, spread evenly. */
int encode_estimate(const Strings *strings, Dictionary *dictionary, uint64_t *bits);

#endif
