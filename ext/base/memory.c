/*
** memory.c: see memory.h.
*/
#define _DEFAULT_SOURCE /* madvise */

#include "memory.h"

#include <stdlib.h>

#if defined(__GLIBC__)

#include <malloc.h>
#include <sys/mman.h>

#define WORTH_BYTES (64u << 10) /* of values sealed: fewer take little to work with */
#define MANY_BYTES (1u << 20)   /* these take megabytes */

#define LARGE_BLOCK (12u << 20) /* twice as much is more than a segment takes to seal */

void memory_keep(uint64_t bytes) {
  if (bytes < MANY_BYTES) return;
  void *volatile block = malloc(LARGE_BLOCK); /* or compilers might leave it out */
  free(block);
}

/* glibc keeps free blocks of these sizes for the thread that freed them, a list for each size. */
#define CACHED_LEAST 24
#define CACHED_STEP 16
#define CACHED_MOST 1032
#define CACHED_BLOCKS 16 /* of newer versions; 7 of most */

/*
** malloc_trim leaves those blocks, and the page that each lies in. So they are taken, and grown out
** of these sizes: then freeing them does free them. Most grow in place, as the memory behind them
** is free: of blocks cut from one piece the last one first, and those in front of a block of
** another size in a second pass.
*/
static void empty_lists(void) {
  void *volatile blocks[CACHED_BLOCKS];
  for (size_t size = CACHED_LEAST; size <= CACHED_MOST; size += CACHED_STEP) {
    for (int i = 0; i < CACHED_BLOCKS; i++) blocks[i] = malloc(size);
    for (int i = CACHED_BLOCKS - 1; i >= 0; i--) {
      void *grown = realloc(blocks[i], CACHED_MOST + CACHED_STEP);
      free(grown == NULL ? blocks[i] : grown);
    }
  }
}

/* Together more than what memory_keep keeps; each small enough to lie in the heap. */
#define END_BLOCKS 3
#define END_PAGE (64u << 10) /* the largest there is */
#define END_BLOCK (LARGE_BLOCK - 2 * END_PAGE)

/*
** malloc_trim trims the end of the main heap only, not of another thread's heap. So the free memory
** there is taken as blocks, whose pages are given back before they are freed.
*/
static void trim_end(void) {
  void *volatile blocks[END_BLOCKS];
  for (int i = 0; i < END_BLOCKS; i++) {
    blocks[i] = malloc(END_BLOCK);
    uintptr_t inside = ((uintptr_t)blocks[i] + END_PAGE - 1) & ~(uintptr_t)(END_PAGE - 1);
    if (blocks[i] != NULL) madvise((void *)inside, END_BLOCK - 2 * END_PAGE, MADV_DONTNEED);
  }
  for (int i = END_BLOCKS - 1; i >= 0; i--) free(blocks[i]);
}

void memory_give_back(uint64_t sealed) {
  if (sealed < WORTH_BYTES) return;
  for (int pass = 0; pass < 2; pass++) empty_lists();
  if (sealed >= MANY_BYTES) trim_end();
  malloc_trim(0);
}

#else

void memory_keep(uint64_t bytes) { (void)bytes; }

void memory_give_back(uint64_t sealed) { (void)sealed; }

#endif
