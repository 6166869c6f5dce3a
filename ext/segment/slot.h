/*
** slot.h: what one column of a sealed segment looks like, and the interface of
** its encodings (one slot_*.c each): draft, while sealing, and read.
**
** Every row of a segment has the same stride; a slot's fixed part lies at the
** same bit offset of each:
**
**     bit_offset      +1 (where flagged)
**     +---------------+-------------------------+
**     | flag: 0 or 1  | code: `width` bits      |
**     +---------------+-------------------------+
**
** The flag stands where some rows hold NULL or an *exception*, a value that the encoding cannot
** express (a text in an INTEGER column). Where the flag is set, the row's value is among the
** exceptions, or else NULL.
**
** Calls derive.h, lender.h, value_list.h, text/text.h, base/ (their types).
*/
#ifndef SLOTS_SLOT_H
#define SLOTS_SLOT_H

#include "base/bits.h"
#include "base/buffer.h"
#include "derive.h"
#include "lender.h"
#include "text/text.h"
#include "base/value.h"
#include "value_list.h"

typedef enum SlotEncoding {
  SLOT_RUN,        /* integer = base + step * row; width 0 */
  SLOT_INTEGER,    /* frame of reference: integer = base + step * code */
  SLOT_DECIMAL,    /* real = (base + step * code) / 10^decimals */
  SLOT_REAL,       /* real = the 64 bits of the code */
  SLOT_DICTIONARY, /* any value: entry number code of a dictionary */
  SLOT_TEXT,       /* text or blob: a text section, width 0 */
  SLOT_NUMERAL,    /* integer, or NULL: its digits in a text section, width 0 */
  SLOT_BLOCKS,     /* integer = base + step * (base of its block + code) (slot_blocks.h) */
  SLOT_ENCODINGS
} SlotEncoding;

/* As it stands in the segment: 72 bytes, host byte order. Offsets count from its start. */
typedef struct SlotHeader {
  uint8_t encoding;         /* a SlotEncoding */
  uint8_t type;             /* ValueType of the values that are not flagged; DICTIONARY: 0 */
  uint8_t width;            /* bits of a code, 0 to 64 */
  uint8_t flagged;          /* 1: a flag bit precedes the code */
  uint8_t decimals;         /* DECIMAL: 0 to 15 */
  uint8_t derivation_count; /* TEXT: derivations that are used, 0 to DERIVATIONS */
  uint16_t zero;
  uint32_t bit_offset; /* in the row's struct */
  uint32_t distinct;   /* distinct values, 0 where nobody counted */
  int64_t base;
  uint64_t step;
  uint32_t section_offset; /* DICTIONARY: text entries; TEXT, NUMERAL: strings; BLOCKS: bases */
  uint32_t section_size;
  uint32_t list_offset; /* DICTIONARY: entries that are not text; else exceptions */
  uint32_t list_size;
  uint32_t list_count;
  uint32_t payload; /* bytes of the values: 8 a number, the length of text and blobs */
  Derivation derivations[DERIVATIONS]; /* TEXT: parts that are another slot's value (derive.h) */
} SlotHeader;

/* A slot opened for reading. The view points into the segment; it holds a codec reference. */
typedef struct Slot {
  SlotHeader header;
  TextView text;              /* SLOT_TEXT, SLOT_NUMERAL and text entries of SLOT_DICTIONARY */
  ValueList list;             /* as list_offset says */
  const unsigned char *bases; /* BLOCKS: the section */
  TextCodec *codec;
  Lender *codec_lender; /* whose the codec's bytes are: a reference, or NULL */
} Slot;

/* The values of one column of the rows to be sealed; borrowed. */
typedef struct Column {
  const Value *values;
  uint32_t rows; /* 1 to 65,536 */
  uint32_t counts[VALUE_TYPES];
  uint32_t payload; /* bytes of the values */
  TextProfile profile;
  ParallelRun *run;        /* of the task that drafts it, or NULL */
  TextTraining **training; /* what was learned for its last segment's texts, or NULL */
} Column;

/* Whether each row has a string of its own in the text section. */
static inline bool slot_has_strings(const SlotHeader *header) {
  return header->encoding == SLOT_TEXT || header->encoding == SLOT_NUMERAL;
}

/* The type of the strings of TEXT. */
static inline uint8_t slot_text_type(const SlotHeader *header) {
  return header->type == VALUE_BLOB ? VALUE_BLOB : VALUE_TEXT;
}

#endif
