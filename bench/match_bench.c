/*
** match_bench.c: time to find the strings of a section that a LIKE pattern may match.
**
**    match_bench pattern... <lines
**
** Prints for each pattern the strings found and nanoseconds a string, best of
** many interleaved rounds: sqlite3_strlike and pattern_matches on plain strings,
** text_match in each profile, with a matcher made for the round and with one
** that knows the codec.
*/
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "query/pattern.h"
#include "text/text.h"
#include "timing.h"

#define ROUNDS 31
#define ROWS_MAX 65536

/* Lines as strings, each with a zero byte behind it in `zeroed`. */
typedef struct Lines {
  Buffer text, zeroed;
  uint32_t start[ROWS_MAX + 1];
  uint32_t count;
} Lines;

static Lines lines;

static void read_lines(void) {
  int c;
  while ((c = getchar()) != EOF && lines.count < ROWS_MAX) {
    unsigned char byte = c == '\n' ? 0 : (unsigned char)c;
    if (buffer_append(&lines.zeroed, &byte, 1) != SQLITE_OK) fail("reading");
    if (c != '\n' && buffer_append(&lines.text, &byte, 1) != SQLITE_OK) fail("reading");
    if (c == '\n') lines.start[++lines.count] = (uint32_t)lines.text.size;
  }
}

static uint32_t run_strlike(const char *like) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < lines.count; i++) {
    const unsigned char *text = lines.zeroed.bytes + lines.start[i] + i;
    found += sqlite3_strlike(like, (const char *)text, 0) == 0;
  }
  return found;
}

static uint32_t run_pattern(const Pattern *pattern) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < lines.count; i++) {
    const unsigned char *text = lines.text.bytes + lines.start[i];
    found += pattern_matches(pattern, text, lines.start[i + 1] - lines.start[i]);
  }
  return found;
}

static uint32_t run_matcher(TextMatcher *matcher, const TextView *view) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < view->count; i += TEXT_BATCH_ROWS) {
    uint64_t bits[TEXT_MATCH_WORDS];
    uint32_t n = view->count - i < TEXT_BATCH_ROWS ? view->count - i : TEXT_BATCH_ROWS;
    if (text_match(matcher, view, i, n, bits) != SQLITE_OK) fail("text_match");
    for (int w = 0; w < TEXT_MATCH_WORDS; w++) {
      for (; bits[w] != 0; bits[w] &= bits[w] - 1) found++;
    }
  }
  return found;
}

static double least(double a, double b) { return a < b ? a : b; }

static void measure(const char *like, const TextView view[3]) {
  double strlike = 1, plain = 1, first[3] = {1, 1, 1}, again[3] = {1, 1, 1};
  uint32_t core = 0, found[4] = {0};
  Pattern pattern;
  pattern_like(like, strlen(like), &pattern);
  for (int r = 0; r < ROUNDS; r++) {
    double t = now();
    core = run_strlike(like);
    strlike = least(strlike, now() - t);
    t = now();
    found[3] = run_pattern(&pattern);
    plain = least(plain, now() - t);
    for (int p = 0; p < 3; p++) {
      TextMatcher *matcher;
      t = now();
      if (pattern_matcher(&pattern, &matcher) != SQLITE_OK) fail("pattern_matcher");
      found[p] = run_matcher(matcher, &view[p]);
      first[p] = least(first[p], now() - t);
      t = now();
      run_matcher(matcher, &view[p]);
      again[p] = least(again[p], now() - t);
      text_matcher_close(matcher);
    }
  }
  if (found[0] != found[3] || found[1] != found[3] || found[2] != found[3]) fail("comparing");
  double unit = 1e9 / lines.count;
  printf("%-24s %6u %6u %6.1f %6.1f ", like, core, found[0], strlike * unit, plain * unit);
  for (int p = 0; p < 3; p++) printf("   %5.1f %5.1f", first[p] * unit, again[p] * unit);
  printf("\n");
}

int main(int argc, char **argv) {
  static const TextProfile profiles[] = {TEXT_BALANCED, TEXT_FAST, TEXT_SMALL};
  TextView view[3];
  TextCodec *codec[3] = {NULL};
  Buffer out[3] = {{0}};
  read_lines();
  Strings strings = {lines.text.bytes, lines.start, lines.count};
  for (int p = 0; p < 3; p++) {
    if (text_encode(&strings, profiles[p], NULL, &codec[p], NULL, &out[p]) != SQLITE_OK)
      fail("text_encode");
    if (text_open(&view[p], out[p].bytes, out[p].size, codec[p]) != SQLITE_OK) fail("text_open");
  }
  printf("%-24s %6s %6s %6s %6s %14s %13s %13s\n", "pattern", "core", "found", "core", "plain",
         "balanced", "fast", "small");
  for (int i = 1; i < argc; i++) measure(argv[i], view);
  for (int p = 0; p < 3; p++) {
    text_codec_release(codec[p]);
    buffer_clear(&out[p]);
  }
  buffer_clear(&lines.text);
  buffer_clear(&lines.zeroed);
  return 0;
}
