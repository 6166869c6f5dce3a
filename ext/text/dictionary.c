/*
** dictionary.c: see dictionary.h.
*/
#include "dictionary.h"

#include <string.h>

#include "../sqlite.h"
#include "learn.h"

#define MIN_PAIR_COUNT 3

static bool has_symbols(uint32_t token) {
  return token != SYMBOL_SAME && token != SYMBOL_ESCAPE;
}

/* Spells out all tokens of the grammar. */
static int spell(Dictionary *d) {
  uint32_t count = d->grammar.count, total = 0;
  for (uint32_t t = 0; t < count; t++) total += d->grammar.symbols[t];
  d->spelled.start = sqlite3_malloc64((count + 1) * sizeof(uint32_t));
  d->spelled.symbols = sqlite3_malloc64(total * sizeof(uint16_t));
  if (d->spelled.start == NULL || d->spelled.symbols == NULL) return SQLITE_NOMEM;
  d->spelled.count = count;
  uint32_t at = 0;
  for (uint32_t t = 0; t < count; t++) {
    d->spelled.start[t] = at;
    bool unused_field = t >= SYMBOL_FIELD + d->fields.count && t < SYMBOL_LIMIT;
    if (!has_symbols(t) || unused_field) continue;
    at += grammar_expand(&d->grammar, t, d->spelled.symbols + at);
  }
  d->spelled.start[count] = at;
  return SQLITE_OK;
}

static int alloc_tables(Dictionary *d) {
  uint32_t count = d->grammar.count;
  d->uses = sqlite3_malloc64(count * sizeof *d->uses);
  d->cost = sqlite3_malloc64(count * sizeof *d->cost);
  d->work = sqlite3_malloc64(2 * count * sizeof *d->work);
  if (!d->uses || !d->cost || !d->work) return SQLITE_NOMEM;
  memset(d->uses, 0, count * sizeof *d->uses);
  return SQLITE_OK;
}

void dictionary_set_costs(Dictionary *d) {
  uint64_t total = 0;
  for (uint32_t t = 0; t < d->grammar.count; t++) total += d->uses[t];
  uint32_t escape = cost_of(d->uses[SYMBOL_ESCAPE], total);
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    uint32_t cost = cost_of(d->uses[t], total);
    if (d->uses[t] == 0 && t < 256) cost = escape + 8 * COST_BIT;
    d->cost[t] = cost;
    bool usable = d->uses[t] != 0 || t < SYMBOL_LIMIT;
    parser_set_cost(&d->parser, t, usable ? cost : COST_NEVER);
  }
}

/* Counts the tokens of a parse of the sample. */
static void count_sample(Dictionary *d, const Sample *sample, uint16_t *tokens) {
  const Sequences *all = &sample->sequences;
  memset(d->uses, 0, d->grammar.count * sizeof *d->uses);
  d->uses[SYMBOL_SAME] = sample->same;
  for (uint32_t i = 0; i < all->count; i++) {
    const uint16_t *symbols = all->symbols + all->start[i];
    uint32_t count = all->start[i + 1] - all->start[i];
    uint32_t n = parser_parse(&d->parser, symbols, count, tokens);
    for (uint32_t k = 0; k < n; k++) d->uses[tokens[k]] += all->weight[i];
  }
}

/* Parses the sample, with better costs each time, and drops what does not pay. */
static int settle_tokens(Dictionary *d, const Sample *sample, PruneTerms terms) {
  uint16_t *tokens = sqlite3_malloc64(PARSE_CHUNK * sizeof *tokens);
  if (tokens == NULL) return SQLITE_NOMEM;
  for (uint32_t t = 0; t < d->grammar.count; t++) parser_set_cost(&d->parser, t, 12 * COST_BIT);
  count_sample(d, sample, tokens);
  for (int round = 0; round < 2; round++) {
    dictionary_set_costs(d);
    count_sample(d, sample, tokens);
    dictionary_set_costs(d);
    prune_tokens(&d->grammar, d->uses, d->cost, terms, d->work);
  }
  dictionary_set_costs(d);
  sqlite3_free(tokens);
  return SQLITE_OK;
}

static int learn_tokens(Dictionary *d, const Sample *sample, const TrainOptions *options) {
  uint8_t widths[FIELDS_MAX];
  for (uint32_t f = 0; f < d->fields.count; f++) widths[f] = d->fields.field[f].width;
  int rc = grammar_init(&d->grammar, options->tokens, widths, d->fields.count);
  if (rc == SQLITE_OK) rc = grammar_train(&d->grammar, &sample->sequences, MIN_PAIR_COUNT);
  if (rc == SQLITE_OK) rc = spell(d);
  if (rc == SQLITE_OK) rc = alloc_tables(d);
  if (rc == SQLITE_OK) rc = parser_init(&d->parser, &d->spelled);
  return rc;
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

/* The code of what was counted in the sample, scaled up. */
static uint64_t estimate_bits(const Dictionary *d, uint32_t scale) {
  uint64_t cost = 0;
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    cost += d->uses[t] * (uint64_t)(d->cost[t] + dictionary_payload_bits(d, t) * COST_BIT);
  }
  return cost / COST_BIT * scale / 256;
}

/* Learns fields, and sets the block size by how many strings have some. */
static int learn_numbers(Dictionary *d, const Strings *strings, const TrainOptions *options,
                         SamplePlan plan) {
  uint32_t share = 0;
  d->block_shift = options->block_shift;
  if (!options->fields) return SQLITE_OK;
  int rc = learn_fields(&d->fields, strings, plan, 1u << options->number_shift, &share);
  if (share >= 128) d->block_shift = options->number_shift;
  return rc;
}

int dictionary_train(Dictionary *d, const Strings *strings, const TrainOptions *options,
                     uint64_t *bits) {
  memset(d, 0, sizeof *d);
  Sample sample = {0};
  SamplePlan plan = sample_plan(strings, options->sample_bytes);
  int rc = learn_numbers(d, strings, options, plan);
  if (rc == SQLITE_OK) rc = sample_take(&sample, strings, plan, &d->fields, 1u << d->block_shift);
  if (rc == SQLITE_OK) rc = learn_tokens(d, &sample, options);
  if (rc == SQLITE_OK) {
    PruneTerms terms = options->prune;
    terms.scale = (uint32_t)((uint64_t)strings->count * 256 / (sample.strings + 1));
    rc = settle_tokens(d, &sample, terms);
    *bits = estimate_bits(d, terms.scale);
  }
  sample_clear(&sample);
  if (rc != SQLITE_OK) dictionary_clear(d);
  return rc;
}

/* --- out of a codec ------------------------------------------------------------ */

/* Writes the symbols of an item to `symbols`; returns how many, 0 if it has none. */
static uint32_t spell_item(const TextCodec *codec, uint32_t item, uint16_t *symbols) {
  CodecToken token = codec_token(codec, item);
  uint32_t count = 0, fields = 0;
  const unsigned char *record = NULL;
  if (token.length == 0) {
    if (token.offset < CODEC_RECORD) return 0;
    record = codec->records + (token.offset - CODEC_RECORD);
    fields = record[2];
    token.length = record[0];
    token.ends = record[1] != 0;
    token.offset = load_u32(record + 3) & 0xffffff;
  }
  uint32_t text_size = token.length - token.ends, f = 0;
  for (uint32_t at = 0; at < text_size;) {
    if (f < fields && record[CODEC_RECORD_SIZE + 2 * f] == at) {
      uint32_t number = record[CODEC_RECORD_SIZE + 2 * f++ + 1];
      symbols[count++] = (uint16_t)(SYMBOL_FIELD + number);
      at += codec->field_bytes[FIELD_SIZE * number + 1];
    } else {
      symbols[count++] = codec->text[token.offset + at++];
    }
  }
  if (token.ends) symbols[count++] = SYMBOL_END;
  return count;
}

/* The token that an item is: itself a symbol, or the next one behind the symbols. */
static uint32_t token_of_item(const TextCodec *codec, uint32_t item, const uint16_t *symbols,
                              uint32_t count) {
  if (count == 1) return symbols[0];
  if (count > 1) return SYMBOL_LIMIT + item;
  return codec_token(codec, item).offset == CODEC_SAME ? SYMBOL_SAME : SYMBOL_ESCAPE;
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
  fieldset_index(&d->fields);
  int rc = grammar_init(&d->grammar, count, widths, d->fields.count);
  if (rc != SQLITE_OK) return rc;
  d->grammar.count = count;
  d->spelled.count = count;
  d->spelled.start = sqlite3_malloc64((count + 1) * sizeof(uint32_t));
  *item = sqlite3_malloc64(count * sizeof **item);
  if (d->spelled.start == NULL || *item == NULL) return SQLITE_NOMEM;
  memset(*item, 0xff, count * sizeof **item);
  return alloc_tables(d);
}

/* Spells symbols, then items, into `symbols`, whose content is d->spelled's. */
static int spell_codec(Dictionary *d, const TextCodec *codec, uint16_t *item, Buffer *symbols) {
  int rc = SQLITE_OK;
  for (uint16_t t = 0; rc == SQLITE_OK && t < SYMBOL_LIMIT; t++) {
    d->spelled.start[t] = (uint32_t)(symbols->size / sizeof t);
    if (t < SYMBOL_FIELD + d->fields.count && has_symbols(t)) {
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
  if (rc == SQLITE_OK) rc = parser_init(&d->parser, &d->spelled);
  if (rc == SQLITE_OK) {
    set_codec_costs(d, codec, *item);
    return SQLITE_OK;
  }
  sqlite3_free(*item);
  *item = NULL;
  dictionary_clear(d);
  return rc;
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
