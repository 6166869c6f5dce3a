/*
** pairs.c: see pairs.h.
*/
#include "pairs.h"

#include <string.h>

#include "base/sqlite.h"

#define FIELDS_PER_TOKEN 8

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

/* --- the hash ------------------------------------------------------------- */

/* The slot of that pair, or the free one where it belongs. */
static inline uint32_t find_slot(const Pairs *set, uint32_t left, uint32_t right) {
  uint32_t slot = ((left << 16 | right) * 0x9e3779b1u >> 8) & set->hash_mask;
  for (;; slot = (slot + 1) & set->hash_mask) {
    uint32_t p = set->hash[slot];
    if (p == PAIR_NONE) return slot;
    const Pair *pair = pair_at(set, p);
    if (pair->left == left && pair->right == right) return slot;
  }
}

/* A hash of all pairs, with room for as many more. */
static int renew_hash(Pairs *set) {
  uint32_t slots = 4096;
  while (slots / 4 < set->pairs.count) slots *= 2;
  uint32_t *hash = sqlite3_malloc64(slots * sizeof *hash);
  if (hash == NULL) return SQLITE_NOMEM;
  sqlite3_free(set->hash);
  memset(hash, 0xff, slots * sizeof *hash);
  set->hash = hash;
  set->hash_mask = slots - 1;
  for (uint32_t p = 0; p < set->pairs.count; p++) {
    hash[find_slot(set, pair_at(set, p)->left, pair_at(set, p)->right)] = p;
  }
  return SQLITE_OK;
}

static bool hash_is_full(const Pairs *set) { return set->pairs.count > set->hash_mask / 2; }

/* --- the lists ------------------------------------------------------------ */

static void list_add(Pairs *set, uint32_t p) {
  Pair *pair = pair_at(set, p);
  uint32_t l = pair->count < PAIR_COUNT_LISTS ? pair->count : PAIR_COUNT_LISTS;
  pair->next = set->list[l];
  set->list[l] = p;
  if (l > set->top) set->top = l;
}

/* Takes the most frequent pair of the last list, sorting out those that left it. */
static uint32_t take_from_last(Pairs *set) {
  uint32_t p = set->list[PAIR_COUNT_LISTS], best = PAIR_NONE;
  set->list[PAIR_COUNT_LISTS] = PAIR_NONE;
  while (p != PAIR_NONE) {
    uint32_t next = pair_at(set, p)->next, count = pair_at(set, p)->count;
    bool better =
        count >= PAIR_COUNT_LISTS && (best == PAIR_NONE || count > pair_at(set, best)->count);
    uint32_t other = better ? best : p;
    if (better) best = p;
    if (other != PAIR_NONE && pair_at(set, other)->count >= set->min_count) list_add(set, other);
    p = next;
  }
  return best;
}

/* Takes the most frequent pair out of its list, or PAIR_NONE. */
static uint32_t take_most_frequent(Pairs *set) {
  for (; set->top >= set->min_count; set->top--) {
    if (set->top == PAIR_COUNT_LISTS && set->list[set->top] != PAIR_NONE) {
      uint32_t best = take_from_last(set);
      if (best != PAIR_NONE) return best;
    }
    while (set->list[set->top] != PAIR_NONE) {
      uint32_t p = set->list[set->top], count = pair_at(set, p)->count;
      set->list[set->top] = pair_at(set, p)->next;
      if (count == set->top) return p;
      if (count >= set->min_count) list_add(set, p);
    }
  }
  return PAIR_NONE;
}

/* --- places --------------------------------------------------------------- */

static bool can_join(const Grammar *g, uint32_t left, uint32_t right) {
  return left != CELL_SEPARATOR && right != CELL_SEPARATOR &&
         g->bytes[left] + g->bytes[right] <= TOKEN_BYTES_MAX &&
         g->fields[left] + g->fields[right] <= FIELDS_PER_TOKEN;
}

/* Notes that a fresh pair is at a cell. */
static int add_event(Pairs *set, uint32_t p, uint32_t at) {
  if (!reserve(&set->events, 1, sizeof(Event))) return SQLITE_NOMEM;
  ((Event *)set->events.items)[set->events.count++] = (Event){p - set->fresh, at};
  Pair *pair = pair_at(set, p);
  pair->count += set->cells[at].weight;
  pair->places++;
  return SQLITE_OK;
}

/* Moves a pair to number `to` of the array, and its places, those left, to the arena's end. */
static void move_pair(Pairs *set, uint32_t p, uint32_t to) {
  Pair pair = *pair_at(set, p);
  const uint32_t *places = places_of(set, &pair);
  uint32_t *arena = set->arena.items, begin = set->arena.count;
  for (uint32_t i = 0; i < pair.places; i++) {
    if (pairs_is_at(set, &pair, places[i])) arena[set->arena.count++] = places[i];
  }
  pair.begin = begin;
  pair.places = set->arena.count - begin;
  *pair_at(set, to) = pair;
}

/* Gives back the room of pairs that are too rare by now, and of places that have changed. */
static int collect(Pairs *set) {
  uint32_t kept = 0;
  set->arena.count = 0;
  memset(set->list, 0xff, sizeof set->list);
  for (uint32_t p = 0; p < set->fresh; p++) {
    if (pair_at(set, p)->count < set->min_count) continue;
    move_pair(set, p, kept);
    list_add(set, kept++);
  }
  uint32_t fresh = set->pairs.count - set->fresh;
  memmove(pair_at(set, kept), pair_at(set, set->fresh), fresh * sizeof(Pair));
  set->fresh = kept;
  set->pairs.count = kept;
  int rc = renew_hash(set);
  set->pairs.count += fresh;
  set->collected = set->arena.count;
  return rc;
}

/* Makes room for the places of all fresh pairs that are to be kept. */
static int reserve_places(Pairs *set) {
  uint32_t places = 0;
  for (uint32_t p = set->fresh; p < set->pairs.count; p++) {
    if (pair_at(set, p)->count >= set->min_count) places += pair_at(set, p)->places;
  }
  if (set->arena.count + places > set->arena.capacity && set->arena.count / 2 > set->collected) {
    int rc = collect(set);
    if (rc != SQLITE_OK) return rc;
  }
  return reserve(&set->arena, places, sizeof(uint32_t)) ? SQLITE_OK : SQLITE_NOMEM;
}

/* Writes the places of the fresh pairs to the arena, but for those of pairs too rare. */
static void write_places(Pairs *set) {
  const Event *events = set->events.items;
  for (uint32_t p = set->fresh; p < set->pairs.count; p++) {
    Pair *pair = pair_at(set, p);
    pair->begin = pair->count < set->min_count ? PAIR_NONE : set->arena.count;
    if (pair->begin != PAIR_NONE) set->arena.count += pair->places;
    pair->places = 0;
  }
  for (uint32_t i = 0; i < set->events.count; i++) {
    Pair *pair = pair_at(set, set->fresh + events[i].pair);
    if (pair->begin != PAIR_NONE) places_of(set, pair)[pair->places++] = events[i].place;
  }
  set->events.count = 0;
}

/* Makes the fresh pairs ones like others, without those that are too rare. */
static int settle_fresh(Pairs *set) {
  int rc = reserve_places(set);
  if (rc != SQLITE_OK) return rc;
  write_places(set);
  uint32_t kept = set->fresh;
  for (uint32_t p = set->fresh; p < set->pairs.count; p++) {
    Pair pair = *pair_at(set, p);
    if (pair.begin == PAIR_NONE) continue;
    *pair_at(set, kept) = pair;
    list_add(set, kept);
    if (set->newest != PAIR_NONE) set->hash[find_slot(set, pair.left, pair.right)] = kept;
    kept++;
  }
  set->pairs.count = kept;
  set->fresh = kept;
  return set->newest == PAIR_NONE || hash_is_full(set) ? renew_hash(set) : SQLITE_OK;
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

static int count_symbols(Pairs *set) {
  int rc = renew_hash(set);
  for (uint32_t at = 0; rc == SQLITE_OK && at + 1 < set->cell_count; at++) {
    uint32_t left = set->cells[at].token, right = set->cells[at + 1].token;
    if (!can_join(set->grammar, left, right)) continue;
    uint32_t slot = find_slot(set, left, right);
    if (set->hash[slot] == PAIR_NONE) {
      set->hash[slot] = add_pair(set, left, right);
      if (set->hash[slot] == PAIR_NONE) return SQLITE_NOMEM;
    }
    rc = add_event(set, set->hash[slot], at);
    if (rc == SQLITE_OK && hash_is_full(set)) rc = renew_hash(set);
  }
  if (rc == SQLITE_OK) rc = settle_fresh(set);
  sqlite3_free(set->events.items); /* of all cells: passes need much less */
  set->events = (Array){0};
  return rc;
}

int pairs_new(Pairs **made, const Grammar *grammar, const Sequences *sample, uint32_t min_count) {
  Pairs *set = *made = sqlite3_malloc64(sizeof *set);
  if (set == NULL) return SQLITE_NOMEM;
  memset(set, 0, sizeof *set);
  set->grammar = grammar;
  set->min_count = min_count;
  set->newest = set->taken = PAIR_NONE;
  memset(set->list, 0xff, sizeof set->list);
  memset(set->left_of, 0xff, sizeof set->left_of);
  memset(set->right_of, 0xff, sizeof set->right_of);
  sqlite3_uint64 cells = (sqlite3_uint64)sample->start[sample->count] + sample->count + 1;
  set->cells = sqlite3_malloc64(cells * sizeof *set->cells);
  if (set->cells == NULL) return SQLITE_NOMEM;
  set->cell_count = (uint32_t)cells;
  fill_cells(set->cells, sample);
  return count_symbols(set);
}

void pairs_free(Pairs *set) {
  if (set == NULL) return;
  sqlite3_free(set->cells);
  sqlite3_free(set->pairs.items);
  sqlite3_free(set->arena.items);
  sqlite3_free(set->events.items);
  sqlite3_free(set->hash);
  sqlite3_free(set);
}

/* --- passes --------------------------------------------------------------- */

bool pairs_take(Pairs *set, Pair *most_frequent) {
  set->taken = take_most_frequent(set);
  if (set->taken == PAIR_NONE) return false;
  *most_frequent = *pair_at(set, set->taken);
  return true;
}

const uint32_t *pairs_places(const Pairs *set, const Pair *pair) { return places_of(set, pair); }

void pairs_drop(Pairs *set, uint32_t left, uint32_t right, uint32_t weight) {
  if (left == CELL_SEPARATOR || right == CELL_SEPARATOR) return;
  uint32_t p = left == set->newest ? set->right_of[right] : set->hash[find_slot(set, left, right)];
  if (p != PAIR_NONE) pair_at(set, p)->count -= weight;
}

int pairs_add(Pairs *set, uint32_t left, uint32_t right, uint32_t at) {
  if (left == CELL_SEPARATOR || right == CELL_SEPARATOR) return SQLITE_OK;
  uint32_t *known = left == set->newest ? &set->right_of[right] : &set->left_of[left];
  if (*known == PAIR_NONE) {
    if (!can_join(set->grammar, left, right)) return SQLITE_OK;
    *known = add_pair(set, left, right);
    if (*known == PAIR_NONE) return SQLITE_NOMEM;
  }
  return add_event(set, *known, at);
}

int pairs_settle(Pairs *set) {
  pair_at(set, set->taken)->count = 0;
  for (uint32_t p = set->fresh; p < set->pairs.count; p++) {
    set->left_of[pair_at(set, p)->left] = PAIR_NONE;
    set->right_of[pair_at(set, p)->right] = PAIR_NONE;
  }
  return settle_fresh(set);
}
