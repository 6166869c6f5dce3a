/*
** buffer.h: a byte string that grows, in SQLite's memory.
**
** Owns its bytes. Calls nothing above SQLite. A Buffer of zeros is empty and
** valid; buffer_clear gives the bytes back and leaves such a one behind.
** Functions that return int answer SQLITE_OK, SQLITE_NOMEM or, past
** BUFFER_LIMIT, SQLITE_TOOBIG; after an error the content is as it was.
*/
#ifndef SLOTS_BUFFER_H
#define SLOTS_BUFFER_H

#include <stddef.h>
#include <stdint.h>

/* sqlite3_malloc64 refuses blocks of 2 GiB and more. */
#define BUFFER_LIMIT ((size_t)0x7fff0000)

typedef struct Buffer {
  unsigned char *bytes;
  size_t size;     /* bytes in use */
  size_t capacity; /* bytes allocated, without `head` */
  size_t head;     /* bytes of the block in front of `bytes`; 0 unless loan.h set it */
} Buffer;

/* Room for `more` bytes behind the content, which keeps its size. */
int buffer_reserve(Buffer *buffer, size_t more);

/* Appends a copy of `size` bytes; `bytes` may be NULL when `size` is 0. */
int buffer_append(Buffer *buffer, const void *bytes, size_t size);

/* Appends `size` zero bytes. */
int buffer_append_zeros(Buffer *buffer, size_t size);

/* Appends zeros up to the next multiple of `alignment`, a power of two. */
int buffer_align(Buffer *buffer, size_t alignment);

/* Gives back what was allocated beyond the content, if the allocator can. */
void buffer_trim(Buffer *buffer);

void buffer_clear(Buffer *buffer);

#endif
