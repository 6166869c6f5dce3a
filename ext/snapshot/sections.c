/*
** sections.c: see sections.h.
*/
#include "sections.h"

#include "base/checksum.h"
#include "base/sqlite.h"

int section_read(const Sections *sections, uint32_t number, SnapshotKind kind,
                 const unsigned char **bytes, size_t *size) {
  const unsigned char *file = sections->file;
  if (section_kind(sections, number) != kind) return SQLITE_CORRUPT;
  const unsigned char *entry = file + sections->table_at + (uint64_t)number * SNAPSHOT_ENTRY;
  uint64_t offset = get_u64(entry + ENTRY_OFFSET_AT), length = get_u64(entry + ENTRY_SIZE_AT);
  uint64_t end = sections->table_at;
  if (offset % SNAPSHOT_ALIGNMENT != 0 || offset < SNAPSHOT_HEADER) return SQLITE_CORRUPT;
  if (offset > end || length > end - offset) return SQLITE_CORRUPT;
  *bytes = file + offset;
  *size = (size_t)length;
  return checksum(*bytes, *size) == get_u64(entry + ENTRY_SUM_AT) ? SQLITE_OK : SQLITE_CORRUPT;
}

SnapshotKind section_kind(const Sections *sections, uint32_t number) {
  uint64_t at = sections->table_at + (uint64_t)number * SNAPSHOT_ENTRY + ENTRY_KIND_AT;
  return number < sections->count ? (SnapshotKind)get_u32(sections->file + at) : (SnapshotKind)0;
}
