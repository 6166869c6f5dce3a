/*
** carry.c: see carry.h.
*/
#include "carry.h"

#include <string.h>

#include "base/sqlite.h"
#include "code_writer.h"
#include "coded.h"
#include "tokenize.h"
#include "walk.h"

typedef struct Carry {
  const TextOrigin *origins;
  const Strings *strings; /* new ones, empty where others are carried over */
  Tokenizer *tokenizer;   /* its registers are those of the place reached */
  CodeWriter writer;
  WalkItems items;
  Walk walk;
  uint32_t last_size; /* bytes of the string before the one under way */
  uint64_t size;      /* of all strings so far */
  bool has_nul;
  Buffer text, last_text; /* of strings that are read */
} Carry;

/* --- repeats ----------------------------------------------------------------- */

/* The text, `size` bytes, of string i: a new one's, or a carried one's, read into `into`. */
static int text_of(const Carry *c, uint32_t i, uint32_t size, Buffer *into,
                   const unsigned char **bytes) {
  const TextOrigin *origin = &c->origins[i];
  if (origin->view == NULL) {
    *bytes = c->strings->bytes + c->strings->start[i];
    return SQLITE_OK;
  }
  int rc = coded_reader.read(origin->view, origin->row, NULL, into);
  *bytes = into->bytes;
  return rc == SQLITE_OK && into->size != size ? SQLITE_CORRUPT : rc;
}

/* Whether the code of a carried string says if it repeats the one before it. */
static bool tells_repeat(const Carry *c, uint32_t i) {
  const TextOrigin *origin = &c->origins[i], *before = origin - 1;
  return origin->view != NULL && before->view == origin->view && before->row + 1 == origin->row &&
         origin->row % c->tokenizer->block != 0;
}

/* Whether string i, of so many bytes, may be SYMBOL_SAME. `same`: it was. */
static int find_repeat(Carry *c, uint32_t i, uint32_t size, bool same, bool *repeats) {
  const unsigned char *bytes, *before;
  *repeats = false;
  if (i % c->tokenizer->block == 0 || size != c->last_size) return SQLITE_OK;
  if (tells_repeat(c, i)) {
    *repeats = same;
    return SQLITE_OK;
  }
  int rc = text_of(c, i, size, &c->text, &bytes);
  if (rc != SQLITE_OK) return rc;
  rc = text_of(c, i - 1, size, &c->last_text, &before);
  if (rc == SQLITE_OK) *repeats = size == 0 || memcmp(bytes, before, size) == 0;
  return rc;
}

/* --- strings ----------------------------------------------------------------- */

/* Parses a text, and writes it as the string under way. */
static int put_text(Carry *c, const unsigned char *bytes, uint32_t size) {
  Tokenizer *t = c->tokenizer;
  int rc = SQLITE_OK;
  lexer_begin(&t->lexer, bytes, size);
  while (rc == SQLITE_OK && tokenizer_next(t)) {
    const uint64_t *payload = t->run.payloads;
    rc = code_writer_put(&c->writer, t->tokens, t->count, &payload);
  }
  return rc;
}

static int put_new(Carry *c, uint32_t i, uint32_t *size) {
  const uint32_t *start = c->strings->start + i;
  bool repeats;
  *size = start[1] - start[0];
  int rc = find_repeat(c, i, *size, false, &repeats);
  if (rc != SQLITE_OK) return rc;
  if (repeats) return code_writer_put_same(&c->writer);
  return put_text(c, c->strings->bytes + start[0], *size);
}

static int put_carried(Carry *c, uint32_t i, uint32_t *size) {
  const TextOrigin *origin = &c->origins[i];
  uint64_t *registers = c->tokenizer->lexer.registers, after[FIELD_REGISTERS];
  WalkString string;
  bool carries, repeats;
  if (c->walk.view != origin->view) walk_begin(&c->walk, &c->items, origin->view);
  c->has_nul = c->has_nul || origin->view->has_nul;
  int rc = walk_to(&c->walk, origin->row, registers, after, &string, &carries);
  if (rc != SQLITE_OK) return rc;
  *size = string.size;
  rc = find_repeat(c, i, string.size, string.same, &repeats);
  if (rc != SQLITE_OK) return rc;
  if (repeats) return code_writer_put_same(&c->writer);
  if (carries) {
    memcpy(registers, after, sizeof after);
    return code_writer_copy(&c->writer, string.stream, string.at, string.bits);
  }
  rc = coded_reader.read(origin->view, origin->row, NULL, &c->text);
  return rc == SQLITE_OK ? put_text(c, c->text.bytes, (uint32_t)c->text.size) : rc;
}

static int put_strings(Carry *c) {
  int rc = SQLITE_OK;
  for (uint32_t i = 0; rc == SQLITE_OK && i < c->strings->count; i++) {
    if (i % c->tokenizer->block == 0) lexer_restart(&c->tokenizer->lexer);
    uint32_t size = 0;
    rc = code_writer_begin(&c->writer);
    if (rc != SQLITE_OK) break;
    rc = c->origins[i].view == NULL ? put_new(c, i, &size) : put_carried(c, i, &size);
    c->last_size = size;
    c->size += size;
  }
  return rc;
}

int carry_section(const TextOrigin *origins, const Strings *strings, const TextCodec *codec,
                  Dictionary *dictionary, const uint16_t *item, uint64_t *size, Buffer *out) {
  Carry *c = sqlite3_malloc64(sizeof *c);
  if (c == NULL) return SQLITE_NOMEM;
  *c = (Carry){.origins = origins, .strings = strings, .has_nul = strings_have_nul(strings)};
  int rc = tokenizer_new(&c->tokenizer, strings, dictionary, 1u << dictionary->block_shift);
  if (rc == SQLITE_OK) rc = walk_items_find(&c->items, codec, dictionary, item);
  if (rc == SQLITE_OK) rc = code_writer_open(&c->writer, codec, dictionary, item, strings->count);
  if (rc == SQLITE_OK) rc = put_strings(c);
  if (rc == SQLITE_OK) rc = code_writer_finish(&c->writer, c->has_nul, out);
  *size = c->size;
  tokenizer_free(c->tokenizer);
  walk_items_clear(&c->items);
  code_writer_close(&c->writer);
  buffer_clear(&c->text);
  buffer_clear(&c->last_text);
  sqlite3_free(c);
  return rc;
}
