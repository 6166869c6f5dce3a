/*
** extend.h: longer tokens, learned from all strings once these are tokens.
**
** A sample (train.h) shows what is frequent: words and their parts. It mostly misses what occurs
** only some times among all strings: a phrase, or a whole string. But once all strings are parsed
** each is only a few tokens, so RePair can go on over all of them, in a fraction of the time it
** would take over their text.
**
** Owns nothing. Calls repair.h, kept.h, dictionary.h.
*/
#ifndef SLOTS_TEXT_EXTEND_H
#define SLOTS_TEXT_EXTEND_H

#include "dictionary.h"
#include "kept.h"

/* RePair takes 12 to 16 bytes for each token; where there are more, a larger sample has to do. */
#define EXTEND_TOKENS_MAX (3u << 19)

/*
** Adds tokens to the dictionary, and joins them in what was kept, which is complete; the uses
** become those of the outcome. The parser, which does not know them, is cleared. Does nothing where
** too many tokens were kept. SQLITE_OK or SQLITE_NOMEM.
*/
int extend_dictionary(Dictionary *dictionary, Kept *kept);

#endif
