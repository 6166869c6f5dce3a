/*
** match_steps.c: see match_steps.h.
*/
#include "match_steps.h"

#include <string.h>

#include "base/sqlite.h"
#include "spell.h"

/*
** Once that part of a codec's tokens has been asked for, most of the others will
** be: all at once they take half the time.
*/
#define FEW 16

/* --- sets of states ------------------------------------------------------- */

typedef struct StateSet {
  uint32_t count;
  uint8_t state[AUTOMATON_STATES_MAX];
  bool has[AUTOMATON_STATES_MAX];
} StateSet;

static void set_add(StateSet *set, uint8_t state) {
  if (set->has[state]) return;
  set->has[state] = true;
  set->state[set->count++] = state;
}

/* Where any of `count` bytes lead from any state of the set. */
static void set_follow(const Automaton *automaton, StateSet *set, const unsigned char *bytes,
                       uint32_t count) {
  if (set->count == 1 && count == 1) {
    uint8_t state = set->state[0];
    set->has[state] = false;
    set->count = 0;
    set_add(set, automaton->next[state][bytes[0]]);
    return;
  }
  StateSet next = {0};
  for (uint32_t k = 0; k < set->count; k++) {
    for (uint32_t i = 0; i < count; i++) set_add(&next, automaton->next[set->state[k]][bytes[i]]);
  }
  *set = next;
}

/* --- fields --------------------------------------------------------------- */

/* The digits that a field may have; returns how many. */
static uint32_t digits_of(const Field *field, const unsigned char **digits) {
  static const unsigned char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
  *digits = field->form == FIELD_HEX_UPPER ? upper : lower;
  return field->form == FIELD_DECIMAL ? 10 : 16;
}

static Field field_of(const TextCodec *codec, uint32_t symbol) {
  return field_load(codec->field_bytes + FIELD_SIZE * (size_t)(symbol - SYMBOL_FIELD));
}

/* Whether some state makes a difference between the field's digits. */
static bool digits_matter(const Automaton *automaton, const Field *field) {
  const unsigned char *digits;
  uint32_t count = digits_of(field, &digits);
  for (uint32_t s = 0; s < automaton->states; s++) {
    for (uint32_t i = 1; i < count; i++) {
      if (automaton->next[s][digits[i]] != automaton->next[s][digits[0]]) return true;
    }
  }
  return false;
}

static bool registers_matter(const Automaton *automaton, const TextCodec *codec) {
  for (uint32_t f = 0; f < codec->fields; f++) {
    Field field = field_of(codec, SYMBOL_FIELD + f);
    if (field.source != 0 && digits_matter(automaton, &field)) return true;
  }
  return false;
}

/* --- scripts -------------------------------------------------------------- */

/* Whether all symbols are bytes and fields: true of tokens that an encoder makes. */
static bool only_fields(const uint16_t *symbols, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (symbols[i] >= 256 && symbols[i] < SYMBOL_FIELD) return false;
  }
  return true;
}

/* Keeps the script of a token that has none yet. */
static int keep_script(MatchSteps *steps, uint32_t token, const uint16_t *symbols, uint32_t count) {
  unsigned char script[3 * TOKEN_BYTES_MAX + 6] = {0}, *text = script + 3, *write = text + 1;
  uint32_t payload = 0;
  bool ends = symbols[count - 1] == SYMBOL_END;
  for (uint32_t i = 0; i + ends < count; i++) {
    if (symbols[i] < 256) {
      *write++ = (unsigned char)symbols[i];
      continue;
    }
    payload += field_of(steps->codec, symbols[i]).bits;
    *text = (unsigned char)(write - text - 1);
    *write++ = (unsigned char)(symbols[i] - SYMBOL_FIELD);
    text = write++;
    *text = 0;
    script[2]++;
  }
  *text = (unsigned char)(write - text - 1);
  *write++ = ends;
  store_u16(script, (uint16_t)payload);
  size_t place = steps->scripts.size;
  int rc = buffer_append(&steps->scripts, script, (size_t)(write - script));
  if (rc == SQLITE_OK) steps->script[token] = (uint32_t)place;
  return rc;
}

/* --- the step of a token -------------------------------------------------- */

/* Follows bytes and fields from the states of the set. */
static void follow_symbols(const MatchSteps *steps, const uint16_t *symbols, uint32_t count,
                           StateSet *set) {
  for (uint32_t i = 0; i < count; i++) {
    if (symbols[i] < 256) {
      unsigned char byte = (unsigned char)symbols[i];
      set_follow(steps->automaton, set, &byte, 1);
    } else {
      Field field = field_of(steps->codec, symbols[i]);
      const unsigned char *digits;
      uint32_t alternatives = digits_of(&field, &digits);
      for (uint32_t k = 0; k < field.width; k++) {
        set_follow(steps->automaton, set, digits, alternatives);
      }
    }
  }
}

/* The step of a token with fields; STEP_SPELL where it depends on them. */
static uint32_t step_with_fields(const MatchSteps *steps, const uint16_t *symbols, uint32_t count,
                                 uint32_t state, bool ends) {
  StateSet set = {0};
  set_add(&set, (uint8_t)state);
  follow_symbols(steps, symbols, count, &set);
  uint32_t step = match_step(steps->automaton, set.state[0], ends);
  for (uint32_t k = 1; k < set.count; k++) {
    if (match_step(steps->automaton, set.state[k], ends) != step) return STEP_SPELL;
  }
  return step;
}

/* The step of a token by its symbols; one with fields gets its script. */
static int find_spelled(MatchSteps *steps, uint32_t state, uint32_t token, bool *ends,
                        uint32_t *step) {
  uint16_t symbols[TOKEN_BYTES_MAX];
  uint32_t count = spell_token(steps->codec, token, symbols), bytes = 0;
  *ends = count != 0 && symbols[count - 1] == SYMBOL_END;
  uint32_t rest = count - *ends;
  for (; bytes < rest && symbols[bytes] < 256; bytes++) {
    state = steps->automaton->next[state][symbols[bytes]];
  }
  *step = match_step(steps->automaton, state, *ends);
  if (count != 0 && bytes == rest) return SQLITE_OK;
  *step = STEP_SPELL;
  if (count == 0 || !only_fields(symbols, rest)) return SQLITE_OK;
  *step = step_with_fields(steps, symbols + bytes, rest - bytes, state, *ends);
  int rc = SQLITE_OK;
  if (steps->script[token] == MATCH_NO_SCRIPT) rc = keep_script(steps, token, symbols, count);
  if (rc != SQLITE_OK || *step == STEP_SPELL) return rc;
  uint32_t payload = load_u16(steps->scripts.bytes + steps->script[token]);
  if (payload != 0 || steps->registers) *step += STEP_PAYLOAD;
  return SQLITE_OK;
}

static void keep(MatchSteps *steps, size_t before, uint32_t token, uint32_t step) {
  steps->step[before << MATCH_ROW_SHIFT | token] = (uint8_t)step;
}

/* What is known of a token once its step from the start is. */
static void keep_from_start(MatchSteps *steps, uint32_t token, uint32_t step, bool ends) {
  keep(steps, STEP_REJECTED, token, step);
  keep(steps, STEP_ACCEPTED, token, step);
  keep(steps, STEP_STATE + AUTOMATON_START, token, step);
  if (step >= STEP_PAYLOAD) return;
  keep(steps, STEP_STATE + AUTOMATON_DEAD, token,
       ends ? STEP_REJECTED : STEP_STATE + AUTOMATON_DEAD);
  keep(steps, STEP_STATE + AUTOMATON_ACCEPT, token,
       ends ? STEP_ACCEPTED : STEP_STATE + AUTOMATON_ACCEPT);
}

static int find_step(MatchSteps *steps, size_t before, uint32_t token, uint32_t *step) {
  const TextCodec *codec = steps->codec;
  uint32_t state = match_state(before);
  CodecToken entry = codec->form == CODEC_TEXT ? codec_token(codec, token) : (CodecToken){0};
  int rc = SQLITE_OK;
  if (entry.length != 0) {
    const unsigned char *text = codec->text + entry.offset;
    uint32_t next = automaton_run(steps->automaton, state, text, entry.length - entry.ends);
    *step = match_step(steps->automaton, next, entry.ends);
  } else if (codec_special(codec, token) == CODEC_SAME) {
    *step = before < STEP_STATE ? (uint32_t)before : STEP_SPELL;
    keep(steps, before, token, *step);
    return SQLITE_OK;
  } else {
    rc = find_spelled(steps, state, token, &entry.ends, step);
  }
  if (rc != SQLITE_OK) return rc;
  keep(steps, before, token, *step);
  if (state == AUTOMATON_START) keep_from_start(steps, token, *step, entry.ends);
  return SQLITE_OK;
}

/* Finds what all tokens lead to from the start. */
static int find_first_row(MatchSteps *steps) {
  int rc = SQLITE_OK;
  for (uint32_t t = 0; t < steps->codec->tokens && rc == SQLITE_OK; t++) {
    uint32_t step;
    rc = find_step(steps, STEP_STATE + AUTOMATON_START, t, &step);
  }
  return rc;
}

int match_steps_find(MatchSteps *steps, size_t before, uint32_t token, uint32_t *step) {
  int rc = find_step(steps, before, token, step);
  if (rc != SQLITE_OK || ++steps->found != steps->codec->tokens / FEW) return rc;
  return find_first_row(steps);
}

/* --- the table ------------------------------------------------------------ */

static void fill_sizes(const PrefixCode *code, uint8_t *size) {
  uint32_t bits = code->min_bits, width = 1u << (PREFIX_MAX_BITS - MATCH_FIRST_BITS);
  for (uint32_t i = 0; i < 1u << MATCH_FIRST_BITS; i++) {
    while (i * width >= code->length[bits].limit) bits++;
    size[i] = (uint8_t)((i + 1) * width <= code->length[bits].limit ? bits : 0);
  }
}

int match_steps_open(MatchSteps *steps, const Automaton *automaton, const TextCodec *codec) {
  uint32_t rows = STEP_STATE + automaton->states;
  uint8_t *step = sqlite3_malloc64((uint64_t)rows << MATCH_ROW_SHIFT);
  uint32_t *script = sqlite3_malloc64(codec->tokens * sizeof *script);
  ClassTables *tables = codec->classes == NULL ? NULL : sqlite3_malloc64(sizeof *tables);
  if (step == NULL || script == NULL || (tables == NULL && codec->classes != NULL)) {
    sqlite3_free(step);
    sqlite3_free(script);
    sqlite3_free(tables);
    return SQLITE_NOMEM;
  }
  memset(script, 0xff, codec->tokens * sizeof *script);
  for (size_t row = 0; row < rows; row++) {
    memset(step + (row << MATCH_ROW_SHIFT), STEP_UNKNOWN, codec->tokens);
  }
  *steps = (MatchSteps){.automaton = automaton,
                        .codec = text_codec_retain(codec),
                        .step = step,
                        .tables = tables,
                        .script = script,
                        .registers = registers_matter(automaton, codec)};
  if (codec->classes == NULL) {
    fill_sizes(&codec->code, steps->size);
  } else {
    class_tables_fill(tables, codec->classes);
  }
  return SQLITE_OK;
}

void match_steps_close(MatchSteps *steps) {
  text_codec_release(steps->codec);
  sqlite3_free(steps->step);
  sqlite3_free(steps->tables);
  sqlite3_free(steps->script);
  buffer_clear(&steps->scripts);
  *steps = (MatchSteps){0};
}
