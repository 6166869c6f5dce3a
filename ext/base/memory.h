/*
** memory.h: gives memory that was freed back to the operating system.
**
** Sealing frees the open rows and the working memory of the coding, in the
** middle of the heap, below the segment that was just made. glibc keeps such
** holes: a process that loaded a million rows stayed 2.5 times as large as its
** table (ext/README.md). Where the C library has no such call this does nothing.
** Calls nothing.
*/
#ifndef SLOTS_MEMORY_H
#define SLOTS_MEMORY_H

#include <stdint.h>

/* Values sealed in a transaction after which its memory is given back. */
#define MEMORY_TRIM_BYTES ((uint64_t)4 << 20)

/* Takes some milliseconds; to be called after megabytes were freed. */
void memory_trim(void);

#endif
