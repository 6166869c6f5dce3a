/*
** pattern.h: LIKE, GLOB and = as pieces of text to look for.
**
** A pattern is literal pieces in order with gaps between them, each gap any
** run of bytes, tied to the begin and the end of the text or not. It finds
** every text that core's operator is true for, and perhaps others, so core
** must look at the texts found again:
**
**  - LIKE ignores the case of ASCII letters, as it does unless PRAGMA
**    case_sensitive_like is on, which nobody tells a virtual table.
**  - `_`, `?`, `[...]` and characters past ASCII are gaps: core compares
**    characters as it decodes them, where different bytes may be the same one.
**  - What is past PATTERN_BYTES_MAX is left out.
**
** Where a pattern is ASCII with `%` or `*` as its only wildcards and is not too
** long, it finds what core does (LIKE with case ignored).
**
** Not covered, since the text does not matter there: values that are no text;
** a like() or glob() that the application has put in the place of core's; and
** the error for patterns longer than SQLITE_LIMIT_LIKE_PATTERN_LENGTH, which
** must reach the user though no row is found (predicate_bind). Patterns past core's
** default of that limit find everything.
**
** A Pattern is a plain value; a PatternMatcher owns its matcher. Calls
** segment/derive.h, text/match.h, ascii.h.
*/
#ifndef SLOTS_PATTERN_H
#define SLOTS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/match.h"

#define PATTERN_BYTES_MAX (AUTOMATON_STATES_MAX - AUTOMATON_OTHERS)
#define PATTERN_WILDS_MAX 4
#define PATTERN_SOURCE_MAX 50000 /* bytes of a LIKE or GLOB pattern */

typedef struct Pattern {
  bool at_start;  /* the text begins with the first piece */
  bool at_end;    /* and ends with the last; with no pieces and both, it is empty */
  bool fold;      /* ASCII letters match in either case; `bytes` has lower case */
  bool zero_ends; /* the text ends at its first zero byte, as core's functions see it */
  bool drops;     /* bytes that DERIVE_SLUG drops (segment/derive.h) may stand inside a piece */
  uint8_t wilds;  /* bytes that may stand for anything in a text: one with such a byte is found */
  unsigned char wild[PATTERN_WILDS_MAX];
  uint8_t count;                          /* of pieces; each has at least one byte */
  uint8_t end[PATTERN_BYTES_MAX];         /* of each piece, in `bytes` */
  unsigned char bytes[PATTERN_BYTES_MAX]; /* the pieces, one after the other */
} Pattern;

/* Fills in the pattern for `text LIKE pattern` or `text GLOB pattern`; core offers no ESCAPE. */
void pattern_like(const void *source, size_t size, Pattern *pattern);
void pattern_glob(const void *source, size_t size, Pattern *pattern);

/*
** The same for `text = value` with the collation BINARY, or NOCASE if `fold`.
** Compares bytes, past ASCII too; BINARY is exact up to PATTERN_BYTES_MAX bytes,
** of longer values both ends are compared.
*/
void pattern_equal(const void *value, size_t size, bool fold, Pattern *pattern);

/* Whether it finds every text, so that there is no use in looking. */
bool pattern_finds_all(const Pattern *pattern);

/* Whether it finds this text, in which no byte is wild. */
bool pattern_matches(const Pattern *pattern, const void *text, size_t size);

/*
** A matcher that finds what pattern_matches finds, and every text with a wild byte whose bytes
** before that could begin a text that is found. SQLITE_OK or SQLITE_NOMEM.
*/
int pattern_matcher(const Pattern *pattern, TextMatcher **matcher);

/* A matcher and its pattern, or zeros. A matcher learns codecs, so it is kept for the next time. */
typedef struct PatternMatcher {
  TextMatcher *matcher;
  Pattern pattern;
} PatternMatcher;

/* Makes it the pattern's, unless it is. SQLITE_OK or SQLITE_NOMEM. */
int pattern_matcher_keep(PatternMatcher *kept, const Pattern *pattern);
void pattern_matcher_clear(PatternMatcher *kept);

#endif
