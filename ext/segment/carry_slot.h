/*
** carry_slot.h: drafts a column of texts most of which are sealed already, in sections of one
** codec: their strings are copied as codes, without being decoded and parsed again.
**
** Calls chooser.h, columns.h, substitute.h, slot_text.h, draft.h, text/, base/.
*/
#ifndef SLOTS_CARRY_SLOT_H
#define SLOTS_CARRY_SLOT_H

#include "chooser.h"

/*
** Drafts the column in this way where that is possible, and about as small as choosing an encoding
** anew would be: *done tells. Lessons stay as they are. SQLITE_OK, NOMEM, TOOBIG or CORRUPT.
*/
int carry_slot(Chooser *chooser, uint32_t column, Draft *draft, bool *done);

#endif
