/*
** pairs.c: see pairs.h.
*/
#include "pairs.h"

#include <string.h>

#include "base/bits.h"
#include "base/sqlite.h"

#define FIELDS_PER_TOKEN 8

/* Places are all over the cells, which are too many for a cache: half of the time without this. */
#define PLACES_AHEAD 8

_Static_assert(TOKENS_MAX <= CELL_INNER, "tokens are told from what else a cell may say");

/* A place of a fresh pair, which goes by its number among those. */
typedef struct Event {
  uint32_t pair, place;
} Event;

/* --- arrays --------------------------------------------------------------- */

static bool reserve(Array *array, uint32_t more, size_t size) {
  if (more <= array->capacity - array->count) return true;
  uint32_t wanted = array->count + (array->count / 2 > more ? array->count / 2 : more) + 1024;
  void *items = sqlite3_realloc64(array->items, (sqlite3_uint64)wanted * size);
  if (items == NULL) return false;
  array->items = items;
  array->capacity = wanted;
  return true;
}

static inline Pair *pair_at(const Pairs *set, uint32_t p) { return (Pair *)set->pairs.items + p; }

static inline uint32_t *places_of(const Pairs *set, const Pair *pair) {
  return (uint32_t *)set->arena.items + pair->begin;
}

/* The number of a new pair without places, or PAIR_NONE. */
static uint32_t add_pair(Pairs *set, uint32_t left, uint32_t right) {
  if (!reserve(&set->pairs, 1, sizeof(Pair))) return PAIR_NONE;
  uint32_t p = set->pairs.count++;
  *pair_at(set, p) = (Pair){.left = (uint16_t)left, .right = (uint16_t)right, .next = PAIR_NONE};
  return p;
}

/* --- counts --------------------------------------------------------------- */

static void list_add(Pairs *set, uint32_t p) {
  Pair *pair = pair_at(set, p);
  uint32_t l = pair->count < PAIR_COUNT_LISTS ? pair->count : PAIR_COUNT_LISTS;
  pair->next = set->list[l];
  set->list[l] = p;
  if (l > set->top) set->top = l;
}

/* Takes the pair of the highest count out of the last list. */
static uint32_t take_from_last(Pairs *set) {
  uint32_t *best = &set->list[PAIR_COUNT_LISTS];
  for (uint32_t *p = best; *p != PAIR_NONE; p = &pair_at(set, *p)->next) {
    if (pair_at(set, *p)->count > pair_at(set, *best)->count) best = p;
  }
  uint32_t taken = *best;
  *best = pair_at(set, taken)->next;
  return taken;
}

/* Takes the pair of the highest count out of its list, or PAIR_NONE. */
static uint32_t take_highest(Pairs *set) {
  while (set->top >= set->min_count && set->list[set->top] == PAIR_NONE) set->top--;
  if (set->top < set->min_count) return PAIR_NONE;
  if (set->top == PAIR_COUNT_LISTS) return take_from_last(set);
  uint32_t taken = set->list[set->top];
  set->list[set->top] = pair_at(set, taken)->next;
  return taken;
}

/* Counts the pair anew, and forgets the places where it is no more. */
static void recount(const Pairs *set, Pair *pair) {
  uint32_t *places = places_of(set, pair), kept = 0, count = 0;
  for (uint32_t i = 0; i < pair->places; i++) {
    if (i + PLACES_AHEAD < pair->places) prefetch(&set->cells[places[i + PLACES_AHEAD]]);
    if (!pairs_is_at(set, pair, places[i])) continue;
    count += set->cells[places[i]].weight;
    places[kept++] = places[i];
  }
  pair->places = kept;
  pair->count = count;
}

/* Takes the most frequent pair out of its list, or PAIR_NONE. */
static uint32_t take_most_frequent(Pairs *set) {
  for (;;) {
    uint32_t p = take_highest(set);
    if (p == PAIR_NONE) return PAIR_NONE;
    Pair *pair = pair_at(set, p);
    uint32_t count = pair->count;
    recount(set, pair);
    if (pair->count == count) return p;
    if (pair->count >= set->min_count) list_add(set, p);
  }
}

/* --- places --------------------------------------------------------------- */

static bool can_join(const Grammar *g, uint32_t left, uint32_t right) {
  return left != CELL_SEPARATOR && right != CELL_SEPARATOR &&
         g->bytes[left] + g->bytes[right] <= TOKEN_BYTES_MAX &&
         g->fields[left] + g->fields[right] <= FIELDS_PER_TOKEN;
}

/* Counts a fresh pair that is at a cell. */
static void count_at(Pairs *set, uint32_t p, uint32_t at) {
  Pair *pair = pair_at(set, p);
  pair->count += set->cells[at].weight;
  pair->places++;
}

/* Gives back the room of pairs that are too rare by now, and of places that have changed. */
static void collect(Pairs *set) {
  uint32_t kept = 0;
  set->arena.count = 0;
  memset(set->list, 0xff, sizeof set->list);
  for (uint32_t p = 0; p < set->fresh; p++) {
    Pair pair = *pair_at(set, p);
    if (pair.count >= set->min_count) recount(set, &pair);
    if (pair.count < set->min_count) continue;
    const uint32_t *places = places_of(set, &pair);
    pair.begin = set->arena.count;
    set->arena.count += pair.places;
    memmove(places_of(set, &pair), places, pair.places * sizeof *places);
    *pair_at(set, kept) = pair;
    list_add(set, kept++);
  }
  uint32_t fresh = set->pairs.count - set->fresh;
  memmove(pair_at(set, kept), pair_at(set, set->fresh), fresh * sizeof(Pair));
  set->fresh = kept;
  set->pairs.count = kept + fresh;
  set->collected = set->arena.count;
}

/* Lays out the places of all fresh pairs in the arena, but for those of pairs too rare. */
static int lay_out_places(Pairs *set) {
  uint32_t places = 0;
  for (uint32_t p = set->fresh; p < set->pairs.count; p++) {
    if (pair_at(set, p)->count >= set->min_count) places += pair_at(set, p)->places;
  }
  bool full = set->arena.count + places > set->arena.capacity;
  if (full && set->arena.count / 2 > set->collected) collect(set);
  if (!reserve(&set->arena, places, sizeof(uint32_t))) return SQLITE_NOMEM;
  for (uint32_t p = set->fresh; p < set->pairs.count; p++) {
    Pair *pair = pair_at(set, p);
    pair->begin = pair->count < set->min_count ? PAIR_NONE : set->arena.count;
    if (pair->begin != PAIR_NONE) set->arena.count += pair->places;
    pair->places = 0;
  }
  return SQLITE_OK;
}

static inline void write_place(Pairs *set, uint32_t p, uint32_t place) {
  Pair *pair = pair_at(set, p);
  if (pair->begin != PAIR_NONE) places_of(set, pair)[pair->places++] = place;
}

/* Makes the fresh pairs ones like others, without those that are too rare. */
static void keep_fresh(Pairs *set) {
  uint32_t kept = set->fresh;
  for (uint32_t p = set->fresh; p < set->pairs.count; p++) {
    Pair pair = *pair_at(set, p);
    if (pair.begin == PAIR_NONE) continue;
    *pair_at(set, kept) = pair;
    list_add(set, kept++);
  }
  set->pairs.count = set->fresh = kept;
}

int pairs_add(Pairs *set, uint32_t left, uint32_t right, uint32_t at) {
  if (left == CELL_SEPARATOR || right == CELL_SEPARATOR) return SQLITE_OK;
  uint32_t *known = left == set->newest ? &set->right_of[right] : &set->left_of[left];
  if (*known == PAIR_NONE) {
    if (!can_join(set->grammar, left, right)) return SQLITE_OK;
    *known = add_pair(set, left, right);
    if (*known == PAIR_NONE) return SQLITE_NOMEM;
  }
  count_at(set, *known, at);
  ((Event *)set->events.items)[set->events.count++] = (Event){*known - set->fresh, at};
  return SQLITE_OK;
}

/* Ends a pass, or the counting of the pairs that begin with one token. */
static int settle_fresh(Pairs *set) {
  for (uint32_t p = set->fresh; p < set->pairs.count; p++) {
    set->left_of[pair_at(set, p)->left] = PAIR_NONE;
    set->right_of[pair_at(set, p)->right] = PAIR_NONE;
  }
  int rc = lay_out_places(set);
  if (rc != SQLITE_OK) return rc;
  const Event *events = set->events.items;
  for (uint32_t i = 0; i < set->events.count; i++) {
    write_place(set, set->fresh + events[i].pair, events[i].place);
  }
  set->events.count = 0;
  keep_fresh(set);
  return SQLITE_OK;
}

/* --- the sequences -------------------------------------------------------- */

/* Lays the sequences out in cells, a separator around each. */
static void fill_cells(Cell *cells, const Sequences *sequences) {
  const Cell separator = {CELL_SEPARATOR, 0};
  for (uint32_t i = 0; i < sequences->count; i++) {
    uint32_t weight = sequences->weight == NULL ? 1 : sequences->weight[i];
    if (weight > UINT16_MAX) weight = UINT16_MAX;
    *cells++ = separator;
    for (uint32_t k = sequences->start[i]; k < sequences->start[i + 1]; k++) {
      *cells++ = (Cell){sequences->symbols[k], (uint16_t)weight};
    }
  }
  *cells = separator;
}

/* Sorts the cells: those of token t become order[begin[t]] up to order[begin[t + 1]], ascending. */
static void sort_cells(const Pairs *set, uint32_t *begin, uint32_t *order) {
  uint32_t tokens = set->grammar->count;
  memset(begin, 0, (tokens + 2) * sizeof *begin);
  for (uint32_t at = 0; at < set->cell_count; at++) {
    if (set->cells[at].token != CELL_SEPARATOR) begin[set->cells[at].token + 2]++;
  }
  for (uint32_t t = 0; t < tokens; t++) begin[t + 2] += begin[t + 1];
  for (uint32_t at = 0; at < set->cell_count; at++) {
    if (set->cells[at].token != CELL_SEPARATOR) order[begin[set->cells[at].token + 1]++] = at;
  }
}

/* Counts the pairs that begin with one token, given the cells where it is. */
static int count_pairs_of(Pairs *set, uint32_t left, const uint32_t *cells, uint32_t count) {
  if (!reserve(&set->events, count, sizeof(Event))) return SQLITE_NOMEM;
  set->newest = left;
  for (uint32_t i = 0; i < count; i++) {
    int rc = pairs_add(set, left, set->cells[cells[i] + 1].token, cells[i]);
    if (rc != SQLITE_OK) return rc;
  }
  return settle_fresh(set);
}

static int count_pairs(Pairs *set) {
  uint32_t *begin = sqlite3_malloc64((set->grammar->count + 2) * sizeof *begin);
  uint32_t *order = sqlite3_malloc64(set->cell_count * sizeof *order);
  int rc = begin == NULL || order == NULL ? SQLITE_NOMEM : SQLITE_OK;
  set->collected = UINT32_MAX; /* nothing to tidy before there was a pass */
  if (rc == SQLITE_OK) sort_cells(set, begin, order);
  for (uint32_t t = 0; rc == SQLITE_OK && t < set->grammar->count; t++) {
    rc = count_pairs_of(set, t, order + begin[t], begin[t + 1] - begin[t]);
  }
  set->collected = 0;
  sqlite3_free(begin);
  sqlite3_free(order);
  return rc;
}

int pairs_new(Pairs **made, const Grammar *grammar, const Sequences *sequences,
              uint32_t min_count) {
  Pairs *set = *made = sqlite3_malloc64(sizeof *set);
  if (set == NULL) return SQLITE_NOMEM;
  memset(set, 0, sizeof *set);
  set->grammar = grammar;
  set->min_count = min_count;
  memset(set->list, 0xff, sizeof set->list);
  memset(set->left_of, 0xff, sizeof set->left_of);
  memset(set->right_of, 0xff, sizeof set->right_of);
  sqlite3_uint64 cells = (sqlite3_uint64)sequences->start[sequences->count] + sequences->count + 1;
  set->cells = sqlite3_malloc64(cells * sizeof *set->cells);
  set->width = sqlite3_malloc64(grammar->capacity);
  if (set->cells == NULL || set->width == NULL) return SQLITE_NOMEM;
  set->cell_count = (uint32_t)cells;
  fill_cells(set->cells, sequences);
  memset(set->width, 1, grammar->count);
  return count_pairs(set);
}

void pairs_free(Pairs *set) {
  if (set == NULL) return;
  sqlite3_free(set->cells);
  sqlite3_free(set->width);
  sqlite3_free(set->pairs.items);
  sqlite3_free(set->arena.items);
  sqlite3_free(set->events.items);
  sqlite3_free(set);
}

/* --- passes --------------------------------------------------------------- */

int pairs_take(Pairs *set, Pair *most_frequent, bool *found) {
  set->taken = take_most_frequent(set);
  *found = set->taken != PAIR_NONE;
  if (!*found) return SQLITE_OK;
  *most_frequent = *pair_at(set, set->taken);
  bool room = reserve(&set->events, 2 * most_frequent->places, sizeof(Event));
  return room ? SQLITE_OK : SQLITE_NOMEM;
}

const uint32_t *pairs_places(const Pairs *set, const Pair *pair) { return places_of(set, pair); }

int pairs_settle(Pairs *set) {
  pair_at(set, set->taken)->count = 0;
  return settle_fresh(set);
}
