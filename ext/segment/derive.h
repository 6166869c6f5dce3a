/*
** derive.h: a text that repeats what other columns of its row say.
**
** A url contains the title's slug and the accession number, a date text the
** year. Such a part is replaced by a *marker*, a byte that occurs nowhere in
** the column, which stands for a transform of another column's value:
**
**     http://x.org/art/wood-zebra-and-parachute-t12038      title = Zebra and Parachute ...
**     http://x.org/art/<1>-<2>-<3>
**
** A source may be derived itself, but from columns that are not (DERIVE_DEPTH), so nothing goes
** round in circles. What is left is coded like any text.
**
** Where the text has only the first words, as in a url of limited length, a letter behind the
** marker says how many words are missing: 'a' none, 'b' the last one. Calls base/.
*/
#ifndef SLOTS_DERIVE_H
#define SLOTS_DERIVE_H

#include <stdbool.h>

#include "base/ascii.h"
#include "base/buffer.h"
#include "base/value.h"

#define DERIVATIONS 4
#define DERIVE_DEPTH 2    /* columns read in turn for one: its source, and the source's source */
#define DERIVE_SHORTEST 3 /* parts of fewer bytes stay as they are */

#define DERIVE_FIRST_LETTER 'a'
#define DERIVE_LETTERS 26 /* so one less words may be missing */

/* A transform is a part of the value, times what is done to it. */
typedef enum DerivePart {
  DERIVE_WHOLE,
  DERIVE_LAST_WORD,
  DERIVE_FIRST_WORDS, /* of what the style makes of the whole */
  DERIVE_FIRST_THREE  /* bytes, as they are or in lower case */
} DerivePart;

typedef enum DeriveStyle {
  DERIVE_AS_IS,
  DERIVE_LOWER,          /* ASCII letters in lower case */
  DERIVE_SLUG,           /* letters, digits, _, lower; spaces and dashes to -, others dropped */
  DERIVE_SLUG_UNDERLINE, /* the same with _ */
  DERIVE_RUNS,           /* letters and digits, lower; each run of others to - */
  DERIVE_RUNS_UNDERLINE,
  DERIVE_STYLES
} DeriveStyle;

/* A transform is part * DERIVE_STYLES + style. */
#define DERIVE_TRANSFORMS (DERIVE_FIRST_THREE * DERIVE_STYLES + DERIVE_LOWER + 1)

/* As it stands in a slot's header: 4 bytes. */
typedef struct Derivation {
  uint16_t source; /* the column */
  uint8_t transform;
  uint8_t marker;
} Derivation;

static inline bool derive_has_letter(uint8_t transform) {
  return transform / DERIVE_STYLES == DERIVE_FIRST_WORDS;
}

/* Whether DERIVE_SLUG and DERIVE_SLUG_UNDERLINE leave a byte out. */
static inline bool derive_drops(unsigned char c) {
  return !ascii_is_alphanumeric(c) && c != '_' && c != ' ' && c != '-';
}

/*
** Appends the transform of a value, of which DERIVE_FIRST_WORDS may take less; nothing for NULL and
** blobs. SQLITE_OK or error.
*/
int derive_transform(uint8_t transform, const Value *source, Buffer *into);

/* The least number of bytes that the beginning of a part, or all of it, must share with a text. */
size_t derive_least(uint8_t transform, size_t part_size);

/* Where a text has what a transform makes. */
typedef struct DeriveMatch {
  size_t at, size;
  uint32_t missing; /* words at the end, of DERIVE_FIRST_WORDS */
} DeriveMatch;

/*
** Finds the first place in the text where `part`, the result of the transform, stands, or the place
** that has most of its words. False when there is none, or too little is found.
*/
bool derive_find(const unsigned char *text, size_t size, uint8_t transform, const Buffer *part,
                 DeriveMatch *match);

/* Bytes of the marker, and of its letter, that stand for a part. */
static inline size_t derive_marker_size(uint8_t transform) {
  return derive_has_letter(transform) ? 2 : 1;
}

/* Appends what stands for a match. SQLITE_OK or error. */
int derive_append_marker(const Derivation *derivation, const DeriveMatch *match, Buffer *into);

/* Fetches a source's value, which must stay valid until the next call. */
typedef int (*DeriveFetch)(void *context, uint32_t column, Value *value);

typedef struct DeriveSources {
  DeriveFetch fetch;
  void *context;
} DeriveSources;

/* The markers of a text, from the first to the last. */
typedef struct DeriveMarks {
  uint32_t count;
  uint32_t at[DERIVATIONS];
  const Derivation *derivation[DERIVATIONS];
} DeriveMarks;

/* Finds the markers; false where there are none, and the text is whole. */
bool derive_find_marks(const unsigned char *text, uint32_t size, const Derivation *derivations,
                       uint32_t count, DeriveMarks *marks);

/*
** Replaces `into` by the text with its markers expanded, followed by a zero byte that its size does
** not count. SQLITE_OK, SQLITE_NOMEM, SQLITE_TOOBIG, SQLITE_CORRUPT where a marker has no valid
** letter, or what `fetch` answers.
*/
int derive_expand(const unsigned char *text, uint32_t size, const DeriveMarks *marks,
                  const DeriveSources *sources, Buffer *into);

#endif
