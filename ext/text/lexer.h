/*
** lexer.h: strings turned into symbols, the way the decoder turns them back.
**
** Keeps the registers of the fields as the decoder will have them, so strings
** must come in order, and lexer_restart be called where decoding may start.
** Calls field.h and symbols.h.
*/
#ifndef SLOTS_TEXT_LEXER_H
#define SLOTS_TEXT_LEXER_H

#include <stdbool.h>

#include "field.h"
#include "parse.h"
#include "symbols.h"

/*
** The fields of a dictionary, those of one target register together, cheaper
** ones first. A run of digits goes to the register of its width, the second
** run of that width in a string to the second such register, and so on.
*/
#define LEXER_ORDINALS 4
typedef struct FieldSet {
  Field field[FIELDS_MAX];
  uint32_t count;
  uint8_t reg[FIELD_DECIMALS_MAX + 1][LEXER_ORDINALS]; /* register by width and ordinal, or 0 */
  uint8_t first[FIELD_REGISTERS + 1]; /* fields of register r: from first[r] up to first[r + 1] */
} FieldSet;

/* Fills in `reg` and `first` from the fields; hexadecimal ones come first. */
void fieldset_index(FieldSet *set);

typedef struct Lexer {
  const FieldSet *set;
  uint64_t registers[FIELD_REGISTERS];
  const unsigned char *bytes; /* the string under way */
  uint32_t size;
  uint32_t at;
  uint32_t text_end; /* digits before it are text */
  bool ended;
  uint8_t seen[FIELD_DECIMALS_MAX + 1]; /* runs in this string, by width */
} Lexer;

/* A piece of a string: symbols, and in order the payloads of the fields among them. */
typedef struct SymbolRun {
  uint32_t count;
  uint32_t payload_count;
  uint16_t symbols[PARSE_CHUNK];
  uint64_t payloads[PARSE_CHUNK];
} SymbolRun;

void lexer_init(Lexer *lexer, const FieldSet *set);

/* Forgets all strings before. */
void lexer_restart(Lexer *lexer);

void lexer_begin(Lexer *lexer, const unsigned char *bytes, uint32_t size);

/* The next piece of the string; false after the one that ends it. */
bool lexer_next(Lexer *lexer, SymbolRun *run);

#endif
