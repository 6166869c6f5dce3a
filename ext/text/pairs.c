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

/*
** A neighbour of the newest token: a token to the left of it, or TOKENS_MAX more for one to its
** right. What is beside is counted first, weighted occurrences << 32 | places. Then it becomes
** 1 + where the next place of that pair goes in the arena, or 0 for a pair that is too rare.
*/
#define RIGHT TOKENS_MAX

typedef struct Event {
  uint32_t neighbour, place;
} Event;

_Static_assert(2 * TOKENS_MAX - 1 <= UINT16_MAX, "neighbours fit their list");

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
  return g->bytes[left] + g->bytes[right] <= TOKEN_BYTES_MAX &&
         g->fields[left] + g->fields[right] <= FIELDS_PER_TOKEN;
}

/* Gives back the room of pairs that are too rare by now, and of places that have changed. */
static void collect(Pairs *set) {
  uint32_t kept = 0;
  set->arena.count = 0;
  memset(set->list, 0xff, sizeof set->list);
  for (uint32_t p = 0; p < set->pairs.count; p++) {
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
  set->pairs.count = kept;
  set->collected = set->arena.count;
}

/* The pair that the newest token is with a neighbour, as counted. */
static Pair pair_beside(const Pairs *set, uint32_t neighbour) {
  uint16_t newest = (uint16_t)set->newest;
  Pair pair = {.left = (uint16_t)neighbour, .right = newest};
  if (neighbour >= RIGHT) pair = (Pair){.left = newest, .right = (uint16_t)(neighbour - RIGHT)};
  pair.count = (uint32_t)(set->beside[neighbour] >> 32);
  pair.places = (uint32_t)set->beside[neighbour];
  return pair;
}

/* Drops neighbours with which no frequent pair can be had, and makes room for those that stay. */
static int drop_rare(Pairs *set) {
  uint32_t kept = 0, places = 0;
  for (uint32_t i = 0; i < set->neighbour_count; i++) {
    uint32_t neighbour = set->neighbours[i];
    Pair pair = pair_beside(set, neighbour);
    if (pair.count < set->min_count || !can_join(set->grammar, pair.left, pair.right)) {
      set->beside[neighbour] = 0;
      continue;
    }
    places += pair.places;
    set->neighbours[kept++] = (uint16_t)neighbour;
  }
  set->neighbour_count = kept;
  bool full = set->arena.count + places > set->arena.capacity;
  if (full && set->arena.count / 2 > set->collected) collect(set);
  bool room =
      reserve(&set->arena, places, sizeof(uint32_t)) && reserve(&set->pairs, kept, sizeof(Pair));
  return room ? SQLITE_OK : SQLITE_NOMEM;
}

/* Makes pairs with the neighbours that stay, whose places are still to be written. */
static void add_pairs(Pairs *set) {
  for (uint32_t i = 0; i < set->neighbour_count; i++) {
    Pair pair = pair_beside(set, set->neighbours[i]);
    pair.begin = set->arena.count;
    set->beside[set->neighbours[i]] = 1 + pair.begin;
    set->arena.count += pair.places;
    *pair_at(set, set->pairs.count) = pair;
    list_add(set, set->pairs.count++);
  }
}

static void write_places(Pairs *set) {
  const Event *events = set->events.items;
  uint32_t *arena = set->arena.items;
  for (uint32_t i = 0; i < set->events.count; i++) {
    uint64_t *beside = &set->beside[events[i].neighbour];
    if (*beside != 0) arena[(*beside)++ - 1] = events[i].place;
  }
}

/* Ends a pass, or the counting of the pairs that begin with one token. */
static int settle_newest(Pairs *set) {
  int rc = drop_rare(set);
  if (rc != SQLITE_OK) return rc;
  add_pairs(set);
  write_places(set);
  for (uint32_t i = 0; i < set->neighbour_count; i++) set->beside[set->neighbours[i]] = 0;
  set->neighbour_count = set->events.count = 0;
  return SQLITE_OK;
}

void pairs_add(Pairs *set, uint32_t left, uint32_t right, uint32_t at) {
  if (left == CELL_SEPARATOR || right == CELL_SEPARATOR) return;
  uint32_t neighbour = left == set->newest ? RIGHT + right : left;
  if (set->beside[neighbour] == 0) set->neighbours[set->neighbour_count++] = (uint16_t)neighbour;
  set->beside[neighbour] += (uint64_t)set->cells[at].weight << 32 | 1;
  ((Event *)set->events.items)[set->events.count++] = (Event){neighbour, at};
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
    pairs_add(set, left, set->cells[cells[i] + 1].token, cells[i]);
  }
  return settle_newest(set);
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
  Pairs *set = *made = sqlite_zeros(sizeof *set);
  if (set == NULL) return SQLITE_NOMEM;
  set->grammar = grammar;
  set->min_count = min_count;
  memset(set->list, 0xff, sizeof set->list);
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
  return settle_newest(set);
}
