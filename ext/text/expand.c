/*
** expand.c: see expand.h.
*/
#include "expand.h"

#include <string.h>

#include "base/sqlite.h"
#include "spell.h"

/*
** Of the codec, for each string that was decoded before: making a token's text takes a fifth of
** what is saved on each string from then on.
*/
#define TOKENS_PER_STRING 8

/* What is made of a codec. A part is an entry: a token, or what tokens consist of. */
typedef struct Expander {
  const TextCodec *pairs;
  Buffer entries, records, text;
  uint32_t *place; /* by part: in the text, if its size is known */
  uint8_t *size;   /* by part: bytes, or 0 */
  uint8_t *flags;  /* by part: of those below */
} Expander;

enum { PART_ENDS = 1, PART_FIELDS = 2 };

/* Adds the text of a symbol, a field's as zeros. */
static int add_symbol(Expander *e, uint32_t part, uint32_t symbol) {
  unsigned char byte = (unsigned char)symbol;
  if (symbol == SYMBOL_SAME || symbol == SYMBOL_ESCAPE) return SQLITE_CORRUPT; /* not alone */
  e->size[part] = 1;
  if (symbol < SYMBOL_END) return buffer_append(&e->text, &byte, 1);
  if (symbol == SYMBOL_END) {
    e->flags[part] = PART_ENDS;
  } else {
    const unsigned char *field = e->pairs->field_bytes + FIELD_SIZE * (symbol - SYMBOL_FIELD);
    e->flags[part] = PART_FIELDS;
    e->size[part] = field[FIELD_AT_WIDTH];
  }
  return buffer_append_zeros(&e->text, e->size[part]);
}

/* Adds the text of a part once more, in which there is room. */
static void copy_text(Expander *e, uint32_t part) {
  unsigned char *text = e->text.bytes;
  memcpy(text + e->text.size, text + e->place[part], e->size[part]);
  e->text.size += e->size[part];
}

/* Adds the text of a part, and of those that it consists of, unless it is there. */
static int add_part(Expander *e, uint32_t part, uint32_t depth) {
  if (e->size[part] != 0) return SQLITE_OK;
  if (depth == TOKEN_BYTES_MAX) return SQLITE_CORRUPT; /* a part may contain itself */
  CodecPair pair = codec_pair(e->pairs, part);
  int rc;
  if (pair.left == e->pairs->entry_count) {
    e->place[part] = (uint32_t)e->text.size;
    return add_symbol(e, part, pair.right);
  }
  rc = add_part(e, pair.left, depth + 1);
  if (rc == SQLITE_OK) rc = add_part(e, pair.right, depth + 1);
  if (rc == SQLITE_OK) rc = buffer_reserve(&e->text, TOKEN_BYTES_MAX);
  if (rc != SQLITE_OK) return rc;
  uint32_t size = e->size[pair.left] + (uint32_t)e->size[pair.right];
  if (size > TOKEN_BYTES_MAX || (e->flags[pair.left] & PART_ENDS) != 0) return SQLITE_CORRUPT;
  e->place[part] = (uint32_t)e->text.size;
  copy_text(e, pair.left);
  copy_text(e, pair.right);
  e->size[part] = (uint8_t)size;
  e->flags[part] = e->flags[pair.left] | e->flags[pair.right];
  return SQLITE_OK;
}

/* Adds the record of a token whose text is there. */
static int add_record(Expander *e, uint32_t token) {
  unsigned char record[CODEC_RECORD_MAX];
  uint16_t symbols[TOKEN_BYTES_MAX];
  uint32_t count = spell_token(e->pairs, token, symbols);
  uint32_t size =
      codec_write_record(e->pairs->field_bytes, symbols, count, e->place[token], record);
  return buffer_append(&e->records, record, size);
}

/* Adds a token's entry, and what that tells of. */
static int add_token(Expander *e, uint32_t token) {
  uint32_t offset = codec_special(e->pairs, token), length = 0, ends = 0;
  int rc = SQLITE_OK;
  if (offset == CODEC_RECORD) {
    rc = add_part(e, token, 0);
    if (rc != SQLITE_OK) return rc;
    if ((e->flags[token] & PART_FIELDS) != 0) {
      offset += (uint32_t)e->records.size;
      rc = add_record(e, token);
    } else {
      offset = e->place[token];
      length = e->size[token];
      ends = e->flags[token] & PART_ENDS;
    }
  }
  unsigned char entry[CODEC_EXPANDED_ENTRY / 8];
  store_u32(entry, offset << (1 + CODEC_LENGTH_BITS) | length << 1 | ends);
  return rc == SQLITE_OK ? buffer_append(&e->entries, entry, sizeof entry) : rc;
}

static int add_tokens(Expander *e) {
  uint32_t parts = e->pairs->entry_count;
  e->place = sqlite3_malloc64(parts * (sizeof *e->place + 2));
  if (e->place == NULL) return SQLITE_NOMEM;
  e->size = (uint8_t *)(e->place + parts);
  e->flags = e->size + parts;
  memset(e->size, 0, 2 * (size_t)parts);
  int rc = SQLITE_OK;
  for (uint32_t token = 0; rc == SQLITE_OK && token < e->pairs->tokens; token++) {
    rc = add_token(e, token);
  }
  if (rc == SQLITE_OK) rc = buffer_append_zeros(&e->entries, BITS_PADDING);
  if (rc == SQLITE_OK) rc = buffer_append_zeros(&e->text, CODEC_TEXT_PADDING);
  return rc;
}

/* Copies what was made behind the codec; returns where the next part goes. */
static unsigned char *put_part(unsigned char *at, const Buffer *part, const unsigned char **place) {
  *place = at;
  if (part->size != 0) memcpy(at, part->bytes, part->size);
  return at + part->size;
}

static int make_codec(const Expander *e, TextCodec **expanded) {
  const TextCodec *pairs = e->pairs;
  bool classed = pairs->classes != NULL;
  size_t table = classed ? sizeof(ClassTables) : (size_t)1 << pairs->code.first_bits;
  size_t parts = e->entries.size + e->records.size + e->text.size;
  TextCodec *codec = sqlite3_malloc64(sizeof *codec + table + parts);
  if (codec == NULL) return SQLITE_NOMEM;
  *codec = (TextCodec){.references = 1,
                       .tokens = pairs->tokens,
                       .fields = pairs->fields,
                       .entry_bits = CODEC_EXPANDED_ENTRY,
                       .entry_count = pairs->tokens,
                       .form = CODEC_TEXT,
                       .same_code = pairs->same_code,
                       .same_bits = pairs->same_bits,
                       .text_size = (uint32_t)e->text.size,
                       .records_size = (uint32_t)e->records.size,
                       .field_bytes = pairs->field_bytes,
                       .classes = pairs->classes,
                       .code = pairs->code};
  unsigned char *at = (unsigned char *)(codec + 1);
  if (classed) class_tables_fill((ClassTables *)(void *)at, pairs->classes);
  at += table;
  at = put_part(at, &e->entries, &codec->entries);
  at = put_part(at, &e->records, &codec->records);
  put_part(at, &e->text, &codec->text);
  if (!classed) codec_fill_first(codec);
  *expanded = codec;
  return SQLITE_OK;
}

int codec_expand(const TextCodec *pairs, TextCodec **expanded) {
  Expander e = {.pairs = pairs};
  int rc = add_tokens(&e);
  if (rc == SQLITE_OK) rc = make_codec(&e, expanded);
  sqlite3_free(e.place);
  buffer_clear(&e.entries);
  buffer_clear(&e.records);
  buffer_clear(&e.text);
  return rc;
}

/* --- when ----------------------------------------------------------------- */

/* A scan that was worth it in one segment is so in the next. */
static void count_anew(TextExpansion *e, const TextCodec *codec, uint32_t strings) {
  bool again = e->expanded != NULL && strings == TEXT_BATCH_ROWS;
  text_expansion_clear(e);
  e->counted = codec;
  if (again) e->strings = codec->tokens;
}

const TextCodec *expansion_use(TextExpansion *e, const TextCodec *codec, uint32_t strings) {
  if (e == NULL || codec->form != CODEC_PAIRS) return codec;
  if (e->counted != codec) count_anew(e, codec, strings);
  if (e->expanded != NULL) return e->expanded;
  if (e->refused || e->strings < codec->tokens / TOKENS_PER_STRING) {
    e->strings += strings;
    return codec;
  }
  e->refused = codec_expand(codec, &e->expanded) != SQLITE_OK;
  if (e->refused) return codec;
  e->pairs = text_codec_retain(codec);
  return e->expanded;
}

void text_expansion_clear(TextExpansion *e) {
  text_codec_release(e->expanded);
  text_codec_release(e->pairs);
  *e = (TextExpansion){0};
}
