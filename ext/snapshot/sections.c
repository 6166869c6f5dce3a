/*
** sections.c: see sections.h.
*/
#include "sections.h"

#include "base/checksum.h"
#include "base/sqlite.h"

/* The bytes of a section of that kind, not compared with their checksum; false without one. */
static bool find_section(const Snapshot *snapshot, uint32_t number, SnapshotKind kind,
                         const unsigned char **bytes, size_t *size, uint64_t *sum) {
  const Mapping *mapping = snapshot->mapping;
  if (number >= snapshot->sections) return false;
  const unsigned char *entry =
      mapping->bytes + snapshot->table_at + (uint64_t)number * SNAPSHOT_ENTRY;
  uint64_t offset = get_u64(entry + ENTRY_OFFSET_AT), length = get_u64(entry + ENTRY_SIZE_AT);
  uint64_t end = snapshot->table_at;
  if (get_u32(entry + ENTRY_KIND_AT) != (uint32_t)kind) return false;
  if (offset % SNAPSHOT_ALIGNMENT != 0) return false;
  if (offset < SNAPSHOT_HEADER || offset > end || length > end - offset) return false;
  *bytes = mapping->bytes + offset;
  *size = (size_t)length;
  *sum = get_u64(entry + ENTRY_SUM_AT);
  return true;
}

int section_read(const Snapshot *snapshot, uint32_t number, SnapshotKind kind,
                 const unsigned char **bytes, size_t *size) {
  uint64_t sum;
  if (!find_section(snapshot, number, kind, bytes, size, &sum)) return SQLITE_CORRUPT;
  return checksum(*bytes, *size) == sum ? SQLITE_OK : SQLITE_CORRUPT;
}

SnapshotKind section_kind(const Snapshot *snapshot, uint32_t number) {
  uint64_t at = snapshot->table_at + (uint64_t)number * SNAPSHOT_ENTRY + ENTRY_KIND_AT;
  return number < snapshot->sections ? (SnapshotKind)get_u32(snapshot->mapping->bytes + at)
                                     : (SnapshotKind)0;
}
