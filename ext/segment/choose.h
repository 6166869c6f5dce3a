/*
** choose.h: which encoding a column of a segment gets: the smallest of those
** that may pay, everything counted.
**
** Columns that are to be searched for parts that repeat others (miner.h) are looked at one after
** the other, as what is found for one says what is left for the next. All others are chosen in any
** order, also at the same time; so are, when settling, those that were searched without a draft.
** Calls choose_text.h, carry_slot.h, chooser.h, slot_*.h, text/, value.h.
*/
#ifndef SLOTS_CHOOSE_H
#define SLOTS_CHOOSE_H

#include "chooser.h"

/*
** Drafts a column's slot, changing the lessons of that one, and its role if it is mined. When
** settling, a column that is no longer mined afterwards has no draft yet, and the same one comes of
** choosing it again. SQLITE_OK, NOMEM, TOOBIG or CORRUPT.
*/
int choose_slot(Chooser *chooser, uint32_t column, Draft *draft);

#endif
