/*
** rowid_form.h: the header of a segment's rowids, and what their encodings (rowid_bitmap.h,
** rowid_packed.h, rowid_runs.h) have in common.
**
** All but the bitmap, which has a bit for every rowid, count in *units* of `step` from `first` on.
** Calls limits.h, buffer.h, integers.h.
*/
#ifndef SLOTS_ROWID_FORM_H
#define SLOTS_ROWID_FORM_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/integers.h"
#include "base/sqlite.h"
#include "limits.h"

typedef enum RowidEncoding {
  ROWIDS_RUN, /* one run: unit = row. No bytes */
  ROWIDS_BITMAP,
  ROWIDS_PACKED,
  ROWIDS_RUNS
} RowidEncoding;

/* As it stands in the segment's header: 40 bytes, host byte order. */
typedef struct RowidHeader {
  int64_t first;
  int64_t last;
  uint64_t step;      /* greatest common divisor of the gaps, at least 1; not used by BITMAP */
  uint32_t offset;    /* of the section in the segment */
  uint32_t size;      /* of the section */
  uint8_t encoding;   /* a RowidEncoding */
  uint8_t width;      /* PACKED: bits of a distance; RUNS: of the place where a run begins */
  uint8_t base_width; /* PACKED: bits of a base; RUNS: log2 of the units of a block */
  uint8_t zero[5];
} RowidHeader;

typedef struct Rowids {
  RowidHeader header;
  uint32_t rows;
  const unsigned char *section;
  const unsigned char *rows_at; /* BITMAP: the bits; PACKED: the distances; RUNS: the runs */
} Rowids;

/* The rowid so far behind another. */
static inline int64_t rowid_advance(int64_t from, uint64_t by) {
  return (int64_t)((uint64_t)from + by);
}

/* From the first rowid to the last one. */
static inline uint64_t rowids_reach(const RowidHeader *header) {
  return integer_distance(header->first, header->last);
}

/* Appends so many zeros; *at is where they begin. SQLITE_OK, SQLITE_NOMEM or SQLITE_TOOBIG. */
static inline int rowids_append_zeros(Buffer *out, uint64_t size, unsigned char **at) {
  if (size > BUFFER_LIMIT) return SQLITE_TOOBIG;
  int rc = buffer_append_zeros(out, (size_t)size);
  if (rc == SQLITE_OK) *at = out->bytes + out->size - (size_t)size;
  return rc;
}

#endif
