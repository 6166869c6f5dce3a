/*
** match.c: see match.h.
*/
#include "match.h"

#include <string.h>

#include "base/sqlite.h"
#include "match_coded.h"
#include "plain.h"

#define CODECS_KEPT 4

struct TextMatcher {
  Automaton *automaton;
  MatchSteps steps[CODECS_KEPT]; /* by codec, the one used last first */
};

int text_matcher_open(Automaton *automaton, TextMatcher **opened) {
  TextMatcher *matcher = sqlite3_malloc64(sizeof *matcher);
  if (matcher == NULL) {
    sqlite3_free(automaton);
    return SQLITE_NOMEM;
  }
  *matcher = (TextMatcher){.automaton = automaton};
  *opened = matcher;
  return SQLITE_OK;
}

void text_matcher_close(TextMatcher *matcher) {
  if (matcher == NULL) return;
  for (uint32_t i = 0; i < CODECS_KEPT; i++) match_steps_close(&matcher->steps[i]);
  sqlite3_free(matcher->automaton);
  sqlite3_free(matcher);
}

/* Puts the steps for that codec first, made now or before. */
static int find_steps(TextMatcher *matcher, const TextCodec *codec) {
  MatchSteps found = {0};
  uint32_t i = 0;
  while (i < CODECS_KEPT - 1 && matcher->steps[i].codec != codec) i++;
  if (matcher->steps[i].codec == codec) {
    if (i == 0) return SQLITE_OK;
    found = matcher->steps[i];
  } else {
    int rc = match_steps_open(&found, matcher->automaton, codec);
    if (rc != SQLITE_OK) return rc;
    match_steps_close(&matcher->steps[i]);
  }
  memmove(matcher->steps + 1, matcher->steps, i * sizeof found);
  matcher->steps[0] = found;
  return SQLITE_OK;
}

static int match_plain(const Automaton *automaton, const TextView *view, uint32_t first,
                       uint32_t count, uint64_t *bits) {
  const unsigned char *text = view->section + view->layout[PLAIN_TEXT];
  uint64_t start = plain_offset(view, first);
  for (uint32_t i = 0; i < count; i++) {
    uint64_t end = plain_offset(view, first + i + 1);
    if (start > end || end > view->layout[PLAIN_TEXT_SIZE]) return SQLITE_CORRUPT;
    size_t size = (size_t)(end - start);
    uint32_t state = automaton_run(automaton, AUTOMATON_START, text + start, size);
    uint64_t accepted = automaton->next[state][AUTOMATON_END] == AUTOMATON_ACCEPT;
    bits[i / 64] |= accepted << (i % 64);
    start = end;
  }
  return SQLITE_OK;
}

int text_match(TextMatcher *matcher, const TextView *view, uint32_t first, uint32_t count,
               uint64_t *bits) {
  memset(bits, 0, TEXT_MATCH_WORDS * sizeof *bits);
  if (count > TEXT_BATCH_ROWS || first > view->count || count > view->count - first) {
    return SQLITE_CORRUPT;
  }
  if (count == 0) return SQLITE_OK;
  if (view->encoding == SECTION_PLAIN) {
    return match_plain(matcher->automaton, view, first, count, bits);
  }
  int rc = find_steps(matcher, view->codec);
  return rc == SQLITE_OK ? match_coded(&matcher->steps[0], view, first, count, bits) : rc;
}
