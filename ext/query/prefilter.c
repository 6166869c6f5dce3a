/*
** prefilter.c: see prefilter.h.
*/
#include "prefilter.h"

#include <string.h>

#include "base/sqlite.h"

#define FEW_ROWS 16       /* so few are read at once */
#define LOOKED_LEAST 1024 /* rows that tell whether it pays to look */

/* ---- for the whole segment -------------------------------------------------------- */

bool prefilter_helps(const Probe *probe, const Segment *segment) {
  const SlotHeader *header = &segment->slots[probe->predicate->column].header;
  Pattern pattern;
  return probe->kind == PROBE_EACH && header->derivation_count > 0 &&
         probe_pattern(probe->predicate, header, &pattern);
}

_Static_assert(DERIVATIONS <= PATTERN_WILDS_MAX, "a pattern has room for all markers");

/* Markers stand for what the coded strings do not say. */
static void add_wilds(const SlotHeader *header, Pattern *pattern) {
  pattern->wilds = header->derivation_count;
  for (uint32_t i = 0; i < pattern->wilds; i++) pattern->wild[i] = header->derivations[i].marker;
}

/* Whether all of the slot's values are integers or NULL. */
static bool only_integers(const SlotHeader *header) {
  bool integers = header->encoding == SLOT_RUN || header->encoding == SLOT_INTEGER ||
                  header->encoding == SLOT_BLOCKS || header->encoding == SLOT_NUMERAL;
  return integers && header->list_count == 0;
}

/* Adds a probe for a source, unless one looks for the same there; *all: every row passes it. */
static int add_source(Prefilter *prefilter, const Word *word, const Derivation *derivation,
                      const Segment *segment, bool *all) {
  Pattern pattern;
  uint32_t column = derivation->source;
  word_in_source(word, derivation->transform, &pattern);
  for (uint32_t i = 0; i < prefilter->sources; i++) {
    const Predicate *other = &prefilter->predicates[i];
    if (other->column == column && other->pattern.fold == pattern.fold &&
        other->pattern.drops == pattern.drops) {
      return SQLITE_OK;
    }
  }
  Probe *probe = &prefilter->probes[prefilter->sources];
  probe->predicate = &prefilter->predicates[prefilter->sources];
  predicate_find(&prefilter->predicates[prefilter->sources], column, &pattern);
  int rc = probe_prepare(probe, segment);
  if (rc != SQLITE_OK) return rc;
  *all = probe->kind == PROBE_ALL;
  if (!*all && probe_is_possible(probe)) prefilter->sources++;
  return SQLITE_OK;
}

/* Makes the matcher for what is left, unless it is there. */
static int keep_rest(Prefilter *prefilter, const WordSearch *search) {
  bool same = memcmp(&prefilter->search, search, sizeof *search) == 0;
  if (same && prefilter->rest != NULL) return SQLITE_OK;
  text_matcher_close(prefilter->rest);
  prefilter->rest = NULL;
  prefilter->search = *search;
  return word_rest(search, &prefilter->rest);
}

/* Says what each marker may stand for, and makes probes for the sources. */
static int prepare_word(Prefilter *prefilter, const SlotHeader *header, const Segment *segment,
                        const Word *word) {
  WordSearch search;
  int rc = SQLITE_OK;
  memset(&search, 0, sizeof search);
  search.word = *word;
  search.count = header->derivation_count;
  prefilter->sources = 0;
  for (uint32_t i = 0; i < search.count && rc == SQLITE_OK; i++) {
    const Derivation *derivation = &header->derivations[i];
    bool integers = only_integers(&segment->slots[derivation->source].header);
    WordMark *mark = &search.marks[i];
    mark->marker = derivation->marker;
    mark->letter = derive_has_letter(derivation->transform);
    if (integers) {
      mark->anything = !word->letters;
    } else if (word_fits(word, derivation->transform)) {
      rc = add_source(prefilter, word, derivation, segment, &mark->anything);
    }
  }
  return rc == SQLITE_OK ? keep_rest(prefilter, &search) : rc;
}

/* With the longest word that was not given up, if there is one. */
static int prepare_search(Prefilter *prefilter, const Probe *probe, const Segment *segment) {
  const SlotHeader *header = &segment->slots[probe->predicate->column].header;
  Pattern pattern;
  Word word = {0};
  int rc = SQLITE_OK;
  prefilter->by_word = prefilter->by_pattern = false;
  prefilter->looked = prefilter->found = 0;
  probe_pattern(probe->predicate, header, &pattern);
  bool has_word = word_find(&pattern, prefilter->given_up, &word);
  if (has_word) rc = prepare_word(prefilter, header, segment, &word);
  if (rc == SQLITE_OK && !word.whole) {
    add_wilds(header, &pattern);
    rc = pattern_matcher_keep(&prefilter->pattern, &pattern);
  }
  if (rc != SQLITE_OK) return rc;
  prefilter->by_word = has_word;
  prefilter->by_pattern = !word.whole;
  return SQLITE_OK;
}

int prefilter_prepare(Prefilter *prefilter, const Probe *probe, const Segment *segment) {
  prefilter->by_word = prefilter->by_pattern = false;
  prefilter->given_up = 0;
  return prefilter_helps(probe, segment) ? prepare_search(prefilter, probe, segment) : SQLITE_OK;
}

void prefilter_clear(Prefilter *prefilter) {
  text_matcher_close(prefilter->rest);
  pattern_matcher_clear(&prefilter->pattern);
  for (uint32_t i = 0; i < DERIVATIONS; i++) probe_clear(&prefilter->probes[i]);
  *prefilter = (Prefilter){0};
}

/* ---- rows ------------------------------------------------------------------------- */

static uint32_t count_set(const uint64_t *bits) {
  uint32_t count = 0;
  for (uint32_t k = 0; k < PROBE_WORDS; k++) count += bits_count(bits[k]);
  return count;
}

static void keep_found(uint64_t *bits, const uint64_t *found) {
  for (uint32_t k = 0; k < PROBE_WORDS; k++) bits[k] &= found[k];
}

/* Keeps rows that have the word in what is left, or in a source. */
static int test_word(Prefilter *prefilter, const TextView *rests, const Segment *segment,
                     uint32_t first, uint32_t count, Reader *reader, uint64_t *bits) {
  uint64_t found[PROBE_WORDS], passing[PROBE_WORDS];
  int rc = text_match(prefilter->rest, rests, first, count, found);
  for (uint32_t i = 0; i < prefilter->sources && rc == SQLITE_OK; i++) {
    for (uint32_t k = 0; k < PROBE_WORDS; k++) passing[k] = bits[k] & ~found[k];
    rc = probe_test(&prefilter->probes[i], segment, first, count, reader, passing);
    for (uint32_t k = 0; k < PROBE_WORDS; k++) found[k] |= passing[k];
  }
  keep_found(bits, found);
  return rc;
}

/* Gives up the word, or all words, where nearly all rows are left. */
static int note_found(Prefilter *prefilter, const Probe *probe, const Segment *segment,
                      uint32_t asked, uint32_t left) {
  bool by_word = prefilter->by_word;
  prefilter->looked += asked;
  prefilter->found += left;
  bool all = prefilter->found > prefilter->looked - prefilter->looked / 16;
  if (prefilter->looked < LOOKED_LEAST || !all) return SQLITE_OK;
  prefilter->given_up++;
  int rc = by_word ? prepare_search(prefilter, probe, segment) : SQLITE_OK;
  if (!prefilter->by_word) prefilter->by_pattern = false;
  return rc;
}

/* Keeps rows that the pattern may find, as far as what is left tells. */
static int test_pattern(Prefilter *prefilter, const TextView *rests, uint32_t first, uint32_t count,
                        uint64_t *bits) {
  uint64_t found[PROBE_WORDS];
  int rc = text_match(prefilter->pattern.matcher, rests, first, count, found);
  keep_found(bits, found);
  return rc;
}

int prefilter_test(Prefilter *prefilter, const Probe *probe, const Segment *segment, uint32_t first,
                   uint32_t count, Reader *reader, uint64_t *bits) {
  const Slot *slot = &segment->slots[probe->predicate->column];
  uint64_t kept[PROBE_WORDS];
  uint32_t asked = count_set(bits), left = asked;
  /* A text without a marker is mostly ruled out by its first bytes. */
  bool pattern_first = prefilter->pattern.pattern.at_start;
  int rc = SQLITE_OK;
  if (!(prefilter->by_word || prefilter->by_pattern) || asked <= FEW_ROWS) return SQLITE_OK;
  memcpy(kept, bits, sizeof kept);
  for (uint32_t turn = 0; turn < 2 && left > FEW_ROWS && rc == SQLITE_OK; turn++) {
    if ((turn == 0) == pattern_first) {
      if (prefilter->by_pattern) rc = test_pattern(prefilter, &slot->text, first, count, kept);
    } else if (prefilter->by_word) {
      rc = test_word(prefilter, &slot->text, segment, first, count, reader, kept);
    }
    left = count_set(kept);
  }
  if (rc != SQLITE_OK) return rc;
  rc = note_found(prefilter, probe, segment, asked, left);
  for (uint32_t at = 0; at < count; at += 64) {
    uint32_t rows = count - at < 64 ? count - at : 64;
    bits[at / 64] &= kept[at / 64] | probe_flags(segment, &slot->header, first + at, rows);
  }
  return rc;
}
