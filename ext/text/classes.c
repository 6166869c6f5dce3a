/*
** classes.c: see classes.h.
*/
#include "classes.h"

#include <string.h>

#include "base/sqlite.h"

#define ROUNDS 8             /* of moving tokens; more gain a hundredth */
#define FULL_ROUNDS 2        /* the last ones, that look at all tokens */
#define ROUND_TOKENS 262144u /* that a round looks at, in pieces spread evenly */
#define PIECE 1024u
#define TOKENS_PER_CLASS 2048u /* of the strings, fewer teach nothing */
#define FEWEST 4               /* classes: fewer gain less than their codes lose to whole bits */

typedef struct Finder {
  const Dictionary *dictionary;
  Classes *classes;
  uint32_t tokens;                    /* those of the dictionary */
  bool *ends;                         /* by token: whether a string ends with it */
  uint16_t *run;                      /* the strings' tokens, all of them used */
  uint32_t count;                     /* of them */
  uint32_t (*in)[CLASS_CONTEXTS_MAX]; /* by token: in which contexts it came */
  uint32_t (*out)[CLASSES_MAX];       /* by token: which classes came next, in the same string */
  uint32_t log_follows[CLASS_CONTEXTS_MAX][CLASSES_MAX]; /* log2, 1/256 bits */
  uint32_t log_class[CLASSES_MAX], log_context[CLASS_CONTEXTS_MAX];
} Finder;

static bool ends_string(const Dictionary *d, uint32_t token) {
  if (!dictionary_has_text(token)) return token == SYMBOL_SAME;
  if (d->spelled.start[token] == d->spelled.start[token + 1]) return false; /* no field */
  return d->spelled.symbols[d->spelled.start[token + 1] - 1] == SYMBOL_END;
}

/* --- the strings' tokens -------------------------------------------------- */

/* Appends a token, or those that it was split into. */
static void add_token(Finder *f, uint32_t token) {
  const Dictionary *d = f->dictionary;
  while (d->uses[token] == 0 && token >= SYMBOL_LIMIT) {
    add_token(f, d->grammar.pair[token].left);
    token = d->grammar.pair[token].right;
  }
  f->run[f->count++] = (uint16_t)(d->uses[token] == 0 ? SYMBOL_ESCAPE : token);
}

static uint64_t count_uses(const Dictionary *d) {
  uint64_t count = 0;
  for (uint32_t t = 0; t < d->grammar.count; t++) count += d->uses[t];
  return count;
}

/* --- classes -------------------------------------------------------------- */

/* Tokens that begin and end alike come to one class, to begin with. */
static void guess(Finder *f) {
  const Sequences *spelled = &f->dictionary->spelled;
  for (uint32_t t = 0; t < f->tokens; t++) {
    uint32_t start = spelled->start[t], end = spelled->start[t + 1], key = t;
    if (start != end) key = spelled->symbols[start] * 31u + spelled->symbols[end - 1] * 7u;
    f->classes->of[t] = (uint8_t)((key * 0x9e3779b1u >> 16) % f->classes->count);
  }
}

/* Counts what follows what in each `stride`-th piece. */
static void count_pieces(Finder *f, uint32_t stride) {
  Classes *classes = f->classes;
  memset(classes->follows, 0, sizeof classes->follows);
  memset(f->in, 0, f->tokens * sizeof *f->in);
  memset(f->out, 0, f->tokens * sizeof *f->out);
  for (uint32_t from = 0; from < f->count; from += stride * PIECE) {
    uint32_t to = f->count - from < PIECE ? f->count : from + PIECE;
    for (uint32_t i = from; i < to; i++) {
      uint32_t token = f->run[i], class = classes->of[token];
      uint32_t before = i == 0 ? SYMBOL_SAME : f->run[i - 1];
      uint32_t context = f->ends[before] ? 0 : 1u + classes->of[before];
      classes->follows[context][class]++;
      f->in[token][context]++;
      if (context != 0) f->out[before][class]++;
    }
  }
}

static void find_logs(Finder *f) {
  uint32_t classes = f->classes->count;
  uint64_t of_class[CLASSES_MAX] = {0};
  for (uint32_t c = 0; c <= classes; c++) {
    uint64_t total = 0;
    for (uint32_t k = 0; k < classes; k++) {
      uint32_t count = f->classes->follows[c][k];
      f->log_follows[c][k] = cost_log2(8 * (uint64_t)count + 1);
      total += count;
      of_class[k] += count;
    }
    f->log_context[c] = cost_log2(8 * total + classes);
  }
  for (uint32_t k = 0; k < classes; k++) f->log_class[k] = cost_log2(8 * of_class[k] + 1);
}

/* What a token comes after, or before: classes or contexts, and how often. */
typedef struct Seen {
  uint32_t which, count;
} Seen;

static uint32_t list_seen(const uint32_t *counts, uint32_t count, Seen *seen) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (counts[i] != 0) seen[n++] = (Seen){i, counts[i]};
  }
  return n;
}

/* The class in which the token is likeliest. */
static uint32_t best_class(const Finder *f, uint32_t token) {
  Seen in[CLASS_CONTEXTS_MAX], out[CLASSES_MAX];
  uint32_t classes = f->classes->count, best = f->classes->of[token];
  uint32_t ins = list_seen(f->in[token], classes + 1, in);
  uint32_t outs = list_seen(f->out[token], classes, out);
  int64_t most = INT64_MIN;
  for (uint32_t k = 0; k < classes; k++) {
    int64_t score = 0;
    for (uint32_t i = 0; i < ins; i++) {
      score += (int64_t)in[i].count * ((int64_t)f->log_follows[in[i].which][k] - f->log_class[k]);
    }
    for (uint32_t i = 0; i < outs; i++) {
      int64_t share = (int64_t)f->log_follows[k + 1][out[i].which] - f->log_context[k + 1];
      score += out[i].count * share;
    }
    if (score > most) {
      most = score;
      best = k;
    }
  }
  return best;
}

/* The tokens of a class and their uses. */
typedef struct ClassSize {
  uint32_t tokens;
  uint64_t uses;
} ClassSize;

static void measure(const Finder *f, ClassSize *sizes) {
  memset(sizes, 0, CLASSES_MAX * sizeof *sizes);
  for (uint32_t t = 0; t < f->tokens; t++) {
    ClassSize *size = &sizes[f->classes->of[t]];
    size->tokens += f->dictionary->uses[t] != 0;
    size->uses += f->dictionary->uses[t];
  }
}

/* Moves every second token of one class to another. */
static void move_half(Finder *f, uint32_t from, uint32_t to) {
  uint32_t seen = 0;
  for (uint32_t t = 0; t < f->tokens; t++) {
    if (f->dictionary->uses[t] == 0 || f->classes->of[t] != from) continue;
    if (seen++ % 2 == 0) f->classes->of[t] = (uint8_t)to;
  }
}

/* Gives classes that have lost all tokens half of those of the class of most uses. */
static void refill(Finder *f) {
  ClassSize sizes[CLASSES_MAX];
  measure(f, sizes);
  for (uint32_t k = 0; k < f->classes->count; k++) {
    uint32_t most = k;
    if (sizes[k].tokens != 0) continue;
    for (uint32_t i = 0; i < f->classes->count; i++) {
      if (sizes[i].tokens > 1 && sizes[i].uses > sizes[most].uses) most = i;
    }
    if (most == k) return;
    move_half(f, most, k);
    measure(f, sizes);
  }
}

static void find(Finder *f) {
  guess(f);
  for (int round = 0; round < ROUNDS; round++) {
    if (round < ROUNDS - FULL_ROUNDS) refill(f);
    count_pieces(f, round < ROUNDS - FULL_ROUNDS ? f->count / ROUND_TOKENS + 1 : 1);
    find_logs(f);
    for (uint32_t t = 0; t < f->tokens; t++) {
      if (f->dictionary->uses[t] != 0) f->classes->of[t] = (uint8_t)best_class(f, t);
    }
  }
  count_pieces(f, 1);
}

/* Renumbers the classes so that each has a token. */
static void drop_empty(Finder *f) {
  Classes *classes = f->classes;
  uint8_t number[CLASSES_MAX] = {0};
  bool has[CLASSES_MAX] = {false};
  for (uint32_t t = 0; t < f->tokens; t++) {
    if (f->dictionary->uses[t] != 0) has[classes->of[t]] = true;
  }
  uint32_t count = 0;
  for (uint32_t k = 0; k < classes->count; k++) number[k] = (uint8_t)(has[k] ? count++ : 0);
  for (uint32_t t = 0; t < f->tokens; t++) classes->of[t] = number[classes->of[t]];
  if (count == classes->count) return;
  classes->count = count < 2 ? 0 : count;
  count_pieces(f, 1);
}

static int alloc_finder(Finder *f, uint64_t uses) {
  f->run = sqlite3_malloc64(uses * sizeof *f->run);
  f->in = sqlite3_malloc64(f->tokens * sizeof *f->in);
  f->out = sqlite3_malloc64(f->tokens * sizeof *f->out);
  f->ends = sqlite3_malloc64(f->tokens * sizeof *f->ends);
  f->classes->of = sqlite3_malloc64(f->tokens);
  return f->run && f->in && f->out && f->ends && f->classes->of ? SQLITE_OK : SQLITE_NOMEM;
}

int classes_find(Classes *classes, const Dictionary *dictionary, const uint16_t *tokens,
                 uint32_t count) {
  uint64_t uses = count_uses(dictionary);
  *classes = (Classes){.count = 0};
  if (uses / TOKENS_PER_CLASS < FEWEST || uses > UINT32_MAX / 8) return SQLITE_OK;
  uint32_t most = (uint32_t)(uses / TOKENS_PER_CLASS);
  classes->count = most < CLASSES_MAX ? most : CLASSES_MAX;
  Finder *f = sqlite3_malloc64(sizeof *f);
  if (f == NULL) return SQLITE_NOMEM;
  *f = (Finder){.dictionary = dictionary, .classes = classes, .tokens = dictionary->grammar.count};
  int rc = alloc_finder(f, uses);
  if (rc == SQLITE_OK) {
    for (uint32_t t = 0; t < f->tokens; t++) f->ends[t] = ends_string(dictionary, t);
    for (uint32_t i = 0; i < count; i++) add_token(f, tokens[i]);
    find(f);
    drop_empty(f);
  } else {
    classes_clear(classes);
  }
  sqlite3_free(f->run);
  sqlite3_free(f->in);
  sqlite3_free(f->out);
  sqlite3_free(f->ends);
  sqlite3_free(f);
  return rc;
}

void classes_clear(Classes *classes) {
  sqlite3_free(classes->of);
  classes->of = NULL;
}
