/*
** memory.c: see memory.h.
*/
#include "memory.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#define WORTH_BYTES (64u << 10) /* sealing fewer takes little to work with */
#define MANY_BYTES (1u << 20)   /* of values, that take megabytes to seal */
#define LARGE_BLOCK (12u << 20) /* twice as much is more than a segment takes to seal */

/*
** Of each of these sizes glibc keeps freed blocks in a list of the thread's own, where malloc_trim
** leaves them, and the page that each lies in.
*/
#define CACHED_LEAST 24
#define CACHED_STEP 16
#define CACHED_MOST 1032
#define CACHED_BLOCKS 16 /* as many as newer versions keep */

#if defined(__GLIBC__)
/*
** A block that grows out of the sizes is free once it is freed. Most grow where they lie, as what
** is behind them is free: the last of those just cut from one piece first, and those that lay
** before another size's in the second pass.
*/
static void empty_thread_cache(void) {
  void *volatile blocks[CACHED_BLOCKS]; /* or compilers might leave all of it out */
  for (size_t size = CACHED_LEAST; size <= CACHED_MOST; size += CACHED_STEP) {
    for (int i = 0; i < CACHED_BLOCKS; i++) blocks[i] = malloc(size);
    for (int i = CACHED_BLOCKS - 1; i >= 0; i--) {
      void *grown = realloc(blocks[i], CACHED_MOST + CACHED_STEP);
      free(grown == NULL ? blocks[i] : grown);
    }
  }
}
#endif

void memory_keep(uint64_t bytes) {
#if defined(__GLIBC__)
  if (bytes < MANY_BYTES) return;
  void *volatile block = malloc(LARGE_BLOCK);
  free(block);
#else
  (void)bytes;
#endif
}

void memory_give_back(uint64_t sealed) {
#if defined(__GLIBC__)
  if (sealed < WORTH_BYTES) return;
  for (int pass = 0; pass < 2; pass++) empty_thread_cache();
  malloc_trim(0);
#else
  (void)sealed;
#endif
}
