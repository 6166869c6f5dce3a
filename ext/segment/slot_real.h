/*
** slot_real.h: reals as decimals (an integer divided by a power of ten, where
** that gives the same 64 bits back), else as their bits.
**
** Calls frame.h, draft.h.
*/
#ifndef SLOTS_SLOT_REAL_H
#define SLOTS_SLOT_REAL_H

#include "draft.h"

#define SLOT_DECIMALS 15

/* Drafts a column that holds a real; SQLITE_OK or SQLITE_NOMEM, SQLITE_TOOBIG. */
int slot_real_draft(const Column *column, Draft *draft);

double slot_real_read(const SlotHeader *header, uint64_t code);

#endif
