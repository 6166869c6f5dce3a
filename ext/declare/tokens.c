/*
** tokens.c: see tokens.h.
*/
#include "tokens.h"

#include "base/ascii.h"
#include "base/sqlite.h"

/* White space between tokens. */
static bool separates(char c) { return ascii_is_space((unsigned char)c) && c != '\v'; }

static bool is_digit(char c) { return ascii_is_digit((unsigned char)c); }

/* As core has it: letters, digits, _, $ and every byte of a non-ASCII character. */
static bool is_word(char c) {
  unsigned char byte = (unsigned char)c;
  return ascii_is_alphanumeric(byte) || byte == '_' || byte == '$' || byte >= 0x80;
}

/* To core a mark of byte order is white space, too, where no word is under way. */
static bool is_byte_order_mark(const char *at) {
  return at[0] == '\xef' && at[1] == '\xbb' && at[2] == '\xbf';
}

/* Behind white space and comments; a comment without end ends with the text, as in core. */
static const char *skip_space(const char *at) {
  for (;;) {
    if (separates(*at)) {
      at++;
    } else if (is_byte_order_mark(at)) {
      at += 3;
    } else if (at[0] == '-' && at[1] == '-') {
      while (*at != 0 && *at != '\n') at++;
    } else if (at[0] == '/' && at[1] == '*') {
      at += 2;
      while (*at != 0 && !(at[0] == '*' && at[1] == '/')) at++;
      if (*at != 0) at += 2;
    } else {
      return at;
    }
  }
}

/* The end of a quoted token, doubled quotes being part of it; NULL without end. */
static const char *quoted_end(const char *at) {
  char quote = *at == '[' ? ']' : *at;
  for (at++; *at != 0; at++) {
    if (*at != quote) continue;
    if (quote == ']' || at[1] != quote) return at + 1;
    at++;
  }
  return NULL;
}

static const char *number_end(const char *at) {
  while (is_word(*at) || *at == '.' || ((*at == '+' || *at == '-') && (at[-1] | 0x20) == 'e')) {
    at++;
  }
  return at;
}

Token token_next(const char **at) {
  const char *start = skip_space(*at), *end = start + 1;
  Token token = {.kind = TOKEN_SIGN, .text = start};
  if (*start == 0) {
    token.kind = TOKEN_END;
    end = start;
  } else if (*start == '"' || *start == '[' || *start == '`' || *start == '\'') {
    token.kind = *start == '\'' ? TOKEN_STRING : TOKEN_QUOTED;
    end = quoted_end(start);
    if (end == NULL) {
      token.kind = TOKEN_ILLEGAL;
      for (end = start; *end != 0;) end++;
    }
  } else if (is_digit(*start) || (*start == '.' && is_digit(start[1]))) {
    token.kind = TOKEN_NUMBER;
    end = number_end(start);
  } else if (is_word(*start)) {
    token.kind = TOKEN_WORD;
    while (is_word(*end)) end++;
  }
  token.size = (size_t)(end - start);
  *at = end;
  return token;
}

Token token_peek(const char *at) { return token_next(&at); }

bool token_is_word(const Token *token, const char *word) {
  return token->kind == TOKEN_WORD && sqlite3_strnicmp(token->text, word, (int)token->size) == 0 &&
         word[token->size] == 0;
}

bool token_is_any(const Token *token, const char *const *words) {
  while (*words != NULL && !token_is_word(token, *words)) words++;
  return *words != NULL;
}

bool token_accept(const char **at, const char *word) {
  const char *behind = *at;
  Token token = token_next(&behind);
  if (!token_is_word(&token, word)) return false;
  *at = behind;
  return true;
}

bool token_is_sign(const Token *token, char sign) {
  return token->kind == TOKEN_SIGN && token->text[0] == sign;
}

bool token_is_name(const Token *token) {
  return token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED || token->kind == TOKEN_STRING;
}

bool token_is_named(const Token *token, const char *name) {
  if (!token_is_name(token)) return false;
  bool quoted = token->kind != TOKEN_WORD;
  char quote = token->text[token->size - 1];
  size_t at = quoted, end = token->size - quoted;
  for (; at < end; at++, name++) {
    if (*name == 0 || sqlite3_strnicmp(&token->text[at], name, 1) != 0) return false;
    if (quoted && token->text[at] == quote) at++;
  }
  return *name == 0;
}

char *token_name(const Token *token) {
  char *name = sqlite3_malloc64(token->size + 1);
  if (name == NULL) return NULL;
  size_t size = 0;
  if (token->kind == TOKEN_WORD) {
    for (; size < token->size; size++) name[size] = token->text[size];
  } else {
    char quote = token->text[token->size - 1];
    for (size_t i = 1; i + 1 < token->size; i++) {
      name[size++] = token->text[i];
      if (token->text[i] == quote) i++;
    }
  }
  name[size] = 0;
  return name;
}
