/*
** walk.h: walks over a section's code string by string, without decoding: where each string's code
** is, and whether it would mean the same in another place.
**
** Most code means the same anywhere. What depends on the place is SAME, and a field whose value
** is computed from the registers that strings before it in the block have left. Whatever the
** bytes are, a walk stays in the section and comes to its end.
**
** Owns what it knows of a codec's items. Calls dictionary.h, decode.h, coded.h, bitstream.h,
** buffer.h.
*/
#ifndef SLOTS_TEXT_WALK_H
#define SLOTS_TEXT_WALK_H

#include "bitstream.h"
#include "dictionary.h"

/* What the code of an item stands for. */
typedef struct WalkItem {
  uint32_t fields;     /* where the numbers of its fields begin */
  uint16_t size;       /* bytes of text */
  uint8_t field_count; /* their payloads follow the code */
  uint8_t payload;     /* other bits that follow: of an escape */
  bool ends;           /* a string */
  bool same;           /* SYMBOL_SAME */
} WalkItem;

/* The items of a codec. All zeros is empty. */
typedef struct WalkItems {
  const TextCodec *codec;
  const FieldSet *set;
  WalkItem *items;
  Buffer fields; /* u8 each */
} WalkItems;

/* The code of one string, or for SAME of the one that it repeats. */
typedef struct WalkString {
  const unsigned char *stream;
  uint64_t at, bits; /* in the stream */
  uint32_t size;     /* bytes of its text */
  bool same;         /* is a repetition */
  bool registers;    /* has fields that leave values in registers */
} WalkString;

typedef struct Walk {
  const WalkItems *items;
  const TextView *view;
  const unsigned char *code, *limit; /* the reader's next byte may be there, no further */
  StreamReader reader;
  uint32_t row;    /* the string that comes next */
  WalkString last; /* the one before it in the block, if has_last */
  bool has_last;
  uint64_t registers[FIELD_REGISTERS];
} Walk;

/*
** Finds what all items of a codec stand for; `dictionary` is the codec reopened, item[t] the item
** of token t.
*/
int walk_items_find(WalkItems *items, const TextCodec *codec, const Dictionary *dictionary,
                    const uint16_t *item);
void walk_items_clear(WalkItems *items);

/* Begins a walk over an open coded section of that codec, which has strings. */
void walk_begin(Walk *walk, const WalkItems *items, const TextView *view);

/*
** Walks on to string `row`, behind those walked over so far, and over it. `registers` are those of
** the place it is to go to. *carries tells if its code says the same there and is what the lexer
** would make of it; then `after` becomes what they are behind it. SQLITE_OK or SQLITE_CORRUPT.
*/
int walk_to(Walk *walk, uint32_t row, const uint64_t *registers, uint64_t *after,
            WalkString *string, bool *carries);

#endif
