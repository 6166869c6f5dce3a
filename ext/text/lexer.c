/*
** lexer.c: see lexer.h.
*/
#include "lexer.h"

#include <string.h>

void fieldset_index(FieldSet *set) {
  memset(set->reg, 0, sizeof set->reg);
  memset(set->first, 0, sizeof set->first);
  uint8_t ordinals[FIELD_DECIMALS_MAX + 1] = {0};
  for (uint32_t f = 0; f < set->count; f++) {
    const Field *field = &set->field[f];
    set->first[field->target + 1] = (uint8_t)(f + 1);
    bool seen = f != 0 && set->field[f - 1].target == field->target;
    if (field->target == 0 || seen || ordinals[field->width] == LEXER_ORDINALS) continue;
    set->reg[field->width][ordinals[field->width]++] = field->target;
  }
  for (uint32_t r = 1; r <= FIELD_REGISTERS; r++) {
    if (set->first[r] < set->first[r - 1]) set->first[r] = set->first[r - 1];
  }
}

void lexer_init(Lexer *lexer, const FieldSet *set) {
  *lexer = (Lexer){.set = set};
}

void lexer_restart(Lexer *lexer) {
  memset(lexer->registers, 0, sizeof lexer->registers);
}

void lexer_begin(Lexer *lexer, const unsigned char *bytes, uint32_t size) {
  lexer->bytes = bytes;
  lexer->size = size;
  lexer->at = lexer->text_end = 0;
  lexer->ended = false;
  memset(lexer->seen, 0, sizeof lexer->seen);
}

static inline bool is_digit(unsigned char c) {
  return c >= '0' && c <= '9';
}

/* Digits from `at` on. */
static uint32_t run_width(const Lexer *lexer, uint32_t at) {
  uint32_t width = 0;
  while (at + width < lexer->size && is_digit(lexer->bytes[at + width])) width++;
  return width;
}

/* Adds the cheapest field for the run of digits, if there is one. */
static bool add_decimal(Lexer *lexer, SymbolRun *run, uint32_t width) {
  if (width > FIELD_DECIMALS_MAX || lexer->seen[width] == LEXER_ORDINALS) return false;
  const FieldSet *set = lexer->set;
  uint32_t reg = set->reg[width][lexer->seen[width]++];
  if (reg == 0) return false;
  uint64_t value = 0;
  for (uint32_t i = 0; i < width; i++) value = value * 10 + lexer->bytes[lexer->at + i] - '0';
  for (uint32_t f = set->first[reg]; f < set->first[reg + 1]; f++) {
    const Field *field = &set->field[f];
    uint64_t payload = value - field_start(field, lexer->registers);
    if (field->bits < 64 && payload >> field->bits != 0) continue;
    run->symbols[run->count++] = (uint16_t)(SYMBOL_FIELD + f);
    run->payloads[run->payload_count++] = payload;
    lexer->registers[reg] = value;
    return true;
  }
  return false;
}

bool lexer_next(Lexer *lexer, SymbolRun *run) {
  run->count = run->payload_count = 0;
  if (lexer->ended) return false;
  while (run->count < PARSE_CHUNK) {
    if (lexer->at == lexer->size) {
      run->symbols[run->count++] = SYMBOL_END;
      lexer->ended = true;
      return true;
    }
    unsigned char c = lexer->bytes[lexer->at];
    if (is_digit(c) && lexer->at >= lexer->text_end && lexer->set->count != 0) {
      uint32_t width = run_width(lexer, lexer->at);
      if (add_decimal(lexer, run, width)) {
        lexer->at += width;
        continue;
      }
      lexer->text_end = lexer->at + width;
    }
    run->symbols[run->count++] = c;
    lexer->at++;
  }
  return true;
}
