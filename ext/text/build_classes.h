/*
** build_classes.h: the codes of classes, for build.c.
**
** Owns nothing. Calls classes.h, class_code.h, prefix.h, base/.
*/
#ifndef SLOTS_TEXT_BUILD_CLASSES_H
#define SLOTS_TEXT_BUILD_CLASSES_H

#include "classes.h"

/*
** length[t] becomes the length of token t's code among those of its class, 0 for unused
** ones; *bits becomes what all codes take, but for payloads, and what it takes to have classes.
*/
int build_class_lengths(const Dictionary *dictionary, const Classes *classes, uint8_t *length,
                        uint64_t *bits);

/*
** Appends the bytes of class_code.h for tokens with those lengths. *bits becomes what the
** codes of the classes of all tokens cost, as class_code_cost reckons.
*/
int build_class_codes(const Dictionary *dictionary, const Classes *classes, const uint8_t *length,
                      Buffer *bytes, uint64_t *bits);

#endif
