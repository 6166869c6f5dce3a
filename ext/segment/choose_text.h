/*
** choose_text.h: whether a column of texts is coded as it is, or with parts that
** repeat other columns left out. Calls chooser.h, miner.h, substitute.h, slot_text.h,
** draft.h, lessons.h, text/, buffer.h.
*/
#ifndef SLOTS_CHOOSE_TEXT_H
#define SLOTS_CHOOSE_TEXT_H

#include "chooser.h"

/*
** Drafts a column of texts the smaller way: derived as its last segment was, if that
** applies. Notes in the chooser which columns are derived, and from which; when settling, no
** more than that where it can (chooser_leaves). SQLITE_OK, NOMEM, TOOBIG or CORRUPT.
*/
int choose_text(Chooser *chooser, uint32_t index, const Column *column, Draft *draft);

#endif
