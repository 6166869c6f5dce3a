/*
** word.c: see word.h.
*/
#include "word.h"

#include <string.h>

#include "base/ascii.h"
#include "base/sqlite.h"

/* ---- the word --------------------------------------------------------------------- */

/* Places of a pattern's bytes. */
typedef struct Run {
  uint32_t from, size;
} Run;

static uint32_t find_runs(const Pattern *pattern, Run *runs) {
  uint32_t count = 0, begin = 0;
  for (uint32_t piece = 0; piece < pattern->count; begin = pattern->end[piece++]) {
    runs[count] = (Run){0};
    for (uint32_t i = begin; i < pattern->end[piece]; i++) {
      if (ascii_is_alphanumeric(pattern->bytes[i])) {
        if (runs[count].size++ == 0) runs[count].from = i;
      } else if (runs[count].size > 0) {
        runs[++count] = (Run){0};
      }
    }
    count += runs[count].size > 0;
  }
  return count;
}

/* Moves the longest run to the front. */
static void put_longest_first(Run *runs, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    if (runs[i].size <= runs[0].size) continue;
    Run run = runs[i];
    runs[i] = runs[0];
    runs[0] = run;
  }
}

bool word_find(const Pattern *pattern, uint32_t longer, Word *word) {
  Run runs[PATTERN_BYTES_MAX + 1];
  uint32_t count = find_runs(pattern, runs);
  if (longer >= count) return false;
  for (uint32_t i = 0; i <= longer; i++) put_longest_first(runs + i, count - i);
  Run run = runs[longer];
  *word = (Word){.fold = pattern->fold};
  word->size = (uint8_t)(run.size < WORD_BYTES_MAX ? run.size : WORD_BYTES_MAX);
  memcpy(word->bytes, pattern->bytes + run.from, word->size);
  for (uint32_t i = 0; i < word->size; i++) word->letters |= ascii_is_letter(word->bytes[i]);
  word->whole = pattern->count == 1 && word->size == pattern->end[0] && !pattern->at_start &&
                !pattern->at_end;
  return true;
}

/* ---- in a source ------------------------------------------------------------------ */

bool word_fits(const Word *word, uint8_t transform) {
  return transform / DERIVE_STYLES != DERIVE_FIRST_THREE || word->size <= 3;
}

void word_in_source(const Word *word, uint8_t transform, Pattern *pattern) {
  DeriveStyle style = (DeriveStyle)(transform % DERIVE_STYLES);
  *pattern = (Pattern){.fold = word->fold || style != DERIVE_AS_IS,
                       .drops = style == DERIVE_SLUG || style == DERIVE_SLUG_UNDERLINE};
  for (uint32_t i = 0; i < word->size; i++) {
    unsigned char c = word->bytes[i];
    pattern->bytes[i] = pattern->fold ? ascii_lower(c) : c;
  }
  pattern->count = 1;
  pattern->end[0] = word->size;
}

/* ---- in what is left -------------------------------------------------------------- */

/*
** A state of the automaton stands for a set of begins of the word: of those that the text, at
** this place, may end with, bit k for its first k bytes, bit 0 always (the automaton of Baeza-Yates
** and Gonnet, 1992, one state for each set that comes up). Behind a marker that is any of them: its
** part may end as it likes. There are at most three sets for each byte of the word: behind a part,
** runs of bytes that stand at the same places of the word give the same set, of which there are
** less than twice its bytes; other runs, and those that no part is before, the set of a begin.
*/
typedef struct Sets {
  const WordSearch *search;
  Automaton *automaton;
  uint32_t set[AUTOMATON_STATES_MAX]; /* by state */
} Sets;

#define SKIP 0u /* no set: the next byte belongs to the marker before */

_Static_assert(AUTOMATON_OTHERS + 1 + 3 * WORD_BYTES_MAX <= AUTOMATON_STATES_MAX,
               "each set has its state");

/* The state of a set, or of SKIP. */
static uint8_t state_of(Sets *sets, uint32_t set) {
  Automaton *automaton = sets->automaton;
  if (set >> sets->search->word.size != 0) return AUTOMATON_ACCEPT;
  if (set == 1) return AUTOMATON_START;
  uint32_t state = AUTOMATON_OTHERS;
  while (state < automaton->states && sets->set[state] != set) state++;
  if (state == automaton->states) sets->set[automaton->states++] = set;
  return (uint8_t)state;
}

static uint32_t any_begin(const Word *word) { return (1u << word->size) - 1; }

static uint32_t follow(const Word *word, uint32_t set, unsigned char c) {
  uint32_t next = 1;
  if (word->fold) c = ascii_lower(c);
  for (uint32_t k = 0; k < word->size; k++) {
    if ((set >> k & 1) != 0 && word->bytes[k] == c) next |= 2u << k;
  }
  return next;
}

/* All steps from a state that is no special one but the start. */
static void add_state(Sets *sets, uint32_t state) {
  const WordSearch *search = sets->search;
  uint8_t *next = sets->automaton->next[state];
  uint32_t set = sets->set[state];
  next[AUTOMATON_END] = AUTOMATON_DEAD;
  for (uint32_t c = 0; c < AUTOMATON_END; c++) {
    next[c] = state_of(sets, set == SKIP ? any_begin(&search->word)
                                         : follow(&search->word, set, (unsigned char)c));
  }
  for (uint32_t i = 0; i < search->count && set != SKIP; i++) {
    const WordMark *mark = &search->marks[i];
    uint32_t behind = mark->letter ? SKIP : any_begin(&search->word);
    bool found = mark->anything || set != 1; /* a part may go on with what was begun */
    next[mark->marker] = found ? AUTOMATON_ACCEPT : state_of(sets, behind);
  }
}

int word_rest(const WordSearch *search, TextMatcher **matcher) {
  uint32_t most = AUTOMATON_OTHERS + 1u + 3u * search->word.size;
  Automaton *automaton = sqlite3_malloc64(sizeof *automaton + most * sizeof *automaton->next);
  Sets sets = {.search = search, .automaton = automaton};
  if (automaton == NULL) return SQLITE_NOMEM;
  automaton->states = AUTOMATON_OTHERS;
  memset(automaton->next[AUTOMATON_DEAD], AUTOMATON_DEAD, AUTOMATON_STEPS);
  memset(automaton->next[AUTOMATON_ACCEPT], AUTOMATON_ACCEPT, AUTOMATON_STEPS);
  sets.set[AUTOMATON_START] = 1;
  add_state(&sets, AUTOMATON_START);
  for (uint32_t s = AUTOMATON_OTHERS; s < automaton->states; s++) add_state(&sets, s);
  return text_matcher_open(automaton, matcher);
}
