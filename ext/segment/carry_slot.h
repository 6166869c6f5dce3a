/*
** carry_slot.h: a column of texts most of whose rows are sealed already, and in sections with one
** codec: their strings are carried over as codes.
**
** Calls chooser.h, columns.h, substitute.h, slot_text.h, draft.h, text/, base/.
*/
#ifndef SLOTS_CARRY_SLOT_H
#define SLOTS_CARRY_SLOT_H

#include "chooser.h"

/*
** Drafts a column so where it can and where that is as small as choosing anew would be, as *done
** tells; teaches nothing. SQLITE_OK, NOMEM, TOOBIG or CORRUPT.
*/
int carry_slot(Chooser *chooser, uint32_t column, Draft *draft, bool *done);

#endif
