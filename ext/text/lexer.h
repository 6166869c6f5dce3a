/*
** lexer.h: turns strings into symbols; the inverse of what the decoder does.
**
** Keeps the registers of the fields as the decoder will have them, so strings
** must come in order, and lexer_restart be called where decoding may start.
** Calls field.h, digits.h, symbols.h, and parse.h for the size of a piece.
*/
#ifndef SLOTS_TEXT_LEXER_H
#define SLOTS_TEXT_LEXER_H

#include <stdbool.h>

#include "digits.h"
#include "field.h"
#include "parse.h"
#include "symbols.h"

/*
** The fields of a dictionary: hexadecimal ones first, then those of register
** 1, 2 ..., cheaper ones before others. A run of digits goes to the register
** of its width and of its ordinal among the runs of that width in the string.
** A run of hexadecimal digits is cut into fields of 16, 8, 4, 2 and 1 digits.
*/
typedef struct FieldSet {
  Field field[FIELDS_MAX];
  uint32_t count;
  uint8_t reg[FIELD_DECIMALS_MAX + 1][FIELD_ORDINALS]; /* register, or 0 */
  uint8_t first[FIELD_REGISTERS + 1]; /* fields of register r: from first[r] up to first[r + 1] */
  uint8_t hex[FIELD_HEX_UPPER + 1];   /* by form: 1 + number of the field of 16 digits, or 0 */
} FieldSet;

#define LEXER_HEX_WIDTHS 5 /* 16, 8, 4, 2, 1 */

/* Fills in `reg`, `first` and `hex` from the fields; false if they are not in that order. */
bool fieldset_index(FieldSet *set);

typedef struct Lexer {
  const FieldSet *set;
  uint64_t registers[FIELD_REGISTERS];
  const unsigned char *bytes; /* the string under way */
  uint32_t size;
  uint32_t at;
  uint32_t text_end; /* digits before it are text */
  HexRun hex;        /* the next run of hexadecimal digits to code; begins at UINT32_MAX: none */
  FieldForm hex_form;
  bool ended;
  bool varies; /* the string has digits that are a field, or would be beside another number */
  uint8_t seen[FIELD_DECIMALS_MAX + 1]; /* runs in this string, by width */
} Lexer;

/* A piece of a string: symbols, and in order the payloads of the fields among them. */
typedef struct SymbolRun {
  uint32_t count;
  uint32_t payload_count;
  uint16_t symbols[PARSE_CHUNK + 1]; /* and room for a mark behind them */
  uint64_t payloads[PARSE_CHUNK];
} SymbolRun;

void lexer_init(Lexer *lexer, const FieldSet *set);

/* Forgets all strings before. */
void lexer_restart(Lexer *lexer);

void lexer_begin(Lexer *lexer, const unsigned char *bytes, uint32_t size);

/* The next piece of the string; false after the one that ends it. */
bool lexer_next(Lexer *lexer, SymbolRun *run);

#endif
