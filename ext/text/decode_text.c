/*
** decode_text.c: see decode.h; strings in a row, for codecs whose tokens are pieces of text.
*/
#include "decode_loop.h"

/* The most of a string that comes again for which a round has room. */
#define SAME_BYTES 128

typedef struct BatchLoop {
  TextLoop text;
  uint32_t *start;      /* of string `row` */
  uint32_t *end, *stop; /* of the string under way; behind that of the last one */
  uint32_t *block;      /* end of the first string for which registers may be another block's */
  uint32_t row;
} BatchLoop;

/* Notes that text was added, and whether the string ends there: 1 or 0. */
LOOP_INLINE void note_text(BatchLoop *b, uint32_t ends) {
  *b->end = (uint32_t)b->text.size;
  b->end += ends;
}

/* Adds the token that comes next if it is known to be plain text; tells if it is. */
LOOP_INLINE bool add_plain(BatchLoop *b, bool large) {
  uint32_t first = loop_add_plain(&b->text, large);
  if (first < CODEC_FIRST_INNER) return false;
  note_text(b, first / CODEC_FIRST_ENDS);
  return true;
}

LOOP_INLINE uint32_t row_under_way(const BatchLoop *b) {
  return b->row + (uint32_t)(b->end - b->start) - 1;
}

/* Makes the registers those of the block that the string under way is in. */
LOOP_INLINE void enter_block(Decoder *d, BatchLoop *b) {
  uint32_t row = row_under_way(b), mask = (1u << d->block_shift) - 1;
  d->row = row;
  decode_registers(d);
  b->block = b->end + (mask - (row & mask)) + 1;
}

/* Adds the string before the one under way again. */
LOOP_INLINE int add_same(Decoder *d, BatchLoop *b) {
  uint32_t mask = (1u << d->block_shift) - 1;
  if (b->end[-1] != b->text.size || (row_under_way(b) & mask) == 0) return SQLITE_CORRUPT;
  size_t from = b->end - b->start > 1 ? b->end[-2] : d->last_begin;
  size_t size = b->end[-1] - from;
  if (size > SAME_BYTES) {
    int rc = loop_reserve(&b->text, d->text, size);
    if (rc != SQLITE_OK) return rc;
  }
  loop_add(&b->text, b->text.bytes + from, (uint32_t)size);
  note_text(b, 1);
  return SQLITE_OK;
}

/* Adds a token whose code was taken, of any kind. */
LOOP_INLINE int add_token(Decoder *d, BatchLoop *b, CodecToken token, bool fields) {
  TextLoop *l = &b->text;
  if (token.length != 0) {
    loop_add(l, l->text + token.offset, token.length);
    note_text(b, token.ends);
  } else if (token.offset == CODEC_SAME) {
    return add_same(d, b);
  } else if (token.offset == CODEC_ESCAPE) {
    loop_add_byte(l);
    note_text(b, 0);
  } else if (fields) {
    if (b->end >= b->block) enter_block(d, b);
    note_text(b, loop_add_record(d, l, token));
  }
  return SQLITE_OK;
}

/* Adds the token that comes next, of any kind. */
LOOP_INLINE int add_any(Decoder *d, BatchLoop *b, bool large, bool fields) {
  CodecToken token = loop_take(&b->text, large);
  return add_token(d, b, token, fields);
}

/* --- codes of classes ------------------------------------------------------ */

/* Adds the token whose code was taken, behind which another context may be. */
LOOP_INLINE int add_classed(Decoder *d, BatchLoop *b, CodecToken token) {
  const uint32_t *end = b->end;
  int rc = add_token(d, b, token, true);
  if (b->end != end) b->text.context = 0;
  return rc;
}

/* Adds the token that comes next if it is plain text, else leaves it in *token. */
LOOP_INLINE bool add_classed_plain(BatchLoop *b, CodecToken *token) {
  TextLoop *l = &b->text;
  *token = loop_take_classed(l);
  if (token->length == 0) return false;
  loop_add(l, l->text + token->offset, token->length);
  note_text(b, token->ends);
  if (token->ends) l->context = 0;
  return true;
}

/* --- strings --------------------------------------------------------------- */

/* A loop that goes on at d->at, with string `end - start - 1` of `count`. */
LOOP_INLINE BatchLoop batch_open(const Decoder *d, uint32_t count, uint32_t *start, uint32_t *end) {
  BatchLoop b = {.text = loop_open(d),
                 .start = start,
                 .end = end,
                 .stop = start + count + 1,
                 .block = start + 1,
                 .row = d->row - ((uint32_t)(end - start) - 1)};
  b.text.size = d->text->size;
  b.text.context = d->context;
  return b;
}

/* Tells the decoder where the loop has come to. */
LOOP_INLINE void batch_close(Decoder *d, const BatchLoop *b) {
  d->at = stream_at(&b->text.reader, d->code);
  d->row = row_under_way(b);
  d->context = b->text.context;
  d->text->size = b->text.size;
}

/* The kinds of codecs that the loop is made for. */
typedef enum LoopKind { LOOP_ANY, LOOP_LARGE, LOOP_LARGE_PLAIN, LOOP_CLASSED } LoopKind;

/* Adds a few tokens, up to the first that is not just text. Two codes of classes fit what waits. */
LOOP_INLINE int add_round(Decoder *d, BatchLoop *b, LoopKind kind) {
  bool large = kind != LOOP_ANY, fields = kind != LOOP_LARGE_PLAIN;
  CodecToken token;
  if (kind == LOOP_CLASSED) {
    if (add_classed_plain(b, &token) && add_classed_plain(b, &token)) return SQLITE_OK;
    return add_classed(d, b, token);
  }
  if (add_plain(b, large) && add_plain(b, large) && add_plain(b, large)) return SQLITE_OK;
  return add_any(d, b, large, fields);
}

/* Adds strings while a round cannot end more than are left, and has room. */
LOOP_INLINE int add_rounds(Decoder *d, BatchLoop *b, LoopKind kind) {
  TextLoop *l = &b->text;
  while (b->stop - b->end >= DECODE_ROUND_TOKENS && l->size <= l->room) {
    if (l->reader.next > l->limit) return SQLITE_CORRUPT;
    stream_fill(&l->reader);
    int rc = add_round(d, b, kind);
    if (rc != SQLITE_OK) return rc;
  }
  return SQLITE_OK;
}

/* Adds all strings but the last ones; *end becomes the end of the first that is left. */
LOOP_INLINE int add_most(Decoder *d, uint32_t count, uint32_t *start, uint32_t **end,
                         LoopKind kind) {
  BatchLoop b = batch_open(d, count, start, *end);
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && b.stop - b.end >= DECODE_ROUND_TOKENS) {
    rc = loop_reserve(&b.text, d->text, 0);
    if (rc == SQLITE_OK) rc = add_rounds(d, &b, kind);
  }
  batch_close(d, &b);
  *end = b.end;
  return rc;
}

/* Adds the strings that are left, token by token. */
static int add_last(Decoder *d, uint32_t count, uint32_t *start, uint32_t *end) {
  BatchLoop b = batch_open(d, count, start, end);
  TextLoop *l = &b.text;
  while (b.end != b.stop) {
    int rc = loop_reserve(l, d->text, 0);
    if (rc != SQLITE_OK) return rc;
    if (l->reader.next > l->limit) return SQLITE_CORRUPT;
    stream_fill(&l->reader);
    if (d->codec->classes != NULL) {
      rc = add_classed(d, &b, loop_take_classed(l));
    } else if (!add_plain(&b, false)) {
      rc = add_any(d, &b, false, true);
    }
    if (rc != SQLITE_OK) return rc;
  }
  batch_close(d, &b);
  return SQLITE_OK;
}

int decode_strings(Decoder *d, uint32_t count, uint32_t *start) {
  uint32_t *end = start + 1;
  int rc;
  if (d->at > d->end) return SQLITE_CORRUPT;
  if (d->codec->form == CODEC_PAIRS) return decode_pairs(d, count, start);
  if (d->codec->classes != NULL) {
    rc = add_most(d, count, start, &end, LOOP_CLASSED);
  } else if (!loop_is_large(d->codec)) {
    rc = add_most(d, count, start, &end, LOOP_ANY);
  } else if (d->codec->records_size > 0) {
    rc = add_most(d, count, start, &end, LOOP_LARGE);
  } else {
    rc = add_most(d, count, start, &end, LOOP_LARGE_PLAIN);
  }
  if (rc == SQLITE_OK) rc = add_last(d, count, start, end);
  if (rc == SQLITE_OK && count != 0) d->last_begin = start[count - 1];
  return rc;
}
