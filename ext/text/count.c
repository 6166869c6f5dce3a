/*
** count.c: see count.h.
**
** What a thread needs for a part is a *counter*. It goes on to further parts, and finds the tokens
** of equal strings in its earlier ones: without other threads one counter does all strings.
*/
#include "count.h"

#include <stdatomic.h>
#include <string.h>

#include "base/sqlite.h"

#define PART_BYTES (1u << 19) /* text worth a part */
#define PARTS_MAX 16
#define PART_ALIGN 64 /* strings: whole blocks */

typedef struct Counter {
  atomic_bool busy;
  bool used;
  int rc;
  Tokenizer *tokenizer;
  Kept kept; /* of the strings of its parts */
  uint32_t *uses;
} Counter;

typedef struct Counting {
  const Strings *strings;
  const Dictionary *dictionary;
  uint32_t part_strings;
  uint32_t parts;
  atomic_uint next;            /* the first part that nobody has begun */
  uint32_t counter[PARTS_MAX]; /* by part: that counted it */
  Counter counters[PARTS_MAX];
} Counting;

/* ---- a part ---------------------------------------------------------------- */

static void add_uses(Counter *c, const uint16_t *tokens, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) c->uses[tokens[k]]++;
}

static int count_string(Counter *c, uint32_t i) {
  Tokenizer *tokenizer = c->tokenizer;
  tokenizer_begin(tokenizer, i);
  uint32_t twin = tokenizer->same ? KEPT_NONE : kept_twin(&c->kept, tokenizer->strings, i);
  if (twin != KEPT_NONE) {
    const uint32_t *start = c->kept.token_start + twin;
    add_uses(c, kept_tokens(&c->kept) + start[0], start[1] - start[0]);
    return kept_add_again(&c->kept, twin);
  }
  int rc = SQLITE_OK;
  bool same = tokenizer->same;
  while (rc == SQLITE_OK && tokenizer_next(tokenizer)) {
    add_uses(c, tokenizer->tokens, tokenizer->count);
    rc = kept_add(&c->kept, tokenizer);
  }
  if (!same && !tokenizer->lexer.varies) kept_note(&c->kept, i);
  return rc;
}

static int counter_open(Counter *c, const Counting *all) {
  uint32_t tokens = all->dictionary->grammar.count;
  int rc = kept_init(&c->kept, all->strings->count);
  if (rc != SQLITE_OK) return rc;
  c->uses = sqlite_zeros(tokens * sizeof *c->uses);
  if (c->uses == NULL) return SQLITE_NOMEM;
  return tokenizer_new(&c->tokenizer, all->strings, all->dictionary,
                       1u << all->dictionary->block_shift);
}

static void count_strings(Counter *c, const Counting *all, uint32_t first, uint32_t end) {
  if (!c->used) c->rc = counter_open(c, all);
  c->used = true;
  if (c->rc != SQLITE_OK) return;
  kept_begin_at(&c->kept, first);
  for (uint32_t i = first; c->rc == SQLITE_OK && i < end; i++) {
    c->rc = count_string(c, i);
    if (c->rc == SQLITE_OK) kept_end(&c->kept);
  }
}

/* Where part n begins, and the one before it ends. */
static uint32_t part_begin(const Counting *all, uint32_t n) {
  return n < all->parts ? n * all->part_strings : all->strings->count;
}

/*
** Counts one of the parts, with a counter that is not busy, the first if possible: they are enough
** for all. Which part is settled behind that, so that those of a counter ascend.
*/
static void count_part(ParallelRun *run, void *context, uint32_t number) {
  Counting *all = context;
  uint32_t i = 0;
  (void)run;
  (void)number;
  while (atomic_exchange(&all->counters[i].busy, true)) i = (i + 1) % PARTS_MAX;
  uint32_t n = atomic_fetch_add(&all->next, 1);
  all->counter[n] = i;
  count_strings(&all->counters[i], all, part_begin(all, n), part_begin(all, n + 1));
  atomic_store(&all->counters[i].busy, false);
}

/* ---- all of them ----------------------------------------------------------- */

static void cut(Counting *all) {
  uint32_t most = strings_size(all->strings) / PART_BYTES + 1, count = all->strings->count;
  if (most > PARTS_MAX) most = PARTS_MAX;
  all->part_strings = (count / most / PART_ALIGN + 1) * PART_ALIGN;
  all->parts = (count + all->part_strings - 1) / all->part_strings;
}

/* Puts the strings of several counters together. */
static int join(const Counting *all, Kept *kept) {
  int rc = kept_init(kept, all->strings->count);
  if (rc == SQLITE_OK) kept_begin_at(kept, 0);
  for (uint32_t n = 0; rc == SQLITE_OK && n < all->parts; n++) {
    const Kept *part = &all->counters[all->counter[n]].kept;
    rc = kept_append(kept, part, part_begin(all, n), part_begin(all, n + 1));
  }
  return rc;
}

/* Adds the uses up, and takes the strings over. */
static int take_all(Counting *all, Kept *kept, uint32_t *uses) {
  uint32_t tokens = all->dictionary->grammar.count, used = 0;
  Counter *last = NULL;
  memset(uses, 0, tokens * sizeof *uses);
  for (uint32_t i = 0; i < PARTS_MAX; i++) {
    Counter *c = &all->counters[i];
    if (!c->used) continue;
    if (c->rc != SQLITE_OK) return c->rc;
    for (uint32_t t = 0; t < tokens; t++) uses[t] += c->uses[t];
    last = c;
    used++;
  }
  if (used != 1) return join(all, kept);
  *kept = last->kept;
  last->kept = (Kept){.complete = false};
  return SQLITE_OK;
}

static void counting_free(Counting *all) {
  for (uint32_t i = 0; i < PARTS_MAX; i++) {
    tokenizer_free(all->counters[i].tokenizer);
    kept_clear(&all->counters[i].kept);
    sqlite3_free(all->counters[i].uses);
  }
  sqlite3_free(all);
}

int count_tokens(const Strings *strings, const Dictionary *dictionary, ParallelRun *run, Kept *kept,
                 uint32_t *uses) {
  *kept = (Kept){.complete = false};
  Counting *all = sqlite_zeros(sizeof *all);
  if (all == NULL) return SQLITE_NOMEM;
  all->strings = strings;
  all->dictionary = dictionary;
  cut(all);
  parallel_share(run, all->parts, count_part, all);
  int rc = take_all(all, kept, uses);
  counting_free(all);
  return rc;
}
