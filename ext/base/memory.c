/*
** memory.c: see memory.h.
*/
#include "memory.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

void memory_trim(void) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}
