/*
** pattern.c: see pattern.h.
*/
#include "pattern.h"

#include <string.h>

#include "base/ascii.h"
#include "base/sqlite.h"
#include "segment/derive.h"

static unsigned char upper(unsigned char byte) {
  return byte >= 'a' && byte <= 'z' ? (unsigned char)(byte - ('a' - 'A')) : byte;
}

/* --- making a pattern ----------------------------------------------------- */

/* A pattern while it is made. */
typedef struct Maker {
  Pattern *pattern;
  uint32_t size; /* of its bytes */
  bool open;     /* the last piece may go on */
} Maker;

static Maker begin(Pattern *pattern, bool fold, bool zero_ends) {
  *pattern = (Pattern){.at_start = true, .at_end = true, .fold = fold, .zero_ends = zero_ends};
  return (Maker){.pattern = pattern};
}

static void add_gap(Maker *maker) {
  if (maker->pattern->count == 0) maker->pattern->at_start = false;
  maker->pattern->at_end = false;
  maker->open = false;
}

/* False when there is no room: the text may then go on in any way. */
static bool add_byte(Maker *maker, unsigned char byte) {
  Pattern *pattern = maker->pattern;
  if (maker->size == PATTERN_BYTES_MAX) {
    add_gap(maker);
    return false;
  }
  if (!maker->open) pattern->count++;
  maker->open = pattern->at_end = true;
  pattern->bytes[maker->size++] = pattern->fold ? ascii_lower(byte) : byte;
  pattern->end[pattern->count - 1] = (uint8_t)maker->size;
  return true;
}

/* The bytes of a LIKE or GLOB pattern that core looks at, up to a zero byte. */
static size_t source_size(const unsigned char *source, size_t size) {
  const unsigned char *zero = size == 0 ? NULL : memchr(source, 0, size);
  return zero == NULL ? size : (size_t)(zero - source);
}

void pattern_like(const void *source, size_t size, Pattern *pattern) {
  const unsigned char *bytes = source;
  Maker maker = begin(pattern, true, true);
  size = source_size(bytes, size);
  if (size > PATTERN_SOURCE_MAX) {
    add_gap(&maker);
    return;
  }
  for (size_t i = 0; i < size; i++) {
    if (bytes[i] >= 0x80 || bytes[i] == '%' || bytes[i] == '_') {
      add_gap(&maker);
    } else if (!add_byte(&maker, bytes[i])) {
      return;
    }
  }
}

/* Behind the `]` that closes the set whose `[` is before `i`, or `size` if none does. */
static size_t set_end(const unsigned char *bytes, size_t size, size_t i) {
  if (i < size && bytes[i] == '^') i++;
  if (i < size && bytes[i] == ']') i++;
  while (i < size && bytes[i] != ']') i++;
  return i < size ? i + 1 : size;
}

void pattern_glob(const void *source, size_t size, Pattern *pattern) {
  const unsigned char *bytes = source;
  Maker maker = begin(pattern, false, true);
  size = source_size(bytes, size);
  if (size > PATTERN_SOURCE_MAX) {
    add_gap(&maker);
    return;
  }
  for (size_t i = 0; i < size;) {
    unsigned char byte = bytes[i++];
    if (byte == '[') i = set_end(bytes, size, i);
    if (byte >= 0x80 || byte == '*' || byte == '?' || byte == '[') {
      add_gap(&maker);
    } else if (!add_byte(&maker, byte)) {
      return;
    }
  }
}

void pattern_equal(const void *value, size_t size, bool fold, Pattern *pattern) {
  const unsigned char *bytes = value;
  Maker maker = begin(pattern, fold, fold); /* NOCASE stops at a zero byte */
  if (fold) size = source_size(bytes, size);
  size_t half = PATTERN_BYTES_MAX / 2, cut = size > PATTERN_BYTES_MAX ? size - half : size;
  for (size_t i = 0; i < size; i++) {
    if (size > PATTERN_BYTES_MAX && i == half) {
      add_gap(&maker);
      i = cut;
    }
    add_byte(&maker, bytes[i]);
  }
}

bool pattern_finds_all(const Pattern *pattern) {
  return pattern->count == 0 && !(pattern->at_start && pattern->at_end);
}

/* --- looking at bytes ----------------------------------------------------- */

static bool equals(const Pattern *pattern, const unsigned char *text, uint32_t from, uint32_t to) {
  if (!pattern->fold) return memcmp(text, pattern->bytes + from, to - from) == 0;
  for (uint32_t i = from; i < to; i++) {
    if (ascii_lower(text[i - from]) != pattern->bytes[i]) return false;
  }
  return true;
}

/* Whether the pattern's one piece begins there, bytes that are dropped left out. */
static bool begins_dropping(const Pattern *pattern, const unsigned char *text,
                            const unsigned char *end) {
  uint32_t same = 0;
  for (; text < end && same < pattern->end[0]; text++) {
    if (derive_drops(*text)) continue;
    if ((pattern->fold ? ascii_lower(*text) : *text) != pattern->bytes[same++]) return false;
  }
  return same == pattern->end[0];
}

/* The next place of a byte, or `end`. */
static const unsigned char *next_byte(const unsigned char *text, const unsigned char *end,
                                      unsigned char byte) {
  const unsigned char *place = text == end ? NULL : memchr(text, byte, (size_t)(end - text));
  return place == NULL ? end : place;
}

/* Where the piece stands first in the text, or NULL. */
static const unsigned char *find(const Pattern *pattern, const unsigned char *text,
                                 const unsigned char *end, uint32_t from, uint32_t to) {
  unsigned char byte = pattern->bytes[from];
  unsigned char other = pattern->fold ? upper(byte) : byte;
  const unsigned char *last = end - (to - from) + 1; /* behind the last place */
  const unsigned char *a = next_byte(text, last, byte);
  const unsigned char *b = other == byte ? last : next_byte(text, last, other);
  for (;;) {
    const unsigned char *place = a < b ? a : b;
    if (place == last) return NULL;
    if (equals(pattern, place, from, to)) return place;
    if (a < b) {
      a = next_byte(a + 1, last, byte);
    } else {
      b = next_byte(b + 1, last, other);
    }
  }
}

/* A pattern that drops bytes has one piece, anywhere. */
static bool matches_dropping(const Pattern *pattern, const unsigned char *text,
                             const unsigned char *end) {
  while (text < end && !begins_dropping(pattern, text, end)) text++;
  return text < end;
}

bool pattern_matches(const Pattern *pattern, const void *bytes, size_t size) {
  const unsigned char *text = bytes;
  if (pattern->zero_ends) size = source_size(text, size);
  const unsigned char *end = text + size;
  if (pattern->drops) return matches_dropping(pattern, text, end);
  if (pattern->count == 0) return size == 0 || pattern_finds_all(pattern);
  uint32_t from = 0, to = 0;
  for (uint32_t i = 0; i < pattern->count; i++, from = to) {
    to = pattern->end[i];
    size_t length = to - from;
    if ((size_t)(end - text) < length) return false;
    bool last = i == pattern->count - 1u;
    if (i == 0 && pattern->at_start) {
      if (!equals(pattern, text, from, to)) return false;
      if (last && pattern->at_end) return (size_t)(end - text) == length;
    } else if (last && pattern->at_end) {
      return equals(pattern, end - length, from, to);
    } else {
      text = find(pattern, text, end, from, to);
      if (text == NULL) return false;
    }
    text += length;
  }
  return true;
}

/* --- the automaton -------------------------------------------------------- */

/*
** There is a state for each number of bytes found: those of the pieces before, which were found in
** order, and of the piece looked for as many of its first bytes as the text ends with just then.
*/
static uint8_t state_at(const Pattern *pattern, uint32_t bytes, uint32_t total) {
  if (bytes == total && !pattern->at_end) return AUTOMATON_ACCEPT;
  return (uint8_t)(bytes == 0 ? AUTOMATON_START : AUTOMATON_OTHERS + bytes - 1);
}

static void set_row(Automaton *automaton, uint32_t state, uint8_t next, uint8_t at_end) {
  memset(automaton->next[state], next, AUTOMATON_STEPS);
  automaton->next[state][AUTOMATON_END] = at_end;
}

/* Lets one byte lead from a state to another. */
static void set_step(Automaton *automaton, const Pattern *pattern, uint32_t state,
                     unsigned char byte, uint8_t next) {
  automaton->next[state][byte] = next;
  if (pattern->fold) automaton->next[state][upper(byte)] = next;
}

/*
** The states of the piece from..to, except the one reached when it is complete. Where it
** may stand anywhere, a byte that does not go on with it falls back to the longest
** begin that the text ends with (Knuth, Morris and Pratt, 1977): that is the
** step of `fallback`, the state for the piece without its first byte.
*/
static uint32_t add_piece(Automaton *automaton, const Pattern *pattern, uint32_t from, uint32_t to,
                          uint32_t total, bool anywhere) {
  uint8_t begin = state_at(pattern, from, total);
  uint32_t fallback = begin;
  for (uint32_t i = from; i < to; i++) {
    uint8_t state = state_at(pattern, i, total), next = state_at(pattern, i + 1, total);
    if (!anywhere || i == from) {
      set_row(automaton, state, anywhere ? begin : AUTOMATON_DEAD, AUTOMATON_DEAD);
    } else {
      memcpy(automaton->next[state], automaton->next[fallback], AUTOMATON_STEPS);
      fallback = automaton->next[fallback][pattern->bytes[i]];
    }
    set_step(automaton, pattern, state, pattern->bytes[i], next);
  }
  return fallback;
}

/* The state when all is found and the text has to end. */
static void add_end(Automaton *automaton, uint32_t state, uint32_t fallback, bool anywhere) {
  if (anywhere) {
    memcpy(automaton->next[state], automaton->next[fallback], AUTOMATON_STEPS);
    automaton->next[state][AUTOMATON_END] = AUTOMATON_ACCEPT;
  } else {
    set_row(automaton, state, AUTOMATON_DEAD, AUTOMATON_ACCEPT);
  }
}

/* Bytes after which a state is as before, and such after which everything is found. */
static void add_exceptions(Automaton *automaton, const Pattern *pattern) {
  for (uint32_t s = 0; s < automaton->states; s++) {
    if (s == AUTOMATON_DEAD || s == AUTOMATON_ACCEPT) continue;
    for (uint32_t c = 0; c < AUTOMATON_END && pattern->drops; c++) {
      if (derive_drops((unsigned char)c)) automaton->next[s][c] = (uint8_t)s;
    }
    for (uint32_t i = 0; i < pattern->wilds; i++) {
      automaton->next[s][pattern->wild[i]] = AUTOMATON_ACCEPT;
    }
  }
}

int pattern_matcher(const Pattern *pattern, TextMatcher **matcher) {
  uint32_t total = pattern->count == 0 ? 0 : pattern->end[pattern->count - 1];
  uint32_t states = AUTOMATON_OTHERS + (pattern->at_end || total == 0 ? total : total - 1);
  Automaton *automaton = sqlite3_malloc64(sizeof *automaton + states * sizeof *automaton->next);
  if (automaton == NULL) return SQLITE_NOMEM;
  automaton->states = states;
  set_row(automaton, AUTOMATON_START, AUTOMATON_ACCEPT, AUTOMATON_ACCEPT);
  set_row(automaton, AUTOMATON_DEAD, AUTOMATON_DEAD, AUTOMATON_DEAD);
  set_row(automaton, AUTOMATON_ACCEPT, AUTOMATON_ACCEPT, AUTOMATON_ACCEPT);
  uint32_t from = 0, fallback = AUTOMATON_START;
  bool anywhere = !pattern->at_start;
  for (uint32_t i = 0; i < pattern->count; i++) {
    anywhere = i != 0 || !pattern->at_start;
    fallback = add_piece(automaton, pattern, from, pattern->end[i], total, anywhere);
    from = pattern->end[i];
  }
  if (!pattern_finds_all(pattern) && pattern->at_end) {
    add_end(automaton, state_at(pattern, total, total), fallback, anywhere);
  }
  for (uint32_t s = 0; pattern->zero_ends && s < states; s++) {
    automaton->next[s][0] = automaton->next[s][AUTOMATON_END];
  }
  add_exceptions(automaton, pattern);
  return text_matcher_open(automaton, matcher);
}

/* --- a matcher kept -------------------------------------------------------- */

static bool same_pattern(const Pattern *a, const Pattern *b) {
  size_t bytes = a->count == 0 ? 0 : a->end[a->count - 1];
  return a->at_start == b->at_start && a->at_end == b->at_end && a->fold == b->fold &&
         a->zero_ends == b->zero_ends && a->drops == b->drops && a->count == b->count &&
         a->wilds == b->wilds && memcmp(a->wild, b->wild, a->wilds) == 0 &&
         memcmp(a->end, b->end, a->count * sizeof a->end[0]) == 0 &&
         memcmp(a->bytes, b->bytes, bytes) == 0;
}

int pattern_matcher_keep(PatternMatcher *kept, const Pattern *pattern) {
  if (kept->matcher != NULL && same_pattern(&kept->pattern, pattern)) return SQLITE_OK;
  pattern_matcher_clear(kept);
  kept->pattern = *pattern;
  return pattern_matcher(pattern, &kept->matcher);
}

void pattern_matcher_clear(PatternMatcher *kept) {
  text_matcher_close(kept->matcher);
  kept->matcher = NULL;
}
