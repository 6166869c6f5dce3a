/*
** substitute.h: a column's texts with their derived parts replaced by markers.
** The opposite of derive_expand. Calls columns.h, derive.h, buffer.h.
*/
#ifndef SLOTS_SUBSTITUTE_H
#define SLOTS_SUBSTITUTE_H

#include "columns.h"

/*
** Chooses markers, bytes that no text of the column contains, for `count`
** derivations; false when there are not enough.
*/
bool substitute_markers(const Value *values, uint32_t rows, Derivation *derivations,
                        uint32_t count);

/*
** Rewrites `values` (one a row of the source) in place: their bytes then lie in
** `text`. SQLITE_OK, SQLITE_NOMEM, SQLITE_TOOBIG or SQLITE_CORRUPT.
*/
int substitute(ColumnSource *source, const Derivation *derivations, uint32_t count, Value *values,
               Buffer *text);

#endif
