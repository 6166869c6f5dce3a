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

/* --- the sample ----------------------------------------------------------- */

/* Lays the sequences out in cells, a separator around each. */
static void fill_cells(Cell *cells, const Sequences *sample) {
  const Cell separator = {CELL_SEPARATOR, 0};
  for (uint32_t i = 0; i < sample->count; i++) {
    uint32_t weight = sample->weight[i] > UINT16_MAX ? UINT16_MAX : sample->weight[i];
    *cells++ = separator;
    for (uint32_t k = sample->start[i]; k < sample->start[i + 1]; k++) {
      *cells++ = (Cell){sample->symbols[k], (uint16_t)weight};
    }
  }
  *cells = separator;
}

/* Where known[] says which pair two neighbours are, or NULL at the end of a sequence. */
static inline uint32_t *known_pair(const Pairs *set, uint32_t *known, uint32_t at) {
  uint32_t left = set->cells[at].token, right = set->cells[at + 1].token;
  bool apart = left == CELL_SEPARATOR || right == CELL_SEPARATOR;
  return apart ? NULL : &known[left * SYMBOL_LIMIT + right];
}

/* Any two symbols can be joined. */
static int count_symbols(Pairs *set, uint32_t *known) {
  for (uint32_t at = 0; at + 1 < set->cell_count; at++) {
    uint32_t *p = known_pair(set, known, at);
    if (p == NULL) continue;
    if (*p == PAIR_NONE) *p = add_pair(set, set->cells[at].token, set->cells[at + 1].token);
    if (*p == PAIR_NONE) return SQLITE_NOMEM;
    count_at(set, *p, at);
  }
  int rc = lay_out_places(set);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t at = 0; at + 1 < set->cell_count; at++) {
    const uint32_t *p = known_pair(set, known, at);
    if (p != NULL) write_place(set, *p, at);
  }
  keep_fresh(set);
  return SQLITE_OK;
}

int pairs_new(Pairs **made, const Grammar *grammar, const Sequences *sample, uint32_t min_count) {
  Pairs *set = *made = sqlite3_malloc64(sizeof *set);
  if (set == NULL) return SQLITE_NOMEM;
  memset(set, 0, sizeof *set);
  set->grammar = grammar;
  set->min_count = min_count;
  memset(set->list, 0xff, sizeof set->list);
  memset(set->left_of, 0xff, sizeof set->left_of);
  memset(set->right_of, 0xff, sizeof set->right_of);
  sqlite3_uint64 cells = (sqlite3_uint64)sample->start[sample->count] + sample->count + 1;
  set->cells = sqlite3_malloc64(cells * sizeof *set->cells);
  if (set->cells == NULL) return SQLITE_NOMEM;
  set->cell_count = (uint32_t)cells;
  fill_cells(set->cells, sample);
  size_t size = (size_t)SYMBOL_LIMIT * SYMBOL_LIMIT * sizeof(uint32_t);
  uint32_t *known = sqlite3_malloc64(size);
  if (known == NULL) return SQLITE_NOMEM;
  memset(known, 0xff, size);
  int rc = count_symbols(set, known);
  sqlite3_free(known);
  return rc;
}

void pairs_free(Pairs *set) {
  if (set == NULL) return;
  sqlite3_free(set->cells);
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

int pairs_settle(Pairs *set) {
  pair_at(set, set->taken)->count = 0;
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
