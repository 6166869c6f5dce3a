/*
** sections.h: the sections of a snapshot file.
**
** Whatever the section table says is compared with the size of the file whenever
** it is used. snapshot_format.h has the layout. Calls snapshot.h, snapshot_format.h,
** checksum.h.
*/
#ifndef SLOTS_SECTIONS_H
#define SLOTS_SECTIONS_H

#include <string.h>

#include "snapshot.h"
#include "snapshot_format.h"

/* Numbers of the file, in the machine's byte order, at any address. */
static inline uint32_t get_u32(const unsigned char *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static inline uint64_t get_u64(const unsigned char *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

/*
** The bytes of a section of that kind, in the mapping. SQLITE_CORRUPT: there is none
** with that number, or it does not have its checksum.
*/
int section_read(const Snapshot *snapshot, uint32_t number, SnapshotKind kind,
                 const unsigned char **bytes, size_t *size);

/* The kind that the section table says, not a SnapshotKind for a number without a section. */
SnapshotKind section_kind(const Snapshot *snapshot, uint32_t number);

#endif
