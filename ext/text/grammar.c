/*
** grammar.c: see grammar.h.
**
** Tokens lie in the cells of their first symbols; the last cell of each knows
** how far back it begins, so neighbours are found without links. A pair's
** occurrences form a list through the cells. Pairs are found by a hash of
** both tokens, and wait in one list per count; counts of COUNT_LISTS and more
** share the last list, which is searched. Pairs rarer than the minimum are
** forgotten at once: a pair never becomes more frequent later.
*/
#include "grammar.h"

#include <stdbool.h>
#include <string.h>

#include "../sqlite.h"

#define NONE UINT32_MAX
#define SEPARATOR UINT16_MAX
#define COUNT_LISTS 2048u
#define HASH_BITS 16
#define FIELDS_PER_TOKEN 8

typedef struct Pair {
  uint16_t left, right;
  uint32_t count;      /* weighted occurrences */
  uint32_t first;      /* cell of one of them */
  uint32_t hash_next;  /* pair with the same hash, or the next free one */
  uint32_t prev, next; /* pairs in the same count list */
} Pair;

typedef struct Cell {
  uint32_t prev, next; /* occurrences of the same pair */
  uint16_t token;      /* that begins here, or SEPARATOR */
  uint16_t weight;     /* of the sequence */
  uint8_t back;        /* in the last cell of a token: its cells */
} Cell;

typedef struct Trainer {
  Grammar *grammar;
  uint32_t min_count;
  uint32_t newest;  /* token that the pass under way makes */
  uint32_t current; /* pair that it replaces: in no list any more */
  Cell *cells;
  uint32_t cell_count;
  Pair *pairs;
  uint32_t pair_count, pair_capacity;
  uint32_t free_pairs;
  uint32_t *fresh; /* pairs with the newest token, in no list yet */
  uint32_t fresh_count, fresh_capacity;
  uint32_t *hash;
  uint32_t *list; /* first pair by count */
  uint32_t top;   /* lists above this one are empty */
} Trainer;

/* --- pairs: the hash ------------------------------------------------------ */

static uint32_t hash_of(uint32_t left, uint32_t right) {
  return (left << 16 | right) * 0x9e3779b1u >> (32 - HASH_BITS);
}

static uint32_t find_pair(const Trainer *t, uint32_t left, uint32_t right) {
  uint32_t p = t->hash[hash_of(left, right)];
  while (p != NONE && (t->pairs[p].left != left || t->pairs[p].right != right)) {
    p = t->pairs[p].hash_next;
  }
  return p;
}

/* The array with room for one more than `count` elements, or NULL. */
static void *grow(void *array, uint32_t count, uint32_t *capacity, size_t size) {
  if (count < *capacity) return array;
  uint32_t wanted = *capacity < 4096 ? 4096 : *capacity * 2;
  void *grown = sqlite3_realloc64(array, (sqlite3_uint64)wanted * size);
  if (grown != NULL) *capacity = wanted;
  return grown;
}

/* The number of a pair's record that is free to use, or NONE. */
static uint32_t take_record(Trainer *t) {
  uint32_t p = t->free_pairs;
  if (p != NONE) {
    t->free_pairs = t->pairs[p].hash_next;
    return p;
  }
  Pair *pairs = grow(t->pairs, t->pair_count, &t->pair_capacity, sizeof *pairs);
  if (pairs == NULL) return NONE;
  t->pairs = pairs;
  return t->pair_count++;
}

static int add_pair(Trainer *t, uint32_t left, uint32_t right, uint32_t *added) {
  uint32_t *fresh = grow(t->fresh, t->fresh_count, &t->fresh_capacity, sizeof *fresh);
  if (fresh == NULL) return SQLITE_NOMEM;
  t->fresh = fresh;
  uint32_t p = take_record(t), h = hash_of(left, right);
  if (p == NONE) return SQLITE_NOMEM;
  t->pairs[p] = (Pair){(uint16_t)left, (uint16_t)right, 0, NONE, t->hash[h], NONE, NONE};
  t->hash[h] = p;
  t->fresh[t->fresh_count++] = p;
  *added = p;
  return SQLITE_OK;
}

static void forget_pair(Trainer *t, uint32_t p) {
  uint32_t *link = &t->hash[hash_of(t->pairs[p].left, t->pairs[p].right)];
  while (*link != p) link = &t->pairs[*link].hash_next;
  *link = t->pairs[p].hash_next;
  t->pairs[p].hash_next = t->free_pairs;
  t->free_pairs = p;
}

/* --- pairs: the count lists ----------------------------------------------- */

static uint32_t list_of(uint32_t count) { return count < COUNT_LISTS ? count : COUNT_LISTS; }

static void list_add(Trainer *t, uint32_t p) {
  Pair *pair = &t->pairs[p];
  uint32_t l = list_of(pair->count);
  pair->prev = NONE;
  pair->next = t->list[l];
  if (pair->next != NONE) t->pairs[pair->next].prev = p;
  t->list[l] = p;
  if (l > t->top) t->top = l;
}

static void list_remove(Trainer *t, uint32_t p) {
  Pair *pair = &t->pairs[p];
  if (pair->next != NONE) t->pairs[pair->next].prev = pair->prev;
  if (pair->prev != NONE) {
    t->pairs[pair->prev].next = pair->next;
  } else {
    t->list[list_of(pair->count)] = pair->next;
  }
}

static uint32_t most_frequent(Trainer *t) {
  while (t->top >= t->min_count && t->list[t->top] == NONE) t->top--;
  if (t->top < t->min_count) return NONE;
  uint32_t best = t->list[t->top];
  if (t->top < COUNT_LISTS) return best;
  for (uint32_t p = best; p != NONE; p = t->pairs[p].next) {
    if (t->pairs[p].count > t->pairs[best].count) best = p;
  }
  return best;
}

/* --- occurrences ---------------------------------------------------------- */

static bool can_join(const Grammar *g, uint32_t left, uint32_t right) {
  return left != SEPARATOR && right != SEPARATOR &&
         g->bytes[left] + g->bytes[right] <= TOKEN_BYTES_MAX &&
         g->fields[left] + g->fields[right] <= FIELDS_PER_TOKEN;
}

static int link_pair(Trainer *t, uint32_t at, uint32_t left, uint32_t right) {
  if (!can_join(t->grammar, left, right)) return SQLITE_OK;
  uint32_t p = find_pair(t, left, right);
  if (p == NONE) {
    int rc = add_pair(t, left, right, &p);
    if (rc != SQLITE_OK) return rc;
  }
  Pair *pair = &t->pairs[p];
  t->cells[at].prev = NONE;
  t->cells[at].next = pair->first;
  if (pair->first != NONE) t->cells[pair->first].prev = at;
  pair->first = at;
  pair->count += t->cells[at].weight;
  return SQLITE_OK;
}

static void unlink_pair(Trainer *t, uint32_t at, uint32_t left, uint32_t right) {
  if (left == SEPARATOR || right == SEPARATOR) return;
  uint32_t p = find_pair(t, left, right);
  if (p == NONE) return;
  Pair *pair = &t->pairs[p];
  uint32_t prev = t->cells[at].prev, next = t->cells[at].next;
  if (next != NONE) t->cells[next].prev = prev;
  if (prev != NONE) {
    t->cells[prev].next = next;
  } else {
    pair->first = next;
  }
  bool listed = p != t->current && left != t->newest && right != t->newest;
  if (listed) list_remove(t, p);
  pair->count -= t->cells[at].weight;
  if (!listed) return;
  if (pair->count < t->min_count) {
    forget_pair(t, p);
  } else {
    list_add(t, p);
  }
}

/* The pairs made by this pass take their places, now that they are counted. */
static void settle_fresh(Trainer *t) {
  for (uint32_t i = 0; i < t->fresh_count; i++) {
    if (t->pairs[t->fresh[i]].count < t->min_count) {
      forget_pair(t, t->fresh[i]);
    } else {
      list_add(t, t->fresh[i]);
    }
  }
  t->fresh_count = 0;
}

/* --- training ------------------------------------------------------------- */

/* Makes the newest token of the two at `at`. */
static int join(Trainer *t, uint32_t at, uint32_t left, uint32_t right) {
  const Grammar *g = t->grammar;
  Cell *cells = t->cells;
  uint32_t middle = at + g->symbols[left], end = middle + g->symbols[right];
  uint32_t before = at - cells[at - 1].back;
  uint32_t outer_left = cells[before].token, outer_right = cells[end].token;
  unlink_pair(t, at, left, right);
  unlink_pair(t, before, outer_left, left);
  unlink_pair(t, middle, right, outer_right);
  cells[at].token = (uint16_t)t->newest;
  cells[end - 1].back = g->symbols[t->newest];
  int rc = link_pair(t, before, outer_left, t->newest);
  return rc == SQLITE_OK ? link_pair(t, at, t->newest, outer_right) : rc;
}

static uint32_t add_token(Grammar *g, uint32_t left, uint32_t right) {
  uint32_t token = g->count++;
  g->pair[token] = (TokenPair){(uint16_t)left, (uint16_t)right};
  g->bytes[token] = (uint8_t)(g->bytes[left] + g->bytes[right]);
  g->symbols[token] = (uint8_t)(g->symbols[left] + g->symbols[right]);
  g->fields[token] = (uint8_t)(g->fields[left] + g->fields[right]);
  return token;
}

static int replace_pair(Trainer *t, uint32_t p) {
  uint32_t left = t->pairs[p].left, right = t->pairs[p].right;
  list_remove(t, p);
  t->current = p;
  t->newest = add_token(t->grammar, left, right);
  while (t->pairs[p].first != NONE) {
    int rc = join(t, t->pairs[p].first, left, right);
    if (rc != SQLITE_OK) return rc;
  }
  forget_pair(t, p);
  settle_fresh(t);
  return SQLITE_OK;
}

/* Lays the sequences out in cells, a separator around each. */
static void fill_cells(Cell *cells, const Sequences *sample) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < sample->count; i++) {
    uint32_t weight = sample->weight[i];
    cells[at].token = SEPARATOR;
    cells[at++].back = 1;
    for (uint32_t k = sample->start[i]; k < sample->start[i + 1]; k++) {
      cells[at].token = sample->symbols[k];
      cells[at].back = 1;
      cells[at++].weight = (uint16_t)(weight > UINT16_MAX ? UINT16_MAX : weight);
    }
  }
  cells[at].token = SEPARATOR;
  cells[at].back = 1;
}

static int alloc_trainer(Trainer *t, const Sequences *sample) {
  sqlite3_uint64 cells = (sqlite3_uint64)sample->start[sample->count] + sample->count + 1;
  t->cell_count = (uint32_t)cells;
  t->cells = sqlite3_malloc64(cells * sizeof *t->cells);
  t->hash = sqlite3_malloc64(sizeof(uint32_t) << HASH_BITS);
  t->list = sqlite3_malloc64(sizeof(uint32_t) * (COUNT_LISTS + 1));
  if (t->cells == NULL || t->hash == NULL || t->list == NULL) return SQLITE_NOMEM;
  memset(t->hash, 0xff, sizeof(uint32_t) << HASH_BITS);
  memset(t->list, 0xff, sizeof(uint32_t) * (COUNT_LISTS + 1));
  return SQLITE_OK;
}

static void free_trainer(Trainer *t) {
  sqlite3_free(t->cells);
  sqlite3_free(t->hash);
  sqlite3_free(t->list);
  sqlite3_free(t->pairs);
  sqlite3_free(t->fresh);
}

static void count_uses(const Trainer *t, uint32_t *uses) {
  memset(uses, 0, t->grammar->capacity * sizeof *uses);
  for (uint32_t at = 0; at < t->cell_count;) {
    uint32_t token = t->cells[at].token;
    if (token != SEPARATOR) uses[token] += t->cells[at].weight;
    at += token == SEPARATOR ? 1 : t->grammar->symbols[token];
  }
}

int grammar_train(Grammar *grammar, const Sequences *sample, uint32_t min_count, uint32_t *uses) {
  Trainer t = {.grammar = grammar,
               .min_count = min_count,
               .free_pairs = NONE,
               .current = NONE,
               .newest = NONE};
  int rc = alloc_trainer(&t, sample);
  if (rc == SQLITE_OK) fill_cells(t.cells, sample);
  for (uint32_t at = 0; rc == SQLITE_OK && at + 1 < t.cell_count; at++) {
    rc = link_pair(&t, at, t.cells[at].token, t.cells[at + 1].token);
  }
  if (rc == SQLITE_OK) settle_fresh(&t);
  while (rc == SQLITE_OK && grammar->count < grammar->capacity) {
    uint32_t p = most_frequent(&t);
    if (p == NONE) break;
    rc = replace_pair(&t, p);
  }
  if (rc == SQLITE_OK) count_uses(&t, uses);
  free_trainer(&t);
  return rc;
}

/* --- the grammar ---------------------------------------------------------- */

int grammar_init(Grammar *grammar, uint32_t capacity, const uint8_t *field_bytes,
                 uint32_t field_count) {
  *grammar = (Grammar){.count = SYMBOL_LIMIT, .capacity = capacity};
  grammar->pair = sqlite3_malloc64(capacity * sizeof *grammar->pair);
  grammar->bytes = sqlite3_malloc64(capacity);
  grammar->symbols = sqlite3_malloc64(capacity);
  grammar->fields = sqlite3_malloc64(capacity);
  if (!grammar->pair || !grammar->bytes || !grammar->symbols || !grammar->fields) {
    grammar_clear(grammar);
    return SQLITE_NOMEM;
  }
  memset(grammar->bytes, 1, SYMBOL_LIMIT);
  memset(grammar->symbols, 1, SYMBOL_LIMIT);
  memset(grammar->fields, 0, SYMBOL_LIMIT);
  for (uint32_t f = 0; f < field_count; f++) {
    grammar->bytes[SYMBOL_FIELD + f] = field_bytes[f];
    grammar->fields[SYMBOL_FIELD + f] = 1;
  }
  return SQLITE_OK;
}

uint32_t grammar_expand(const Grammar *grammar, uint32_t token, uint16_t *symbols) {
  uint16_t waiting[TOKEN_BYTES_MAX];
  uint32_t depth = 0, count = 0;
  waiting[depth++] = (uint16_t)token;
  while (depth != 0) {
    uint32_t t = waiting[--depth];
    if (t < SYMBOL_LIMIT) {
      symbols[count++] = (uint16_t)t;
    } else {
      waiting[depth++] = grammar->pair[t].right;
      waiting[depth++] = grammar->pair[t].left;
    }
  }
  return count;
}

void grammar_clear(Grammar *grammar) {
  sqlite3_free(grammar->pair);
  sqlite3_free(grammar->bytes);
  sqlite3_free(grammar->symbols);
  sqlite3_free(grammar->fields);
  *grammar = (Grammar){0};
}
