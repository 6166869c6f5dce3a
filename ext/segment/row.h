/*
** row.h: an open row, a packed struct of one fixed slot a column and its text.
**
**     +----------------+-----------------+------------------------------+
**     | slot: 8 bytes  | type: 1 byte    | text and blobs, each         |
**     | x columns      | x columns       | followed by one zero byte    |
**     +----------------+-----------------+------------------------------+
**
** A slot holds the integer, the real, or for text and blobs the offset of the
** bytes from the row's start (low 32 bits) and their number (high 32 bits). A
** Row never changes: an update makes a new one. The zero byte lets core take
** text without copying it a second time. Calls value.h, buffer.h.
*/
#ifndef SLOTS_ROW_H
#define SLOTS_ROW_H

#include "base/value.h"

typedef struct Row Row;

/* A row of copies of `values`, or NULL when memory is short or it would exceed 2 GiB. */
Row *row_create(const Value *values, int columns);

/* Value number `column`; its bytes live as long as the row. */
Value row_value(const Row *row, int columns, int column);

/* Bytes allocated for the row, as the allocator counts them. */
uint64_t row_memory(const Row *row);

void row_free(Row *row);

#endif
