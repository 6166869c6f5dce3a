/*
** choose.h: which encoding a column of a segment gets: the smallest of those that are worth trying,
** codecs and exceptions included.
**
** Columns that are to be searched for parts that repeat others (miner.h) take their turns, as what
** is found for one decides which sources are left for the next. All others may be chosen in any
** order, also at the same time, and so may those that were searched, but not drafted, when
** settling. Calls choose_text.h, carry_slot.h, chooser.h, slot_*.h, text/, value.h.
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
