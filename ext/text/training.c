/*
** training.c: see training.h.
*/
#include "training.h"

#include <string.h>

#include "base/sqlite.h"

/* Copies all tokens; `to` has room for them. */
static void copy_tokens(Grammar *to, uint32_t *to_uses, const Grammar *from, const uint32_t *uses) {
  to->count = from->count;
  memcpy(to->pair, from->pair, from->count * sizeof *to->pair);
  memcpy(to->bytes, from->bytes, from->count);
  memcpy(to->symbols, from->symbols, from->count);
  memcpy(to->fields, from->fields, from->count);
  memcpy(to_uses, uses, from->count * sizeof *uses);
}

int training_keep(TextTraining **training, const Dictionary *d, uint32_t rate) {
  TextTraining *made = sqlite3_malloc64(sizeof *made);
  uint32_t *uses = sqlite3_malloc64(d->grammar.count * sizeof *uses);
  int rc = made == NULL || uses == NULL ? SQLITE_NOMEM : SQLITE_OK;
  if (rc == SQLITE_OK) {
    *made = (TextTraining){.rate = rate, .block_shift = d->block_shift, .fields = d->fields};
    rc = grammar_init(&made->grammar, d->grammar.count, NULL, 0);
  }
  if (rc != SQLITE_OK) {
    sqlite3_free(made);
    sqlite3_free(uses);
    return rc;
  }
  made->uses = uses;
  copy_tokens(&made->grammar, made->uses, &d->grammar, d->uses);
  text_training_free(*training);
  *training = made;
  return SQLITE_OK;
}

int training_resume(const TextTraining *training, Dictionary *d) {
  d->fields = training->fields;
  d->block_shift = training->block_shift;
  int rc = dictionary_open(d, TOKENS_MAX);
  if (rc != SQLITE_OK) return rc;
  copy_tokens(&d->grammar, d->uses, &training->grammar, training->uses);
  return dictionary_set_parser(d);
}

void text_training_free(TextTraining *training) {
  if (training == NULL) return;
  grammar_clear(&training->grammar);
  sqlite3_free(training->uses);
  sqlite3_free(training);
}
