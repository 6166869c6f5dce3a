/*
** sections.h: the sections of a snapshot file.
**
** Whatever the section table says is compared with the size of the file whenever
** it is used. snapshot_format.h has the layout. Owns nothing. Calls snapshot_format.h,
** checksum.h.
*/
#ifndef SLOTS_SECTIONS_H
#define SLOTS_SECTIONS_H

#include <stdint.h>
#include <string.h>

#include "snapshot_format.h"

/* Where a file's section table is, all of it within the file. */
typedef struct Sections {
  const unsigned char *file;
  uint64_t table_at; /* in the file, behind all sections */
  uint32_t count;
} Sections;

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
int section_read(const Sections *sections, uint32_t number, SnapshotKind kind,
                 const unsigned char **bytes, size_t *size);

/* The kind that the section table says, not a SnapshotKind for a number without a section. */
SnapshotKind section_kind(const Sections *sections, uint32_t number);

#endif
