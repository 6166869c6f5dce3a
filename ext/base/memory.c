/*
** memory.c: see memory.h.
*/
#include "memory.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#define WORTH_BYTES (64u << 10) /* sealing fewer takes little to work with */

void memory_give_back(uint64_t sealed) {
#if defined(__GLIBC__)
  if (sealed >= WORTH_BYTES) malloc_trim(0);
#else
  (void)sealed;
#endif
}
