/*
** word.h: a word that every text found by a pattern contains, searched for in derived texts, which
** are stored in parts.
**
** What is left of a derived text (segment/derive.h) has markers for parts that are other columns'
** values. Of a text such as
**
**     http://x.org/art/wood-<1>-<2>        <1> = zebra-and-parachute
**
** a word may lie in what is left ("art"), in a part ("zebra"), or across an end of one (were there
** "wood<1>", "woodcut" might begin there). The first and the last are found in what is left alone,
** by an automaton (word_rest), the second by a pattern that finds each source whose part may have
** the word (word_in_source). A text with none of these need not be put together.
**
** Owns nothing. Calls pattern.h, text/match.h, segment/derive.h, ascii.h.
*/
#ifndef SLOTS_WORD_H
#define SLOTS_WORD_H

#include "pattern.h"
#include "segment/derive.h"

#define WORD_BYTES_MAX 16 /* of a longer one the first */

typedef struct Word {
  bool whole;   /* the pattern finds each text that has the word, and no other */
  bool fold;    /* as Pattern has it */
  bool letters; /* it is no number */
  uint8_t size;
  unsigned char bytes[WORD_BYTES_MAX];
} Word;

/* The longest run of ASCII letters and digits of a pattern but for `longer` ones; false if none. */
bool word_find(const Pattern *pattern, uint32_t longer, Word *word);

/* Whether a part that this transform makes of some text may have the word in it. */
bool word_fits(const Word *word, uint8_t transform);

/* A pattern that finds all sources whose part may have the word. */
void word_in_source(const Word *word, uint8_t transform, Pattern *pattern);

typedef struct WordMark {
  uint8_t marker;
  bool letter;   /* one byte more belongs to it (derive_has_letter) */
  bool anything; /* its part may be anything: nobody looks at its source */
} WordMark;

/* What is sought in what is left. All bytes count in comparisons: to begin with, they are zero. */
typedef struct WordSearch {
  Word word;
  uint8_t count; /* of marks */
  WordMark marks[DERIVATIONS];
} WordSearch;

/* A matcher for strings as they are left. SQLITE_OK or SQLITE_NOMEM. */
int word_rest(const WordSearch *search, TextMatcher **matcher);

#endif
