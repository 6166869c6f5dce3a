/*
** snapshot_write.c: see snapshot_write.h, and snapshot_format.h for the layout.
*/
#include "snapshot_write.h"

#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "base/order.h"
#include "snapshot/files.h"
#include "snapshot/snapshot_format.h"
#include "base/sqlite.h"

typedef struct SnapshotWriter {
  const Table *table;
  FileWriter file;
  Buffer sections; /* the section table so far */
  uint32_t section_count;
  Buffer catalog;
  const TextCodec **codecs; /* each once, by address: codec i is section i */
  uint32_t codec_count;
} SnapshotWriter;

/* ---- numbers in the file's byte order, which is this machine's -------------------- */

static void put_u32(unsigned char *at, uint32_t value) { memcpy(at, &value, sizeof value); }

static void put_u64(unsigned char *at, uint64_t value) { memcpy(at, &value, sizeof value); }

/* ---- sections ----------------------------------------------------------------------- */

static int pad(SnapshotWriter *writer) {
  static const unsigned char zeros[SNAPSHOT_ALIGNMENT];
  return file_write(&writer->file, zeros, (size_t)((0 - writer->file.at) % SNAPSHOT_ALIGNMENT));
}

static int add_section(SnapshotWriter *writer, SnapshotKind kind, const unsigned char *bytes,
                       size_t size) {
  unsigned char entry[SNAPSHOT_ENTRY] = {0};
  if (writer->section_count == SNAPSHOT_SECTIONS) return SQLITE_TOOBIG;
  int rc = pad(writer);
  put_u32(entry + ENTRY_KIND_AT, kind);
  put_u64(entry + ENTRY_OFFSET_AT, writer->file.at);
  put_u64(entry + ENTRY_SIZE_AT, size);
  put_u64(entry + ENTRY_SUM_AT, checksum(bytes, size));
  if (rc == SQLITE_OK) rc = buffer_append(&writer->sections, entry, sizeof entry);
  if (rc == SQLITE_OK) rc = file_write(&writer->file, bytes, size);
  writer->section_count++;
  return rc;
}

/* ---- codecs ------------------------------------------------------------------------- */

static int collect_codecs(SnapshotWriter *writer) {
  const Table *table = writer->table;
  uint64_t most = (uint64_t)table_segments(table) * table->columns + 1;
  uint32_t count = 0, kept = 0;
  const TextCodec **codecs = sqlite3_malloc64(most * sizeof *codecs);
  writer->codecs = codecs;
  if (codecs == NULL) return SQLITE_NOMEM;
  for (uint32_t i = 0; i < table_segments(table); i++) {
    int rc = table_ready(table, i);
    if (rc != SQLITE_OK) return rc;
    for (uint32_t column = 0; column < table->columns; column++) {
      const TextCodec *codec = table_segment(table, i)->slots[column].codec;
      if (codec != NULL) codecs[count++] = codec;
    }
  }
  qsort(codecs, count, sizeof *codecs, order_pointers);
  for (uint32_t i = 0; i < count; i++) {
    if (kept == 0 || codecs[i] != codecs[kept - 1]) codecs[kept++] = codecs[i];
  }
  writer->codec_count = kept;
  return SQLITE_OK;
}

static uint32_t codec_section(const SnapshotWriter *writer, const TextCodec *codec) {
  if (codec == NULL) return NO_SECTION;
  const TextCodec **found =
      bsearch(&codec, writer->codecs, writer->codec_count, sizeof *writer->codecs, order_pointers);
  return (uint32_t)(found - writer->codecs);
}

static int write_codecs(SnapshotWriter *writer) {
  int rc = collect_codecs(writer);
  for (uint32_t i = 0; i < writer->codec_count && rc == SQLITE_OK; i++) {
    size_t size;
    const unsigned char *bytes = text_codec_bytes(writer->codecs[i], &size);
    rc = add_section(writer, SNAPSHOT_KIND_CODEC, bytes, size);
  }
  return rc;
}

/* ---- segments and indexes ----------------------------------------------------------- */

static int write_segment(SnapshotWriter *writer, const Segment *segment) {
  unsigned char entry[SNAPSHOT_SEGMENT];
  put_u64(entry + SEGMENT_FIRST_AT, (uint64_t)segment->first);
  put_u64(entry + SEGMENT_LAST_AT, (uint64_t)segment->last);
  put_u32(entry + SEGMENT_ROWS_AT, segment->rows);
  put_u32(entry + SEGMENT_SECTION_AT, writer->section_count);
  int rc = buffer_append(&writer->catalog, entry, sizeof entry);
  for (uint32_t i = 0; i < segment->columns && rc == SQLITE_OK; i++) {
    uint32_t section = codec_section(writer, segment->slots[i].codec);
    rc = buffer_append(&writer->catalog, &section, SNAPSHOT_CODEC);
  }
  if (rc != SQLITE_OK) return rc;
  return add_section(writer, SNAPSHOT_KIND_SEGMENT, segment->bytes, segment->size);
}

static int describe_run(SnapshotWriter *writer, uint32_t number, const IndexRun *run) {
  const Index *index = run->index;
  unsigned char entry[SNAPSHOT_RUN] = {0}, part[SNAPSHOT_PART];
  put_u32(entry + RUN_INDEX_AT, number);
  put_u32(entry + RUN_SECTION_AT, writer->section_count);
  put_u32(entry + RUN_ROWS_AT, index->rows);
  put_u32(entry + RUN_ENTRIES_AT, index->entries);
  put_u32(entry + RUN_KEYS_AT, index->keys);
  put_u32(entry + RUN_BUCKETS_AT, index->buckets);
  entry[RUN_WIDTH_AT] = index->width;
  entry[RUN_WIDE_AT] = index->wide;
  entry[RUN_HASH_AT] = !index->old_hash;
  put_u32(entry + RUN_PARTS_AT, index->part_count);
  int rc = buffer_append(&writer->catalog, entry, sizeof entry);
  for (uint32_t i = 0; i < index->part_count && rc == SQLITE_OK; i++) {
    put_u32(part + PART_SEGMENT_AT, run->where[i]);
    put_u32(part + PART_ROWS_AT, index->parts[i].rows);
    rc = buffer_append(&writer->catalog, part, sizeof part);
  }
  return rc;
}

static int write_run(SnapshotWriter *writer, uint32_t number, const IndexRun *run) {
  const Index *index = run->index;
  Buffer arrays = {0};
  int rc = index_ready(run->index);
  if (rc == SQLITE_OK) rc = describe_run(writer, number, run);
  if (rc == SQLITE_OK) {
    rc = buffer_append(&arrays, index->directory, (size_t)index_directory_size(index));
  }
  if (rc == SQLITE_OK) {
    rc = buffer_append(&arrays, index->packed, (size_t)index_packed_size(index));
  }
  if (rc == SQLITE_OK) {
    rc = add_section(writer, SNAPSHOT_KIND_INDEX, arrays.bytes, arrays.size);
  }
  buffer_clear(&arrays);
  return rc;
}

static uint32_t count_runs(const Table *table) {
  uint32_t runs = 0;
  for (uint32_t i = 0; table->list != NULL && i < table->index_count; i++) {
    runs += table->list->sets[i].count;
  }
  return runs;
}

static int begin_catalog(SnapshotWriter *writer) {
  const Table *table = writer->table;
  unsigned char fixed[SNAPSHOT_CATALOG] = {0};
  put_u32(fixed + CATALOG_COLUMNS_AT, table->columns);
  put_u32(fixed + CATALOG_SEGMENTS_AT, table_segments(table));
  put_u32(fixed + CATALOG_INDEXES_AT, table->index_count);
  put_u32(fixed + CATALOG_RUNS_AT, count_runs(table));
  put_u32(fixed + CATALOG_DECLARATION_SIZE_AT, (uint32_t)table->declaration.size);
  put_u64(fixed + CATALOG_SEQUENCE_AT, (uint64_t)table->sequence);
  int rc = buffer_append(&writer->catalog, fixed, sizeof fixed);
  if (rc != SQLITE_OK) return rc;
  return buffer_append(&writer->catalog, table->declaration.bytes, table->declaration.size);
}

static int write_sections(SnapshotWriter *writer) {
  const Table *table = writer->table;
  int rc = begin_catalog(writer);
  if (rc == SQLITE_OK) rc = write_codecs(writer);
  for (uint32_t i = 0; i < table_segments(table) && rc == SQLITE_OK; i++) {
    rc = write_segment(writer, table_segment(table, i));
    if (rc == SQLITE_OK) rc = progress_advance(table->progress, table_segment(table, i)->rows);
  }
  for (uint32_t i = 0; table->list != NULL && i < table->index_count; i++) {
    const IndexSet *set = &table->list->sets[i];
    for (uint32_t k = 0; k < set->count && rc == SQLITE_OK; k++) {
      rc = write_run(writer, i, &set->runs[k]);
    }
  }
  if (rc != SQLITE_OK) return rc;
  return add_section(writer, SNAPSHOT_KIND_CATALOG, writer->catalog.bytes, writer->catalog.size);
}

/* ---- the whole ------------------------------------------------------------------------ */

/* The section table, then the header over the room that was left for it. */
static int write_ends(SnapshotWriter *writer) {
  unsigned char header[SNAPSHOT_HEADER] = SNAPSHOT_MAGIC;
  const Buffer *sections = &writer->sections;
  uint64_t id;
  int rc = pad(writer);
  sqlite3_randomness(sizeof id, &id);
  put_u32(header + HEADER_BYTE_ORDER_AT, SNAPSHOT_BYTE_ORDER);
  put_u32(header + HEADER_VERSION_AT, SNAPSHOT_VERSION);
  put_u64(header + HEADER_SIZE_AT, writer->file.at + sections->size);
  put_u64(header + HEADER_ID_AT, id);
  put_u64(header + HEADER_TABLE_AT, writer->file.at);
  put_u32(header + HEADER_SECTIONS_AT, writer->section_count);
  put_u64(header + HEADER_TABLE_SUM_AT, checksum(sections->bytes, sections->size));
  put_u64(header + HEADER_SUM_AT, checksum(header, HEADER_SUM_AT));
  if (rc == SQLITE_OK) rc = file_write(&writer->file, sections->bytes, sections->size);
  return rc == SQLITE_OK ? file_rewrite(&writer->file, header, sizeof header) : rc;
}

int snapshot_write(const Table *table, const char *path, uint64_t *size, char **error) {
  static const unsigned char header[SNAPSHOT_HEADER];
  SnapshotWriter writer = {.table = table};
  *error = NULL;
  int rc = file_writer_open(&writer.file, path, SNAPSHOT_MAGIC, SNAPSHOT_MAGIC_SIZE, error);
  if (rc == SQLITE_OK) rc = file_write(&writer.file, header, sizeof header);
  if (rc == SQLITE_OK) rc = write_sections(&writer);
  if (rc == SQLITE_OK) rc = write_ends(&writer);
  *size = writer.file.at;
  if (rc == SQLITE_OK) rc = file_writer_commit(&writer.file);
  file_writer_close(&writer.file);
  buffer_clear(&writer.sections);
  buffer_clear(&writer.catalog);
  sqlite3_free((void *)writer.codecs);
  return rc;
}
