/*
** parser.h: one argument of CREATE VIRTUAL TABLE while it is being read.
**
** Borrows everything. Calls tokens.h, schema.h.
*/
#ifndef SLOTS_PARSER_H
#define SLOTS_PARSER_H

#include "schema.h"
#include "tokens.h"

typedef struct Parser {
  Schema *schema;
  const char *table;    /* its name */
  const char *argument; /* from its start */
  const char *at;
  Token constraint;    /* the name that CONSTRAINT gave last; TOKEN_END: none */
  bool in_constraints; /* the argument in front was a constraint of the table */
  unsigned options;    /* a bit for each that was given */
  char **error;        /* of a failure, in sqlite3_malloc's memory */
} Parser;

/* Sets the message. SQLITE_ERROR, or SQLITE_NOMEM. */
int parser_fail(Parser *parser, const char *format, ...);

/* Fails at a token that cannot stand where it does, in core's words. */
int parser_cannot(Parser *parser, const Token *token);

Token parser_next(Parser *parser);
Token parser_peek(const Parser *parser);

/* Moves behind the next token and answers true if it is that word. */
bool parser_accept(Parser *parser, const char *word);

/* Moves behind the next token, which must be one of the words, as of token_is_any. */
int parser_expect(Parser *parser, const char *const *words);
int parser_expect_word(Parser *parser, const char *word);

/* Reads a name without its quotes, in sqlite3_malloc's memory. */
int parser_name(Parser *parser, char **name);

/* Moves behind the parenthesis that closes the one that was just read. */
int parser_skip_parentheses(Parser *parser);

/* Reads `(`, anything and `)`; *inside and *size are what stands between them. */
int parser_parentheses(Parser *parser, const char **inside, size_t *size);

/* Reads ON CONFLICT and what to do, if that is next; else it is CONFLICT_NONE. */
int parser_conflict(Parser *parser, Conflict *conflict);

#endif
