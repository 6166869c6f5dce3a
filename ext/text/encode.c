/*
** encode.c: see encode.h.
**
** Two passes over the strings: one counts tokens, the other writes codes.
*/
#include "encode.h"

#include <string.h>

#include "base/sqlite.h"
#include "bitstream.h"
#include "classes.h"
#include "coded.h"
#include "extend.h"
#include "kept.h"
#include "section.h"

typedef struct ItemCode {
  uint16_t code;
  uint8_t bits, class;
} ItemCode;

typedef struct Encoder {
  const Strings *strings;
  Dictionary *dictionary;
  PruneTerms terms;
  Tokenizer *tokenizer;
  const TextCodec *codec;
  const uint16_t *item;
  ItemCode *codes; /* by item */
  uint32_t *width; /* by token: where the widths of its payloads begin */
  Buffer widths;   /* u8 each: bits of a payload */
  ClassBits class_codes[CLASS_CONTEXTS_MAX][CLASSES_MAX];
  uint32_t context; /* of the next token */
  Kept kept;
  Buffer code;
  StreamWriter writer;
  uint32_t *block_at; /* bit offset by block, and the end */
  uint32_t blocks;
} Encoder;

/* --- the first pass ------------------------------------------------------- */

static void add_uses(Encoder *e, const uint16_t *tokens, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) e->dictionary->uses[tokens[k]]++;
}

static int count_string(Encoder *e, uint32_t i) {
  Tokenizer *tokenizer = e->tokenizer;
  tokenizer_begin(tokenizer, i);
  uint32_t twin = tokenizer->same ? KEPT_NONE : kept_twin(&e->kept, e->strings, i);
  if (twin != KEPT_NONE) {
    const uint32_t *start = e->kept.token_start + twin;
    add_uses(e, kept_tokens(&e->kept) + start[0], start[1] - start[0]);
    return kept_add_again(&e->kept, twin);
  }
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && tokenizer_next(tokenizer)) {
    add_uses(e, tokenizer->tokens, tokenizer->count);
    rc = kept_add(&e->kept, tokenizer);
  }
  return rc;
}

static int count_tokens(Encoder *e) {
  uint32_t *uses = e->dictionary->uses;
  memset(uses, 0, e->dictionary->grammar.count * sizeof *uses);
  int rc = kept_init(&e->kept, e->strings->count);
  for (uint32_t i = 0; rc == SQLITE_OK && i < e->strings->count; i++) {
    rc = count_string(e, i);
    if (rc == SQLITE_OK) kept_end(&e->kept);
  }
  return rc;
}

/*
** Learns tokens from all strings, where these were kept. What RePair joins is not the cheapest
** way to write a string with the tokens that are left at the end.
*/
static int learn_from_all(Encoder *e) {
  if (!e->kept.complete) return SQLITE_OK;
  int rc = extend_dictionary(e->dictionary, &e->kept);
  if (rc != SQLITE_OK || !e->dictionary->refine) return rc;
  rc = dictionary_settle(e->dictionary, e->terms);
  kept_clear(&e->kept);
  return rc == SQLITE_OK ? count_tokens(e) : rc;
}

/* Finds classes for what was counted and kept, where the form of the codec may have some. */
static int find_classes(const Encoder *e, Classes *classes) {
  *classes = (Classes){.count = 0};
  if (e->dictionary->form != CODEC_PAIRS || !e->kept.complete) return SQLITE_OK;
  uint32_t count = e->kept.token_start[e->kept.count];
  return classes_find(classes, e->dictionary, kept_tokens(&e->kept), count);
}

/* Makes the codec for what was counted. What any string may need gets a code. */
static int make_codec(Encoder *e, TextCodec **codec, uint16_t *item) {
  Dictionary *d = e->dictionary;
  if (!e->kept.complete) { /* all are to be parsed again */
    dictionary_set_costs(d);
    dictionary_set_parser_costs(d);
  }
  prune_tokens(&d->grammar, d->uses, d->flat, e->terms, d->work);
  for (uint32_t t = SYMBOL_END; t < SYMBOL_FIELD + d->fields.count; t++) {
    if (d->uses[t] == 0) d->uses[t] = 1;
  }
  Classes classes;
  int rc = find_classes(e, &classes);
  if (rc == SQLITE_OK) rc = build_codec(d, &classes, strings_size(e->strings), codec, item);
  e->codec = *codec;
  classes_clear(&classes);
  return rc;
}

/* --- the second pass ------------------------------------------------------ */

static void find_class_codes(Encoder *e, const ClassCode *classes) {
  for (uint32_t item = 0; item < e->codec->tokens; item++) {
    ClassBits code = class_code_item(classes, item);
    uint32_t class = class_code_class(classes, item);
    e->codes[item] = (ItemCode){code.code, (uint8_t)code.bits, (uint8_t) class};
  }
  for (uint32_t context = 0; context <= classes->classes; context++) {
    for (uint32_t class = 0; class < classes->classes; class ++) {
      e->class_codes[context][class] = class_code_of(classes, context, class);
    }
  }
}

/* Looks up the codes of all items. */
static int find_codes(Encoder *e) {
  e->codes = sqlite3_malloc64(e->codec->tokens * sizeof *e->codes);
  if (e->codes == NULL) return SQLITE_NOMEM;
  if (e->codec->classes != NULL) {
    find_class_codes(e, e->codec->classes);
    return SQLITE_OK;
  }
  for (uint32_t item = 0; item < e->codec->tokens; item++) {
    uint32_t bits = codec_code_bits(e->codec, item);
    uint32_t code = prefix_code(&e->codec->code, item, bits);
    e->codes[item] = (ItemCode){(uint16_t)code, (uint8_t)bits, 0};
  }
  return SQLITE_OK;
}

static int put_item(Encoder *e, uint32_t item) {
  ItemCode code = e->codes[item];
  if (e->codec->classes != NULL) {
    ClassBits class = e->class_codes[e->context][code.class];
    int rc = stream_put(&e->writer, class.code, class.bits);
    if (rc != SQLITE_OK) return rc;
    e->context = 1u + code.class;
  }
  return stream_put(&e->writer, code.code, code.bits);
}

/* Notes the bits of the payloads of all tokens, in order. */
static int find_widths(Encoder *e) {
  const Dictionary *d = e->dictionary;
  int rc = SQLITE_OK;
  e->width = sqlite3_malloc64(d->grammar.count * sizeof *e->width);
  if (e->width == NULL) return SQLITE_NOMEM;
  for (uint32_t token = 0; token < d->grammar.count; token++) {
    e->width[token] = (uint32_t)e->widths.size;
    if (d->grammar.fields[token] == 0) continue;
    for (uint32_t i = d->spelled.start[token]; i < d->spelled.start[token + 1]; i++) {
      if (d->spelled.symbols[i] < SYMBOL_FIELD) continue;
      const Field *field = &d->fields.field[d->spelled.symbols[i] - SYMBOL_FIELD];
      if (rc == SQLITE_OK) rc = buffer_append(&e->widths, &field->bits, 1);
    }
  }
  return rc;
}

static int put_payloads(Encoder *e, uint32_t token, const uint64_t **payload) {
  const unsigned char *width = e->widths.bytes + e->width[token];
  int rc = SQLITE_OK;
  for (uint32_t n = e->dictionary->grammar.fields[token]; rc == SQLITE_OK && n != 0; n--) {
    rc = stream_put_wide(&e->writer, *(*payload)++, *width++);
  }
  return rc;
}

/* Writes a token, or the tokens that it was split into. */
static int put_token(Encoder *e, uint32_t token, const uint64_t **payload) {
  while (e->item[token] == NO_ITEM) {
    if (token < 256) {
      int rc = put_item(e, e->item[SYMBOL_ESCAPE]);
      return rc == SQLITE_OK ? stream_put(&e->writer, token, 8) : rc;
    }
    TokenPair pair = e->dictionary->grammar.pair[token];
    int rc = put_token(e, pair.left, payload);
    if (rc != SQLITE_OK) return rc;
    token = pair.right;
  }
  int rc = put_item(e, e->item[token]);
  if (rc != SQLITE_OK || e->dictionary->grammar.fields[token] == 0) return rc;
  return put_payloads(e, token, payload);
}

static int put_tokens(Encoder *e, const uint16_t *tokens, uint32_t count,
                      const uint64_t **payload) {
  int rc = SQLITE_OK;
  for (uint32_t k = 0; rc == SQLITE_OK && k < count; k++) rc = put_token(e, tokens[k], payload);
  return rc;
}

static int put_string_anew(Encoder *e, uint32_t string) {
  tokenizer_begin(e->tokenizer, string);
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && tokenizer_next(e->tokenizer)) {
    const uint64_t *payload = e->tokenizer->run.payloads;
    rc = put_tokens(e, e->tokenizer->tokens, e->tokenizer->count, &payload);
  }
  return rc;
}

static int put_string(Encoder *e, uint32_t string) {
  if (!e->kept.complete) return put_string_anew(e, string);
  const uint32_t *start = e->kept.token_start + string;
  const uint64_t *payload = kept_payloads(&e->kept) + e->kept.payload_start[string];
  return put_tokens(e, kept_tokens(&e->kept) + start[0], start[1] - start[0], &payload);
}

static int put_strings(Encoder *e) {
  uint32_t mask = (1u << e->dictionary->block_shift) - 1;
  e->writer = (StreamWriter){.out = &e->code};
  for (uint32_t i = 0; i < e->strings->count; i++) {
    if ((i & mask) == 0) e->block_at[e->blocks++] = (uint32_t)e->writer.at;
    e->context = 0;
    int rc = put_string(e, i);
    if (rc != SQLITE_OK) return rc;
    if (e->writer.at > UINT32_MAX) return SQLITE_TOOBIG;
  }
  e->block_at[e->blocks] = (uint32_t)e->writer.at;
  return stream_finish(&e->writer);
}

/* --- the section ---------------------------------------------------------- */

static int append_section(const Encoder *e, Buffer *out) {
  size_t begin = out->size;
  int rc = section_begin(e->strings, SECTION_CODED, out);
  if (rc == SQLITE_OK) rc = buffer_append_zeros(out, CODED_FIXED_SIZE - SECTION_HEADER);
  if (rc != SQLITE_OK) return rc;
  store_u32(out->bytes + begin + CODED_AT_CHECK, e->codec->check);
  store_u32(out->bytes + begin + CODED_AT_CODE_SIZE, (uint32_t)(e->code.size - STREAM_PADDING));
  uint32_t shift = e->dictionary->block_shift;
  rc = offsets_append(e->block_at, e->strings->count, shift, begin, out);
  return rc == SQLITE_OK ? buffer_append(out, e->code.bytes, e->code.size) : rc;
}

static int run_encoder(Encoder *e, TextCodec **codec, uint16_t *item, Buffer *out) {
  uint32_t shift = e->dictionary->block_shift, blocks = (e->strings->count >> shift) + 2;
  e->block_at = sqlite3_malloc64(blocks * sizeof *e->block_at);
  if (e->block_at == NULL) return SQLITE_NOMEM;
  int rc = tokenizer_new(&e->tokenizer, e->strings, e->dictionary, 1u << shift);
  if (rc == SQLITE_OK && *codec == NULL) {
    rc = count_tokens(e);
    if (rc == SQLITE_OK) rc = learn_from_all(e);
    if (rc == SQLITE_OK) rc = make_codec(e, codec, item);
  }
  if (rc == SQLITE_OK) rc = find_codes(e);
  if (rc == SQLITE_OK) rc = find_widths(e);
  if (rc == SQLITE_OK) rc = put_strings(e);
  return rc == SQLITE_OK ? append_section(e, out) : rc;
}

int encode_section(const Strings *strings, Dictionary *dictionary, PruneTerms terms,
                   TextCodec **codec, uint16_t *item, Buffer *out) {
  Encoder e = {
      .strings = strings, .dictionary = dictionary, .terms = terms, .codec = *codec, .item = item};
  int rc = run_encoder(&e, codec, item, out);
  tokenizer_free(e.tokenizer);
  sqlite3_free(e.block_at);
  sqlite3_free(e.codes);
  sqlite3_free(e.width);
  buffer_clear(&e.widths);
  kept_clear(&e.kept);
  buffer_clear(&e.code);
  return rc;
}

int encode_estimate(const Strings *strings, Dictionary *dictionary, uint32_t sampled,
                    uint64_t *bits) {
  uint32_t stride = strings->count / (sampled + 1) + 1, seen = 0;
  uint64_t cost = 0;
  Tokenizer *tokenizer;
  int rc = tokenizer_new(&tokenizer, strings, dictionary, 1u << dictionary->block_shift);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t run = 0; run < strings->count; run += stride << OFFSETS_GROUP_SHIFT) {
    uint32_t end = run + (1u << OFFSETS_GROUP_SHIFT);
    for (uint32_t i = run; i < end && i < strings->count; i++, seen++) {
      tokenizer_begin(tokenizer, i);
      while (tokenizer_next(tokenizer)) {
        for (uint32_t k = 0; k < tokenizer->count; k++) {
          uint32_t token = tokenizer->tokens[k];
          cost += dictionary->cost[token];
          cost += COST_BIT * (uint64_t)dictionary_payload_bits(dictionary, token);
        }
      }
    }
  }
  tokenizer_free(tokenizer);
  *bits = seen == 0 ? 0 : cost / COST_BIT * strings->count / seen;
  return SQLITE_OK;
}
