/*
** snapshot.c: see snapshot.h.
*/
#include "snapshot.h"

#include <string.h>

#include "base/checksum.h"
#include "base/sqlite.h"
#include "base/message.h"

/* ---- lending --------------------------------------------------------------------------- */

static Snapshot *snapshot_of(Lender *lender) { return (Snapshot *)(void *)lender; }

static int lend_section(Lender *lender, uint32_t number, const unsigned char **bytes,
                        size_t *size) {
  const Snapshot *snapshot = snapshot_of(lender);
  SnapshotKind kind = section_kind(&snapshot->sections, number);
  if (kind != SNAPSHOT_KIND_SEGMENT && kind != SNAPSHOT_KIND_INDEX) return SQLITE_CORRUPT;
  return section_read(&snapshot->sections, number, kind, bytes, size);
}

static int lend_codec(Lender *lender, uint32_t number, TextCodec **codec) {
  Snapshot *snapshot = snapshot_of(lender);
  const unsigned char *bytes;
  size_t size;
  *codec = NULL;
  if (number == NO_SECTION) return SQLITE_OK;
  if (number >= snapshot->sections.count) return SQLITE_CORRUPT;
  int rc = SQLITE_OK;
  if (snapshot->codecs[number] == NULL) {
    rc = section_read(&snapshot->sections, number, SNAPSHOT_KIND_CODEC, &bytes, &size);
    if (rc == SQLITE_OK) rc = text_codec_borrow(bytes, size, &snapshot->codecs[number]);
  }
  *codec = text_codec_retain(snapshot->codecs[number]);
  return rc;
}

static void close_snapshot(Lender *lender) {
  Snapshot *snapshot = snapshot_of(lender);
  for (uint32_t i = 0; snapshot->codecs != NULL && i < snapshot->sections.count; i++) {
    text_codec_release(snapshot->codecs[i]);
  }
  mapping_release(snapshot->mapping);
  sqlite3_free(snapshot->codecs);
  sqlite3_free(snapshot->codec_sections);
  sqlite3_free(snapshot->path);
  sqlite3_free(snapshot);
}

static const LenderMethods methods = {
    .section = lend_section, .codec = lend_codec, .close = close_snapshot};

void snapshot_release(Snapshot *snapshot) {
  if (snapshot != NULL) lender_release(&snapshot->lender);
}

/* ---- opening --------------------------------------------------------------------------- */

static int damaged(const Snapshot *snapshot, const char *what, char **error) {
  return message_fail(error, SQLITE_CORRUPT, "%s is damaged: %s", snapshot->path, what);
}

/* What is no snapshot at all, and what another build or machine has written. */
static int check_origin(const Snapshot *snapshot, char **error) {
  const unsigned char *header = snapshot->mapping->bytes;
  uint32_t order = SNAPSHOT_BYTE_ORDER;
  bool whole = snapshot->mapping->identity.size >= SNAPSHOT_HEADER;
  if (!whole || memcmp(header, SNAPSHOT_MAGIC, SNAPSHOT_MAGIC_SIZE) != 0) {
    return message_fail(error, SQLITE_NOTADB, "%s is not a snapshot of a slots table",
                        snapshot->path);
  }
  if (memcmp(header + HEADER_BYTE_ORDER_AT, &order, sizeof order) != 0) {
    return message_fail(error, SQLITE_CANTOPEN,
                        "%s was written by a machine with another byte order: save it again "
                        "on this one",
                        snapshot->path);
  }
  uint32_t version = get_u32(header + HEADER_VERSION_AT);
  if (version < SNAPSHOT_VERSION_OLDEST || version > SNAPSHOT_VERSION) {
    return message_fail(error, SQLITE_CANTOPEN,
                        "%s has version %u of the snapshot format, and this build of slots "
                        "reads versions %u to %u",
                        snapshot->path, version, SNAPSHOT_VERSION_OLDEST, SNAPSHOT_VERSION);
  }
  return SQLITE_OK;
}

static int read_header(Snapshot *snapshot, char **error) {
  unsigned char header[SNAPSHOT_HEADER];
  uint64_t size = snapshot->mapping->identity.size;
  int rc = check_origin(snapshot, error);
  if (rc != SQLITE_OK) return rc;
  memcpy(header, snapshot->mapping->bytes, sizeof header);
  if (get_u64(header + HEADER_SUM_AT) != checksum(header, HEADER_SUM_AT)) {
    return damaged(snapshot, "header", error);
  }
  if (get_u64(header + HEADER_SIZE_AT) != size) return damaged(snapshot, "it is not whole", error);
  Sections sections = {.file = snapshot->mapping->bytes,
                       .table_at = get_u64(header + HEADER_TABLE_AT),
                       .count = get_u32(header + HEADER_SECTIONS_AT)};
  uint64_t table = (uint64_t)sections.count * SNAPSHOT_ENTRY;
  if (sections.count == 0 || sections.count > SNAPSHOT_SECTIONS ||
      sections.table_at % SNAPSHOT_ALIGNMENT != 0 || sections.table_at < SNAPSHOT_HEADER ||
      sections.table_at > size || table != size - sections.table_at) {
    return damaged(snapshot, "header", error);
  }
  const unsigned char *entries = sections.file + sections.table_at;
  if (checksum(entries, (size_t)table) != get_u64(header + HEADER_TABLE_SUM_AT)) {
    return damaged(snapshot, "section table", error);
  }
  snapshot->sections = sections;
  return SQLITE_OK;
}

static int read_catalog(Snapshot *snapshot, char **error) {
  const Sections *sections = &snapshot->sections;
  const unsigned char *bytes;
  size_t size;
  int rc = section_read(sections, sections->count - 1, SNAPSHOT_KIND_CATALOG, &bytes, &size);
  if (rc != SQLITE_OK || size < SNAPSHOT_CATALOG) return damaged(snapshot, "catalog", error);
  snapshot->columns = get_u32(bytes + CATALOG_COLUMNS_AT);
  snapshot->segments = get_u32(bytes + CATALOG_SEGMENTS_AT);
  snapshot->indexes = get_u32(bytes + CATALOG_INDEXES_AT);
  snapshot->runs = get_u32(bytes + CATALOG_RUNS_AT);
  snapshot->declaration_size = get_u32(bytes + CATALOG_DECLARATION_SIZE_AT);
  snapshot->sequence = (int64_t)get_u64(bytes + CATALOG_SEQUENCE_AT);
  snapshot->declaration = bytes + SNAPSHOT_CATALOG;
  size -= SNAPSHOT_CATALOG;
  if (snapshot->declaration_size > size) return damaged(snapshot, "catalog", error);
  snapshot->list = snapshot->declaration + snapshot->declaration_size;
  snapshot->list_size = size - snapshot->declaration_size;
  if (snapshot->declaration_size > 0 && snapshot->list[-1] != 0) {
    return damaged(snapshot, "catalog", error);
  }
  return SQLITE_OK;
}

/* Over a file, or over `mapping`, of which it takes a reference, where that is not NULL. */
static int open_over(const char *path, Mapping *mapping, Snapshot **opened, char **error) {
  *opened = NULL;
  *error = NULL;
  Snapshot *snapshot = sqlite3_malloc64(sizeof *snapshot);
  if (snapshot == NULL) return SQLITE_NOMEM;
  *snapshot = (Snapshot){.lender = {.methods = &methods, .references = 1}};
  snapshot->path = file_absolute(path);
  int rc = snapshot->path == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK && mapping != NULL) {
    snapshot->mapping = mapping_retain(mapping);
  } else if (rc == SQLITE_OK) {
    rc = mapping_open(snapshot->path, &snapshot->mapping, error);
  }
  if (rc == SQLITE_OK) rc = read_header(snapshot, error);
  if (rc == SQLITE_OK) rc = read_catalog(snapshot, error);
  if (rc == SQLITE_OK) {
    *opened = snapshot;
  } else {
    snapshot_release(snapshot);
  }
  return rc;
}

int snapshot_open(const char *path, Snapshot **snapshot, char **error) {
  return open_over(path, NULL, snapshot, error);
}

int snapshot_open_mapping(Mapping *mapping, Snapshot **snapshot, char **error) {
  return open_over("a file without a name", mapping, snapshot, error);
}

int snapshot_outdated(const Snapshot *snapshot, bool *outdated, char **error) {
  FileIdentity now;
  *outdated = false;
  int rc = file_identify(snapshot->path, &now, error);
  if (rc == SQLITE_OK) *outdated = !file_identity_equal(&now, &snapshot->mapping->identity);
  return rc;
}
