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

static inline bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

/* The digit's value under `form`, or 16. */
static inline uint32_t hex_value(unsigned char c, FieldForm form) {
  if (is_digit(c)) return c - '0';
  uint32_t letter = (uint32_t)c - (form == FIELD_HEX_LOWER ? 'a' : 'A');
  return letter < 6 ? letter + 10 : 16;
}

uint32_t hex_run(const unsigned char *bytes, uint32_t size, FieldForm form, bool *coded) {
  *coded = false;
  if (size < LEXER_HEX_MIN) return size;
  if (hex_value(bytes[LEXER_HEX_MIN - 1], form) == 16) return LEXER_HEX_MIN;
  uint32_t width = 0, digits = 0;
  for (; width < size && hex_value(bytes[width], form) < 16; width++) {
    digits += is_digit(bytes[width]);
  }
  *coded = width >= LEXER_HEX_MIN && digits >= 2 && digits < width;
  return width;
}

/*
** Finds the next run of hexadecimal digits to be coded as fields, from lexer->at on.
** One digit in LEXER_HEX_MIN tells that there is none around it.
*/
static void find_hex(Lexer *lexer) {
  lexer->hex_begin = UINT32_MAX;
  for (FieldForm form = FIELD_HEX_LOWER; form <= FIELD_HEX_UPPER; form++) {
    if (lexer->set->hex[form] == 0) continue;
    uint32_t end = lexer->hex_begin < lexer->size ? lexer->hex_begin : lexer->size;
    for (uint32_t at = lexer->at; at < end;) {
      bool coded;
      uint32_t width = hex_run(lexer->bytes + at, lexer->size - at, form, &coded);
      if (coded) {
        lexer->hex_begin = at;
        lexer->hex_width = width;
        lexer->hex_form = form;
        break;
      }
      at += width == 0 ? 1 : width;
    }
  }
}

void lexer_begin(Lexer *lexer, const unsigned char *bytes, uint32_t size) {
  lexer->bytes = bytes;
  lexer->size = size;
  lexer->at = lexer->text_end = 0;
  lexer->ended = false;
  memset(lexer->seen, 0, sizeof lexer->seen);
  find_hex(lexer);
}

/* Digits from `at` on. */
static uint32_t run_width(const Lexer *lexer, uint32_t at) {
  uint32_t width = 0;
  while (at + width < lexer->size && is_digit(lexer->bytes[at + width])) width++;
  return width;
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
  uint64_t value = 0;
  for (uint32_t i = 0; i < width; i++) value = value * 10 + lexer->bytes[lexer->at + i] - '0';
  for (uint32_t f = set->first[reg]; f < set->first[reg + 1]; f++) {
    const Field *field = &set->field[f];
    uint64_t payload = value - field_start(field, lexer->registers);
    if (field->bits < 64 && payload >> field->bits != 0) continue;
    add_field(lexer, run, f, payload);
    lexer->registers[reg] = value;
    return true;
  }
  return false;
}

/* Adds as many fields as fit for the run of hexadecimal digits that begins here. */
static void add_hex(Lexer *lexer, SymbolRun *run) {
  uint32_t field = lexer->set->hex[lexer->hex_form] - 1u, left = lexer->hex_width;
  const unsigned char *bytes = lexer->bytes + lexer->at;
  for (uint32_t width = FIELD_HEX_MAX; width != 0; width /= 2, field++) {
    for (; left >= width && run->count < PARSE_CHUNK; left -= width) {
      uint64_t value = 0;
      for (uint32_t i = 0; i < width; i++)
        value = value << 4 | hex_value(*bytes++, lexer->hex_form);
      add_field(lexer, run, field, value);
    }
  }
  find_hex(lexer);
}

/* Adds bytes as they are, up to `end` or a digit that `to_digit` says to stop at. */
static void add_bytes(Lexer *lexer, SymbolRun *run, uint32_t end, bool to_digit) {
  const unsigned char *bytes = lexer->bytes;
  uint16_t *symbols = run->symbols + run->count;
  uint32_t at = lexer->at, begin = at;
  if (end - at > PARSE_CHUNK - run->count) end = at + PARSE_CHUNK - run->count;
  for (; at < end && !(to_digit && is_digit(bytes[at])); at++) *symbols++ = bytes[at];
  run->count += at - begin;
  lexer->at = at;
}

/* Adds bytes that no field begins with. */
static void add_plain(Lexer *lexer, SymbolRun *run) {
  bool decimals = lexer->set->first[FIELD_REGISTERS] != lexer->set->first[1];
  if (lexer->at < lexer->text_end) {
    add_bytes(lexer, run, lexer->text_end, false);
  } else if (lexer->hex_begin < lexer->size) {
    add_bytes(lexer, run, lexer->hex_begin, decimals);
  } else {
    add_bytes(lexer, run, lexer->size, decimals);
  }
}

bool lexer_next(Lexer *lexer, SymbolRun *run) {
  run->count = run->payload_count = 0;
  if (lexer->ended) return false;
  while (run->count < PARSE_CHUNK) {
    uint32_t begin = lexer->at;
    add_plain(lexer, run);
    if (lexer->at != begin) continue;
    if (lexer->at == lexer->size) {
      run->symbols[run->count++] = SYMBOL_END;
      lexer->ended = true;
      return true;
    } else if (lexer->at == lexer->hex_begin) {
      add_hex(lexer, run);
    } else {
      uint32_t width = run_width(lexer, lexer->at);
      if (!add_decimal(lexer, run, width)) lexer->text_end = lexer->at + width;
    }
  }
  return true;
}
