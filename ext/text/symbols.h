/*
** symbols.h: the alphabet in which strings are coded.
**
** A string becomes a run of symbols that ends with SYMBOL_END: its bytes, with
** some runs of digits replaced by one field symbol each. A string equal to the
** one before it may be SYMBOL_SAME instead, alone. Tokens are runs of symbols;
** the first ones are the symbols themselves, so token s is symbol s below
** SYMBOL_LIMIT. Calls nothing.
*/
#ifndef SLOTS_TEXT_SYMBOLS_H
#define SLOTS_TEXT_SYMBOLS_H

#include <stdint.h>

#define SYMBOL_END 256
#define SYMBOL_SAME 257
#define SYMBOL_ESCAPE 258 /* a byte without a token of its own: 8 bits follow */
#define SYMBOL_FIELD 259  /* field f is symbol SYMBOL_FIELD + f */
#define SYMBOL_LIMIT 448
#define FIELDS_MAX (SYMBOL_LIMIT - SYMBOL_FIELD)

/* Of any kind, symbols included: codes are limited to 16 bits. */
#define TOKENS_MAX 16384

/* The longest token in bytes of text, the zero byte behind the string included. */
#define TOKEN_BYTES_MAX 120

#endif
