/*
** reopen.c: see reopen.h.
*/
#include "reopen.h"

#include <string.h>

#include "../sqlite.h"

/* Writes the symbols of a token with that record; returns how many. */
static uint32_t spell_record(const TextCodec *codec, CodecToken token, const unsigned char *places,
                             uint32_t fields, uint16_t *symbols) {
  uint32_t text_size = token.length - token.ends, count = 0, f = 0;
  for (uint32_t at = 0; at < text_size;) {
    if (f < fields && places[2 * f] == at) {
      uint32_t number = places[2 * f++ + 1];
      symbols[count++] = (uint16_t)(SYMBOL_FIELD + number);
      at += codec->field_bytes[FIELD_SIZE * number + 1];
    } else {
      symbols[count++] = codec->text[token.offset + at++];
    }
  }
  if (token.ends) symbols[count++] = SYMBOL_END;
  return count;
}

static uint32_t spell_text(const TextCodec *codec, uint32_t item, uint16_t *symbols) {
  CodecToken token = codec_token(codec, item);
  if (token.length != 0) return spell_record(codec, token, NULL, 0, symbols);
  if (token.offset < CODEC_RECORD) return 0;
  const unsigned char *record = codec->records + (token.offset - CODEC_RECORD);
  token.length = record[0];
  token.ends = record[1] != 0;
  token.offset = load_u32(record + 3) & 0xffffff;
  return spell_record(codec, token, record + CODEC_RECORD_SIZE, record[2], symbols);
}

/* The same for pairs; stops short of what no encoder makes. */
static uint32_t spell_pairs(const TextCodec *codec, uint32_t item, uint16_t *symbols) {
  uint32_t waiting[TOKEN_BYTES_MAX], depth = 0, count = 0;
  if (codec_special(codec, item) != CODEC_RECORD) return 0;
  while (count < TOKEN_BYTES_MAX) {
    CodecPair pair = codec_pair(codec, item);
    if (pair.left != codec->entry_count) {
      if (depth == TOKEN_BYTES_MAX) return count;
      waiting[depth++] = pair.right;
      item = pair.left;
      continue;
    }
    symbols[count++] = (uint16_t)pair.right;
    if (depth == 0) return count;
    item = waiting[--depth];
  }
  return count;
}

/* Writes the symbols of an item to `symbols`; returns how many, 0 if it has none. */
static uint32_t spell_item(const TextCodec *codec, uint32_t item, uint16_t *symbols) {
  return codec->form == CODEC_TEXT ? spell_text(codec, item, symbols)
                                   : spell_pairs(codec, item, symbols);
}

/* The token that an item is: itself a symbol, or the next one behind the symbols. */
static uint32_t token_of_item(const TextCodec *codec, uint32_t item, const uint16_t *symbols,
                              uint32_t count) {
  if (count == 1) return symbols[0];
  if (count > 1) return SYMBOL_LIMIT + item;
  return codec_special(codec, item) == CODEC_SAME ? SYMBOL_SAME : SYMBOL_ESCAPE;
}

static int alloc_reopened(Dictionary *d, const TextCodec *codec, uint16_t **item) {
  uint32_t count = SYMBOL_LIMIT + codec->tokens;
  uint8_t widths[FIELDS_MAX];
  d->fields.count = codec->fields;
  d->block_shift = codec->bytes[CODEC_AT_BLOCK_SHIFT];
  for (uint32_t f = 0; f < codec->fields; f++) {
    d->fields.field[f] = field_load(codec->field_bytes + FIELD_SIZE * f);
    widths[f] = d->fields.field[f].width;
  }
  if (!fieldset_index(&d->fields)) return SQLITE_CORRUPT;
  int rc = grammar_init(&d->grammar, count, widths, d->fields.count);
  if (rc != SQLITE_OK) return rc;
  d->grammar.count = count;
  d->spelled.count = count;
  d->spelled.start = sqlite3_malloc64((count + 1) * sizeof(uint32_t));
  *item = sqlite3_malloc64(count * sizeof **item);
  if (d->spelled.start == NULL || *item == NULL) return SQLITE_NOMEM;
  memset(*item, 0xff, count * sizeof **item);
  return dictionary_alloc(d, count);
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
    uint32_t count = spell_item(codec, i, spelled);
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
  uint32_t escape = codec_code_bits(codec, item[SYMBOL_ESCAPE]) + 8;
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    uint32_t bits = item[t] != NO_ITEM ? codec_code_bits(codec, item[t]) : escape;
    d->cost[t] = bits * COST_BIT;
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
