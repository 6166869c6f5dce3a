/*
** match.c: see match.h.
*/
#include "match.h"

#include <string.h>

#include "../sqlite.h"

struct TextMatcher {
  Automaton *automaton;
  TextBatch batch;
};

int text_matcher_open(Automaton *automaton, TextMatcher **opened) {
  TextMatcher *matcher = sqlite3_malloc64(sizeof *matcher);
  if (matcher == NULL) {
    sqlite3_free(automaton);
    return SQLITE_NOMEM;
  }
  matcher->automaton = automaton;
  matcher->batch = (TextBatch){0};
  *opened = matcher;
  return SQLITE_OK;
}

void text_matcher_close(TextMatcher *matcher) {
  if (matcher == NULL) return;
  text_batch_clear(&matcher->batch);
  sqlite3_free(matcher->automaton);
  sqlite3_free(matcher);
}

int text_match(TextMatcher *matcher, const TextView *view, uint32_t first, uint32_t count,
               uint64_t *bits) {
  const Automaton *automaton = matcher->automaton;
  TextBatch *batch = &matcher->batch;
  memset(bits, 0, TEXT_MATCH_WORDS * sizeof *bits);
  int rc = text_read_batch(view, first, count, batch);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t i = 0; i < count; i++) {
    const unsigned char *bytes = batch->text.bytes + batch->start[i];
    uint32_t size = batch->start[i + 1] - batch->start[i] - 1;
    uint32_t state = automaton_run(automaton, AUTOMATON_START, bytes, size);
    bool accepted = automaton->next[state][AUTOMATON_END] == AUTOMATON_ACCEPT;
    bits[i / 64] |= (uint64_t)accepted << (i % 64);
  }
  return SQLITE_OK;
}
