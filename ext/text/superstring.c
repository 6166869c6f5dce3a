/*
** superstring.c: see superstring.h.
**
** Longest tokens first, a text that lies in no other one becomes a *piece*; then pieces
** are written so that they share what they can (overlap.h). Places in pieces are found
** by a hash of the 2 or 4 bytes that begin there, in lists that run from the last one back.
*/
#include "superstring.h"

#include <string.h>

#include "base/bits.h"
#include "base/sqlite.h"
#include "overlap.h"

#define LIST_BITS 14
#define NONE UINT32_MAX

enum { LIST_PAIRS, LIST_FOURS, LISTS };

static const uint32_t gram[LISTS] = {[LIST_PAIRS] = 2, [LIST_FOURS] = 4}; /* bytes */

/* A byte of a piece. */
typedef struct Place {
  uint32_t before[LISTS]; /* the place before it in its list */
  uint32_t piece;
} Place;

typedef struct Finder {
  Buffer text;                          /* of all pieces */
  Buffer places;                        /* a Place for each byte of it */
  Buffer starts;                        /* u32 by piece: where it begins, and the end of all */
  uint32_t last[LISTS][1 << LIST_BITS]; /* place by hash */
} Finder;

static const uint32_t *starts_of(const Finder *finder) {
  return (const uint32_t *)(const void *)finder->starts.bytes;
}

static const Place *places_of(const Finder *finder) {
  return (const Place *)(const void *)finder->places.bytes;
}

static uint32_t piece_count(const Finder *finder) {
  return (uint32_t)(finder->starts.size / sizeof(uint32_t)) - 1;
}

/* --- finding -------------------------------------------------------------- */

/* Where the last place with the bytes that begin there is listed. */
static uint32_t *list_of(Finder *finder, uint32_t list, const unsigned char *bytes) {
  uint32_t value = list == LIST_PAIRS ? load_u16(bytes) : load_u32(bytes);
  return &finder->last[list][value * 0x9e3779b1u >> (32 - LIST_BITS)];
}

/* Whether those bytes are at that place, all in one piece. */
static bool is_at(const Finder *finder, uint32_t at, const unsigned char *bytes, uint32_t size) {
  uint32_t left = (uint32_t)finder->text.size - at;
  if (left < size || memcmp(finder->text.bytes + at, bytes, size) != 0) return false;
  return starts_of(finder)[places_of(finder)[at].piece + 1] - at >= size;
}

static uint32_t find_byte(const Finder *finder, unsigned char byte) {
  const unsigned char *text = finder->text.bytes;
  const unsigned char *found =
      finder->text.size == 0 ? NULL : memchr(text, byte, finder->text.size);
  return found == NULL ? NONE : (uint32_t)(found - text);
}

/* Where the pieces have those bytes already, or NONE. */
static uint32_t find(Finder *finder, const unsigned char *bytes, uint32_t size) {
  if (size < gram[LIST_PAIRS]) return find_byte(finder, bytes[0]);
  uint32_t list = size < gram[LIST_FOURS] ? LIST_PAIRS : LIST_FOURS;
  uint32_t at = *list_of(finder, list, bytes);
  while (at != NONE && !is_at(finder, at, bytes, size)) at = places_of(finder)[at].before[list];
  return at;
}

/* Appends a piece. */
static int add_piece(Finder *finder, const unsigned char *bytes, uint32_t size) {
  uint32_t begin = (uint32_t)finder->text.size, end = begin + size, piece = piece_count(finder);
  int rc = buffer_append(&finder->text, bytes, size);
  if (rc == SQLITE_OK) rc = buffer_append(&finder->starts, &end, sizeof end);
  for (uint32_t at = begin; rc == SQLITE_OK && at < end; at++) {
    Place place = {.piece = piece};
    for (uint32_t list = 0; list < LISTS; list++) {
      if (end - at < gram[list]) continue;
      uint32_t *last = list_of(finder, list, finder->text.bytes + at);
      place.before[list] = *last;
      *last = at;
    }
    rc = buffer_append(&finder->places, &place, sizeof place);
  }
  return rc;
}

/* --- placing -------------------------------------------------------------- */

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

static int place_token(const Dictionary *d, uint32_t token, Finder *finder, uint32_t *offset) {
  unsigned char text[TOKEN_BYTES_MAX];
  uint32_t size = write_text(d, token, text), at = find(finder, text, size);
  int rc = SQLITE_OK;
  if (at == NONE) {
    at = (uint32_t)finder->text.size;
    rc = add_piece(finder, text, size);
  }
  if (rc == SQLITE_OK) place(&d->grammar, token, at, offset);
  return rc;
}

/* The coded tokens with text, longest ones first, later ones before others; returns how many. */
static uint32_t order_tokens(const Dictionary *d, const uint8_t *coded, uint16_t *order) {
  uint32_t behind[TOKEN_BYTES_MAX + 2] = {0}; /* by size: tokens that are at least as long */
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    if (coded[t] && dictionary_has_text(t)) behind[d->grammar.bytes[t]]++;
  }
  for (uint32_t size = TOKEN_BYTES_MAX; size > 0; size--) behind[size] += behind[size + 1];
  uint32_t count = behind[1];
  for (uint32_t t = 0; t < d->grammar.count; t++) {
    if (coded[t] && dictionary_has_text(t)) order[--behind[d->grammar.bytes[t]]] = (uint16_t)t;
  }
  return count;
}

/* Places all coded tokens in pieces. */
static int place_all(const Dictionary *d, const uint8_t *coded, Finder *finder, uint32_t *offset) {
  uint16_t *order = sqlite3_malloc64(d->grammar.count * sizeof *order);
  if (order == NULL) return SQLITE_NOMEM;
  uint32_t count = order_tokens(d, coded, order);
  int rc = SQLITE_OK;
  for (uint32_t i = 0; rc == SQLITE_OK && i < count; i++) {
    if (offset[order[i]] == SUPERSTRING_NONE) rc = place_token(d, order[i], finder, offset);
  }
  sqlite3_free(order);
  return rc;
}

/* --- writing -------------------------------------------------------------- */

/* Appends the pieces, chain by chain; at[i] becomes the place of piece i. */
static int write_pieces(const Finder *finder, const OverlapLink *link, uint32_t *at, Buffer *text) {
  const uint32_t *start = starts_of(finder);
  int rc = SQLITE_OK;
  for (uint32_t i = 0; i < piece_count(finder); i++) {
    if (link[i].before != OVERLAP_NONE) continue;
    uint32_t shared = 0;
    for (uint32_t k = i; rc == SQLITE_OK && k != OVERLAP_NONE; k = link[k].next) {
      at[k] = (uint32_t)text->size - shared;
      uint32_t from = start[k] + shared;
      rc = buffer_append(text, finder->text.bytes + from, start[k + 1] - from);
      shared = link[k].shared;
    }
  }
  return rc;
}

/* Writes the pieces so that they share text, and moves the tokens along with them. */
static int join_pieces(const Finder *finder, uint32_t tokens, uint32_t *offset, Buffer *text) {
  uint32_t count = piece_count(finder);
  OverlapLink *link = sqlite3_malloc64((count + 1) * sizeof *link);
  uint32_t *at = sqlite3_malloc64((count + 1) * sizeof *at);
  int rc = link == NULL || at == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) rc = overlap_link(finder->text.bytes, starts_of(finder), count, link);
  if (rc == SQLITE_OK) rc = write_pieces(finder, link, at, text);
  for (uint32_t t = 0; rc == SQLITE_OK && t < tokens; t++) {
    if (offset[t] == SUPERSTRING_NONE) continue;
    uint32_t piece = places_of(finder)[offset[t]].piece;
    offset[t] += at[piece] - starts_of(finder)[piece];
  }
  sqlite3_free(link);
  sqlite3_free(at);
  return rc;
}

int superstring_build(const Dictionary *dictionary, const uint8_t *coded, uint32_t *offset,
                      Buffer *text) {
  uint32_t count = dictionary->grammar.count, zero = 0;
  memset(offset, 0xff, count * sizeof *offset);
  Finder *finder = sqlite_zeros(sizeof *finder);
  if (finder == NULL) return SQLITE_NOMEM;
  memset(finder->last, 0xff, sizeof finder->last);
  int rc = buffer_append(&finder->starts, &zero, sizeof zero);
  if (rc == SQLITE_OK) rc = place_all(dictionary, coded, finder, offset);
  if (rc == SQLITE_OK) rc = join_pieces(finder, count, offset, text);
  buffer_clear(&finder->text);
  buffer_clear(&finder->places);
  buffer_clear(&finder->starts);
  sqlite3_free(finder);
  return rc;
}
