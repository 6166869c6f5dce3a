/*
** ascii.h: ASCII letters, digits and space, whatever the locale. Calls nothing.
*/
#ifndef SLOTS_ASCII_H
#define SLOTS_ASCII_H

#include <stdbool.h>

static inline bool ascii_is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

static inline bool ascii_is_letter(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_is_alphanumeric(unsigned char c) {
  return ascii_is_letter(c) || ascii_is_digit(c);
}

/* White space as core has it, though '\v' does not separate SQL's tokens. */
static inline bool ascii_is_space(unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static inline unsigned char ascii_lower(unsigned char c) {
  return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

#endif
