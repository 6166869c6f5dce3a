/*
** mapping.h: the files that this process has mapped, each of them once.
**
** Connections and threads that open the same file share one mapping; the last
** one unmaps it. The list of mappings is the process's and changes under a
** mutex, as do the counts of references. The bytes never change under anybody
** (a newer file has another inode), so reading them needs no mutex. Calls
** files.h, mutex.h.
*/
#ifndef SLOTS_MAPPING_H
#define SLOTS_MAPPING_H

#include "files.h"

typedef struct Mapping {
  struct Mapping *next;
  uint32_t references; /* under the mutex */
  FileIdentity identity;
  const unsigned char *bytes; /* page-aligned, identity.size of them */
} Mapping;

/* The mapping of the file at `path`, with one reference. As files.h. */
int mapping_open(const char *path, Mapping **mapping, char **error);
Mapping *mapping_retain(Mapping *mapping);
void mapping_release(Mapping *mapping); /* NULL is allowed */

#endif
