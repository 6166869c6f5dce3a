/*
** segment.h: a sealed segment, up to 65,536 rows in ascending order of rowid.
**
** Immutable, position-independent bytes: offsets, never pointers, so the same
** bytes serve in the heap and in a mapped file.
**
**   SegmentHeader          96 bytes
**   SlotHeader             72 bytes x columns (slot.h)
**   packed struct array    rows x stride bits (bits.h), BITS_PADDING
**   rowids                 (rowids.h), 8-aligned
**   per slot               text section, 8-aligned; list of values (value_list.h)
**
** The headers are structs, in host byte order; all other numbers of a segment, as of a codec and
** an index, are little-endian (bits.h).
**
** A Segment is such bytes opened: checked once, slots ready to read. It is reference-counted (not
** atomically: it belongs to one connection) and owns its codecs' references, and the bytes, or a
** reference to their lender. Lent bytes come from a file and are not trusted: they, and all their
** rowids, are validated when segment_ready is first called. Calls slot.h, slot_*.h, rowids.h,
** lender.h, text/, base/.
*/
#ifndef SLOTS_SEGMENT_H
#define SLOTS_SEGMENT_H

#include "lender.h"
#include "rowids.h"
#include "slot.h"

#define SEGMENT_MAGIC 0x316c7373u /* "ssl1" */

typedef struct SegmentHeader {
  uint32_t magic;
  uint32_t size;         /* of the whole segment, in bytes */
  uint32_t rows;         /* 1 to SEGMENT_ROWS */
  uint32_t columns;      /* 1 to SEGMENT_COLUMNS */
  uint32_t stride;       /* bits of a row's struct */
  uint32_t structs;      /* offset of the packed struct array */
  uint32_t structs_size; /* its bytes, padding included */
  uint32_t zero[3];
  uint64_t payload; /* bytes of the values: 8 a number, the length of text and blobs */
  uint64_t reserved;
  RowidHeader rowids;
} SegmentHeader;

typedef struct Segment Segment;

/* The orders of a column of some segments, merged: merged_order.h makes and reads it. */
#define MERGED_PARTS 16
typedef struct MergedOrder {
  uint32_t references; /* one of its segments, and one of each finder (ranges.h) */
  uint32_t column;
  uint32_t rows; /* of all parts */
  uint32_t part_count;
  uint32_t part_rows[MERGED_PARTS];
  Segment *segments[MERGED_PARTS]; /* not held: the first one that is freed leaves it, as do all */
  uint32_t *before;
  unsigned char *parts;
} MergedOrder;

/* The rows in the order of a column: column_order.h makes and reads it. */
#define SEGMENT_ORDERS 3 /* a column, at most */

typedef struct SegmentOrder {
  unsigned char *bytes;              /* NULL: not made */
  MergedOrder *merged;               /* that it is part of; NULL: of none */
  uint32_t part;                     /* and which part of it */
  uint32_t spent;                    /* what queries took without an order, or a merged one */
  uint32_t distinct;                 /* values, NULL counting as one */
  uint32_t next[SEGMENT_ORDERS - 1]; /* columns that rows with one value of another are sorted by */
} SegmentOrder;

struct Segment {
  uint32_t references;
  uint32_t rows;
  uint32_t columns;
  uint32_t stride;
  uint64_t serial; /* unlike any other's of its table */
  int64_t first;   /* rowid of the first row, and of the last */
  int64_t last;
  const unsigned char *bytes; /* sqlite3_malloc64's or the lender's; NULL: not asked for yet */
  size_t size;
  Lender *lender;                 /* a reference; NULL: the bytes are its own */
  uint32_t section;               /* of the lender, that the bytes are in */
  const uint32_t *codec_sections; /* of the lender, one a column; the lender keeps them */
  const unsigned char *structs;
  uint64_t payload;
  SegmentOrder *orders;    /* as column_order.h numbers them; NULL: none was wanted */
  unsigned char *numerals; /* what query/numerals.c knows, one a column; NULL: nothing */
  Rowids rowids;
  Slot slots[1]; /* really one a column */
};

/*
** Opens `bytes` and takes them over, and a reference to each slot's codec
** (codecs[i], may be NULL) with them; all are given up when it fails.
** SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int segment_open(unsigned char *bytes, size_t size, TextCodec **codecs, uint32_t columns,
                 Segment **segment);

/* What is known of a lent segment before its bytes are read. */
typedef struct SegmentOutline {
  int64_t first;
  int64_t last;
  uint32_t rows;
  uint32_t columns;
  uint32_t section;
  const uint32_t *codec_sections; /* one a column, NO_SECTION for none */
} SegmentOutline;

/* A segment that the lender has. SQLITE_OK or SQLITE_NOMEM. */
int segment_lend(Lender *lender, const SegmentOutline *outline, Segment **segment);

/* Fetches and validates lent bytes. SQLITE_OK, NOMEM or CORRUPT; after an error it is as before. */
int segment_load(Segment *segment);

/* To be called, successfully, before anything but rows, columns, serial, first and last is used. */
static inline int segment_ready(Segment *segment) {
  return segment->bytes != NULL ? 0 : segment_load(segment);
}

Segment *segment_retain(Segment *segment);
void segment_release(Segment *segment); /* NULL is allowed */

/*
** The value in `row`, `column`. Text and blobs may lie in `scratch`, which is
** overwritten, and are always followed by a zero byte. SQLITE_OK, NOMEM or CORRUPT.
*/
int segment_value(const Segment *segment, uint32_t row, uint32_t column, Buffer *scratch,
                  Value *value);

/* The packed bits of the row's slot: of a dictionary the number of an entry. */
uint64_t segment_code(const Segment *segment, uint32_t row, uint32_t column);

/* Whether the row has a code there that no row with another value has. */
bool segment_has_code(const Segment *segment, uint32_t row, uint32_t column);

/* Whether the row holds NULL or an exception there. */
static inline bool segment_is_flagged(const Segment *segment, const SlotHeader *header,
                                      uint32_t row) {
  if (!header->flagged) return false;
  return bits_get(segment->structs, (uint64_t)row * segment->stride + header->bit_offset, 1) != 0;
}

/*
** True when the value is, or is made of, string `row` of the slot's text section: no flag, no
** dictionary.
*/
static inline bool segment_has_string(const Segment *segment, uint32_t row, uint32_t column) {
  const SlotHeader *header = &segment->slots[column].header;
  return slot_has_strings(header) && !segment_is_flagged(segment, header, row);
}

/* Whether rows are tested by reading coded text, not packed bits. */
static inline bool segment_has_text(const Segment *segment, uint32_t column) {
  return slot_has_strings(&segment->slots[column].header);
}

/* Bytes of the segment without its codecs and orders, its own as the allocator counts them. */
uint64_t segment_memory(const Segment *segment);

/* If its order of the column is part of a merged one, takes that apart. */
void segment_leave_merged(Segment *segment, uint32_t column);
void merged_order_release(MergedOrder *merged); /* NULL is allowed */

/* Bytes of what queries have kept with it, and its share of merged orders. */
uint64_t segment_orders_memory(const Segment *segment);

#endif
