/*
** value_list.h: values of any type in a segment: a dictionary's entries that
** are not text, and the exceptions that do not fit a slot's encoding.
**
**   u32 count
**   u32 key[count]    exceptions: the row, ascending; a dictionary: absent
**   u32 end[count]    where the value's bytes end, counted from the first one's
**   per value: u8 type, then 8 bytes (integer, real) or the text or blob and a zero byte
**
** Integers, before which there may be one NULL, take the other form where that is smaller:
**
**   u32 count + VALUE_LIST_PACKED
**   u8  nulls         0 or 1
**   u8  width         0 to 64
**   u16 0
**   i64 base
**   u32 key[count]    as above
**   value - base of each integer in `width` bits, then BITS_PADDING bytes
**
** Borrows its bytes from the segment; every access is checked against them.
** Calls base/.
*/
#ifndef SLOTS_VALUE_LIST_H
#define SLOTS_VALUE_LIST_H

#include <stdbool.h>

#include "base/bits.h"
#include "base/buffer.h"
#include "base/value.h"

#define VALUE_LIST_PACKED 0x80000000u

typedef struct ValueList {
  const unsigned char *keys; /* NULL without keys */
  const unsigned char *ends; /* NULL: packed */
  const unsigned char *values;
  uint32_t count;
  uint32_t size;  /* bytes of the values */
  uint32_t nulls; /* packed only, as `width` and `base` */
  uint32_t width;
  int64_t base;
} ValueList;

/* Appends the list of `count` values; `keys` is NULL for a list without. */
int value_list_encode(const Value *values, const uint32_t *keys, uint32_t count, Buffer *out);

/* False when the bytes cannot hold such a list. */
bool value_list_open(ValueList *list, const unsigned char *bytes, uint32_t size, bool keyed);

/* Value number `index`; NULL where the bytes are not those of a value. */
Value value_list_get(const ValueList *list, uint32_t index);

/* The value with the key, or NULL where there is none. */
Value value_list_find(const ValueList *list, uint32_t key);

#endif
