/*
** reader.h: reads values of sealed rows, decoding text ahead where that pays.
**
** Text is decoded in batches where a column is read row after row, and singly
** where it is not, so that a lookup does not pay for rows nobody asked for.
** Owns the batches. Calls segment.h.
*/
#ifndef SLOTS_READER_H
#define SLOTS_READER_H

#include "segment.h"

/* How one column was read lately. */
typedef struct ReaderColumn {
  TextBatch *batch; /* NULL until it pays */
  const Segment *segment;
  uint32_t row;    /* read last, in `segment` */
  uint32_t streak; /* reads that followed closely on the one before */
  uint32_t ahead;  /* rows of the last batch of this streak, 0: none yet */
  Buffer text;     /* as coded, decoded singly, of row `row`, if text_valid */
  bool text_valid;
  Buffer whole; /* the text with its derived parts, of row `row`, if whole_valid */
  bool whole_valid;
} ReaderColumn;

typedef struct Reader {
  uint32_t count;  /* columns */
  bool descending; /* rows are read from the last to the first */
  Buffer scratch;  /* text of a dictionary */
  Buffer part;     /* of a derived text */
  ReaderColumn *columns;
} Reader;

/* SQLITE_OK or SQLITE_NOMEM. */
int reader_open(Reader *reader, uint32_t columns);
void reader_close(Reader *reader);

/* Gives back large buffers, and takes the next read for the first. */
void reader_rest(Reader *reader);

/* Forgets what was decoded: a segment that was read may be gone. */
void reader_forget(Reader *reader);

/* A value, valid until the next call. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT. */
int reader_value(Reader *reader, const Segment *segment, uint32_t row, uint32_t column,
                 Value *value);

#endif
