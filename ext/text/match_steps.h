/*
** match_steps.h: where each token of a codec takes an automaton.
**
** A token is a run of bytes, so from each state it leads to one other. These steps are found when
** they are first needed, and kept, a byte for each state and token, so that matching is one look-up
** a token. A *step* says:
**
**    0, 1      the string ends here, rejected or accepted
**    2 + s     it goes on, in state s
**    0x80 + t  step t, once the token's fields are passed over
**    0xfe      follow the token's script: what it leads to depends on its fields
**    0xff      not known yet
**
** and says also which row of the table the next token is looked up in. Rows 0 and
** 1 are for the first token of a string, by the answer for the string before,
** which is what SYMBOL_SAME gives again.
**
** The digits of a field may be anything, so a token with fields is followed with
** all states that any digits lead to. Mostly all of them have come together
** again at its end, as few patterns have digits. Fields whose digits matter
** somewhere, and come out of a register, need the registers kept.
**
** A *script* is a token with fields, ready to be followed: u16 bits of payload in
** all, u8 number of fields; for each field u8 length of the text before it, that
** text, and u8 the field's number; u8 length of the text behind them all and the
** text; u8 whether the token ends a string.
**
** Owns the table, the scripts and a reference to the codec. Calls spell.h, automaton.h,
** codec.h, base/.
*/
#ifndef SLOTS_TEXT_MATCH_STEPS_H
#define SLOTS_TEXT_MATCH_STEPS_H

#include "automaton.h"
#include "codec.h"

enum {
  STEP_REJECTED = 0,
  STEP_ACCEPTED = 1,
  STEP_STATE = 2,
  STEP_PAYLOAD = 0x80,
  STEP_SPELL = 0xfe,
  STEP_UNKNOWN = 0xff
};

_Static_assert(STEP_STATE + AUTOMATON_STATES_MAX <= STEP_SPELL - STEP_PAYLOAD,
               "each state has its step");

#define MATCH_ROW_SHIFT 14
#define MATCH_FIRST_BITS 10

_Static_assert(TOKENS_MAX <= 1 << MATCH_ROW_SHIFT, "a row has all tokens");

typedef struct MatchSteps {
  const Automaton *automaton;
  TextCodec *codec;
  uint8_t *step;       /* [step before << MATCH_ROW_SHIFT | token] */
  ClassTables *tables; /* of a codec with classes, else NULL */
  uint32_t *script;    /* by token: place in `scripts`, or MATCH_NO_SCRIPT */
  Buffer scripts;
  bool registers;                      /* they must be kept */
  uint32_t found;                      /* steps, one by one */
  uint8_t size[1 << MATCH_FIRST_BITS]; /* of the code that begins so; 0: see decode_next */
} MatchSteps;

#define MATCH_NO_SCRIPT UINT32_MAX

/* SQLITE_OK, or SQLITE_NOMEM with nothing to close. */
int match_steps_open(MatchSteps *steps, const Automaton *automaton, const TextCodec *codec);
void match_steps_close(MatchSteps *steps); /* zeros are allowed */

/* The state that the token behind a step begins in. */
static inline uint32_t match_state(size_t step) {
  return step < STEP_STATE ? AUTOMATON_START : (uint32_t)step - STEP_STATE;
}

/* The step that comes to a state, or ends a string there. */
static inline uint32_t match_step(const Automaton *automaton, uint32_t state, bool ends) {
  if (!ends) return STEP_STATE + state;
  return automaton->next[state][AUTOMATON_END] == AUTOMATON_ACCEPT ? STEP_ACCEPTED : STEP_REJECTED;
}

/*
** Finds the step of a token behind step `before`, and keeps it; *step is not
** STEP_UNKNOWN, and if it is STEP_PAYLOAD or more the token has a script or is a
** special one. SQLITE_OK, or SQLITE_NOMEM with nothing changed.
*/
int match_steps_find(MatchSteps *steps, size_t before, uint32_t token, uint32_t *step);

#endif
