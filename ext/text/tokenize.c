/*
** tokenize.c: see tokenize.h.
*/
#include "tokenize.h"

#include "base/sqlite.h"

int tokenizer_new(Tokenizer **made, const Strings *strings, const Dictionary *dictionary,
                  uint32_t block) {
  Tokenizer *t = sqlite3_malloc64(sizeof *t);
  *made = t;
  if (t == NULL) return SQLITE_NOMEM;
  t->strings = strings;
  t->dictionary = dictionary;
  t->block = block;
  t->same = false;
  lexer_init(&t->lexer, &dictionary->fields);
  return SQLITE_OK;
}

void tokenizer_begin(Tokenizer *t, uint32_t string) {
  const uint32_t *start = t->strings->start + string;
  bool fresh = string % t->block == 0;
  if (fresh) lexer_restart(&t->lexer);
  t->same = !fresh && strings_repeat(t->strings, string);
  if (!t->same) lexer_begin(&t->lexer, t->strings->bytes + start[0], start[1] - start[0]);
}

bool tokenizer_next(Tokenizer *t) {
  if (t->same) {
    t->same = false;
    t->lexer.ended = true;
    t->count = 1;
    t->tokens[0] = SYMBOL_SAME;
    t->run.payload_count = 0;
    return true;
  }
  if (!lexer_next(&t->lexer, &t->run)) return false;
  t->count = parser_parse(&t->dictionary->parser, t->best, t->run.symbols, t->run.count, t->tokens);
  return true;
}

void tokenizer_free(Tokenizer *tokenizer) { sqlite3_free(tokenizer); }
