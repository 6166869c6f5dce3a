/*
** slot_numeral.h: integers as decimal digits, coded as text.
**
** Smaller than codes of one width where numbers repeat the row before them, or
** some are far more frequent than others; slower to read and to compare, so only
** for compress='small'. NULL is the empty string, and takes no flag. Calls
** draft.h, slot_text.h, base/.
*/
#ifndef SLOTS_SLOT_NUMERAL_H
#define SLOTS_SLOT_NUMERAL_H

#include "draft.h"

/*
** Drafts a column whose values are mostly integers. The draft's codec is what comes
** in as the one of the column's last section (a reference, or NULL) and is replaced.
** SQLITE_OK, NOMEM or TOOBIG.
*/
int slot_numeral_draft(const Column *column, Draft *draft);

/* The value that the text stands for. SQLITE_CORRUPT for text that is no number. */
int slot_numeral_value(const unsigned char *text, uint32_t size, Value *value);

#endif
