/*
** reopen.c: see reopen.h.
*/
#include "reopen.h"

#include <string.h>

#include "base/sqlite.h"
#include "spell.h"

/* The token that an item is: itself a symbol, or the next one behind the symbols. */
static uint32_t token_of_item(const TextCodec *codec, uint32_t item, const uint16_t *symbols,
                              uint32_t count) {
  if (count == 1) return symbols[0];
  if (count > 1) return SYMBOL_LIMIT + item;
  return codec_special(codec, item) == CODEC_SAME ? SYMBOL_SAME : SYMBOL_ESCAPE;
}

static int alloc_reopened(Dictionary *d, const TextCodec *codec, uint16_t **item) {
  uint32_t count = SYMBOL_LIMIT + codec->tokens;
  d->fields.count = codec->fields;
  d->block_shift = codec->bytes[CODEC_AT_BLOCK_SHIFT];
  for (uint32_t f = 0; f < codec->fields; f++) {
    d->fields.field[f] = field_load(codec->field_bytes + FIELD_SIZE * f);
  }
  if (!fieldset_index(&d->fields)) return SQLITE_CORRUPT;
  int rc = dictionary_open(d, count);
  if (rc != SQLITE_OK) return rc;
  d->grammar.count = count;
  d->spelled.count = count;
  d->spelled.start = sqlite3_malloc64((count + 1) * sizeof(uint32_t));
  *item = sqlite3_malloc64(count * sizeof **item);
  if (d->spelled.start == NULL || *item == NULL) return SQLITE_NOMEM;
  memset(*item, 0xff, count * sizeof **item);
  return SQLITE_OK;
}

/* Spells symbols, then items, into `symbols`, whose content is d->spelled's. */
static int spell_codec(Dictionary *d, const TextCodec *codec, uint16_t *item, Buffer *symbols) {
  int rc = SQLITE_OK;
  for (uint16_t t = 0; rc == SQLITE_OK && t < SYMBOL_LIMIT; t++) {
    d->spelled.start[t] = (uint32_t)(symbols->size / sizeof t);
    if (t < SYMBOL_FIELD + d->fields.count && dictionary_has_text(t)) {
      rc = buffer_append(symbols, &t, sizeof t);
    }
  }
  for (uint32_t i = 0; rc == SQLITE_OK && i < codec->tokens; i++) {
    uint16_t spelled[TOKEN_BYTES_MAX];
    uint32_t count = spell_token(codec, i, spelled);
    uint32_t token = token_of_item(codec, i, spelled, count);
    item[token] = (uint16_t)i;
    d->spelled.start[SYMBOL_LIMIT + i] = (uint32_t)(symbols->size / sizeof *spelled);
    if (token < SYMBOL_LIMIT) continue;
    rc = buffer_append(symbols, spelled, count * sizeof *spelled);
    for (uint32_t k = 0; k < count; k++) {
      d->grammar.fields[token] += d->grammar.fields[spelled[k]];
    }
  }
  d->spelled.start[d->spelled.count] = (uint32_t)(symbols->size / sizeof *item);
  return rc;
}

static void set_codec_costs(Dictionary *d, const TextCodec *codec, const uint16_t *item) {
  uint32_t escape = codec_code_cost(codec, item[SYMBOL_ESCAPE]) + 8 * COST_BIT;
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    d->cost[t] = item[t] != NO_ITEM ? codec_code_cost(codec, item[t]) : escape;
    parser_set_cost(&d->parser, t, d->cost[t]);
  }
}

/* Whether the codec can code every string: true of those that build.h makes. */
static bool codes_everything(const Dictionary *d, const uint16_t *item) {
  for (uint32_t t = SYMBOL_END; t < SYMBOL_FIELD + d->fields.count; t++) {
    if (item[t] == NO_ITEM) return false;
  }
  return true;
}

int dictionary_reopen(Dictionary *d, const TextCodec *codec, uint16_t **item) {
  memset(d, 0, sizeof *d);
  *item = NULL;
  Buffer symbols = {0};
  int rc = alloc_reopened(d, codec, item);
  if (rc == SQLITE_OK) {
    memset(d->grammar.fields + SYMBOL_LIMIT, 0, codec->tokens);
    rc = spell_codec(d, codec, *item, &symbols);
  }
  d->spelled.symbols = (uint16_t *)(void *)symbols.bytes;
  if (rc == SQLITE_OK && !codes_everything(d, *item)) rc = SQLITE_CORRUPT;
  if (rc == SQLITE_OK) {
    memset(d->uses, 0xff, d->spelled.count * sizeof *d->uses);
    rc = parser_init(&d->parser, &d->spelled, d->uses);
  }
  if (rc == SQLITE_OK) {
    set_codec_costs(d, codec, *item);
    return SQLITE_OK;
  }
  sqlite3_free(*item);
  *item = NULL;
  dictionary_clear(d);
  return rc;
}
