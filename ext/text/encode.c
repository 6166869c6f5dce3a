/*
** encode.c: see encode.h.
**
** Two passes over the strings: one counts tokens, the other writes codes.
*/
#include "encode.h"

#include "base/sqlite.h"
#include "build.h"
#include "classes.h"
#include "code_writer.h"
#include "count.h"
#include "extend.h"
#include "offsets.h"
#include "section.h"

typedef struct Encoder {
  const Strings *strings;
  Dictionary *dictionary;
  PruneTerms terms;
  ParallelRun *run;
  Tokenizer *tokenizer;
  Kept kept;
  CodeWriter writer;
} Encoder;

/* --- the first pass ------------------------------------------------------- */

static int count(Encoder *e) {
  return count_tokens(e->strings, e->dictionary, e->run, &e->kept, e->dictionary->uses);
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
  return rc == SQLITE_OK ? count(e) : rc;
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
  classes_clear(&classes);
  return rc;
}

/* --- the second pass ------------------------------------------------------ */

static int put_string_anew(Encoder *e, uint32_t string) {
  Tokenizer *tokenizer = e->tokenizer;
  tokenizer_begin(tokenizer, string);
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && tokenizer_next(tokenizer)) {
    const uint64_t *payload = tokenizer->run.payloads;
    rc = code_writer_put(&e->writer, tokenizer->tokens, tokenizer->count, &payload);
  }
  return rc;
}

static int put_string(Encoder *e, uint32_t string) {
  if (!e->kept.complete) return put_string_anew(e, string);
  const uint32_t *start = e->kept.token_start + string;
  const uint64_t *payload = kept_payloads(&e->kept) + e->kept.payload_start[string];
  return code_writer_put(&e->writer, kept_tokens(&e->kept) + start[0], start[1] - start[0],
                         &payload);
}

static int put_strings(Encoder *e, Buffer *out) {
  for (uint32_t i = 0; i < e->strings->count; i++) {
    int rc = code_writer_begin(&e->writer);
    if (rc == SQLITE_OK) rc = put_string(e, i);
    if (rc != SQLITE_OK) return rc;
  }
  return code_writer_finish(&e->writer, strings_have_nul(e->strings), out);
}

/* Whether the strings are to be tokens before they are written, though the codec is there. */
static bool pays_to_share(const Encoder *e) {
  return parallel_has_threads(e->run) && strings_size(e->strings) <= KEPT_TEXT;
}

static int run_encoder(Encoder *e, TextCodec **codec, uint16_t *item, Buffer *out) {
  Dictionary *d = e->dictionary;
  int rc = tokenizer_new(&e->tokenizer, e->strings, d, 1u << d->block_shift);
  if (rc == SQLITE_OK && (*codec == NULL || pays_to_share(e))) rc = count(e);
  if (rc == SQLITE_OK && *codec == NULL) {
    rc = learn_from_all(e);
    if (rc == SQLITE_OK) rc = make_codec(e, codec, item);
  }
  if (rc == SQLITE_OK) rc = code_writer_open(&e->writer, *codec, d, item, e->strings->count);
  return rc == SQLITE_OK ? put_strings(e, out) : rc;
}

int encode_section(const Strings *strings, Dictionary *dictionary, PruneTerms terms,
                   ParallelRun *run, TextCodec **codec, uint16_t *item, Buffer *out) {
  Encoder e = {.strings = strings, .dictionary = dictionary, .terms = terms, .run = run};
  int rc = run_encoder(&e, codec, item, out);
  tokenizer_free(e.tokenizer);
  code_writer_close(&e.writer);
  kept_clear(&e.kept);
  return rc;
}

/* ---- estimates ------------------------------------------------------------ */

#define ESTIMATE_BYTES (1u << 20) /* looked at, about */

/* What was looked at of some strings, and what it costs. */
typedef struct Estimate {
  uint32_t strings;
  uint64_t bytes; /* of these strings */
  uint64_t taken; /* of them: of long strings the begin */
  uint64_t cost;
} Estimate;

static void estimate_string(Tokenizer *tokenizer, uint32_t string, Estimate *seen) {
  const Dictionary *d = tokenizer->dictionary;
  const uint32_t *start = tokenizer->strings->start + string;
  uint32_t size = start[1] - start[0];
  tokenizer_begin(tokenizer, string);
  bool more = tokenizer_next(tokenizer);
  seen->strings++;
  seen->bytes += size;
  seen->taken += size < PARSE_CHUNK ? size : PARSE_CHUNK;
  for (uint32_t k = 0; more && k < tokenizer->count; k++) {
    uint32_t token = tokenizer->tokens[k];
    seen->cost += d->cost[token] + COST_BIT * (uint64_t)dictionary_payload_bits(d, token);
  }
}

int encode_estimate(const Strings *strings, Dictionary *dictionary, uint64_t *bits) {
  uint32_t stride = strings->count / (ESTIMATE_STRINGS + 1) + 1, group = 1u << OFFSETS_GROUP_SHIFT;
  Estimate seen = {0};
  Tokenizer *tokenizer;
  int rc = tokenizer_new(&tokenizer, strings, dictionary, 1u << dictionary->block_shift);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t first = 0; first < strings->count && seen.taken < ESTIMATE_BYTES;
       first += stride * group) {
    for (uint32_t i = first; i < first + group && i < strings->count; i++) {
      estimate_string(tokenizer, i, &seen);
    }
  }
  tokenizer_free(tokenizer);
  double scale = (double)strings->count / (seen.strings + (seen.strings == 0)) *
                 (double)(seen.bytes + 1) / (double)(seen.taken + 1);
  *bits = (uint64_t)((double)(seen.cost / COST_BIT) * scale);
  return SQLITE_OK;
}
