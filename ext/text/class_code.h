/*
** class_code.h: prefix codes that depend on the token before.
**
** Tokens belong to *classes*. The code of a token is the code of its class, which
** depends on the *context*, then its own code among the tokens of the class. The
** context of the first token of a string is 0, that of any other is 1 + the class of
** the token before it (Brown et al., "Class-based n-gram models of natural language",
** 1992). Both codes are canonical (prefix.h). As bytes, C classes:
**
**    0  u8   C, 2 to CLASSES_MAX
**    1       3 zero bytes
**    4       for each class 17 u16: its tokens with codes of 0, 1 ... 16 bits
**       ...  for each of the C + 1 contexts and each class 4 bits, low ones first:
**            length of the code of the class, 1 to CLASS_BITS_MAX; a byte in all
**            for the last class of an odd number
**
** A class has one token, whose code then has 0 bits, or its codes are complete. Items
** are numbered by class, then by code. Every class has a code in each context.
**
** Owns nothing. Calls prefix.h, bitstream.h, cost.h, bits.h.
*/
#ifndef SLOTS_TEXT_CLASS_CODE_H
#define SLOTS_TEXT_CLASS_CODE_H

#include "bitstream.h"
#include "prefix.h"

#define CLASSES_MAX 24
#define CLASS_BITS_MAX 8
#define CLASS_CONTEXTS_MAX (CLASSES_MAX + 1)
#define CLASS_LENGTHS (PREFIX_MAX_BITS + 1)

enum { CLASS_AT_COUNT = 0, CLASS_AT_TOKENS = 4 };

/* The codes of classes in one context. */
typedef struct ClassContext {
  uint16_t limit[CLASS_BITS_MAX];   /* 8 bits below it start with a code of at most 1, 2 ... bits */
  int16_t base[CLASS_BITS_MAX + 1]; /* place in `order` less code */
  uint8_t order[CLASSES_MAX];       /* classes by code */
} ClassContext;

/* The codes of tokens in one class. */
typedef struct ClassTokens {
  uint16_t limit[CLASS_LENGTHS]; /* 16 bits below it start with a code of at most 0, 1 ... bits */
  uint16_t base[CLASS_LENGTHS];  /* item less code, modulo 2^16 */
} ClassTokens;

typedef struct ClassCode {
  uint32_t classes;
  uint16_t item[CLASSES_MAX + 1]; /* first one of a class, and behind the last */
  ClassContext context[CLASS_CONTEXTS_MAX];
  ClassTokens tokens[CLASSES_MAX];
} ClassCode;

/*
** 12 KB with which many codes are read faster: what the next 8 bits tell. That is all of a class in
** a context, and the least length of a token's code among those of its class.
*/
#define CLASS_FIRST_BITS 8

typedef struct ClassTables {
  uint8_t class[CLASS_CONTEXTS_MAX][1 << CLASS_BITS_MAX]; /* class << 3 | bits - 1 */
  uint8_t bits[CLASSES_MAX][1 << CLASS_FIRST_BITS];
} ClassTables;

/* A code and its length. */
typedef struct ClassBits {
  uint16_t code, bits;
} ClassBits;

static inline size_t class_code_size(uint32_t classes) {
  size_t context = (classes + 1) / 2;
  return CLASS_AT_TOKENS + 2 * (size_t)CLASS_LENGTHS * classes + (classes + 1) * context;
}

/* Opens and validates such bytes, at most `size` of them, for so many items. */
bool class_code_open(ClassCode *code, const unsigned char *bytes, size_t size, uint32_t items);

/*
** The length of the code that 16 bits start with, found without a branch for each length, which
** would be mispredicted. The last limit in use would be 2^16: it and those behind it are
** CLASS_NO_LIMIT, the only odd one.
*/
#define CLASS_NO_LIMIT 65535u

static inline uint32_t class_token_bits(const ClassTokens *tokens, uint32_t peek) {
  uint16_t bits = 0, at = (uint16_t)(peek < CLASS_NO_LIMIT ? peek : CLASS_NO_LIMIT - 1);
  for (uint32_t i = 0; i < PREFIX_MAX_BITS; i++) bits = (uint16_t)(bits + (at >= tokens->limit[i]));
  return bits;
}

/* The length of the code of a class that 8 bits start with. */
static inline uint32_t class_bits(const ClassContext *context, uint32_t peek) {
  uint16_t bits = 1, at = (uint16_t)peek;
  for (uint32_t i = 0; i < CLASS_BITS_MAX; i++) bits = (uint16_t)(bits + (at >= context->limit[i]));
  return bits;
}

/*
** Takes the code that comes next, of 24 bits at most; returns its item, *context becomes its own.
*/
static inline uint32_t class_code_next(const ClassCode *code, StreamReader *reader,
                                       uint32_t *context) {
  const ClassContext *before = &code->context[*context];
  uint32_t peek = (uint32_t)(reader->bits >> (64 - CLASS_BITS_MAX));
  uint32_t size = class_bits(before, peek);
  int32_t place = before->base[size] + (int32_t)(peek >> (CLASS_BITS_MAX - size));
  stream_take(reader, size);
  *context = 1 + before->order[place];
  const ClassTokens *tokens = &code->tokens[*context - 1];
  peek = (uint32_t)(reader->bits >> (64 - PREFIX_MAX_BITS));
  size = class_token_bits(tokens, peek);
  stream_take(reader, size);
  return (uint16_t)(tokens->base[size] + (peek >> (PREFIX_MAX_BITS - size)));
}

/* The same by tables made of the code. */
static inline uint32_t class_tables_next(const ClassTables *tables, const ClassCode *code,
                                         StreamReader *reader, uint32_t *context) {
  uint32_t known = tables->class[*context][reader->bits >> (64 - CLASS_BITS_MAX)];
  uint32_t class = known >> 3;
  stream_take(reader, (known & 7) + 1);
  *context = 1 + class;
  const ClassTokens *tokens = &code->tokens[class];
  uint32_t peek = (uint32_t)(reader->bits >> (64 - PREFIX_MAX_BITS));
  uint32_t size = tables->bits[class][peek >> (PREFIX_MAX_BITS - CLASS_FIRST_BITS)];
  while ((peek & ~1u) >= tokens->limit[size]) size++; /* see CLASS_NO_LIMIT */
  stream_take(reader, size);
  return (uint16_t)(tokens->base[size] + (peek >> (PREFIX_MAX_BITS - size)));
}

void class_tables_fill(ClassTables *tables, const ClassCode *code);

uint32_t class_code_class(const ClassCode *code, uint32_t item);

/* The code of an item among those of its class. */
ClassBits class_code_item(const ClassCode *code, uint32_t item);

/* The code of a class in a context. */
ClassBits class_code_of(const ClassCode *code, uint32_t context, uint32_t class);

/* What the code of the class costs if all contexts are as likely, in 1/256 bits. */
uint32_t class_code_cost(const ClassCode *code, uint32_t class);

#endif
