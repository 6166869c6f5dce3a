/*
** snapshot_format.h: the layout of a snapshot file, a table's sealed rows.
**
** A file holds the very bytes that segments, codecs and indexes have in memory,
** so it is read where it is mapped. Offsets are in bytes. Integers of the header, the
** section table and the catalog have the byte order of the machine that wrote the file,
** as headers of segments have; a machine of the other one refuses it. All reserved
** bytes are zero.
**
**     header            SNAPSHOT_HEADER bytes, below
**     sections          each 8-aligned, zeros in between:
**                         codecs    each once (text/codec.h)
**                         segments  in order of rowid (segment.h)
**                         indexes   a run's directory and entries (index.h)
**                         catalog   what is read when the file is opened
**     section table     SNAPSHOT_ENTRY bytes a section, the catalog the last
**
** Header:
**     0  u8[8]  magic, SNAPSHOT_MAGIC: a transfer as text, or with seven bits, changes it
**     8  u32    SNAPSHOT_BYTE_ORDER
**    12  u32    version of all that follows, SNAPSHOT_VERSION
**    16  u64    size of the file
**    24  u64    random, another in each file
**    32  u64    offset of the section table
**    40  u32    sections, 1 to SNAPSHOT_SECTIONS
**    44  u32    reserved
**    48  u64    checksum of the section table
**    56  u64    checksum of the 56 bytes before
**
** An entry of the section table:
**     0  u32  kind, a SnapshotKind
**     4  u32  reserved
**     8  u64  offset
**    16  u64  size
**    24  u64  checksum of the section (checksum.h)
**
** Catalog:
**     0  u32  columns
**     4  u32  segments
**     8  u32  indexes of the table
**    12  u32  runs over them (index_set.h)
**    16  u32  bytes of the declaration
**    20  u32  reserved
**    24  i64  the largest rowid that AUTOINCREMENT has given, else 0
**    32       the declaration: the arguments of CREATE VIRTUAL TABLE that define columns,
**             constraints and the coding, a zero byte behind each
**             per segment:
**               i64  first rowid, and last one
**               u32  rows
**               u32  its section
**               u32  for each column the section of its codec, or NO_SECTION
**             per run:
**               u32  number of the index
**               u32  its section
**               u32  rows, of all its parts
**               u32  entries
**               u32  different keys, about
**               u32  buckets
**               u8   bits of a row number; u8 1: wide offsets
**               u8   0: keys are hashed by old_hash (segment/key.h), 1: not; u8 reserved
**               u32  parts
**               per part:
**                 u32  number of its segment, or NO_SEGMENT for one that is gone
**                 u32  rows
**
** Versions, each with what a build that knows earlier ones only would call damaged: 2 may have
** packed integers in lists of values (value_list.h) and integers coded as text
** (slot_numeral.h), 3 codecs with codes of classes (text/class_code.h) and offsets of texts
** of version 1 (text/offsets.h), 4 texts derived from the first words or letters of
** another (segment/derive.h), 5 rowids as runs (segment/rowid_runs.h), 6 texts derived from texts
** that are derived themselves, 7 integers in blocks (segment/slot_blocks.h), 8 indexes without
** old_hash. Earlier ones have none of these, and are read all the same.
**
** The catalog is as long as the number of segments says; all else is looked at
** when it is first used, each section against its own checksum. So opening a
** file takes as long for ten million rows as for one.
**
** A layout only: calls nothing.
*/
#ifndef SLOTS_SNAPSHOT_FORMAT_H
#define SLOTS_SNAPSHOT_FORMAT_H

#define SNAPSHOT_MAGIC "\x89slots\r\n"
#define SNAPSHOT_MAGIC_SIZE 8
#define SNAPSHOT_BYTE_ORDER 0x01020304u
#define SNAPSHOT_VERSION 8u
#define SNAPSHOT_VERSION_OLDEST 1u /* that is read */
#define SNAPSHOT_SECTIONS (1u << 24)
#define SNAPSHOT_ALIGNMENT 8

/* Bytes of each part, as far as its size is fixed. */
#define SNAPSHOT_HEADER 64
#define SNAPSHOT_ENTRY 32   /* of the section table */
#define SNAPSHOT_CATALOG 32 /* before the declaration */
#define SNAPSHOT_SEGMENT 24 /* before the sections of its codecs */
#define SNAPSHOT_CODEC 4
#define SNAPSHOT_RUN 32 /* before its parts */
#define SNAPSHOT_PART 8

/* Offsets in the header, and in the other parts. */
enum {
  HEADER_BYTE_ORDER_AT = 8,
  HEADER_VERSION_AT = 12,
  HEADER_SIZE_AT = 16,
  HEADER_ID_AT = 24,
  HEADER_TABLE_AT = 32,
  HEADER_SECTIONS_AT = 40,
  HEADER_TABLE_SUM_AT = 48,
  HEADER_SUM_AT = 56 /* of what is before it */
};
enum { ENTRY_KIND_AT = 0, ENTRY_OFFSET_AT = 8, ENTRY_SIZE_AT = 16, ENTRY_SUM_AT = 24 };
enum {
  CATALOG_COLUMNS_AT = 0,
  CATALOG_SEGMENTS_AT = 4,
  CATALOG_INDEXES_AT = 8,
  CATALOG_RUNS_AT = 12,
  CATALOG_DECLARATION_SIZE_AT = 16,
  CATALOG_SEQUENCE_AT = 24
};
enum { SEGMENT_FIRST_AT = 0, SEGMENT_LAST_AT = 8, SEGMENT_ROWS_AT = 16, SEGMENT_SECTION_AT = 20 };
enum {
  RUN_INDEX_AT = 0,
  RUN_SECTION_AT = 4,
  RUN_ROWS_AT = 8,
  RUN_ENTRIES_AT = 12,
  RUN_KEYS_AT = 16,
  RUN_BUCKETS_AT = 20,
  RUN_WIDTH_AT = 24,
  RUN_WIDE_AT = 25,
  RUN_HASH_AT = 26,
  RUN_PARTS_AT = 28
};
enum { PART_SEGMENT_AT = 0, PART_ROWS_AT = 4 };

typedef enum SnapshotKind {
  SNAPSHOT_KIND_CODEC = 1,
  SNAPSHOT_KIND_SEGMENT,
  SNAPSHOT_KIND_INDEX,
  SNAPSHOT_KIND_CATALOG
} SnapshotKind;

#endif
