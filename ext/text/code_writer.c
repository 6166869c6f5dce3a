/*
** code_writer.c: see code_writer.h.
*/
#include "code_writer.h"

#include "base/sqlite.h"
#include "coded.h"

/* --- what is looked up ------------------------------------------------------ */

static void find_class_codes(CodeWriter *w, const ClassCode *classes) {
  for (uint32_t item = 0; item < w->codec->tokens; item++) {
    ClassBits code = class_code_item(classes, item);
    uint32_t class = class_code_class(classes, item);
    w->codes[item] = (ItemCode){code.code, (uint8_t)code.bits, (uint8_t) class};
  }
  for (uint32_t context = 0; context <= classes->classes; context++) {
    for (uint32_t class = 0; class < classes->classes; class ++) {
      w->class_codes[context][class] = class_code_of(classes, context, class);
    }
  }
}

/* Looks up the codes of all items. */
static int find_codes(CodeWriter *w) {
  w->codes = sqlite3_malloc64(w->codec->tokens * sizeof *w->codes);
  if (w->codes == NULL) return SQLITE_NOMEM;
  if (w->codec->classes != NULL) {
    find_class_codes(w, w->codec->classes);
    return SQLITE_OK;
  }
  for (uint32_t item = 0; item < w->codec->tokens; item++) {
    uint32_t bits = codec_code_bits(w->codec, item);
    uint32_t code = prefix_code(&w->codec->code, item, bits);
    w->codes[item] = (ItemCode){(uint16_t)code, (uint8_t)bits, 0};
  }
  return SQLITE_OK;
}

/* Notes the bits of the payloads of all tokens, in order. */
static int find_widths(CodeWriter *w) {
  const Dictionary *d = w->dictionary;
  int rc = SQLITE_OK;
  w->width = sqlite3_malloc64(d->grammar.count * sizeof *w->width);
  if (w->width == NULL) return SQLITE_NOMEM;
  for (uint32_t token = 0; token < d->grammar.count; token++) {
    w->width[token] = (uint32_t)w->widths.size;
    if (d->grammar.fields[token] == 0) continue;
    for (uint32_t i = d->spelled.start[token]; i < d->spelled.start[token + 1]; i++) {
      if (d->spelled.symbols[i] < SYMBOL_FIELD) continue;
      const Field *field = &d->fields.field[d->spelled.symbols[i] - SYMBOL_FIELD];
      if (rc == SQLITE_OK) rc = buffer_append(&w->widths, &field->bits, 1);
    }
  }
  return rc;
}

int code_writer_open(CodeWriter *w, const TextCodec *codec, const Dictionary *dictionary,
                     const uint16_t *item, uint32_t strings) {
  uint32_t blocks = (strings >> dictionary->block_shift) + 2;
  *w = (CodeWriter){.codec = codec, .dictionary = dictionary, .item = item};
  w->stream.out = &w->code;
  w->block_at = sqlite3_malloc64(blocks * sizeof *w->block_at);
  if (w->block_at == NULL) return SQLITE_NOMEM;
  int rc = find_codes(w);
  return rc == SQLITE_OK ? find_widths(w) : rc;
}

void code_writer_close(CodeWriter *w) {
  sqlite3_free(w->block_at);
  sqlite3_free(w->codes);
  sqlite3_free(w->width);
  buffer_clear(&w->widths);
  buffer_clear(&w->code);
}

/* --- writing ------------------------------------------------------------------ */

int code_writer_begin(CodeWriter *w) {
  uint32_t shift = w->dictionary->block_shift;
  if (w->stream.at > UINT32_MAX) return SQLITE_TOOBIG;
  if ((w->count & ((1u << shift) - 1)) == 0) {
    w->block_at[w->count >> shift] = (uint32_t)w->stream.at;
  }
  w->context = 0;
  w->count++;
  return SQLITE_OK;
}

static int put_item(CodeWriter *w, uint32_t item) {
  ItemCode code = w->codes[item];
  if (w->codec->classes != NULL) {
    ClassBits class = w->class_codes[w->context][code.class];
    int rc = stream_put(&w->stream, class.code, class.bits);
    if (rc != SQLITE_OK) return rc;
    w->context = 1u + code.class;
  }
  return stream_put(&w->stream, code.code, code.bits);
}

static int put_payloads(CodeWriter *w, uint32_t token, const uint64_t **payload) {
  const unsigned char *width = w->widths.bytes + w->width[token];
  int rc = SQLITE_OK;
  for (uint32_t n = w->dictionary->grammar.fields[token]; rc == SQLITE_OK && n != 0; n--) {
    rc = stream_put_wide(&w->stream, *(*payload)++, *width++);
  }
  return rc;
}

/* Writes a token, or the tokens that it was split into. */
static int put_token(CodeWriter *w, uint32_t token, const uint64_t **payload) {
  while (w->item[token] == NO_ITEM) {
    if (token < 256) {
      int rc = put_item(w, w->item[SYMBOL_ESCAPE]);
      return rc == SQLITE_OK ? stream_put(&w->stream, token, 8) : rc;
    }
    TokenPair pair = w->dictionary->grammar.pair[token];
    int rc = put_token(w, pair.left, payload);
    if (rc != SQLITE_OK) return rc;
    token = pair.right;
  }
  int rc = put_item(w, w->item[token]);
  if (rc != SQLITE_OK || w->dictionary->grammar.fields[token] == 0) return rc;
  return put_payloads(w, token, payload);
}

int code_writer_put(CodeWriter *w, const uint16_t *tokens, uint32_t count,
                    const uint64_t **payload) {
  int rc = SQLITE_OK;
  for (uint32_t k = 0; rc == SQLITE_OK && k < count; k++) rc = put_token(w, tokens[k], payload);
  return rc;
}

int code_writer_put_same(CodeWriter *w) { return put_item(w, w->item[SYMBOL_SAME]); }

int code_writer_copy(CodeWriter *w, const unsigned char *stream, uint64_t at, uint64_t bits) {
  int rc = SQLITE_OK;
  for (uint32_t width = 32; rc == SQLITE_OK && bits != 0; at += width, bits -= width) {
    if (width > bits) width = (uint32_t)bits;
    rc = stream_put(&w->stream, stream_get(stream, at, width), width);
  }
  return rc;
}

/* --- the section --------------------------------------------------------------- */

int code_writer_finish(CodeWriter *w, bool has_nul, Buffer *out) {
  uint32_t shift = w->dictionary->block_shift;
  size_t begin = out->size;
  if (w->stream.at > UINT32_MAX) return SQLITE_TOOBIG;
  w->block_at[(w->count + (1u << shift) - 1) >> shift] = (uint32_t)w->stream.at;
  int rc = stream_finish(&w->stream);
  if (rc == SQLITE_OK) rc = section_begin(w->count, has_nul, SECTION_CODED, out);
  if (rc == SQLITE_OK) rc = buffer_append_zeros(out, CODED_FIXED_SIZE - SECTION_HEADER);
  if (rc != SQLITE_OK) return rc;
  store_u32(out->bytes + begin + CODED_AT_CHECK, w->codec->check);
  store_u32(out->bytes + begin + CODED_AT_CODE_SIZE, (uint32_t)(w->code.size - STREAM_PADDING));
  rc = offsets_append(w->block_at, w->count, shift, begin, out);
  return rc == SQLITE_OK ? buffer_append(out, w->code.bytes, w->code.size) : rc;
}
