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
** A derivation's source is a column that is not itself derived in the segment,
** so nothing goes round in circles. What is left is coded like any text. Calls
** buffer.h.
*/
#ifndef SLOTS_DERIVE_H
#define SLOTS_DERIVE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/value.h"

#define DERIVATIONS 4
#define DERIVE_SHORTEST 3 /* parts of fewer bytes stay as they are */

/* A transform is a part of the value, times what is done to it. */
typedef enum DerivePart { DERIVE_WHOLE, DERIVE_LAST_WORD, DERIVE_PARTS } DerivePart;

typedef enum DeriveStyle {
  DERIVE_AS_IS,
  DERIVE_LOWER,          /* ASCII letters in lower case */
  DERIVE_SLUG,           /* letters and digits, lower; spaces and dashes to -, others dropped */
  DERIVE_SLUG_UNDERLINE, /* the same with _ */
  DERIVE_RUNS,           /* letters and digits, lower; each run of others to - */
  DERIVE_RUNS_UNDERLINE,
  DERIVE_STYLES
} DeriveStyle;

#define DERIVE_TRANSFORMS (DERIVE_PARTS * DERIVE_STYLES) /* part * DERIVE_STYLES + style */

/* As it stands in a slot's header: 4 bytes. */
typedef struct Derivation {
  uint16_t source; /* the column */
  uint8_t transform;
  uint8_t marker;
} Derivation;

/* Replaces `into` by the transform of a value; empty for NULL and blobs. SQLITE_OK or error. */
int derive_transform(uint8_t transform, const Value *source, Buffer *into);

/* Where `part` stands in `text` first; false when nowhere, or it is too short. */
bool derive_find(const unsigned char *text, size_t size, const Buffer *part, size_t *at);

/* Fetches a source's value, which must stay valid until the next call. */
typedef int (*DeriveFetch)(void *context, uint32_t column, Value *value);

typedef struct DeriveSources {
  DeriveFetch fetch;
  void *context;
  Buffer *part; /* scratch */
} DeriveSources;

/* Whether the text has a marker; without, it is the whole text. */
bool derive_is_marked(const unsigned char *text, uint32_t size, const Derivation *derivations,
                      uint32_t count);

/*
** Replaces `into` by the text with its markers expanded, followed by a zero byte
** that its size does not count. SQLITE_OK, SQLITE_NOMEM, SQLITE_TOOBIG, or what
** `fetch` answers.
*/
int derive_expand(const unsigned char *text, uint32_t size, const Derivation *derivations,
                  uint32_t count, const DeriveSources *sources, Buffer *into);

#endif
