/*
** class_code.c: see class_code.h.
*/
#include "class_code.h"

#include "base/bits.h"
#include "cost.h"

#define CLASS_WHOLE (1u << CLASS_BITS_MAX)
#define TOKENS_WHOLE (1u << PREFIX_MAX_BITS)

/* Reads the codes of a class whose first item is `item`; false if they are not complete. */
static bool open_tokens(ClassTokens *tokens, const unsigned char *per_length, uint32_t item) {
  uint32_t next = 0;
  for (uint32_t bits = 0; bits <= PREFIX_MAX_BITS; bits++) {
    uint32_t count = load_u16(per_length + 2 * bits), below = PREFIX_MAX_BITS - bits;
    tokens->base[bits] = (uint16_t)(item - (next >> below));
    if (count > (TOKENS_WHOLE - next) >> below) return false;
    next += count << below;
    item += count;
    uint16_t limit = (uint16_t)(next == TOKENS_WHOLE ? CLASS_NO_LIMIT : next);
    tokens->limit[bits] = limit;
  }
  return next == TOKENS_WHOLE;
}

static uint32_t tokens_of_lengths(const unsigned char *per_length) {
  uint32_t count = 0;
  for (uint32_t bits = 0; bits <= PREFIX_MAX_BITS; bits++) count += load_u16(per_length + 2 * bits);
  return count;
}

/* The length of the code of a class, of those of a context. */
static uint32_t length_at(const unsigned char *lengths, uint32_t class) {
  return lengths[class / 2] >> (class % 2 * 4) & 15;
}

/* Reads the codes of one context; false if they are not complete. */
static bool open_context(ClassContext *context, const unsigned char *lengths, uint32_t classes) {
  uint32_t next = 0, place = 0;
  *context = (ClassContext){{0}, {0}, {0}};
  for (uint32_t bits = 1; bits <= CLASS_BITS_MAX; bits++) {
    uint32_t below = CLASS_BITS_MAX - bits;
    context->base[bits] = (int16_t)((int32_t)place - (int32_t)(next >> below));
    for (uint32_t class = 0; class < classes; class ++) {
      if (length_at(lengths, class) != bits) continue;
      context->order[place++] = (uint8_t) class;
      next += 1u << below;
    }
    if (next > CLASS_WHOLE) return false;
    context->limit[bits - 1] = (uint16_t)next;
  }
  return next == CLASS_WHOLE && place == classes;
}

bool class_code_open(ClassCode *code, const unsigned char *bytes, size_t size, uint32_t items) {
  uint32_t classes = size < CLASS_AT_TOKENS ? 0 : bytes[CLASS_AT_COUNT], item = 0;
  if (classes < 2 || classes > CLASSES_MAX || size < class_code_size(classes)) return false;
  code->classes = classes;
  const unsigned char *at = bytes + CLASS_AT_TOKENS;
  for (uint32_t class = 0; class < classes; class ++, at += 2 * CLASS_LENGTHS) {
    code->item[class] = (uint16_t)item;
    if (!open_tokens(&code->tokens[class], at, item)) return false;
    item += tokens_of_lengths(at);
    if (item > items) return false;
  }
  code->item[classes] = (uint16_t)item;
  for (uint32_t context = 0; context <= classes; context++, at += (classes + 1) / 2) {
    if (!open_context(&code->context[context], at, classes)) return false;
  }
  return item == items;
}

void class_tables_fill(ClassTables *tables, const ClassCode *code) {
  for (uint32_t c = 0; c <= code->classes; c++) {
    const ClassContext *context = &code->context[c];
    for (uint32_t peek = 0; peek < CLASS_WHOLE; peek++) {
      uint32_t bits = class_bits(context, peek);
      int32_t place = context->base[bits] + (int32_t)(peek >> (CLASS_BITS_MAX - bits));
      tables->class[c][peek] = (uint8_t)((uint32_t)context->order[place] << 3 | (bits - 1));
    }
  }
  for (uint32_t class = 0; class < code->classes; class ++) {
    for (uint32_t i = 0; i < 1u << CLASS_FIRST_BITS; i++) {
      uint32_t peek = i << (PREFIX_MAX_BITS - CLASS_FIRST_BITS);
      tables->bits[class][i] = (uint8_t)class_token_bits(&code->tokens[class], peek);
    }
  }
}

uint32_t class_code_class(const ClassCode *code, uint32_t item) {
  uint32_t class = 0;
  while (item >= code->item[class + 1]) class ++;
  return class;
}

ClassBits class_code_item(const ClassCode *code, uint32_t item) {
  const ClassTokens *tokens = &code->tokens[class_code_class(code, item)];
  uint32_t bits = 0;
  for (; bits < PREFIX_MAX_BITS; bits++) {
    uint32_t peek = (uint32_t)(uint16_t)(item - tokens->base[bits]) << (PREFIX_MAX_BITS - bits);
    if (peek < tokens->limit[bits]) break;
  }
  return (ClassBits){(uint16_t)(item - tokens->base[bits]), (uint16_t)bits};
}

ClassBits class_code_of(const ClassCode *code, uint32_t context, uint32_t class) {
  const ClassContext *codes = &code->context[context];
  int32_t place = 0;
  uint32_t bits = 1;
  while (codes->order[place] != class) place++;
  while ((uint32_t)(place - codes->base[bits]) << (CLASS_BITS_MAX - bits) >=
         codes->limit[bits - 1]) {
    bits++;
  }
  return (ClassBits){(uint16_t)(place - codes->base[bits]), (uint16_t)bits};
}

uint32_t class_code_cost(const ClassCode *code, uint32_t class) {
  uint32_t share = 0, contexts = code->classes + 1;
  for (uint32_t context = 0; context < contexts; context++) {
    share += CLASS_WHOLE >> class_code_of(code, context, class).bits;
  }
  return cost_of(share, contexts * CLASS_WHOLE);
}
