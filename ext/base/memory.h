/*
** memory.h: gives memory that was freed back to the operating system.
**
** Sealing frees the open rows and the working memory of the coding, megabytes
** however few the rows, in the middle of the heap, below the segment that was
** just made. glibc keeps such holes: a process that loaded a million rows stayed
** 2.5 times as large as its table, one that loaded a thousand 30 times (ext/README.md).
** Small blocks that a thread keeps for itself lie scattered between, and go first. Where the C
** library has no such call this does nothing. Calls nothing.
*/
#ifndef SLOTS_MEMORY_H
#define SLOTS_MEMORY_H

#include <stdint.h>

/* After so many bytes of values were sealed, and what that took freed. Milliseconds at most. */
void memory_give_back(uint64_t sealed);

#endif
