/*
** automaton.h: a deterministic automaton over the bytes of a string.
**
** What match.h runs over coded strings. An automaton starts each string in
** AUTOMATON_START, takes one step for each byte and one for the end of the
** string, and has then reached AUTOMATON_ACCEPT or AUTOMATON_DEAD. Both are
** absorbing: every step from them leads back to them, so the rest of a string
** need not be looked at.
**
** One allocation, given back by sqlite3_free. Calls nothing.
*/
#ifndef SLOTS_TEXT_AUTOMATON_H
#define SLOTS_TEXT_AUTOMATON_H

#include <stddef.h>
#include <stdint.h>

#define AUTOMATON_END 256 /* the step at the end of a string */
#define AUTOMATON_STEPS 257

enum { AUTOMATON_START = 0, AUTOMATON_DEAD = 1, AUTOMATON_ACCEPT = 2, AUTOMATON_OTHERS = 3 };

#define AUTOMATON_STATES_MAX 124

typedef struct Automaton {
  uint32_t states; /* AUTOMATON_OTHERS to AUTOMATON_STATES_MAX */
  uint8_t next[][AUTOMATON_STEPS];
} Automaton;

/* Steps over bytes; stops early in an absorbing state. */
static inline uint32_t automaton_run(const Automaton *automaton, uint32_t state,
                                     const unsigned char *bytes, size_t size) {
  const unsigned char *end = bytes + size;
  while (bytes != end) {
    /* most bytes stay in the first state, where look-ups do not depend on each other */
    if (state == AUTOMATON_START) {
      while (automaton->next[AUTOMATON_START][*bytes] == AUTOMATON_START) {
        if (++bytes == end) return AUTOMATON_START;
      }
    }
    state = automaton->next[state][*bytes++];
    if (state == AUTOMATON_DEAD || state == AUTOMATON_ACCEPT) break;
  }
  return state;
}

#endif
