/*
** slot_dictionary.h: few distinct values of any type, NULL among them: every
** row's code is the number of an entry.
**
** Entries that are not text come first and are a list of values; the text
** entries follow, sorted, as a text section of their own. Calls draft.h, key.h,
** text/, base/.
*/
#ifndef SLOTS_SLOT_DICTIONARY_H
#define SLOTS_SLOT_DICTIONARY_H

#include <stdbool.h>

#include "draft.h"

/*
** Drafts a dictionary of at most `limit` distinct values, *fits telling whether
** that was enough. The draft's codec is what comes in as the one of the
** column's last dictionary (a reference, or NULL) and is replaced.
*/
int slot_dictionary_draft(const Column *column, uint32_t limit, Draft *draft, bool *fits);

/* Entry number `code`; text is decoded into `scratch`. SQLITE_OK, NOMEM or CORRUPT. */
int slot_dictionary_read(const Slot *slot, uint64_t code, Buffer *scratch, Value *value);

#endif
