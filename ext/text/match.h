/*
** match.h: which strings of a section an automaton accepts, without decoding them.
**
** A matcher belongs to one automaton and serves any number of sections, plain
** and coded; it keeps what it has worked out for the codecs used lately, so one
** matcher should be kept for all segments of a scan. Parts of strings that
** stand for something else, as the markers of a derived column do (segment/derive.h), are bytes
** like any other here: an automaton that accepts them finds what is to be decoded.
**
** Takes 16 KB of address space for each state of the automaton and each codec,
** of which as much is used as the codec has tokens; four codecs are kept.
**
** Owns the automaton and a reference to each codec it knows. Calls match_coded.h,
** match_steps.h, plain.h, automaton.h, types.h.
*/
#ifndef SLOTS_TEXT_MATCH_H
#define SLOTS_TEXT_MATCH_H

#include "automaton.h"
#include "types.h"

typedef struct TextMatcher TextMatcher;

/* Words that hold one bit for each of a batch's strings. */
#define TEXT_MATCH_WORDS (TEXT_BATCH_ROWS / 64)

/*
** Makes a matcher, which owns the automaton from then on; on SQLITE_NOMEM the
** automaton is freed.
*/
int text_matcher_open(Automaton *automaton, TextMatcher **matcher);
void text_matcher_close(TextMatcher *matcher); /* NULL is allowed */

/*
** Bit i % 64 of bits[i / 64] becomes 1 where string first + i is accepted, for
** i < count; other bits of the TEXT_MATCH_WORDS words become 0. 0 <= count <=
** TEXT_BATCH_ROWS, any `first` with first + count <= view->count. Answers
** SQLITE_OK, SQLITE_NOMEM, or SQLITE_CORRUPT for bytes that no encoder wrote and
** for strings that are not there; `bits` then says nothing. Quickest where
** batches follow one another and begin at multiples of 64.
*/
int text_match(TextMatcher *matcher, const TextView *view, uint32_t first, uint32_t count,
               uint64_t *bits);

#endif
