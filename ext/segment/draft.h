/*
** draft.h: a column as one encoding would store it, before it is chosen.
**
** Owns the codes, flags and section until the segment is written. Calls slot.h
** and below.
*/
#ifndef SLOTS_DRAFT_H
#define SLOTS_DRAFT_H

#include "slot.h"

typedef struct Draft {
  SlotHeader header;
  uint64_t *codes;      /* one a row; NULL when width is 0 */
  unsigned char *flags; /* one bit a row; NULL when no row is flagged */
  Buffer section;
  Buffer list;
  TextCodec *codec;      /* that the section needs; a reference */
  Lender *codec_lender;  /* whose the codec's bytes are, borrowed; NULL: the codec's own */
  uint64_t codec_memory; /* bytes that the codec adds to those in use before */
} Draft;

/* Allocates a code for each row, all zero. SQLITE_OK or SQLITE_NOMEM. */
int draft_codes(Draft *draft, uint32_t rows);

/* Flags one row; the first call allocates the flags. SQLITE_OK or SQLITE_NOMEM. */
int draft_flag(Draft *draft, uint32_t rows, uint32_t row);

bool draft_is_flagged(const Draft *draft, uint32_t row);

/* Writes the flagged values that are not NULL to the draft's list of exceptions. */
int draft_exceptions(Draft *draft, const Column *column);

/* Bytes for `rows` rows: fixed part, section, list and codec. */
uint64_t draft_cost(const Draft *draft, uint32_t rows);

/* Swaps `other` into `best` when it is smaller by the percentage. */
void draft_take_smaller(Draft *best, Draft *other, uint32_t rows, uint64_t percent);

void draft_clear(Draft *draft);

#endif
