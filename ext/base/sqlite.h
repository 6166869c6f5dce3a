/*
** sqlite.h: SQLite's API for every other file of the extension, and memory that is all zeros, which
** core has for itself only.
**
** As a loadable extension all calls go through the host's table of routines;
** with SQLITE_CORE defined the same sources link statically. slots.c holds
** the one SQLITE_EXTENSION_INIT1.
*/
#ifndef SLOTS_SQLITE_H
#define SLOTS_SQLITE_H

#include <sqlite3ext.h>
#ifndef SLOTS_DEFINES_API
#include <stddef.h>
#include <stdint.h>
#include <string.h>

SQLITE_EXTENSION_INIT3

/* As sqlite3_malloc64: NULL for no bytes, too. */
static inline void *sqlite_zeros(uint64_t size) {
  void *memory = sqlite3_malloc64(size);
  if (memory != NULL) memset(memory, 0, (size_t)size);
  return memory;
}
#endif

#endif
