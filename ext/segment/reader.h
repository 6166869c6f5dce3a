/*
** reader.h: reads values of sealed rows, decoding text ahead where that pays.
**
** Text is decoded in batches where a column is read row after row, and singly where it is not, so
** that a lookup does not pay for rows nobody asked for. Texts that are decoded already are handed
** out by inline functions, which takes a tenth off a scan. Owns the batches. Texts of single rows
** are lent to core (loan.h), until it still holds one when the next is read: in a loop it is faster
** if core copies each into memory that it has already. Calls segment.h, rowids.h, derive.h,
** slot_numeral.h, slot_dictionary.h, text/text.h, base/.
*/
#ifndef SLOTS_READER_H
#define SLOTS_READER_H

#include "segment.h"

/* How one column was read lately. */
typedef struct ReaderColumn {
  TextBatch *batch;        /* NULL until it pays */
  TextExpansion expansion; /* of the codec that was read with last */
  const Segment *segment;
  uint32_t row;     /* read last, in `segment` */
  uint32_t run;     /* of the reader, that was read last, among bounded ones */
  uint32_t use;     /* of the reader, that it was read in last */
  uint32_t streak;  /* reads that followed closely on the one before */
  uint32_t ahead;   /* rows of the last batch of this streak, 0: none yet */
  uint32_t first;   /* row of `segment` whose string is the batch's first */
  uint32_t ready;   /* strings of the batch that are all of their rows' values, unless marked, */
  uint32_t c_ready; /* and those of them without a zero byte but the one behind: 0 or `ready` */
  uint64_t marked[TEXT_BATCH_ROWS / 64]; /* bit i: string i of the batch has derived parts */
  uint8_t type;                          /* ValueType of the batch's strings */
  Buffer text;    /* if text_valid, as coded, decoded singly, of row `row`, or, */
  uint64_t entry; /* of a dictionary, of all rows with this entry */
  bool text_valid;
  bool again;    /* if so: it is all of the row's value, and no zero byte is in it */
  uint32_t kept; /* the use of the reader in which core kept a text while the next was read */
  Buffer whole;  /* the text with its derived parts, of row `row`, if whole_valid */
  bool whole_valid;
} ReaderColumn;

typedef struct Reader {
  uint32_t count;  /* columns */
  bool single;     /* the run is of single rows, each of which may be the only one */
  bool descending; /* rows are read from the last to the first */
  bool bounded;    /* these three are known of the rows to be read: */
  uint32_t run;    /* counts reader_begin_range */
  uint32_t likely; /* how many, 0: nobody knows */
  int64_t bound;   /* none is behind this rowid */
  bool large;      /* a buffer has grown so that reader_rest gives it back */
  uint32_t use;    /* counts reader_rest */
  ReaderColumn *columns;
} Reader;

/* SQLITE_OK or SQLITE_NOMEM. */
int reader_open(Reader *reader, uint32_t columns);
void reader_close(Reader *reader);

/* Begins a run of reads of single rows, wherever they are. */
static inline void reader_begin(Reader *reader, bool descending) {
  reader->single = true;
  reader->descending = descending;
  reader->bounded = false;
}

/*
** Begins a run of reads, up or down, of rows up to that rowid (or its type's last), `likely` of
** them (0: who knows), so that no more is decoded ahead, and as much at once.
*/
static inline void reader_begin_range(Reader *reader, bool descending, int64_t bound,
                                      uint32_t likely) {
  reader->single = false;
  reader->descending = descending;
  reader->bounded = likely > 0 || bound != (descending ? INT64_MIN : INT64_MAX);
  reader->bound = bound;
  reader->likely = likely;
  reader->run++;
}

/* Gives back large buffers, and takes the next read for the first. */
void reader_rest(Reader *reader);

/* Forgets what was decoded: a segment that was read may be gone. */
void reader_forget(Reader *reader);

/* reader_value where the string is not decoded yet, or there is more to do. */
int reader_read(Reader *reader, const Segment *segment, uint32_t row, uint32_t column,
                Value *value);

/* Whether texts of the column that lie in its own buffers may be lent. */
static inline bool reader_lends(const Reader *reader, const ReaderColumn *state) {
  return reader->single && state->kept != reader->use;
}

/*
** Whether the row's value is a string of the column's batch, all of it, below number `ready`;
** *at: which one.
*/
static inline bool reader_has(const ReaderColumn *state, const Segment *segment, uint32_t row,
                              uint32_t ready, uint32_t *at) {
  *at = row - state->first;
  if (*at >= ready || state->segment != segment) return false;
  return (state->marked[*at / 64] >> *at % 64 & 1) == 0;
}

/*
** A text without a zero byte but the one behind it, valid until the next call, that lies decoded,
** in a batch or because it was read before.
** NULL where reader_value has more to do: core takes such texts without their length, so
** nearly all that a scan hands out takes this way: 41 instructions of 117 less.
*/
static inline const unsigned char *reader_c_text(Reader *reader, const Segment *segment,
                                                 uint32_t row, uint32_t column, bool *lent) {
  ReaderColumn *state = &reader->columns[column];
  uint32_t at;
  *lent = false;
  if (!reader_has(state, segment, row, state->c_ready, &at)) {
    bool again = state->text_valid && state->again && state->row == row;
    *lent = reader_lends(reader, state);
    return again && state->segment == segment ? state->text.bytes : NULL;
  }
  state->row = row;
  state->text_valid = state->whole_valid = false;
  return state->batch->text.bytes + state->batch->start[at];
}

/* A value, valid until the next call. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT. */
static inline int reader_value(Reader *reader, const Segment *segment, uint32_t row,
                               uint32_t column, Value *value) {
  ReaderColumn *state = &reader->columns[column];
  uint32_t at;
  if (!reader_has(state, segment, row, state->ready, &at)) {
    return reader_read(reader, segment, row, column, value);
  }
  state->row = row;
  state->text_valid = state->whole_valid = false;
  uint32_t start = state->batch->start[at];
  *value = (Value){.bytes = state->batch->text.bytes + start,
                   .size = state->batch->start[at + 1] - start - 1,
                   .type = state->type,
                   .c_text = state->c_ready > 0};
  return 0;
}

#endif
