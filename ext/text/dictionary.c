/*
** dictionary.c: see dictionary.h.
*/
#include "dictionary.h"

#include <string.h>

#include "base/sqlite.h"

int dictionary_open(Dictionary *d, uint32_t tokens) {
  uint8_t widths[FIELDS_MAX];
  for (uint32_t f = 0; f < d->fields.count; f++) widths[f] = d->fields.field[f].width;
  int rc = grammar_init(&d->grammar, tokens, widths, d->fields.count);
  d->uses = sqlite_zeros(tokens * sizeof *d->uses);
  d->cost = sqlite3_malloc64(tokens * sizeof *d->cost);
  d->work = sqlite3_malloc64(2 * tokens * sizeof *d->work);
  if (rc != SQLITE_OK || !d->uses || !d->cost || !d->work) return SQLITE_NOMEM;
  return SQLITE_OK;
}

/* Appends what a part of a token spells, which is spelled already; returns where it ends. */
static uint32_t spell_part(Sequences *spelled, uint32_t part, uint32_t at) {
  for (uint32_t i = spelled->start[part]; i < spelled->start[part + 1]; i++) {
    spelled->symbols[at++] = spelled->symbols[i];
  }
  return at;
}

int dictionary_spell(Dictionary *d) {
  uint32_t count = d->grammar.count, total = 0;
  for (uint32_t t = 0; t < count; t++) total += d->grammar.symbols[t];
  sqlite3_free(d->spelled.start);
  sqlite3_free(d->spelled.symbols);
  d->spelled.start = sqlite3_malloc64((count + 1) * sizeof(uint32_t));
  d->spelled.symbols = sqlite3_malloc64(total * sizeof(uint16_t));
  if (d->spelled.start == NULL || d->spelled.symbols == NULL) return SQLITE_NOMEM;
  d->spelled.count = count;
  uint32_t at = 0;
  for (uint32_t t = 0; t < SYMBOL_LIMIT; t++) {
    d->spelled.start[t] = at;
    bool used = t < SYMBOL_FIELD + d->fields.count && dictionary_has_text(t);
    if (used) d->spelled.symbols[at++] = (uint16_t)t;
  }
  for (uint32_t t = SYMBOL_LIMIT; t < count; t++) {
    d->spelled.start[t] = at;
    at = spell_part(&d->spelled, d->grammar.pair[t].left, at);
    at = spell_part(&d->spelled, d->grammar.pair[t].right, at);
  }
  d->spelled.start[count] = at;
  return SQLITE_OK;
}

void dictionary_set_costs(Dictionary *d) {
  uint64_t total = 0, used = 1;
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    total += d->uses[t];
    used += d->uses[t] != 0;
  }
  uint32_t flat = cost_log2(used), escape = d->flat ? flat : cost_of(0, total);
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    uint32_t cost = d->flat ? flat : cost_of(d->uses[t], total);
    if (d->uses[t] == 0 && t < 256) cost = escape + 8 * COST_BIT;
    d->cost[t] = cost;
  }
}

void dictionary_set_parser_costs(Dictionary *d) {
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    bool usable = d->uses[t] != 0 || t < SYMBOL_LIMIT;
    parser_set_cost(&d->parser, t, usable ? d->cost[t] : COST_NEVER);
  }
}

int dictionary_set_parser(Dictionary *d) {
  parser_clear(&d->parser);
  int rc = dictionary_spell(d);
  if (rc == SQLITE_OK) rc = parser_init(&d->parser, &d->spelled, d->uses);
  if (rc != SQLITE_OK) return rc;
  dictionary_set_costs(d);
  dictionary_set_parser_costs(d);
  return SQLITE_OK;
}

/* Whatever is neither used nor a part makes room for tokens still to be learned. */
static void compact(Dictionary *d) {
  uint32_t *number = d->work; /* by token: 0 for one that goes */
  memset(number, 0, d->grammar.count * sizeof *number);
  for (uint32_t t = d->grammar.count; t-- > SYMBOL_LIMIT;) {
    if (d->uses[t] == 0 && number[t] == 0) continue;
    TokenPair pair = d->grammar.pair[t];
    number[t] = number[pair.left] = number[pair.right] = 1;
  }
  uint32_t *uses = d->uses, count = d->grammar.count;
  grammar_renumber(&d->grammar, number);
  for (uint32_t t = SYMBOL_LIMIT; t < count; t++) {
    if (number[t] != 0) uses[number[t]] = uses[t];
  }
}

int dictionary_settle(Dictionary *d, PruneTerms terms) {
  prune_tokens(&d->grammar, d->uses, d->flat, terms, d->work);
  compact(d);
  return dictionary_set_parser(d);
}

uint32_t dictionary_payload_bits(const Dictionary *d, uint32_t token) {
  if (token == SYMBOL_ESCAPE) return 8;
  if (d->grammar.fields[token] == 0) return 0;
  uint32_t bits = 0;
  for (uint32_t i = d->spelled.start[token]; i < d->spelled.start[token + 1]; i++) {
    uint32_t symbol = d->spelled.symbols[i];
    if (symbol >= SYMBOL_FIELD) bits += d->fields.field[symbol - SYMBOL_FIELD].bits;
  }
  return bits;
}

void dictionary_clear(Dictionary *d) {
  grammar_clear(&d->grammar);
  parser_clear(&d->parser);
  sqlite3_free(d->spelled.start);
  sqlite3_free(d->spelled.symbols);
  sqlite3_free(d->uses);
  sqlite3_free(d->cost);
  sqlite3_free(d->work);
  memset(d, 0, sizeof *d);
}
