/*
** slot_text.h: a column of texts, or of blobs, as one text section.
**
** Rows that hold another type take an empty string there and are flagged.
** Calls draft.h, limits.h, text/, buffer.h.
*/
#ifndef SLOTS_SLOT_TEXT_H
#define SLOTS_SLOT_TEXT_H

#include "draft.h"

/*
** Drafts a column whose values are mostly of `type`, VALUE_TEXT or VALUE_BLOB.
** The draft's codec is what comes in as the one of the column's last section
** (a reference, or NULL) and is replaced.
*/
int slot_text_draft(const Column *column, ValueType type, Draft *draft);

/*
** Puts the strings of a column of `type` one behind the other, string i from start[i] up to
** start[i + 1]; rows of another type get an empty one and are flagged.
*/
int slot_text_gather(const Column *column, ValueType type, Draft *draft, Buffer *bytes,
                     uint32_t *start);

/*
** Fills in the draft's section, a string for each row: string i is `bytes` from start[i]
** up to start[i + 1]; and the list of exceptions, as flagged. The codec as above.
*/
int slot_text_encode(const Column *column, const Buffer *bytes, const uint32_t *start,
                     Draft *draft);

#endif
