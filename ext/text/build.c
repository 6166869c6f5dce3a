/*
** build.c: see build.h.
*/
#include "build.h"

#include <stdlib.h>

#include "base/order.h"
#include "base/sqlite.h"
#include "build_classes.h"
#include "superstring.h"

typedef struct Builder {
  const Dictionary *dictionary;
  const Classes *classes; /* NULL for none */
  uint32_t size;          /* of the text coded */
  uint8_t *length;        /* of the code, by token; with classes, among those of its class */
  uint32_t *offset;       /* of the text, by token */
  uint64_t *order;        /* coded tokens: class, code length, kind, offset, token */
  uint32_t coded;
  uint16_t *number; /* by token: of its entry, or NO_ITEM */
  uint32_t entries; /* those of coded tokens, then of other parts */
  Buffer text;
  Buffer records;
  Buffer bytes;
} Builder;

/* Lengths of codes that do not depend on classes, and what these take in all. */
static int plain_lengths(const Dictionary *d, uint8_t *length, uint64_t *bits) {
  uint32_t count = d->grammar.count;
  uint64_t *work = sqlite3_malloc64(2 * count * sizeof *work);
  if (work == NULL) return SQLITE_NOMEM;
  if (d->flat) {
    prefix_flat_lengths(d->uses, count, length, work);
  } else {
    prefix_lengths(d->uses, count, PREFIX_MAX_BITS, length, work);
  }
  *bits = 8ull << PREFIX_FIRST_BITS_MAX; /* of the first table */
  for (uint32_t t = 0; t < count; t++) *bits += (uint64_t)d->uses[t] * length[t];
  sqlite3_free(work);
  return SQLITE_OK;
}

/* Finds the lengths of codes; gives up classes that do not pay. */
static int assign_lengths(Builder *b) {
  uint64_t bits, class_bits;
  int rc = plain_lengths(b->dictionary, b->length, &bits);
  if (rc != SQLITE_OK || b->classes == NULL) return rc;
  uint8_t *length = sqlite3_malloc64(b->dictionary->grammar.count);
  if (length == NULL) return SQLITE_NOMEM;
  rc = build_class_lengths(b->dictionary, b->classes, length, &class_bits);
  if (rc == SQLITE_OK && class_bits < bits) {
    uint8_t *plain = b->length;
    b->length = length;
    length = plain;
  } else {
    b->classes = NULL;
  }
  sqlite3_free(length);
  return rc;
}

/* Tokens of equal kind next to each other make the first table tell them apart (codec.h). */
static uint64_t kind_of(const Dictionary *d, uint32_t token) {
  if (!dictionary_has_text(token) || d->grammar.fields[token] != 0) return 2;
  return d->spelled.symbols[d->spelled.start[token + 1] - 1] == SYMBOL_END;
}

/* Numbers the coded tokens: by class, shorter codes first, then by kind and place of the text. */
static void order_tokens(Builder *b) {
  uint32_t count = b->dictionary->grammar.count;
  for (uint32_t t = 0; t < count; t++) {
    b->number[t] = NO_ITEM;
    if (b->dictionary->uses[t] == 0) continue;
    uint64_t offset = dictionary_has_text(t) ? b->offset[t] : 0;
    uint64_t class = b->classes != NULL ? b->classes->of[t] : 0;
    uint64_t key = class << 56 | (uint64_t)b->length[t] << 50 | kind_of(b->dictionary, t) << 48;
    b->order[b->coded++] = key | offset << 16 | t;
  }
  qsort(b->order, b->coded, sizeof *b->order, order_u64);
  for (uint32_t i = 0; i < b->coded; i++) b->number[b->order[i] & 0xffff] = (uint16_t)i;
  b->entries = b->coded;
}

static uint32_t token_at(const Builder *b, uint32_t item) {
  return (uint32_t)(b->order[item] & 0xffff);
}

/* --- bytes that both forms have ------------------------------------------- */

/* Code bits per 1,024 bytes of text; the codes of classes take `bits`. */
static uint32_t code_rate(const Builder *b, uint64_t bits) {
  for (uint32_t i = 0; i < b->coded; i++) {
    uint32_t token = token_at(b, i);
    uint64_t uses = b->dictionary->uses[token];
    bits += uses * (b->length[token] + dictionary_payload_bits(b->dictionary, token));
  }
  return b->size == 0 ? 0 : (uint32_t)(bits * 1024 / b->size);
}

static uint32_t first_bits(uint32_t tokens) {
  uint32_t bits = bits_width(tokens);
  return bits > PREFIX_FIRST_BITS_MAX ? PREFIX_FIRST_BITS_MAX : bits;
}

/* Appends the fixed part, but for what depends on the form, and the fields. */
static int append_fixed(Builder *b) {
  const Dictionary *d = b->dictionary;
  unsigned char fixed[CODEC_FIXED_SIZE] = {0};
  fixed[CODEC_AT_VERSION] = b->classes != NULL ? CODEC_VERSION_CLASSES : CODEC_VERSION_PLAIN;
  fixed[CODEC_AT_FORM] = (unsigned char)d->form;
  fixed[CODEC_AT_FIRST_BITS] = (unsigned char)(b->classes != NULL ? 1 : first_bits(b->coded));
  fixed[CODEC_AT_BLOCK_SHIFT] = (unsigned char)d->block_shift;
  fixed[CODEC_AT_FIELDS] = (unsigned char)d->fields.count;
  store_u16(fixed + CODEC_AT_TOKENS, (uint16_t)b->coded);
  store_u32(fixed + CODEC_AT_TRAINED_SIZE, b->size);
  for (uint32_t i = 0; b->classes == NULL && i < b->coded; i++) {
    uint32_t bits = b->length[token_at(b, i)];
    unsigned char *at = fixed + CODEC_AT_PER_LENGTH + 2 * (size_t)(bits - 1);
    store_u16(at, (uint16_t)(load_u16(at) + 1));
  }
  int rc = buffer_append(&b->bytes, fixed, sizeof fixed);
  for (uint32_t f = 0; rc == SQLITE_OK && f < d->fields.count; f++) {
    unsigned char bytes[FIELD_SIZE];
    field_store(&d->fields.field[f], bytes);
    rc = buffer_append(&b->bytes, bytes, sizeof bytes);
  }
  return rc;
}

/* Appends the codes of classes, if there are some, and tells how many bits all strings take. */
static int append_classes(Builder *b) {
  uint64_t bits = 0;
  int rc = SQLITE_OK;
  if (b->classes != NULL) {
    rc = build_class_codes(b->dictionary, b->classes, b->length, &b->bytes, &bits);
  }
  if (rc == SQLITE_OK) store_u32(b->bytes.bytes + CODEC_AT_RATE, code_rate(b, bits));
  return rc;
}

/* Appends room for the entries; *entries becomes where they are. */
static int append_entries(Builder *b, uint32_t entry_bits, unsigned char **entries) {
  size_t begin = b->bytes.size;
  uint64_t size = ((uint64_t)b->entries * entry_bits + 7) / 8 + BITS_PADDING;
  int rc = buffer_append_zeros(&b->bytes, (size_t)size);
  if (rc == SQLITE_OK) *entries = b->bytes.bytes + begin;
  return rc;
}

/* --- the form of text ----------------------------------------------------- */

static int append_record(Builder *b, uint32_t token) {
  const Sequences *spelled = &b->dictionary->spelled;
  uint32_t start = spelled->start[token], count = spelled->start[token + 1] - start;
  unsigned char record[CODEC_RECORD_MAX];
  uint32_t size = codec_write_record(b->bytes.bytes + CODEC_FIXED_SIZE, spelled->symbols + start,
                                     count, b->offset[token], record);
  return buffer_append(&b->records, record, size);
}

/* The entry of a token, whose record is appended if it has one. */
static int make_entry(Builder *b, uint32_t token, uint64_t *entry) {
  const Grammar *grammar = &b->dictionary->grammar;
  const Sequences *spelled = &b->dictionary->spelled;
  uint64_t offset = b->offset[token], length = grammar->bytes[token], ends = 0;
  int rc = SQLITE_OK;
  if (!dictionary_has_text(token)) {
    offset = token == SYMBOL_SAME ? CODEC_SAME : CODEC_ESCAPE;
    length = 0;
  } else if (grammar->fields[token] != 0) {
    offset = CODEC_RECORD + b->records.size;
    length = 0;
    rc = append_record(b, token);
  } else {
    ends = spelled->symbols[spelled->start[token + 1] - 1] == SYMBOL_END;
  }
  *entry = offset << (1 + CODEC_LENGTH_BITS) | length << 1 | ends;
  return rc;
}

/* Bits of an offset into the text or the records, rounded up where that is quicker to read. */
static uint32_t offset_bits(const Builder *b) {
  size_t records = b->records.size + CODEC_RECORD;
  uint32_t bits = bits_width(b->text.size > records ? b->text.size : records);
  uint32_t wide = CODEC_WIDE_ENTRY - CODEC_LENGTH_BITS - 1;
  return b->coded >= CODEC_WIDE_TOKENS && bits < wide ? wide : bits;
}

static int append_text_form(Builder *b) {
  uint64_t *entry = sqlite3_malloc64((b->coded + 1) * sizeof *entry);
  if (entry == NULL) return SQLITE_NOMEM;
  int rc = SQLITE_OK;
  for (uint32_t i = 0; rc == SQLITE_OK && i < b->coded; i++) {
    rc = make_entry(b, token_at(b, i), &entry[i]);
  }
  unsigned char *entries = NULL;
  uint32_t bits = offset_bits(b), entry_bits = 1 + CODEC_LENGTH_BITS + bits;
  if (rc == SQLITE_OK && bits > CODEC_OFFSET_BITS_MAX) rc = SQLITE_TOOBIG;
  if (rc == SQLITE_OK) {
    b->bytes.bytes[CODEC_AT_OFFSET_BITS] = (unsigned char)bits;
    store_u32(b->bytes.bytes + CODEC_AT_TEXT_SIZE, (uint32_t)b->text.size);
    store_u32(b->bytes.bytes + CODEC_AT_RECORDS_SIZE, (uint32_t)b->records.size);
    rc = buffer_append(&b->bytes, b->records.bytes, b->records.size);
  }
  if (rc == SQLITE_OK) rc = append_entries(b, entry_bits, &entries);
  for (uint32_t i = 0; rc == SQLITE_OK && i < b->coded; i++) {
    bits_put(entries, (uint64_t)i * entry_bits, entry_bits, entry[i]);
  }
  if (rc == SQLITE_OK) rc = buffer_append(&b->bytes, b->text.bytes, b->text.size);
  sqlite3_free(entry);
  return rc;
}

/* --- the form of pairs ---------------------------------------------------- */

/* Numbers the parts of coded tokens that are no coded tokens themselves. */
static void number_parts(Builder *b) {
  const Grammar *grammar = &b->dictionary->grammar;
  for (uint32_t t = grammar->count; t-- > SYMBOL_LIMIT;) {
    if (b->number[t] == NO_ITEM) continue;
    uint16_t parts[2] = {grammar->pair[t].left, grammar->pair[t].right};
    for (int i = 0; i < 2; i++) {
      if (b->number[parts[i]] == NO_ITEM) b->number[parts[i]] = (uint16_t)b->entries++;
    }
  }
}

static int append_pairs_form(Builder *b) {
  const Grammar *grammar = &b->dictionary->grammar;
  number_parts(b);
  uint32_t half = bits_width(b->entries > SYMBOL_LIMIT ? b->entries : SYMBOL_LIMIT);
  unsigned char *entries = NULL;
  b->bytes.bytes[CODEC_AT_NUMBER_BITS] = (unsigned char)half;
  store_u32(b->bytes.bytes + CODEC_AT_PARTS, b->entries - b->coded);
  int rc = append_entries(b, 2 * half, &entries);
  if (rc != SQLITE_OK) return rc;
  for (uint32_t t = 0; t < grammar->count; t++) {
    if (b->number[t] == NO_ITEM) continue;
    uint64_t left = b->entries, right = t;
    if (t >= SYMBOL_LIMIT) {
      left = b->number[grammar->pair[t].left];
      right = b->number[grammar->pair[t].right];
    }
    bits_put(entries, (uint64_t)b->number[t] * 2 * half, 2 * half, left | right << half);
  }
  return SQLITE_OK;
}

/* --- all ------------------------------------------------------------------ */

static int run_builder(Builder *b) {
  uint32_t count = b->dictionary->grammar.count;
  b->length = sqlite3_malloc64(count);
  b->offset = sqlite_zeros(count * sizeof *b->offset);
  b->order = sqlite3_malloc64(count * sizeof *b->order);
  if (!b->length || !b->offset || !b->order) return SQLITE_NOMEM;
  int rc = assign_lengths(b);
  if (rc == SQLITE_OK && b->dictionary->form == CODEC_TEXT) {
    rc = superstring_build(b->dictionary, b->length, b->offset, &b->text);
  }
  if (rc != SQLITE_OK) return rc;
  order_tokens(b);
  rc = append_fixed(b);
  if (rc == SQLITE_OK) rc = append_classes(b);
  if (rc != SQLITE_OK) return rc;
  rc = b->dictionary->form == CODEC_TEXT ? append_text_form(b) : append_pairs_form(b);
  return rc == SQLITE_OK ? buffer_append_zeros(&b->bytes, CODEC_TEXT_PADDING) : rc;
}

int build_codec(const Dictionary *dictionary, const Classes *classes, uint32_t size,
                TextCodec **codec, uint16_t *item) {
  Builder b = {.dictionary = dictionary, .size = size, .number = item};
  if (classes->count != 0) b.classes = classes;
  int rc = run_builder(&b);
  if (rc == SQLITE_OK) rc = text_codec_open(b.bytes.bytes, b.bytes.size, codec);
  for (uint32_t t = 0; rc == SQLITE_OK && t < dictionary->grammar.count; t++) {
    if (item[t] != NO_ITEM && item[t] >= b.coded) item[t] = NO_ITEM;
  }
  sqlite3_free(b.length);
  sqlite3_free(b.offset);
  sqlite3_free(b.order);
  buffer_clear(&b.text);
  buffer_clear(&b.records);
  buffer_clear(&b.bytes);
  return rc;
}
