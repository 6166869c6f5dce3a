/*
** code_writer.h: the code of a section (coded.h): the codes of tokens one behind the other, and
** where blocks begin.
**
** Strings are written in order: code_writer_begin, then their tokens. Owns its working space;
** borrows the codec, and the dictionary that made it. Calls dictionary.h, bitstream.h, coded.h,
** base/.
*/
#ifndef SLOTS_TEXT_CODE_WRITER_H
#define SLOTS_TEXT_CODE_WRITER_H

#include "bitstream.h"
#include "dictionary.h"

/* The code of an item; with class codes behind that of its class. */
typedef struct ItemCode {
  uint16_t code;
  uint8_t bits, class;
} ItemCode;

typedef struct CodeWriter {
  const TextCodec *codec;
  const Dictionary *dictionary;
  const uint16_t *item; /* by token of the dictionary, or NO_ITEM */
  ItemCode *codes;      /* by item */
  uint32_t *width;      /* by token: where the widths of its payloads begin */
  Buffer widths;        /* u8 each: bits of a payload */
  ClassBits class_codes[CLASS_CONTEXTS_MAX][CLASSES_MAX];
  uint32_t context; /* of the next token */
  Buffer code;
  StreamWriter stream;
  uint32_t *block_at; /* bit offset by block, and the end */
  uint32_t count;     /* strings begun */
} CodeWriter;

/* Makes ready for so many strings. The writer is to be closed whatever comes of it. */
int code_writer_open(CodeWriter *writer, const TextCodec *codec, const Dictionary *dictionary,
                     const uint16_t *item, uint32_t strings);

/* Begins the next string. SQLITE_OK, or SQLITE_TOOBIG for code of 512 MB. */
int code_writer_begin(CodeWriter *writer);

/*
** Writes tokens of the string under way, or those that one without an item was split into.
** *payload points to the payloads of their fields, and then behind them.
*/
int code_writer_put(CodeWriter *writer, const uint16_t *tokens, uint32_t count,
                    const uint64_t **payload);

/* Writes SAME, which is the string under way. */
int code_writer_put_same(CodeWriter *writer);

/* Writes the code of a whole string as it is: `bits` bits of a stream, from bit `at` on. */
int code_writer_copy(CodeWriter *writer, const unsigned char *stream, uint64_t at, uint64_t bits);

/* Ends the code and appends the section; `has_nul` tells if a string has a zero byte. */
int code_writer_finish(CodeWriter *writer, bool has_nul, Buffer *out);

void code_writer_close(CodeWriter *writer);

#endif
