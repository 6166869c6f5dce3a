/*
** repair.c: see repair.h.
*/
#include "repair.h"

#include <string.h>

#include "base/sqlite.h"
#include "pairs.h"

/* The cell of the token that ends before cell `at`. */
static uint32_t cell_before(const Cell *cells, uint32_t at) {
  uint32_t said = cells[at - 1].token;
  return at - 1 - (said >= CELL_INNER && said != CELL_SEPARATOR ? said - CELL_INNER : 0);
}

/* Makes the newest token of the pair at a cell. */
static void join(Pairs *pairs, const Pair *pair, uint32_t at) {
  Cell *cells = pairs->cells;
  uint32_t middle = at + pairs->width[pair->left];
  uint32_t end = middle + pairs->width[pair->right];
  uint32_t before = cell_before(cells, at);
  uint32_t outer_left = cells[before].token, outer_right = cells[end].token;
  cells[at].token = (uint16_t)pairs->newest;
  cells[middle].token = CELL_INNER;
  cells[end - 1].token = (uint16_t)(CELL_INNER + (end - 1 - at));
  pairs_add(pairs, outer_left, pairs->newest, before);
  pairs_add(pairs, pairs->newest, outer_right, at);
}

static uint32_t add_token(Grammar *g, uint32_t left, uint32_t right) {
  uint32_t token = g->count++;
  g->pair[token] = (TokenPair){(uint16_t)left, (uint16_t)right};
  g->bytes[token] = (uint8_t)(g->bytes[left] + g->bytes[right]);
  g->symbols[token] = (uint8_t)(g->symbols[left] + g->symbols[right]);
  g->fields[token] = (uint8_t)(g->fields[left] + g->fields[right]);
  return token;
}

/* Makes a token of the pair wherever it is. */
static int replace_pair(Pairs *pairs, Grammar *grammar, const Pair *pair) {
  const uint32_t *places = pairs_places(pairs, pair);
  pairs->newest = add_token(grammar, pair->left, pair->right);
  pairs->width[pairs->newest] = (uint8_t)(pairs->width[pair->left] + pairs->width[pair->right]);
  for (uint32_t i = 0; i < pair->places; i++) {
    if (pairs_is_at(pairs, pair, places[i])) join(pairs, pair, places[i]);
  }
  return pairs_settle(pairs);
}

/* Reads the sequences off the cells, which begin and end with a separator. */
static void read_off(const Pairs *pairs, Sequences *sequences, uint32_t *uses) {
  memset(uses, 0, pairs->grammar->capacity * sizeof *uses);
  const Cell *cell = pairs->cells + 1;
  uint32_t out = 0;
  for (uint32_t i = 0; i < sequences->count; i++, cell++) {
    for (; cell->token != CELL_SEPARATOR; cell += pairs->width[cell->token]) {
      uses[cell->token] += cell->weight;
      sequences->symbols[out++] = cell->token;
    }
    sequences->start[i + 1] = out;
  }
}

int repair(Grammar *grammar, Sequences *sequences, uint32_t min_count, uint32_t *uses) {
  Pairs *pairs;
  Pair pair;
  bool found = true;
  int rc = pairs_new(&pairs, grammar, sequences, min_count);
  while (rc == SQLITE_OK && found && grammar->count < grammar->capacity) {
    rc = pairs_take(pairs, &pair, &found);
    if (rc == SQLITE_OK && found) rc = replace_pair(pairs, grammar, &pair);
  }
  if (rc == SQLITE_OK) read_off(pairs, sequences, uses);
  pairs_free(pairs);
  return rc;
}
