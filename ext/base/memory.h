/*
** memory.h: keeps memory that was freed while it is needed again soon, then gives it back to the
** operating system.
**
** Sealing frees the open rows and the working memory of the coding, megabytes however few the rows,
** in the middle of the heap, below the segment that was just made. glibc keeps such holes: a
** process that loaded a million rows stayed 2.5 times as large as its table, one that loaded a
** thousand 30 times (ext/README.md). Small free blocks in a thread's own cache lie scattered
** between, and are given up first. Where the C library has no such call this does nothing. Calls
** nothing.
*/
#ifndef SLOTS_MEMORY_H
#define SLOTS_MEMORY_H

#include <stdint.h>

/*
** To be called before so many bytes of values are sealed: memory that sealing frees is then kept
** for what follows. glibc gives back the end of the heap where it exceeds twice the largest block
** that was ever mapped and freed, and the next block would fetch it again page by page; so one such
** block is mapped and freed, untouched.
*/
void memory_keep(uint64_t bytes);

/*
** To be called after so many bytes of values were sealed, and all that this took was freed. Takes
** milliseconds at most.
*/
void memory_give_back(uint64_t sealed);

#endif
