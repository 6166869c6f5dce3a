/*
** prefilter.h: rows of a derived column that cannot pass, told without putting its texts together.
**
** A derived text (segment/derive.h) has to be decoded together with its sources before a pattern
** can be sought in it, which takes longer than core's LIKE on a text at hand. So a window's rows
** are first looked at in two quicker ways, on strings as they are coded:
**
**  - what is left of the text, and its sources, for a word that the pattern requires (word.h);
**  - unless the pattern is just that word, what is left for all of the pattern, where a marker
**    may stand for anything.
**
** Rows that are left are read, by the column's probe. Where nearly all are left the pattern's next
** longest word is tried, and where it has no other, the prefilter is no longer used.
**
** Owns its matchers, and predicates and probes for the sources. Calls probe.h, word.h,
** segment/derive.h, text/match.h, bits.h.
*/
#ifndef SLOTS_PREFILTER_H
#define SLOTS_PREFILTER_H

#include "probe.h"
#include "word.h"

/* Zeros to begin with. */
typedef struct Prefilter {
  bool by_word, by_pattern; /* which of the two ways are taken on the segment it is ready for */
  uint32_t given_up;        /* words that nearly all rows have */
  WordSearch search;
  TextMatcher *rest; /* of `search`; NULL until needed */
  uint32_t sources;
  Predicate predicates[DERIVATIONS];
  Probe probes[DERIVATIONS];
  PatternMatcher pattern; /* all of it, markers being wild */
  uint32_t looked, found; /* rows since the word was chosen; those left */
} Prefilter;

/* Whether a prefilter can help a probe that is ready for the segment. */
bool prefilter_helps(const Probe *probe, const Segment *segment);

/*
** Makes it ready for a segment, as that probe is. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT; after
** any of them it may be prepared again, or cleared.
*/
int prefilter_prepare(Prefilter *prefilter, const Probe *probe, const Segment *segment);

/*
** Clears bits of rows that cannot pass, as probe_test does. SQLITE_OK, SQLITE_NOMEM or
** SQLITE_CORRUPT.
*/
int prefilter_test(Prefilter *prefilter, const Probe *probe, const Segment *segment, uint32_t first,
                   uint32_t count, Reader *reader, uint64_t *bits);

void prefilter_clear(Prefilter *prefilter);

#endif
