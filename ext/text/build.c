/*
** build.c: see build.h.
*/
#include "build.h"

#include <stdlib.h>
#include <string.h>

#include "../sqlite.h"

#define UNPLACED UINT32_MAX

typedef struct Builder {
  const Dictionary *dictionary;
  uint32_t size;     /* of the text coded */
  uint8_t *length;   /* of the code, by token; 0 for none */
  uint32_t *offset;  /* of the text, by token */
  uint64_t *order;   /* coded tokens: code length, offset, token */
  uint32_t coded;
  Buffer text;
  Buffer records;
  Buffer bytes;
} Builder;

static bool is_text(uint32_t token) {
  return token != SYMBOL_SAME && token != SYMBOL_ESCAPE;
}

static int assign_lengths(Builder *b) {
  const Dictionary *d = b->dictionary;
  uint32_t count = d->grammar.count;
  uint64_t *work = sqlite3_malloc64(2 * count * sizeof *work);
  if (work == NULL) return SQLITE_NOMEM;
  prefix_lengths(d->uses, count, b->length, work);
  sqlite3_free(work);
  return SQLITE_OK;
}

/* --- the text ------------------------------------------------------------- */

static int append_text(Builder *b, uint32_t token) {
  const Dictionary *d = b->dictionary;
  const Sequences *spelled = &d->spelled;
  unsigned char text[TOKEN_BYTES_MAX];
  uint32_t size = 0;
  for (uint32_t i = spelled->start[token]; i < spelled->start[token + 1]; i++) {
    uint32_t symbol = spelled->symbols[i];
    uint32_t bytes = d->grammar.bytes[symbol];
    memset(text + size, symbol < 256 ? (int)symbol : symbol == SYMBOL_END ? 0 : '0', bytes);
    size += bytes;
  }
  return buffer_append(&b->text, text, size);
}

/* Gives a place to the token and to all that it consists of, unless they have one. */
static void place(Builder *b, uint32_t token, uint32_t offset) {
  while (b->offset[token] == UNPLACED) {
    b->offset[token] = offset;
    if (token < SYMBOL_LIMIT) return;
    TokenPair pair = b->dictionary->grammar.pair[token];
    place(b, pair.left, offset);
    offset += b->dictionary->grammar.bytes[pair.left];
    token = pair.right;
  }
}

static int place_all(Builder *b) {
  for (uint32_t t = b->dictionary->grammar.count; t-- > 0;) {
    if (b->length[t] == 0 || !is_text(t) || b->offset[t] != UNPLACED) continue;
    uint32_t offset = (uint32_t)b->text.size;
    int rc = append_text(b, t);
    if (rc != SQLITE_OK) return rc;
    place(b, t, offset);
  }
  return SQLITE_OK;
}

/* --- tokens ----------------------------------------------------------------- */

static int compare_u64(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static void order_tokens(Builder *b, uint16_t *item) {
  for (uint32_t t = 0; t < b->dictionary->grammar.count; t++) {
    item[t] = NO_ITEM;
    if (b->length[t] == 0) continue;
    uint64_t offset = is_text(t) ? b->offset[t] : 0;
    b->order[b->coded++] = (uint64_t)b->length[t] << 56 | offset << 16 | t;
  }
  qsort(b->order, b->coded, sizeof *b->order, compare_u64);
  for (uint32_t i = 0; i < b->coded; i++) item[b->order[i] & 0xffff] = (uint16_t)i;
}

static int append_record(Builder *b, uint32_t token) {
  const Dictionary *d = b->dictionary;
  const Sequences *spelled = &d->spelled;
  uint32_t end = spelled->start[token + 1];
  unsigned char record[CODEC_RECORD_SIZE + 2 * TOKEN_BYTES_MAX];
  uint32_t place = 0, count = 0;
  for (uint32_t i = spelled->start[token]; i < end; i++) {
    uint32_t symbol = spelled->symbols[i];
    if (symbol >= SYMBOL_FIELD) {
      record[CODEC_RECORD_SIZE + 2 * count] = (unsigned char)place;
      record[CODEC_RECORD_SIZE + 2 * count + 1] = (unsigned char)(symbol - SYMBOL_FIELD);
      count++;
    }
    place += d->grammar.bytes[symbol];
  }
  record[0] = (unsigned char)place;
  record[1] = spelled->symbols[end - 1] == SYMBOL_END;
  record[2] = (unsigned char)count;
  for (int i = 0; i < 3; i++) record[3 + i] = (unsigned char)(b->offset[token] >> (8 * i));
  return buffer_append(&b->records, record, CODEC_RECORD_SIZE + 2 * count);
}

/* What the entry of a token says of its text, or instead of it. */
static int describe_token(Builder *b, uint32_t token, CodecToken *entry) {
  const Grammar *grammar = &b->dictionary->grammar;
  const Sequences *spelled = &b->dictionary->spelled;
  *entry = (CodecToken){0};
  if (!is_text(token)) {
    entry->offset = token == SYMBOL_SAME ? CODEC_SAME : CODEC_ESCAPE;
    return SQLITE_OK;
  }
  if (grammar->fields[token] != 0) {
    entry->offset = CODEC_RECORD + (uint32_t)b->records.size;
    return append_record(b, token);
  }
  entry->offset = b->offset[token];
  entry->length = grammar->bytes[token];
  entry->ends = spelled->symbols[spelled->start[token + 1] - 1] == SYMBOL_END;
  return SQLITE_OK;
}

/* --- bytes -------------------------------------------------------------------- */

static uint32_t first_bits(uint32_t tokens) {
  uint32_t bits = bits_width(tokens);
  return bits > PREFIX_FIRST_BITS_MAX ? PREFIX_FIRST_BITS_MAX : bits;
}

static int append_entries(Builder *b, uint32_t offset_bits, const CodecToken *entries) {
  uint32_t entry_bits = 1 + CODEC_LENGTH_BITS + offset_bits;
  size_t begin = b->bytes.size;
  uint64_t size = ((uint64_t)b->coded * entry_bits + 7) / 8 + BITS_PADDING;
  int rc = buffer_append_zeros(&b->bytes, (size_t)size);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t i = 0; i < b->coded; i++) {
    uint64_t entry = (uint64_t)entries[i].offset << (1 + CODEC_LENGTH_BITS) |
                     (uint64_t)entries[i].length << 1 | entries[i].ends;
    bits_put(b->bytes.bytes + begin, (uint64_t)i * entry_bits, entry_bits, entry);
  }
  return SQLITE_OK;
}

/* Code bits per 1,024 bytes of text. */
static uint32_t code_rate(const Builder *b) {
  uint64_t bits = 0;
  for (uint32_t i = 0; i < b->coded; i++) {
    uint32_t token = (uint32_t)(b->order[i] & 0xffff);
    uint64_t uses = b->dictionary->uses[token];
    bits += uses * (b->length[token] + dictionary_payload_bits(b->dictionary, token));
  }
  return b->size == 0 ? 0 : (uint32_t)(bits * 1024 / b->size);
}

static int append_fixed(Builder *b, uint32_t offset_bits) {
  const FieldSet *fields = &b->dictionary->fields;
  unsigned char fixed[CODEC_FIXED_SIZE] = {0};
  fixed[CODEC_AT_FIRST_BITS] = (unsigned char)first_bits(b->coded);
  fixed[CODEC_AT_OFFSET_BITS] = (unsigned char)offset_bits;
  fixed[CODEC_AT_FIELDS] = (unsigned char)fields->count;
  store_u16(fixed + CODEC_AT_TOKENS, (uint16_t)b->coded);
  store_u32(fixed + CODEC_AT_TEXT_SIZE, (uint32_t)b->text.size);
  store_u32(fixed + CODEC_AT_RECORDS_SIZE, (uint32_t)b->records.size);
  fixed[CODEC_AT_BLOCK_SHIFT] = (unsigned char)b->dictionary->block_shift;
  store_u32(fixed + CODEC_AT_RATE, code_rate(b));
  store_u32(fixed + CODEC_AT_TRAINED_SIZE, b->size);
  for (uint32_t i = 0; i < b->coded; i++) {
    unsigned char *at = fixed + CODEC_AT_PER_LENGTH + 2 * ((b->order[i] >> 56) - 1);
    store_u16(at, (uint16_t)(load_u16(at) + 1));
  }
  int rc = buffer_append(&b->bytes, fixed, sizeof fixed);
  for (uint32_t f = 0; rc == SQLITE_OK && f < fields->count; f++) {
    unsigned char bytes[FIELD_SIZE];
    field_store(&fields->field[f], bytes);
    rc = buffer_append(&b->bytes, bytes, sizeof bytes);
  }
  return rc;
}

static int append_all(Builder *b) {
  CodecToken *entries = sqlite3_malloc64((b->coded + 1) * sizeof *entries);
  if (entries == NULL) return SQLITE_NOMEM;
  int rc = SQLITE_OK;
  for (uint32_t i = 0; rc == SQLITE_OK && i < b->coded; i++) {
    rc = describe_token(b, (uint32_t)(b->order[i] & 0xffff), &entries[i]);
  }
  uint64_t most = b->text.size > b->records.size + 2 ? b->text.size : b->records.size + 2;
  uint32_t offset_bits = bits_width(most);
  if (rc == SQLITE_OK && offset_bits > 24) rc = SQLITE_TOOBIG;
  if (rc == SQLITE_OK) rc = append_fixed(b, offset_bits);
  if (rc == SQLITE_OK) rc = buffer_append(&b->bytes, b->records.bytes, b->records.size);
  if (rc == SQLITE_OK) rc = append_entries(b, offset_bits, entries);
  if (rc == SQLITE_OK) rc = buffer_append(&b->bytes, b->text.bytes, b->text.size);
  if (rc == SQLITE_OK) rc = buffer_append_zeros(&b->bytes, CODEC_TEXT_PADDING);
  sqlite3_free(entries);
  return rc;
}

int build_codec(const Dictionary *dictionary, uint32_t size, TextCodec **codec, uint16_t *item) {
  uint32_t count = dictionary->grammar.count;
  Builder b = {.dictionary = dictionary, .size = size};
  b.length = sqlite3_malloc64(count);
  b.offset = sqlite3_malloc64(count * sizeof *b.offset);
  b.order = sqlite3_malloc64(count * sizeof *b.order);
  int rc = b.length && b.offset && b.order ? SQLITE_OK : SQLITE_NOMEM;
  if (rc == SQLITE_OK) rc = assign_lengths(&b);
  if (rc == SQLITE_OK) {
    memset(b.offset, 0xff, count * sizeof *b.offset);
    rc = place_all(&b);
  }
  if (rc == SQLITE_OK) {
    order_tokens(&b, item);
    rc = append_all(&b);
  }
  if (rc == SQLITE_OK) rc = codec_open(b.bytes.bytes, b.bytes.size, codec);
  sqlite3_free(b.length);
  sqlite3_free(b.offset);
  sqlite3_free(b.order);
  buffer_clear(&b.text);
  buffer_clear(&b.records);
  buffer_clear(&b.bytes);
  return rc;
}
