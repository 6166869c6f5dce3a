/*
** superstring.c: see superstring.h.
**
** Places are found by a hash of the GRAM bytes that begin there, in lists that
** run from the last place back.
*/
#include "superstring.h"

#include <string.h>

#include "base/bits.h"
#include "base/sqlite.h"

#define GRAM 4
#define LIST_BITS 12
#define NONE UINT32_MAX

typedef struct Finder {
  Buffer *text;
  uint32_t list[1 << LIST_BITS]; /* last place by hash */
  Buffer before;                 /* u32 by place: the one before it in its list */
} Finder;

static uint32_t hash_gram(const unsigned char *bytes) {
  return load_u32(bytes) * 0x9e3779b1u >> (32 - LIST_BITS);
}

/* Where the text has those bytes already, or NONE; shorter ones are not looked for. */
static uint32_t find(const Finder *finder, const unsigned char *bytes, uint32_t size) {
  const uint32_t *before = (const uint32_t *)(const void *)finder->before.bytes;
  if (size < GRAM) return NONE;
  uint32_t at = finder->list[hash_gram(bytes)];
  for (; at != NONE; at = before[at]) {
    if (finder->text->size - at < size) continue;
    if (memcmp(finder->text->bytes + at, bytes, size) == 0) return at;
  }
  return NONE;
}

/* Lists the places that have come since the last call. */
static int list_places(Finder *finder) {
  for (;;) {
    uint32_t at = (uint32_t)(finder->before.size / sizeof at);
    if (finder->text->size < GRAM || at > finder->text->size - GRAM) return SQLITE_OK;
    uint32_t *last = &finder->list[hash_gram(finder->text->bytes + at)];
    int rc = buffer_append(&finder->before, last, sizeof *last);
    if (rc != SQLITE_OK) return rc;
    *last = at;
  }
}

/* Appends what is not the end of the text already. */
static int append_rest(Finder *finder, const unsigned char *bytes, uint32_t size, uint32_t *at) {
  const Buffer *text = finder->text;
  uint32_t common = size < text->size ? size : (uint32_t)text->size;
  while (common != 0 && memcmp(text->bytes + text->size - common, bytes, common) != 0) common--;
  *at = (uint32_t)text->size - common;
  int rc = buffer_append(finder->text, bytes + common, size - common);
  return rc == SQLITE_OK ? list_places(finder) : rc;
}

/* The token's text, digits of its fields as zeros; returns its size. */
static uint32_t write_text(const Dictionary *d, uint32_t token, unsigned char *text) {
  const Sequences *spelled = &d->spelled;
  uint32_t size = 0;
  for (uint32_t i = spelled->start[token]; i < spelled->start[token + 1]; i++) {
    uint32_t symbol = spelled->symbols[i], bytes = d->grammar.bytes[symbol];
    memset(text + size, symbol < 256 ? (int)symbol : symbol == SYMBOL_END ? 0 : '0', bytes);
    size += bytes;
  }
  return size;
}

/* Gives a place to the token and to all that it consists of, unless they have one. */
static void place(const Grammar *grammar, uint32_t token, uint32_t at, uint32_t *offset) {
  while (offset[token] == SUPERSTRING_NONE) {
    offset[token] = at;
    if (token < SYMBOL_LIMIT) return;
    TokenPair pair = grammar->pair[token];
    place(grammar, pair.left, at, offset);
    at += grammar->bytes[pair.left];
    token = pair.right;
  }
}

static int place_all(const Dictionary *d, const uint8_t *coded, Finder *finder, uint32_t *offset) {
  for (uint32_t t = d->grammar.count; t-- > 0;) {
    if (!coded[t] || !dictionary_has_text(t) || offset[t] != SUPERSTRING_NONE) continue;
    unsigned char text[TOKEN_BYTES_MAX];
    uint32_t size = write_text(d, t, text), at = find(finder, text, size);
    int rc = at == NONE ? append_rest(finder, text, size, &at) : SQLITE_OK;
    if (rc != SQLITE_OK) return rc;
    place(&d->grammar, t, at, offset);
  }
  return SQLITE_OK;
}

int superstring_build(const Dictionary *dictionary, const uint8_t *coded, uint32_t *offset,
                      Buffer *text) {
  memset(offset, 0xff, dictionary->grammar.count * sizeof *offset);
  Finder *finder = sqlite3_malloc64(sizeof *finder);
  if (finder == NULL) return SQLITE_NOMEM;
  finder->text = text;
  finder->before = (Buffer){0};
  memset(finder->list, 0xff, sizeof finder->list);
  int rc = place_all(dictionary, coded, finder, offset);
  buffer_clear(&finder->before);
  sqlite3_free(finder);
  return rc;
}
