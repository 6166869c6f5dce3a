/*
** tokens.h: SQL's tokens, as far as a column definition needs them.
**
** Borrows the text. Comments and white space separate tokens and are skipped.
** Calls ascii.h.
*/
#ifndef SLOTS_TOKENS_H
#define SLOTS_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum TokenKind {
  TOKEN_END,
  TOKEN_WORD,   /* an unquoted identifier or keyword */
  TOKEN_QUOTED, /* "x", [x] or `x` */
  TOKEN_STRING, /* 'x' */
  TOKEN_NUMBER,
  TOKEN_SIGN,   /* any other character */
  TOKEN_ILLEGAL /* a quote or comment without end */
} TokenKind;

typedef struct Token {
  TokenKind kind;
  const char *text;
  size_t size;
} Token;

/* Reads the token at *at and moves *at behind it. */
Token token_next(const char **at);

/* The token that token_next would read. */
Token token_peek(const char *at);

bool token_is_word(const Token *token, const char *word); /* whatever the case */
bool token_is_sign(const Token *token, char sign);

/* Whether it is one of the words, the last of which is NULL. */
bool token_is_any(const Token *token, const char *const *words);

/* Moves *at behind the next token and answers true if it is that word. */
bool token_accept(const char **at, const char *word);

/* A word, quoted identifier or string can be a name. */
bool token_is_name(const Token *token);

/* Whether it is that name, whatever the quotes and the case. */
bool token_is_named(const Token *token, const char *name);

/* The name without its quotes, in sqlite3_malloc's memory; NULL when that is short. */
char *token_name(const Token *token);

#endif
