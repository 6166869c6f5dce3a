/*
** slot_integer.h: integers by a frame of reference for all rows (frame.h), or one for each block of
** them (slot_blocks.h), whichever is smaller, or as a run, which takes no bits. Calls
** slot_blocks.h, frame.h, draft.h, integers.h.
*/
#ifndef SLOTS_SLOT_INTEGER_H
#define SLOTS_SLOT_INTEGER_H

#include "draft.h"

/* Drafts a column that holds an integer; SQLITE_OK or SQLITE_NOMEM, SQLITE_TOOBIG. */
int slot_integer_draft(const Column *column, Draft *draft);

static inline int64_t slot_integer_read(const SlotHeader *header, uint32_t row, uint64_t code) {
  uint64_t count = header->encoding == SLOT_RUN ? row : code;
  return (int64_t)((uint64_t)header->base + header->step * count);
}

#endif
