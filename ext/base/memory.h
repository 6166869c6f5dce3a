/*
** memory.h: keeps memory that was freed while it is needed again soon, then gives it back to the
** operating system.
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

/*
** Before so many bytes of values are sealed: what that frees is kept for what follows. glibc gives
** back the heap's end, for the next block to fetch it again page by page, where it exceeds twice
** the largest block that was ever mapped and freed; so one is, untouched.
*/
void memory_keep(uint64_t bytes);

/* After so many bytes of values were sealed, and what that took freed. Milliseconds at most. */
void memory_give_back(uint64_t sealed);

#endif
