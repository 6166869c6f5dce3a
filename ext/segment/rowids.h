/*
** rowids.h: the rowids of a sealed segment, strictly ascending.
**
** Three encodings, the smallest is taken:
**
**   RUN     rowid = first + row * step. No bytes.
**   BITMAP  Bit (rowid - first) is set. In front of the bits a u16 rank sample
**           for every 512 of them: the number of set bits before.
**             u16 rank[ceil(span / 512)], padding to 8, bits, BITS_PADDING
**   PACKED  For every 64 rows one base, for every row its distance to the base
**           of its 64, both in units of `step` from `first`.
**             base_width bits x ceil(rows / 64), then width bits x rows,
**             each part ended by BITS_PADDING
**
** Borrows its bytes from the segment. Calls buffer.h and bits.h.
*/
#ifndef SLOTS_ROWIDS_H
#define SLOTS_ROWIDS_H

#include <stdbool.h>

#include "base/buffer.h"

#define SEGMENT_ROWS 65536

typedef enum RowidEncoding { ROWIDS_RUN, ROWIDS_BITMAP, ROWIDS_PACKED } RowidEncoding;

/* As it stands in the segment's header: 40 bytes, host byte order. */
typedef struct RowidHeader {
  int64_t first;
  int64_t last;
  uint64_t step;      /* RUN and PACKED: greatest common divisor of the gaps, at least 1 */
  uint32_t offset;    /* of the section in the segment */
  uint32_t size;      /* of the section */
  uint8_t encoding;   /* a RowidEncoding */
  uint8_t width;      /* PACKED: bits of a distance */
  uint8_t base_width; /* PACKED: bits of a base */
  uint8_t zero[5];
} RowidHeader;

typedef struct Rowids {
  RowidHeader header;
  uint32_t rows;
  const unsigned char *section;
  const unsigned char *rows_at; /* BITMAP: the bits; PACKED: the distances */
} Rowids;

/* Appends the section for `rows` (1 to SEGMENT_ROWS) rowids to `out`, 8-aligned; fills the header.
 */
int rowids_encode(const int64_t *rowids, uint32_t rows, RowidHeader *header, Buffer *out);

/* False when the header does not fit `rows` rows or the section's size. */
bool rowids_open(Rowids *rowids, const RowidHeader *header, uint32_t rows,
                 const unsigned char *section);

/*
** Whether the bytes hold what the header says: rowids that ascend strictly, from
** first to last. Reads all of them; for bytes that come from elsewhere.
*/
bool rowids_ascend(const Rowids *rowids);

/* The number of rowids below `rowid`; *found tells whether that row's rowid is equal. */
uint32_t rowids_seek(const Rowids *rowids, int64_t rowid, bool *found);

/* The rowids of rows first .. first + count - 1. */
void rowids_read(const Rowids *rowids, uint32_t first, uint32_t count, int64_t *into);

#endif
