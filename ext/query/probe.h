/*
** probe.h: a predicate made ready for one column of one segment.
**
** What can be decided for the whole segment is decided once: a comparison with packed numbers
** becomes an interval of codes, which the smallest and largest code may show to hold all rows or
** none; a dictionary becomes one bit an entry. Rows are then tested on their packed bits, 256 at a
** time, or by text_match on coded text; only what has neither form is read row by row: derived
** texts, of which prefilter.h leaves few. Flagged rows, NULL or an exception, are looked up.
**
** Owns the bits and the matcher. Calls predicate.h, segment/, text/, base/.
*/
#ifndef SLOTS_PROBE_H
#define SLOTS_PROBE_H

#include "predicate.h"
#include "segment/reader.h"

#define PROBE_SET_BITS 16 /* wider codes get no bit each */
#define PROBE_ROWS TEXT_BATCH_ROWS
#define PROBE_WORDS TEXT_MATCH_WORDS

/* How rows that are not flagged are tested, the quickest first. */
typedef enum ProbeKind {
  PROBE_NONE, /* none passes */
  PROBE_ALL,  /* all do */
  PROBE_RUN,  /* integers of a run: row by arithmetic */
  PROBE_CODES,
  PROBE_BLOCKS, /* codes, counted from the base of their block */
  PROBE_REALS,
  PROBE_SET,    /* a bit for each code */
  PROBE_LISTED, /* codes, or what blocks count, by their last bits, then among those listed */
  PROBE_TEXT,
  PROBE_EACH
} ProbeKind;

typedef struct Probe {
  const Predicate *predicate;
  ProbeKind kind;
  bool nulls;      /* flagged rows that are NULL pass */
  bool exceptions; /* some exceptions may */
  uint64_t low;    /* CODES, BLOCKS: the first that passes; RUN: the integer, as its bits */
  uint64_t span;   /* from there to the last one */
  RealInterval reals;
  Buffer set;            /* SET, LISTED */
  Buffer listed;         /* LISTED: u64s, ascending */
  PatternMatcher texts;  /* TEXT; made when it is first needed */
  uint32_t read, passed; /* EACH: rows of the segment so far */
} Probe;

/* Makes the probe ready. SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT. */
int probe_prepare(Probe *probe, const Segment *segment);

/* Whether any row of the segment can pass. */
bool probe_is_possible(const Probe *probe);

/*
** Clears the bits of rows first .. first + count - 1 (bit i % 64 of bits[i / 64] is
** row first + i; count <= PROBE_ROWS) that do not pass; others stay as they are.
** SQLITE_OK, SQLITE_NOMEM or SQLITE_CORRUPT.
*/
int probe_test(Probe *probe, const Segment *segment, uint32_t first, uint32_t count, Reader *reader,
               uint64_t *bits);

void probe_clear(Probe *probe);

/*
** The pattern of a predicate by which strings of the slot can be tested as they are coded; false
** if there is none.
*/
bool probe_pattern(const Predicate *predicate, const SlotHeader *header, Pattern *pattern);

/* Bit i: row first + i, i < rows <= 64, is flagged. */
uint64_t probe_flags(const Segment *segment, const SlotHeader *header, uint32_t first,
                     uint32_t rows);

#endif
