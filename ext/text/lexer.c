/*
** lexer.c: see lexer.h.
*/
#include "lexer.h"

#include <string.h>

/* Whether field f follows the one before it as fieldset_index expects. */
static bool in_order(const FieldSet *set, uint32_t f) {
  const Field *field = &set->field[f], *before = f == 0 ? NULL : &set->field[f - 1];
  if (field->form != FIELD_DECIMAL) {
    uint32_t begin = set->hex[field->form] == 0 ? f : set->hex[field->form] - 1u;
    return field->target == 0 && field->source == 0 && field->offset == 0 &&
           field->bits == 4 * field->width && f - begin < LEXER_HEX_WIDTHS &&
           field->width == FIELD_HEX_MAX >> (f - begin);
  }
  if (field->target == 0) return false;
  if (before == NULL || before->target < field->target) return true;
  return before->target == field->target && before->width == field->width &&
         before->ordinal == field->ordinal;
}

bool fieldset_index(FieldSet *set) {
  memset(set->reg, 0, sizeof set->reg);
  memset(set->first, 0, sizeof set->first);
  memset(set->hex, 0, sizeof set->hex);
  for (uint32_t f = 0; f < set->count; f++) {
    const Field *field = &set->field[f];
    if (!in_order(set, f)) return false;
    set->first[field->target + 1] = (uint8_t)(f + 1);
    if (field->form == FIELD_DECIMAL) {
      set->reg[field->width][field->ordinal] = field->target;
    } else if (field->width == FIELD_HEX_MAX) {
      set->hex[field->form] = (uint8_t)(f + 1);
    }
  }
  for (uint32_t r = 1; r <= FIELD_REGISTERS; r++) {
    if (set->first[r] < set->first[r - 1]) set->first[r] = set->first[r - 1];
  }
  uint32_t widths = 0; /* of hexadecimal fields */
  for (uint32_t form = 0; form <= FIELD_HEX_UPPER; form++) {
    if (set->hex[form] != 0) widths += LEXER_HEX_WIDTHS;
  }
  return set->first[1] == widths;
}

void lexer_init(Lexer *lexer, const FieldSet *set) { *lexer = (Lexer){.set = set}; }

void lexer_restart(Lexer *lexer) { memset(lexer->registers, 0, sizeof lexer->registers); }

/* Finds the next run of hexadecimal digits to be coded as fields, from lexer->at on. */
static void find_hex(Lexer *lexer) {
  lexer->hex.begin = UINT32_MAX;
  for (FieldForm form = FIELD_HEX_LOWER; form <= FIELD_HEX_UPPER; form++) {
    if (lexer->set->hex[form] == 0) continue;
    uint32_t limit = lexer->hex.begin < lexer->size ? lexer->hex.begin : lexer->size;
    HexRun run;
    if (!hex_find(lexer->bytes, lexer->size, lexer->at, limit, form, &run)) continue;
    lexer->hex = run;
    lexer->hex_form = form;
  }
}

void lexer_begin(Lexer *lexer, const unsigned char *bytes, uint32_t size) {
  lexer->bytes = bytes;
  lexer->size = size;
  lexer->at = lexer->text_end = 0;
  lexer->ended = lexer->varies = false;
  memset(lexer->seen, 0, sizeof lexer->seen);
  find_hex(lexer);
}

static void add_field(Lexer *lexer, SymbolRun *run, uint32_t field, uint64_t payload) {
  run->symbols[run->count++] = (uint16_t)(SYMBOL_FIELD + field);
  run->payloads[run->payload_count++] = payload;
  lexer->at += lexer->set->field[field].width;
}

/* Adds the cheapest field for the run of decimal digits, if there is one. */
static bool add_decimal(Lexer *lexer, SymbolRun *run, uint32_t width) {
  if (width > FIELD_DECIMALS_MAX || lexer->seen[width] == FIELD_ORDINALS) return false;
  const FieldSet *set = lexer->set;
  uint32_t reg = set->reg[width][lexer->seen[width]++];
  if (reg == 0) return false;
  lexer->varies = true;
  uint64_t value = 0;
  for (uint32_t i = 0; i < width; i++) value = value * 10 + lexer->bytes[lexer->at + i] - '0';
  for (uint32_t f = set->first[reg]; f < set->first[reg + 1]; f++) {
    uint64_t payload;
    if (!field_payload(&set->field[f], lexer->registers, value, &payload)) continue;
    add_field(lexer, run, f, payload);
    lexer->registers[reg] = value;
    return true;
  }
  return false;
}

/* Adds as many fields as fit for the run of hexadecimal digits that begins here. */
static void add_hex(Lexer *lexer, SymbolRun *run) {
  uint32_t field = lexer->set->hex[lexer->hex_form] - 1u, left = lexer->hex.end - lexer->hex.begin;
  const unsigned char *bytes = lexer->bytes + lexer->at;
  lexer->varies = true;
  for (uint32_t width = FIELD_HEX_MAX; width != 0; width /= 2, field++) {
    for (; left >= width && run->count < PARSE_CHUNK; left -= width) {
      uint64_t value = 0;
      for (uint32_t i = 0; i < width; i++)
        value = value << 4 | hex_value(*bytes++, lexer->hex_form);
      add_field(lexer, run, field, value);
    }
  }
  if (left >= HEX_RUN_MIN) {
    lexer->hex.begin = lexer->at; /* the piece is full */
  } else {
    find_hex(lexer);
  }
}

static inline void widen_eight(uint16_t *symbols, const unsigned char *bytes) {
  unsigned char eight[8];
  memcpy(eight, bytes, sizeof eight); /* so that no store could change what is loaded */
  for (int i = 0; i < 8; i++) symbols[i] = eight[i];
}

/* Makes symbols of bytes. */
static void widen(uint16_t *symbols, const unsigned char *bytes, uint32_t count) {
  uint32_t i = 0;
  for (; count - i >= 8; i += 8) widen_eight(symbols + i, bytes + i);
  if (count >= 8) {
    widen_eight(symbols + count - 8, bytes + count - 8);
  } else {
    for (; i < count; i++) symbols[i] = bytes[i];
  }
}

/* Adds bytes as they are, up to `end` or a digit that `to_digit` says to stop at. */
static void add_bytes(Lexer *lexer, SymbolRun *run, uint32_t end, bool to_digit) {
  uint32_t room = PARSE_CHUNK - run->count;
  if (end - lexer->at > room) end = lexer->at + room;
  if (to_digit) end = digits_find(lexer->bytes, lexer->at, end);
  widen(run->symbols + run->count, lexer->bytes + lexer->at, end - lexer->at);
  run->count += end - lexer->at;
  lexer->at = end;
}

/* Adds bytes that no field begins with, up to a field, the end of the string, or of the piece. */
static void add_plain(Lexer *lexer, SymbolRun *run) {
  bool decimals = lexer->set->first[FIELD_REGISTERS] != lexer->set->first[1];
  uint32_t end = lexer->hex.begin < lexer->size ? lexer->hex.begin : lexer->size;
  if (lexer->at < lexer->text_end) add_bytes(lexer, run, lexer->text_end, false);
  add_bytes(lexer, run, end, decimals);
}

/* Adds fields for the run of digits that begins here, or leaves it to be text. */
static void add_digits(Lexer *lexer, SymbolRun *run) {
  if (lexer->at == lexer->hex.begin) {
    add_hex(lexer, run);
    return;
  }
  uint32_t width = digits_end(lexer->bytes, lexer->at, lexer->size) - lexer->at;
  if (!add_decimal(lexer, run, width)) lexer->text_end = lexer->at + width;
}

bool lexer_next(Lexer *lexer, SymbolRun *run) {
  run->count = run->payload_count = 0;
  if (lexer->ended) return false;
  for (;;) {
    add_plain(lexer, run);
    if (run->count == PARSE_CHUNK) return true;
    if (lexer->at == lexer->size) break;
    add_digits(lexer, run);
    if (run->count == PARSE_CHUNK) return true;
  }
  run->symbols[run->count++] = SYMBOL_END;
  lexer->ended = true;
  return true;
}
