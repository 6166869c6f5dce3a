/*
** grammar.c: see grammar.h.
*/
#include "grammar.h"

#include <string.h>

#include "base/sqlite.h"

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

void grammar_renumber(Grammar *grammar, uint32_t *number) {
  uint32_t count = SYMBOL_LIMIT;
  for (uint32_t t = 0; t < SYMBOL_LIMIT; t++) number[t] = t;
  for (uint32_t t = SYMBOL_LIMIT; t < grammar->count; t++) {
    if (number[t] == 0) continue;
    TokenPair pair = grammar->pair[t];
    grammar->pair[count] = (TokenPair){(uint16_t)number[pair.left], (uint16_t)number[pair.right]};
    grammar->bytes[count] = grammar->bytes[t];
    grammar->symbols[count] = grammar->symbols[t];
    grammar->fields[count] = grammar->fields[t];
    number[t] = count++;
  }
  grammar->count = count;
}

void grammar_clear(Grammar *grammar) {
  sqlite3_free(grammar->pair);
  sqlite3_free(grammar->bytes);
  sqlite3_free(grammar->symbols);
  sqlite3_free(grammar->fields);
  *grammar = (Grammar){0};
}
