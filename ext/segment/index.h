/*
** index.h: a compact hash index over the rows of some sealed segments.
**
** Finds the rows that may hold a key; the caller reads and compares them. An
** entry is an 8-bit fingerprint and a row number (rows are counted through the
** segments in the order of the parts), bit-packed; entries lie in buckets of
** about 4, by hash, in order of rows. The directory locates bucket b:
**
**     u32 base[buckets / 256 + 1]     entries before bucket 256 k
**     offset[buckets + 1]             entries before bucket b, less base[b / 256];
**                                     u16, or u32 where one key is in very many rows
**     (8 + width bits) x entries      bits.h, BITS_PADDING
**
** 3.5 bytes a row at 65,536 rows, 4.0 at a million. Immutable and reference-counted (not
** atomically). NULL keys have no entry. Both arrays are the index's own or, one behind the other in
** one section, its lender's. Lent ones are validated when index_ready is first called, but for
** their entries: any may name a row that does not exist. Calls index_def.h, segment.h, reader.h,
** lender.h, bits.h.
*/
#ifndef SLOTS_INDEX_H
#define SLOTS_INDEX_H

#include "index_def.h"

/* A segment whose rows are in the index: known by its serial number, not held. */
typedef struct IndexPart {
  uint64_t serial;
  int64_t first; /* rowid, to find it in a list of segments */
  uint32_t rows;
  uint32_t base; /* number of its first row in the index */
} IndexPart;

typedef struct Index {
  uint32_t references;
  uint32_t part_count;
  uint32_t rows; /* of all parts */
  uint32_t entries;
  uint32_t keys; /* different ones, an estimate */
  uint32_t buckets;
  uint8_t width; /* bits of a row number */
  bool wide;     /* offsets are u32 */
  bool old_hash; /* keys are hashed as before version 8 of snapshots (key.h) */
  IndexPart *parts;
  const unsigned char *directory; /* base, then offset; NULL: not asked for yet */
  const unsigned char *packed;
  Lender *lender;   /* a reference; NULL: the arrays are its own */
  uint32_t section; /* of the lender, that the arrays are in */
} Index;

/* Builds the index of `count` segments. SQLITE_OK, NOMEM, TOOBIG or CORRUPT. */
int index_build(const IndexDef *def, Segment *const *segments, uint32_t count, uint32_t columns,
                Index **index);

/* Bytes of the arrays. */
uint64_t index_directory_size(const Index *index);
uint64_t index_packed_size(const Index *index);

/*
** An index that the lender has in section outline->section, with the figures of
** `outline` from part_count to old_hash, and room for its parts, which the caller
** fills in. SQLITE_OK, SQLITE_NOMEM, or SQLITE_CORRUPT for impossible figures.
*/
int index_lend(Lender *lender, const Index *outline, Index **index);

/*
** Fetches and validates lent arrays. SQLITE_OK, NOMEM or CORRUPT; after an error it is as before.
*/
int index_load(Index *index);

/* To be called, successfully, before index_probe. */
static inline int index_ready(Index *index) {
  return index->directory != NULL ? 0 : index_load(index);
}

Index *index_retain(Index *index);
void index_release(Index *index); /* NULL is allowed */

/* The entries of a hash's bucket, to be walked with index_next. */
typedef struct IndexProbe {
  uint32_t entry;
  uint32_t end;
  uint8_t fingerprint;
} IndexProbe;

void index_probe(const Index *index, uint64_t hash, IndexProbe *probe);

/* The next row number that may hold the key, ascending; false when there is none. */
bool index_next(const Index *index, IndexProbe *probe, uint32_t *row);

/* The same from the end of the bucket. */
bool index_previous(const Index *index, IndexProbe *probe, uint32_t *row);

/* Leaves the entries of rows `first` to `end` - 1 only. */
void index_narrow(const Index *index, IndexProbe *probe, uint32_t first, uint32_t end);

uint64_t index_memory(const Index *index);

/* For checking an index: the bucket of a hash's upper half, where it begins and ends, an entry. */
uint32_t index_bucket_of(const Index *index, uint32_t hash);
void index_bucket(const Index *index, uint32_t bucket, uint32_t *start, uint32_t *end);
uint32_t index_entry(const Index *index, uint32_t entry, uint8_t *fingerprint);

#endif
